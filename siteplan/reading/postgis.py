"""One table or query of a PostGIS database in: read-only, in chunks, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, column, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from siteplan import crs
from siteplan.database import Database
from siteplan.errors import CrsError, SourceError
from siteplan.models import near
from siteplan.postgres import connected, is_lost
from siteplan.reading.records import Records

_Query = Select[*tuple[Any, ...]]
_UNREADABLE = (
    shapely.errors.GEOSException,  # text that is no shape
    NotImplementedError,  # a shape that shapely cannot hold: a curve
)


def read(database: Database) -> Records:
    """Read a table or the answer of a query.

    Parameters
    ----------
    database
        Where it lies; the password comes from the environment or ~/.pgpass.

    Returns
    -------
    records
        Its columns and geometry, in the CRS of its SRID if it has one.

    Raises
    ------
    SourceError
        If there is no connection, no such table or column, no geometry or several of it, more
        than one SRID, or the connection was lost or too slow before everything was there.
    """
    where = database.place
    with connected(database, where, read_only=True, error=SourceError) as connection:
        columns, geometry = _columns(connection, database, where)
        rows = _rows(connection, database, _statement(database, columns), where)
        return _records(connection, database, columns, geometry, rows, 0)


def read_chunks(database: Database, key: str, *, rows: int) -> Iterator[Records]:
    """Read a table or the answer of a query in pieces, in the order of a column.

    Parameters
    ----------
    database
        As for `read`.
    key
        The column that identifies a record, which orders them.
    rows
        Most records in a piece.

    Yields
    ------
    records
        As `read` gives them; numbers of broken records count all pieces.

    Raises
    ------
    SourceError
        As `read`; that pieces are in several SRIDs when the second is met.
    """
    where, first, system = database.place, 0, None
    with connected(database, where, read_only=True, error=SourceError) as connection:
        columns, geometry = _columns(connection, database, where)
        if key not in columns:
            message = f"there is no column {key!r}{near(key, columns)}; records are ordered by it"
            raise SourceError(f"{where}: {message}")
        statement = _statement(database, columns).order_by(column(key))
        options = {"stream_results": True, "max_row_buffer": rows}
        try:
            with connection.execute(statement, execution_options=options) as answer:
                for part in answer.partitions(rows):
                    piece = _records(connection, database, columns, geometry, list(part), first)
                    if first and piece.frame.crs != system:
                        raise SourceError(
                            f"{where}: geometry in several SRIDs; make it one with ST_Transform"
                        )
                    system, first = piece.frame.crs, first + len(part)
                    yield piece
        except DBAPIError as wrong:
            if not is_lost(wrong):
                raise
            raise SourceError(f"{where}: the connection was lost after {first} records") from None


def _records(
    connection: Connection,
    database: Database,
    columns: list[str],
    geometry: str,
    rows: Sequence[Sequence[Any]],
    first: int,
) -> Records:
    """Rows as records, the first of which has a number in its source."""
    shapes, broken = _shapes([row[columns.index(geometry)] for row in rows])
    system = _crs(connection, database, geometry, shapes, database.place)
    kept = [row for row in range(len(rows)) if row not in broken]
    attributes = {
        name: [_plain(rows[row][place]) for row in kept]
        for place, name in enumerate(columns)
        if name != geometry
    }
    frame = gpd.GeoDataFrame(attributes, geometry=shapely.set_srid(shapes[kept], 0), crs=system)
    return Records(frame, tuple((str(first + row), reason) for row, reason in broken.items()))


def _from(database: Database) -> Any:
    """The table, its name quoted as PostgreSQL needs it, or the query in parentheses."""
    if database.table:
        return table(database.table, schema=database.schema_name)
    # Colons are escaped because SQLAlchemy reads :name as a value to be bound; a query has none.
    # The new line ends a comment that would swallow the parenthesis.
    return text("(" + _bare(database).replace(":", r"\:") + "\n) AS siteplan_query")


def _statement(database: Database, columns: Sequence[str]) -> _Query:
    return select(*(column(name) for name in columns)).select_from(_from(database))


def _bare(database: Database) -> str:
    """The query without the semicolon that may end it."""
    return (database.query or "").strip().removesuffix(";").rstrip()


def _columns(connection: Connection, database: Database, where: str) -> tuple[list[str], str]:
    """Every column, and the one that holds the geometry, as the server knows them."""
    if database.table:
        _known(connection, database, where)
    else:
        _single(connection, database, where)
    types: set[int] = set(
        connection.scalars(
            select(column("oid"))
            .select_from(text("pg_catalog.pg_type"))
            .where(column("typname") == "geometry")
        )
    )
    if not types:
        raise SourceError(f"{where}: this database has no PostGIS; ask for: CREATE EXTENSION postgis")
    with connection.execute(select(text("*")).select_from(_from(database)).limit(0)) as empty:
        described = empty.cursor.description or () if empty.cursor else ()
        names = [str(one[0]) for one in described]
        shapes = [str(one[0]) for one in described if one[1] in types]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(f"{where}: columns of the same name: {', '.join(twice)}; rename them with AS")
    return names, _geometry(database, names, shapes, where)


def _geometry(database: Database, names: list[str], shapes: list[str], where: str) -> str:
    """The geometry column that is named, or the only one."""
    wanted = database.geometry
    if wanted in shapes:
        return str(wanted)
    if wanted:
        kind = "is no geometry" if wanted in names else "does not exist"
        raise SourceError(
            f"{where}: column {wanted!r} {kind}{near(wanted, shapes)}; geometry: {_list(shapes)}"
        )
    if len(shapes) != 1:
        raise SourceError(f"{where}: say which geometry column; there are: {_list(shapes)}")
    return shapes[0]


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _known(connection: Connection, database: Database, where: str) -> None:
    """Refuse a table that the server does not know by exactly this name."""
    inspector = inspect(connection)
    schemas = inspector.get_schema_names()
    if database.schema_name not in schemas:
        raise SourceError(
            f"{where}: there is no schema {database.schema_name!r}{near(database.schema_name, schemas)}"
        )
    tables = [
        *inspector.get_table_names(schema=database.schema_name),
        *inspector.get_view_names(schema=database.schema_name),
        *inspector.get_materialized_view_names(schema=database.schema_name),
        *inspector.get_foreign_table_names(schema=database.schema_name),  # type: ignore[attr-defined]
    ]
    if database.table not in tables:
        raise SourceError(
            f"{where}: there is no table {database.table!r}{near(str(database.table), tables)}; "
            "ask whether the user may see it"
        )


def _single(connection: Connection, database: Database, where: str) -> None:
    """Refuse what is not one statement by itself.

    Preparing a statement parses it without running it and takes one only. What is complete by
    itself cannot close the parenthesis it is put into, and there only a query can stand.
    """
    driver: Any = connection.connection.dbapi_connection
    answer = driver.pgconn.prepare(b"siteplan_query", _bare(database).encode())
    if answer.error_message:
        reason = answer.error_message.decode(errors="replace").strip().splitlines()[0]
        raise SourceError(f"{where}: not a single SELECT: {reason}")


def _rows(connection: Connection, database: Database, statement: _Query, where: str) -> list[Sequence[Any]]:
    """Every record, fetched in chunks through a cursor on the server."""
    rows: list[Sequence[Any]] = []
    options = {"stream_results": True, "max_row_buffer": database.chunk}
    try:
        with connection.execute(statement, execution_options=options) as answer:
            for part in answer.partitions(database.chunk):
                rows.extend(part)
    except DBAPIError as wrong:
        if not is_lost(wrong):
            raise
        raise SourceError(
            f"{where}: the connection was lost after {len(rows)} records; none of them is used; read again"
        ) from None
    return rows


def _shapes(texts: Sequence[str | None]) -> tuple[NDArray[np.object_], dict[int, str]]:
    """Geometry from PostGIS' own text (hexadecimal EWKB), and why some of it cannot be read."""
    try:
        return np.asarray(shapely.from_wkb(np.array(texts, dtype=object)), dtype=object), {}
    except _UNREADABLE:
        broken: dict[int, str] = {}
        shapes = np.full(len(texts), None, dtype=object)
        for row, text in enumerate(texts):
            try:
                shapes[row] = shapely.from_wkb(text) if text is not None else None
            except _UNREADABLE as reason:
                broken[row] = str(reason)
        return shapes, broken


def _crs(
    connection: Connection, database: Database, geometry: str, shapes: Any, where: str
) -> crs.CRS | None:
    """The CRS of the one SRID that all records have; of the column's where there are none."""
    present = shapes[[shape is not None for shape in shapes]]
    srids, counts = np.unique(shapely.get_srid(present), return_counts=True)
    if len(srids) > 1:
        held = ", ".join(f"{srid} ({count} records)" for srid, count in zip(srids, counts, strict=True))
        raise SourceError(f"{where}: geometry in several SRIDs: {held}; make it one with ST_Transform")
    if len(srids):
        srid = int(srids[0])
    else:
        stated: _Query = (
            select(column("srid"))
            .select_from(text(_catalogue(connection, "geometry_columns")))
            .where(
                column("f_table_schema") == database.schema_name,
                column("f_table_name") == database.table,
                column("f_geometry_column") == geometry,
            )
        )
        srid = int(connection.scalar(stated) or 0)
    if srid == 0:
        return None
    known: _Query = select(column("auth_name"), column("auth_srid"), column("srtext"))
    row = connection.execute(
        known.select_from(text(_catalogue(connection, "spatial_ref_sys"))).where(column("srid") == srid)
    ).first()
    if row is None:
        raise SourceError(f"{where}: SRID {srid} is not in spatial_ref_sys; add it there")
    try:
        return crs.parse(f"EPSG:{row[1]}" if row[0] == "EPSG" else str(row[2]))
    except CrsError as unknown:
        raise SourceError(f"{where}: SRID {srid}: {unknown}") from None


def _catalogue(connection: Connection, name: str) -> str:
    """The full name of a table of PostGIS, in whichever schema it was installed."""
    schema = connection.scalar(
        select(text("n.nspname"))
        .select_from(
            text("pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace")
        )
        .where(column("extname") == "postgis")
    )
    return f"{connection.dialect.identifier_preparer.quote(str(schema))}.{name}"


def _plain(value: Any) -> Any:
    """A cell as a file would hold it: a number, a flag or text."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return float(value)
        case date() | datetime():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)
