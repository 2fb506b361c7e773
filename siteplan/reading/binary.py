"""Formats that are known by their first bytes, and state their length."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pyarrow.parquet as pq
from pyarrow import ArrowException

from siteplan.errors import SourceError
from siteplan.reading.opened import Hints, Opened

# A TAB that is a view, a seamless or a linked table names other files or a database to read.
_TAB_REACHES_OUT = re.compile(rb"create\s+view|isseamless|type\s+linked|begin_metadata.*odbc", re.IGNORECASE)
_TAB_TYPE = re.compile(rb"\bType\s+(\w+)", re.IGNORECASE)


def geopackage(path: Path, head: bytes, _: Hints) -> Opened:
    """A GeoPackage is an SQLite database, which states how many pages it has."""
    if not head.startswith(b"SQLite format 3\0"):
        raise SourceError(f"{path}: not a GeoPackage; its first bytes are {head[:16]!r}")
    page_size = struct.unpack(">H", head[16:18])[0]
    pages = struct.unpack(">I", head[28:32])[0]
    _long_enough(path, pages * (65536 if page_size == 1 else page_size))
    return Opened(path, str(path), "GeoPackage")


def _long_enough(path: Path, expected: int) -> None:
    size = path.stat().st_size
    if size < expected:
        raise SourceError(f"{path}: truncated: {size} bytes of {expected}; ask for the file again")


def flatgeobuf(path: Path, head: bytes, _: Hints) -> Opened:
    """A FlatGeobuf by its magic number."""
    if not head.startswith(b"fgb\x03fgb"):
        raise SourceError(f"{path}: not a FlatGeobuf; its first bytes are {head[:16]!r}")
    return Opened(path, str(path), "FlatGeobuf")


def parquet(path: Path, head: bytes, hints: Hints) -> Opened:
    """A Parquet file begins and ends with PAR1, and says in between what it unpacks to."""
    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), 2)
        tail = file.read()
    if not head.startswith(b"PAR1"):
        raise SourceError(f"{path}: not a Parquet file; its first bytes are {head[:16]!r}")
    if tail != b"PAR1":
        raise SourceError(f"{path}: truncated: a Parquet file ends with PAR1; ask for the file again")
    try:
        metadata = pq.read_metadata(path)
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    except (ArrowException, OSError, ValueError) as wrong:
        raise SourceError(f"{path}: not a readable GeoParquet: {wrong}") from None
    unpacked, limits = sum(group.total_byte_size for group in groups), hints.limits
    if unpacked > limits.unpacked_bytes:
        raise SourceError(f"{path}: unpacks to {unpacked} bytes, more than {limits.says('unpacked_bytes')}")
    if (rows := metadata.num_rows) > limits.records:
        raise SourceError(f"{path}: {rows} records, more than {limits.says('records')}")
    return Opened(path, str(path), "GeoParquet", stated=rows)


def sibling(path: Path, ending: str) -> Path | None:
    """Return the part of a data set beside its main file, in whatever letter case."""
    wanted = path.stem.lower() + ending
    found = [entry for entry in path.parent.iterdir() if entry.name.lower() == wanted and entry.is_file()]
    return found[0] if found else None


def _need(path: Path, what: str, *endings: str) -> list[Path]:
    """The other parts of a data set; all that are missing are named."""
    parts = {ending: sibling(path, ending) for ending in endings}
    missing = [ending for ending, part in parts.items() if part is None or not part.stat().st_size]
    if missing:
        raise SourceError(f"{path}: a {what} needs its {' and '.join(missing)}; ask for all its parts")
    return [part for part in parts.values() if part is not None]


def shapefile(path: Path, head: bytes, _: Hints) -> Opened:
    """A shapefile states its length, in 16-bit words, in its header, and needs its other parts."""
    shx, dbf = _need(path, "shapefile", ".shx", ".dbf")
    if len(head) < 100 or struct.unpack(">i", head[:4])[0] != 9994:
        raise SourceError(f"{path}: not a shapefile; its first bytes are {head[:16]!r}")
    _long_enough(path, 2 * struct.unpack(">i", head[24:28])[0])
    rows = _dbf_rows(dbf)
    shapes = (shx.stat().st_size - 100) // 8
    if shapes != rows:
        raise SourceError(
            f"{path}: its .shx lists {shapes} shapes and its .dbf {rows} rows; ask for it again"
        )
    return Opened(path, str(path), "Shapefile", stated=rows - _dbf_deleted(dbf))


def _dbf_rows(path: Path) -> int:
    """The number of rows a .dbf states; the file must be long enough for them."""
    with path.open("rb") as file:
        head = file.read(32)
    if len(head) < 32:
        raise SourceError(f"{path}: truncated: {len(head)} bytes; ask for the file again")
    rows, start, width = struct.unpack("<IHH", head[4:12])
    _long_enough(path, start + rows * width)
    return int(rows)


def _dbf_deleted(path: Path) -> int:
    """Rows of a .dbf that are marked as deleted; GDAL leaves them out, as it should."""
    with path.open("rb") as file:
        rows, start, width = struct.unpack("<IHH", file.read(32)[4:12])
        if not width:
            return 0
        file.seek(start)
        return sum(file.read(width)[:1] == b"*" for _ in range(rows))


def geodatabase(path: Path, _: bytes, hints: Hints) -> Opened:
    """A file geodatabase is a folder with a catalogue table in it."""
    if not path.is_dir():
        raise SourceError(f"{path}: not a file geodatabase, which is a folder; give the folder, or zip it")
    if not (path / "a00000001.gdbtable").is_file():
        raise SourceError(f"{path}: not a file geodatabase: it has no a00000001.gdbtable")
    entries = list(path.iterdir())
    if any(entry.is_symlink() for entry in entries):
        raise SourceError(f"{path}: holds links to other files, which are not followed; copy the files in")
    size = sum(entry.stat().st_size for entry in entries)
    if size > hints.limits.file_bytes:
        raise SourceError(f"{path}: {size} bytes, more than {hints.limits.says('file_bytes')}")
    return Opened(path, str(path), "file geodatabase")


def mapinfo_tab(path: Path, head: bytes, _: Hints) -> Opened:
    """A MapInfo TAB of its own kind, with its .dat, .map and .id; nothing that points elsewhere."""
    text = path.read_bytes() if path.stat().st_size < 1_000_000 else b""
    kind = _TAB_TYPE.search(text)
    if b"!table" not in head.lower() or kind is None:
        raise SourceError(f"{path}: not a MapInfo TAB; its first bytes are {head[:16]!r}")
    if kind[1].upper() != b"NATIVE" or _TAB_REACHES_OUT.search(text):
        raise SourceError(
            f"{path}: points to other tables, which siteplan does not follow; save it as NATIVE"
        )
    dat, _map, ids = _need(path, "MapInfo TAB", ".dat", ".map", ".id")
    rows = _dbf_rows(dat)
    if ids.stat().st_size != 4 * rows:
        raise SourceError(
            f"{path}: its .id lists {ids.stat().st_size // 4} objects, its .dat {rows} rows; ask for it again"
        )
    return Opened(path, str(path), "MapInfo TAB", stated=rows - _dbf_deleted(dat))


def sxf(path: Path, head: bytes, _: Hints) -> Opened:
    """An SXF map by its magic number; whether its driver opens it is seen when it is read."""
    if not head.startswith(b"SXF\0"):
        raise SourceError(f"{path}: not an SXF map; its first bytes are {head[:16]!r}")
    version = struct.unpack("<I", head[8:12])[0] if len(head) >= 12 else 0
    if version not in (0x00000300, 0x00000400, 0x00030000, 0x00040000):
        raise SourceError(f"{path}: SXF of version {version:#x}; versions 3 and 4 can be read, export as one")
    return Opened(path, str(path), "SXF")


def workbook(path: Path, head: bytes, _: Hints) -> Opened:
    """An XLSX workbook is a zip archive; what it unpacks to is checked when it is read."""
    if not head.startswith(b"PK\x03\x04"):
        raise SourceError(f"{path}: not an XLSX workbook; its first bytes are {head[:16]!r}")
    return Opened(path, str(path), "XLSX")


def osm(path: Path, head: bytes, _: Hints) -> Opened:
    """OpenStreetMap data as PBF, by the name of its first block."""
    if head[4:15] != b"\x0a\x09OSMHeader" or head[:2] != b"\0\0":
        raise SourceError(f"{path}: not OSM PBF, which begins with OSMHeader; first bytes are {head[:16]!r}")
    return Opened(path, str(path), "OSM PBF")
