"""A PostgreSQL server with PostGIS of the tests' own, on a socket in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import psycopg
import pytest
import shapely
from psycopg import sql

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


def _binaries() -> Path:
    """The folder of the server's programs; skips where there is none, and fails in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    with_postgis = [
        path
        for path in found
        if Path(f"/usr/share/postgresql/{path.parts[4]}/extension/postgis.control").exists()
    ]
    if with_postgis:
        return with_postgis[-1].parent
    reason = "no PostgreSQL with PostGIS here; install it with: make database"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _run(*command: str | Path) -> None:
    """Run a program of the server, as its own user where we are root (it refuses root)."""
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*become, *map(str, command)], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        pytest.fail(f"{command[0]}: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it and remove everything of it at the end."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, port = folder / "data", _free_port()
        _run(
            binaries / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        access = "local all postgres trust\nlocal all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(access, encoding="utf-8")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=30"
        _run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield _prepared(str(folder), port)
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(folder: str, port: int) -> Server:
    with psycopg.connect(host=folder, port=port, user="postgres", dbname="postgres", autocommit=True) as one:
        one.execute("CREATE DATABASE park")
        one.execute(sql.SQL("CREATE ROLE siteplan_test LOGIN PASSWORD {}").format(sql.Literal(PASSWORD)))
    server = Server(folder, port, f"postgresql://siteplan_test:{QUOTED}@127.0.0.1:{port}/park")
    server.run("CREATE EXTENSION postgis")
    server.run("CREATE SCHEMA results AUTHORIZATION siteplan_test")
    return server
