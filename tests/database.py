"""A PostgreSQL server with PostGIS of the tests' own, on a socket in a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
import pytest
import shapely
from psycopg import sql

from bench import server
from siteplan.database import Database
from siteplan.reading import postgis

PASSWORD = "s3cr3t-p@ss/w:rd%zz"
"""Of the user siteplan_test; no output may ever hold it."""

QUOTED = "s3cr3t-p%40ss%2Fw%3Ard%25zz"
"""The same in a URL."""


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    socket, port
        Where it listens, for everyone without a password (an administrator's way in).
    url
        For the user siteplan_test over TCP, with the password.
    """

    socket: str
    port: int
    url: str

    def run(self, statement: str, *values: object) -> list[tuple]:
        """Run a statement as the administrator, committed at once."""
        with psycopg.connect(
            host=self.socket, port=self.port, user="postgres", dbname="park", autocommit=True
        ) as one:
            answer = one.execute(statement, values or None)
            return answer.fetchall() if answer.description else []

    def put(self, frame: gpd.GeoDataFrame, name: str, *, srid: int, key: str = "id") -> None:
        """Write a table with its index as a column, geometry as it stands."""
        flat = frame.reset_index(names=key)
        columns = [column for column in flat.columns if column != "geometry"]
        kinds = {column: "float8" if flat[column].dtype.kind == "f" else "text" for column in columns}
        with psycopg.connect(
            host=self.socket, port=self.port, user="postgres", dbname="park", autocommit=True
        ) as one:
            table = sql.Identifier(name)
            one.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
            fields = [
                sql.SQL("{} {}").format(sql.Identifier(each), sql.SQL(kind)) for each, kind in kinds.items()
            ]
            fields.append(sql.SQL("geom geometry(Geometry, {})").format(sql.Literal(srid)))
            one.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(fields)))
            one.execute(sql.SQL("GRANT SELECT ON {} TO siteplan_test").format(table))
            shapes = shapely.to_wkb(
                shapely.set_srid(flat.geometry.to_numpy(), srid), hex=True, include_srid=True
            )
            rows = [
                [*(None if pd.isna(cell) else cell for cell in row), shape]
                for row, shape in zip(flat[columns].astype(object).to_numpy(), shapes, strict=True)
            ]
            marks = sql.SQL(", ").join(sql.Placeholder() * (len(columns) + 1))
            with one.cursor() as cursor:
                cursor.executemany(sql.SQL("INSERT INTO {} VALUES ({})").format(table, marks), rows)


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it at the end; skips where there is none, and fails in CI."""
    if server.programs() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(server.ABSENT)
        # `make database`, a part of `make test`, installs it where it can: only who may not install skips
        pytest.skip(server.ABSENT)
    with server.running() as (folder, port):
        yield _prepared(folder, port)


def _prepared(folder: str, port: int) -> Server:
    with psycopg.connect(host=folder, port=port, user="postgres", dbname="postgres", autocommit=True) as one:
        one.execute("CREATE DATABASE park")
        one.execute(sql.SQL("CREATE ROLE siteplan_test LOGIN PASSWORD {}").format(sql.Literal(PASSWORD)))
    prepared = Server(folder, port, f"postgresql://siteplan_test:{QUOTED}@127.0.0.1:{port}/park")
    prepared.run("CREATE EXTENSION postgis")
    prepared.run("CREATE SCHEMA results AUTHORIZATION siteplan_test")
    return prepared


def ask(**keys: Any) -> Any:
    """Read a table or query by the keys of a catalogue."""
    return postgis.read(Database.model_validate(keys))
