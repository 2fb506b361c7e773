"""One table out, in any format: whole or not at all, and never over another without being told to.

A new file is made in a hidden folder beside its place, read back, and only then moved in. So a
process killed at any moment leaves the old file or the new one.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio

from siteplan.errors import OutputError
from siteplan.findings import Finding
from siteplan.writing import sheets, storable
from siteplan.writing.atomic import DRAFT, alone, publish, saying, stamped

WAIT = 10.0
"""How long a locked file or a busy folder is waited for, seconds."""


def write_layer(
    frame: gpd.GeoDataFrame, path: str | Path, *, layer: str | None = None, force: bool = False
) -> tuple[Finding, ...]:
    """Write a table with its geometry into one file; its format is the ending of its name.

    The index is written as a column when it has a name. Field names, Cyrillic, the order of the
    records and every digit of coordinates and numbers are kept (in GeoJSON coordinates to their 15th
    digit, which GDAL rounds away); the same table gives the same bytes. Other layers of a GeoPackage
    stay as they are. What a format cannot hold is named in the
    findings: NUL letters anywhere, endless numbers in GeoJSON, control letters and the start of
    formulas in CSV and XLSX (shown as text a spreadsheet does not obey), texts beyond the 32 767
    letters of an XLSX cell.

    Parameters
    ----------
    frame
        The table, with a CRS where it has geometry.
    path
        A .gpkg, .parquet, .geoparquet, .fgb, .geojson, .csv or .xlsx file. A Shapefile is refused: it
        cuts names.
    layer
        The layer's name in a GeoPackage (the sheet's in XLSX), the file's own name by default.
    force
        Replace a file, or a layer of a GeoPackage, that is already there.

    Returns
    -------
    findings
        What the file holds otherwise than the table; empty when nothing.

    Raises
    ------
    OutputError
        If the table cannot be kept whole in that format, something is already there, the file
        stays locked for `WAIT` seconds, or cannot be written. The old file stays then.

    Examples
    --------
    >>> write_layer(gpd.GeoDataFrame({"distance_to_rail": [5.0]}, geometry=[None]), "plots.shp")
    Traceback (most recent call last):
    siteplan.errors.OutputError: plots.shp: siteplan does not write Shapefiles, ...
    """
    path = Path(path)
    write = _writer(path, frame)
    name = layer if layer is not None else path.stem
    with saying(path):
        table, findings = storable.made_storable(frame, path, name)
        _place(path)
        with alone(path.resolve().parent, wait=WAIT), _kept(path, name, force=force) as draft, stamped():
            found = write(table, draft, name)
            _check(draft, table, name, path)
            publish(draft, path.resolve())
    return (*findings, *found)


def _writer(path: Path, frame: gpd.GeoDataFrame) -> Callable[[gpd.GeoDataFrame, Path, str], list[Finding]]:
    """The writer of a format; what cannot hold the table's names is refused with what would be cut."""
    suffix = path.suffix.lower()
    if suffix in (".shp", ".dbf", ".zip"):
        cut = [(name, name.encode()[:10].decode(errors="ignore")) for name in map(str, frame.columns)]
        raise OutputError(
            f"{path}: siteplan does not write Shapefiles, which cut names to 10 bytes and texts to 254; "
            f"give one of {', '.join(_WRITERS)}",
            [f"{name!r} would become {short!r}" for name, short in cut if short != name],
        )
    if suffix not in _WRITERS:
        raise OutputError(f"{path}: siteplan does not write {suffix!r}; give one of {', '.join(_WRITERS)}")
    return _WRITERS[suffix]


def _place(path: Path) -> None:
    """Refuse a place where no file can stand, before anything is written."""
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; give a file")
    if path.exists() and not path.is_file():
        raise OutputError(f"{path}: is no plain file")
    folder = path.resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{path}: cannot be written: no permission in {folder}")


@contextmanager
def _kept(path: Path, layer: str, *, force: bool) -> Iterator[Path]:
    """Yield where the draft is made; in a GeoPackage the other layers already stand in it."""
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=path.resolve().parent) as folder:
        draft = Path(folder) / path.name
        if path.suffix.lower() == ".gpkg" and path.exists():
            with _copied(path, draft):
                _make_room(path, draft, layer, force=force)
                yield draft
            return
        if path.exists() and not force:
            raise OutputError(f"{path}: is already there; replace it with force, or give another name")
        yield draft


@contextmanager
def _copied(path: Path, draft: Path) -> Iterator[None]:
    """Copy a GeoPackage and hold it against other programs until the copy has taken its place.

    The journal is folded in first: one that stayed behind would be played back into the new file.
    """
    address = f"{path.resolve().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)) as old:
            old.execute("PRAGMA journal_mode = DELETE").fetchall()
            old.execute("BEGIN IMMEDIATE")
            # Not by the file system: closing a handle of our own would let go of SQLite's lock. And by a
            # second connection: the one that holds the lock for writing cannot be copied from.
            with closing(sqlite3.connect(address, uri=True)) as whole, closing(sqlite3.connect(draft)) as new:
                whole.backup(new)
            yield
    except sqlite3.OperationalError as busy:
        remedy = f" after {WAIT:.0f} s; close it where it is open (QGIS?)" if "locked" in str(busy) else ""
        raise OutputError(f"{path}: cannot be written: {busy}{remedy}") from None
    except sqlite3.DatabaseError as broken:
        raise OutputError(f"{path}: is no GeoPackage ({broken}); give another name") from None


def _make_room(path: Path, draft: Path, layer: str, *, force: bool) -> None:
    """Refuse a layer that is there already, unless it is to be replaced."""
    there = [str(name) for name, _ in pyogrio.list_layers(draft)]
    same = [name for name in there if name.casefold() == layer.casefold()]
    if same and not force:
        raise OutputError(
            f"{path}: already holds a layer {same[0]!r}; replace it with force, or give another layer name"
        )
    if same and same[0] != layer:
        raise OutputError(f"{path}: holds a layer {same[0]!r}, of which {layer!r} differs only by case")


def _check(draft: Path, table: gpd.GeoDataFrame, layer: str, path: Path) -> None:
    """Read the finished file back: GDAL does not notice every disk that fills up."""
    if draft.suffix.lower() in _SHEETS:
        return  # their writers raise for every byte that does not arrive
    if draft.suffix.lower() in (".parquet", ".geoparquet"):
        back = gpd.read_parquet(draft)
    else:
        named = layer if draft.suffix.lower() == ".gpkg" else None
        back = pyogrio.read_dataframe(draft, layer=named, on_invalid="ignore")
    wanted = [str(column) for column in table.columns if column != table.geometry.name]
    found = [str(column) for column in back.columns if column != back.geometry.name]
    # A GeoJSON without records has no names either.
    nameless = draft.suffix.lower() == ".geojson" and table.empty
    if len(back) != len(table) or (set(found) != set(wanted) and not nameless):
        raise OutputError(
            f"{path}: was not written whole: {len(back)} of {len(table)} records, "
            f"{len(found)} of {len(wanted)} columns; the old file stays"
        )
    before, after = (
        table.geometry.is_empty | table.geometry.isna(),
        back.geometry.is_empty | back.geometry.isna(),
    )
    if not np.array_equal(before.to_numpy(), after.to_numpy()):
        raise OutputError(f"{path}: the format cannot hold every geometry; give .parquet or .gpkg")
    if table.crs is not None and back.crs != table.crs:
        raise OutputError(f"{path}: the format cannot name the CRS {table.crs.name}; give .gpkg or .parquet")


def _gdal(driver: str, **options: str) -> Callable[[gpd.GeoDataFrame, Path, str], list[Finding]]:
    """A writer through GDAL."""

    def write(table: gpd.GeoDataFrame, draft: Path, layer: str) -> list[Finding]:
        own = dict(options)
        if driver == "GPKG":
            own |= _own_columns(table)
        # Single shapes beside multiple ones stay what they are.
        pyogrio.write_dataframe(
            table, draft, layer=layer, driver=driver, promote_to_multi=False, layer_options=own
        )
        return []

    return write


def _own_columns(table: gpd.GeoDataFrame) -> dict[str, str]:
    """Names for the two columns a GeoPackage adds that the table does not use."""
    taken = {str(column).casefold() for column in table.columns if column != table.geometry.name}
    names = {}
    for key, wanted in (("FID", "fid"), ("GEOMETRY_NAME", "geom")):
        names[key] = next(
            name
            for name in (wanted, *(f"{wanted}_{number}" for number in range(1, 9999)))
            if name not in taken
        )
    return names


def _parquet(table: gpd.GeoDataFrame, draft: Path, _layer: str) -> list[Finding]:
    table.to_parquet(draft, index=False)
    return []


_SHEETS = (".csv", ".xlsx")
_WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path, str], list[Finding]]] = {
    ".gpkg": _gdal("GPKG"),
    ".parquet": _parquet,
    ".geoparquet": _parquet,
    # An index would order the records by place, and take none without geometry.
    ".fgb": _gdal("FlatGeobuf", SPATIAL_INDEX="NO"),
    ".geojson": _gdal("GeoJSON", SIGNIFICANT_FIGURES="17"),
    ".csv": sheets.write_csv,
    ".xlsx": sheets.write_xlsx,
}
