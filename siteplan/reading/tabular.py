"""Tables without a geometry of their own: CSV and XLSX, whose shapes stand in columns of text."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely

from siteplan.errors import SourceError
from siteplan.findings import Finding
from siteplan.models import near, repeated
from siteplan.reading.archives import safe_members
from siteplan.reading.encoding import checked, guess
from siteplan.reading.opened import Opened
from siteplan.reading.records import Records

_DELIMITERS = (",", ";", "\t")
_SPACES = str.maketrans("", "", " \t\u00a0\u2009\u202f")


_WKT_NAMES = ("wkt", "geometry", "geom", "the_geom")
"""Columns that are taken for WKT where the catalogue names none; coordinates are never guessed."""


def read_csv(opened: Opened, layer: str | None) -> Records:
    """Read a CSV table; the delimiter is the one that parts its head, all cells are text.

    Raises
    ------
    SourceError
        If it cannot be decoded or parted, or the columns of its geometry are not known.
    """
    if layer is not None:
        raise SourceError(f"{opened.path}: a CSV file has no layers; leave {layer!r} out")
    encoding, found = _encoding(opened)
    limit = csv.field_size_limit(100 * opened.hints.limits.text_length)
    try:
        with opened.path.open(encoding=encoding, newline="") as file:
            head = file.readline(1_000_000)
            delimiter = max(_DELIMITERS, key=head.count)
            file.seek(0)
            # Line ends inside quotes make a row longer than a line; only csv knows where a row ends.
            rows = csv.reader(file, delimiter=delimiter, strict=True)
            records = _records(opened, next(rows, []), rows)
    except UnicodeDecodeError as wrong:
        raise SourceError(
            f"{opened.path}: not {encoding} text (byte {wrong.start}); state the encoding in the catalogue"
        ) from None
    except (csv.Error, UnicodeError) as wrong:
        raise SourceError(f"{opened.path}: not a readable CSV, or truncated: {wrong}") from None
    finally:
        csv.field_size_limit(limit)
    return replace(records, findings=(*found, *_end(opened)))


def _encoding(opened: Opened) -> tuple[str, tuple[Finding, ...]]:
    if opened.hints.encoding:
        return checked(opened.hints.encoding, opened.path), ()
    with opened.path.open("rb") as file:
        sample = file.read(4_000_000)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", ()
    chosen = guess(sample)
    if chosen is None or chosen.encoding == "utf-8":
        return "utf-8-sig", ()
    message = f"the text is not UTF-8; read as {chosen.encoding}"
    return chosen.encoding, (Finding("warning", "", message, "look at the names; `encoding` forces one"),)


def _end(opened: Opened) -> tuple[Finding, ...]:
    """A CSV does not say how long it is; only a last line without an end is a sign."""
    with opened.path.open("rb") as file:
        file.seek(-1, 2)
        if file.read() in (b"\n", b"\r", b"\0"):
            return ()
    message = "the last line has no end: the file may be cut short"
    return (Finding("warning", "", message, "compare the number of records with the sender's"),)


def read_workbook(opened: Opened, layer: str | None) -> Records:
    """Read one sheet of an XLSX workbook: its first row names the columns.

    Raises
    ------
    SourceError
        If it is larger than the limits, damaged, has several sheets and none is named, or the
        columns of its geometry are not known.
    """
    try:
        with zipfile.ZipFile(opened.path) as archive:
            safe_members(opened.path, archive, opened.hints.limits)
            if damaged := archive.testzip():
                raise SourceError(f"{opened.path}: damaged: {damaged} in it cannot be unpacked")
        # openpyxl leaves a file that it opened itself open when reading stops half-way.
        with opened.path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheet = book[_sheet(opened, book.sheetnames, layer)]
            # What a sheet says about its size may be less than it has.
            sheet.reset_dimensions()
            rows = (row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row))
            return _records(opened, _trimmed(next(rows, ())), (_trimmed(row) for row in rows), padded=True)
    except SourceError:
        raise
    except Exception as wrong:
        # openpyxl lets whatever its parsing runs into through.
        raise SourceError(f"{opened.path}: not a readable XLSX: {wrong}") from None


def _sheet(opened: Opened, names: list[str], layer: str | None) -> str:
    if layer in names:
        return str(layer)
    if layer is None and len(names) == 1:
        return names[0]
    asked = f"there is no sheet {layer!r}{near(layer, names)}" if layer else "say which layer"
    raise SourceError(f"{opened.path}: {asked}; the workbook holds {', '.join(names)}")


def _trimmed(row: Sequence[Any]) -> list[Any]:
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _records(
    opened: Opened, head: Sequence[Any], rows: Iterable[Sequence[Any]], *, padded: bool = False
) -> Records:
    """The rows that have as many cells as the head, with their geometry."""
    names = [str(name).strip() if name is not None else "" for name in head]
    if twice := repeated(names):
        raise SourceError(f"{opened.path}: columns named twice: {', '.join(map(repr, twice))}; rename one")
    shape_of = _geometry(opened, names)
    good: list[list[Any]] = []
    shapes: list[shapely.Geometry | None] = []
    broken: list[tuple[str, str]] = []
    for number, row in enumerate(row for row in rows if row):
        if number >= opened.hints.limits.records:
            raise SourceError(f"{opened.path}: more records than {opened.hints.limits.says('records')}")
        cells = [*row, *[None] * (len(names) - len(row))] if padded else list(row)
        try:
            if len(cells) != len(names):
                raise ValueError(f"{len(cells)} cells, but {len(names)} columns")
            shapes.append(shape_of(dict(zip(names, cells, strict=True))))
        except (ValueError, shapely.errors.ShapelyError) as reason:
            broken.append((str(number), str(reason)))
        else:
            good.append([None if cell == "" else cell for cell in cells])
    table = pd.DataFrame(good, columns=names)
    name = next(one for one in ("geometry", "geometry of the row") if one not in names)
    table[name] = np.array([*shapes, None], dtype=object)[:-1]
    return Records(gpd.GeoDataFrame(table, geometry=name), tuple(broken))


def _geometry(opened: Opened, names: list[str]) -> Any:
    """How the geometry of a row is made from its cells."""
    hints = opened.hints
    if (hints.x is None) != (hints.y is None) or (hints.wkt and hints.x):
        raise SourceError(f"{opened.path}: give either `wkt`, or both `x` and `y`")
    wanted = [name for name in (hints.wkt, hints.x, hints.y) if name is not None]
    if not wanted:
        # The names that GDAL, QGIS and write_layer give to it.
        named = [name for name in names if name.lower() in _WKT_NAMES]
        wanted = named if len(named) == 1 else []
    if len(wanted) not in (1, 2) or not set(wanted) <= set(names):
        missing = [f"{name!r}{near(name, names)}" for name in wanted if name not in names]
        asked = f"there is no column {', '.join(missing)}" if missing else "which columns hold the geometry?"
        raise SourceError(
            f'{opened.path}: {asked}; state wkt = "column" or x = "column", y = "column"; '
            f"present: {', '.join(names) or 'none'}"
        )
    if len(wanted) == 1:
        return lambda row: _from_wkt(row[wanted[0]])
    return lambda row: _from_xy(row[wanted[0]], row[wanted[1]])


def _from_wkt(cell: Any) -> shapely.Geometry | None:
    text = "" if cell is None else str(cell).strip()
    return (
        shapely.from_wkt(text.partition(";")[2] if text.upper().startswith("SRID=") else text)
        if text
        else None
    )


def _from_xy(x: Any, y: Any) -> shapely.Point | None:
    if (x is None or x == "") and (y is None or y == ""):
        return None
    return shapely.Point(_coordinate(x), _coordinate(y))


def _coordinate(cell: Any) -> float:
    r"""A coordinate in any spelling that means one number; a comma is the decimal sign.

    Examples
    --------
    >>> _coordinate("128,5"), _coordinate("5 711 000.25"), _coordinate(7)
    (128.5, 5711000.25, 7.0)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = str(cell or "").translate(_SPACES)
    if text.count(",") > 1 or ("," in text and "." in text) or "_" in text:
        raise ValueError(f"{cell!r} is no coordinate; give one number with one decimal sign")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"{cell!r} is no coordinate; give a number") from None
