"""Results into a PostGIS database: all tables or none."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    MetaData,
    Table,
    Text,
    func,
    inspect,
    select,
)
from sqlalchemy.types import UserDefinedType

from siteplan import crs
from siteplan.database import LONGEST, Database
from siteplan.details import DETAILS, flat
from siteplan.errors import OutputError
from siteplan.postgres import connected
from siteplan.scorecard import Scorecard

_MARK = "written by siteplan"
_CHUNK = 5_000
_DEGREES = 4326


def write_database(
    card: Scorecard,
    *,
    url_env: str = "SITEPLAN_DATABASE_URL",
    schema: str = "public",
    table: str = "scores",
    replace: bool = False,
) -> tuple[str, ...]:
    """Write a scorecard into a PostGIS database: plots with scores, contributions, connections and land.

    Parameters
    ----------
    card
        The result.
    url_env
        Name of the environment variable that holds the database's URL.
    schema, table
        Where the plots go; the contributions go to `table`_contributions and, where the result has
        any, passports to `table`_connections, net land to `table`_land, what zones take to
        `table`_losses and what a planner decided to `table`_overrides. Plots keep their CRS where that
        has an EPSG code, and are in WGS 84 otherwise; all other shapes are in WGS 84, as in scores.gpkg.
    replace
        Whether tables of an earlier result make way. Tables that siteplan did not write never do.

    Returns
    -------
    written
        Full names of the tables.

    Raises
    ------
    OutputError
        If there is no connection, the tables are there already, or the server refuses; nothing
        is changed then.
    """
    names = (table, *(f"{table}_{name}" for name in ("contributions", *DETAILS)))
    if any(not name or "\0" in name or len(name.encode("utf-8", "replace")) > LONGEST for name in names):
        raise OutputError(
            f"table {table!r}: its name with _contributions must have 1 to {LONGEST} bytes, no NUL"
        )
    database = Database.parse(
        {"url_env": url_env, "schema": schema, "table": table}, where="write_database", error=OutputError
    )
    frames = _frames(card, table)
    with connected(database, database.place, read_only=False, error=OutputError) as connection:
        _make_way(connection, schema, names, replace=replace)
        try:
            for name, frame in frames.items():
                _fill(connection, _table(name, schema, frame), frame)
        except (ValueError, TypeError) as wrong:
            raise OutputError(f"{database.place}: cannot be written: {wrong}") from None
    return tuple(f"{schema}.{name}" for name in frames)


def _frames(card: Scorecard, table: str) -> dict[str, pd.DataFrame]:
    """The tables by name: plots, contributions and, of the others, those that have rows."""
    details = {name: flat(getattr(card, name)) for name in DETAILS}
    return {
        table: _with_text(card.plots.reset_index()),
        f"{table}_contributions": card.contributions.reset_index(drop=True),
        **{f"{table}_{name}": _with_text(detail) for name, detail in details.items() if len(detail)},
    }


def _with_text(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """A table with its geometry as PostGIS reads it, in a CRS that has a number."""
    code = crs.CRS(table.crs).to_epsg()
    placed = table if code else crs.to_degrees(table)
    shapes = shapely.set_srid(placed.geometry.to_numpy(), code or _DEGREES)
    frame = pd.DataFrame(placed.drop(columns="geometry"))
    frame["geometry"] = shapely.to_wkb(shapes, hex=True, include_srid=True)
    frame.attrs["srid"] = code or _DEGREES
    return frame


def _make_way(connection: Connection, schema: str, names: tuple[str, ...], *, replace: bool) -> None:
    """Drop an earlier result that may be replaced; refuse everything else that bears a name of ours."""
    # Two runs that write the same result do so one after the other.
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{schema}.{names[0]}", 0))))
    inspector = inspect(connection)
    if schema not in inspector.get_schema_names():
        raise OutputError(f"there is no schema {schema!r}; create it first")
    tables = set(inspector.get_table_names(schema=schema))
    taken = {
        *tables,
        *inspector.get_view_names(schema=schema),
        *inspector.get_materialized_view_names(schema=schema),
    }
    for name in (name for name in names if name in taken):
        if not replace:
            raise OutputError(f"{schema}.{name}: is there already; write it anew with replace=True")
        comment = inspector.get_table_comment(name, schema=schema)["text"] if name in tables else None
        if not (comment or "").startswith(_MARK):
            raise OutputError(f"{schema}.{name}: siteplan did not write it and does not replace it")
    for name in (name for name in names if name in taken):
        Table(name, MetaData(), schema=schema).drop(connection)


class _Geometry(UserDefinedType[str]):
    """A geometry column; its values are hexadecimal EWKB, which PostGIS reads as they are."""

    cache_ok = True

    def __init__(self, srid: int) -> None:
        self.srid = srid

    def get_col_spec(self, **_: Any) -> str:
        return f"geometry(Geometry,{self.srid})"


def _table(name: str, schema: str, frame: pd.DataFrame) -> Table:
    """A table with a column for each of the frame's."""

    def kind(column: str) -> Any:
        values = frame[column]
        if column == "geometry":
            return _Geometry(frame.attrs["srid"])
        if pd.api.types.is_bool_dtype(values):
            return Boolean()
        if pd.api.types.is_integer_dtype(values):
            return BigInteger()
        return Double() if pd.api.types.is_float_dtype(values) else Text()

    columns = [Column(str(one), kind(str(one))) for one in frame.columns]
    return Table(
        name,
        MetaData(),
        *columns,
        schema=schema,
        comment=f"{_MARK}; changes to it are lost when it is replaced",
    )


def _fill(connection: Connection, table: Table, frame: pd.DataFrame) -> None:
    """Make the table and put the records in, values bound."""
    table.create(connection)
    plain = frame.astype(object).where(frame.notna(), None)
    rows: list[dict[str, Any]] = [
        {str(key): cell for key, cell in row.items()} for row in plain.to_dict("records")
    ]
    for start in range(0, len(rows), _CHUNK):
        connection.execute(table.insert(), rows[start : start + _CHUNK])
