"""What a file is, by its first bytes: the name of a file is a claim, not a fact.

GDAL opens a file by content, whatever its name: a small text called plots.geojson can make it
return the rows of any other file. So the content must be what the name says before GDAL sees it.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from siteplan.errors import SourceError

_CRS_LINK = re.compile(rb'"crs"\s*:\s*\{[^{}]*"link"')


@dataclass(frozen=True)
class Opened:
    """How to open a file whose content is what its name says.

    Attributes
    ----------
    path
        The file.
    target
        What GDAL is given to open it with the driver of its format, and no other.
    format
        The format's name for messages.
    """

    path: Path
    target: str
    format: str


def sniff(path: Path, layer: str | None = None) -> Opened:
    """Check that a file is what its name says.

    Parameters
    ----------
    path
        A .gpkg, .geojson, .shp, .fgb, .parquet file, or a .zip that holds shapefiles.
    layer
        Which shapefile of a .zip with several.

    Raises
    ------
    SourceError
        If the file is missing, empty, truncated, of an unknown format or not of the one it claims.
    """
    if not path.exists():
        folder = "" if path.parent.is_dir() else f"; there is no folder {path.parent} either"
        raise SourceError(f"{path}: there is no such file{folder}")
    if path.is_dir():
        raise SourceError(f"{path}: is a folder; give a file in it")
    suffix = path.suffix.lower()
    if suffix not in (*_FORMATS, ".zip"):
        known = ", ".join((*_FORMATS, ".zip"))
        raise SourceError(
            f"{path}: siteplan does not read {suffix or 'files without an ending'}; give one of {known}"
        )
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as wrong:
        raise SourceError(f"{path}: cannot be read: {wrong.strerror}") from None
    if not size:
        raise SourceError(f"{path}: the file is empty")
    return _zip(path, layer) if suffix == ".zip" else _FORMATS[suffix](path, head)


def _geopackage(path: Path, head: bytes) -> Opened:
    if not head.startswith(b"SQLite format 3\0"):
        raise SourceError(f"{path}: not a GeoPackage; its first bytes are {head[:16]!r}")
    page_size = struct.unpack(">H", head[16:18])[0]
    pages = struct.unpack(">I", head[28:32])[0]
    expected = pages * (65536 if page_size == 1 else page_size)
    if path.stat().st_size < expected:
        raise SourceError(
            f"{path}: truncated: {path.stat().st_size} bytes of {expected}; ask for the file again"
        )
    return Opened(path, str(path), "GeoPackage")


def _geojson(path: Path, head: bytes) -> Opened:
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise SourceError(f"{path}: not GeoJSON; its first bytes are {head[:16]!r}")
    if _CRS_LINK.search(path.read_bytes()):
        raise SourceError(
            f"{path}: its CRS is a link, which siteplan does not follow; name the CRS in the file"
        )
    return Opened(path, f"GeoJSON:{path}", "GeoJSON")


def _flatgeobuf(path: Path, head: bytes) -> Opened:
    if not head.startswith(b"fgb\x03fgb"):
        raise SourceError(f"{path}: not a FlatGeobuf; its first bytes are {head[:16]!r}")
    return Opened(path, str(path), "FlatGeobuf")


def _parquet(path: Path, head: bytes) -> Opened:
    with path.open("rb") as file:
        file.seek(-min(4, path.stat().st_size), 2)
        tail = file.read()
    if not head.startswith(b"PAR1"):
        raise SourceError(f"{path}: not a Parquet file; its first bytes are {head[:16]!r}")
    if tail != b"PAR1":
        raise SourceError(f"{path}: truncated: a Parquet file ends with PAR1; ask for the file again")
    return Opened(path, str(path), "GeoParquet")


def _shapefile(path: Path, head: bytes) -> Opened:
    beside = {entry.name.lower() for entry in path.parent.iterdir()}
    missing = [ending for ending in (".shx", ".dbf") if path.stem.lower() + ending not in beside]
    if missing:
        raise SourceError(
            f"{path}: a shapefile needs {' and '.join(missing)} beside it; ask for all its parts"
        )
    _whole_shapefile(str(path), head, path.stat().st_size)
    return Opened(path, str(path), "Shapefile")


def _whole_shapefile(name: str, head: bytes, size: int) -> None:
    """A shapefile states its length, in 16-bit words, in its header."""
    if len(head) < 100 or struct.unpack(">i", head[:4])[0] != 9994:
        raise SourceError(f"{name}: not a shapefile; its first bytes are {head[:16]!r}")
    expected = 2 * struct.unpack(">i", head[24:28])[0]
    if size < expected:
        raise SourceError(f"{name}: truncated: {size} bytes of {expected}; ask for the file again")


def _zip(path: Path, layer: str | None) -> Opened:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(path, archive, layer)
            with archive.open(member) as file:
                _whole_shapefile(f"{path}/{member.filename}", file.read(512), member.file_size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as wrong:
        raise SourceError(f"{path}: not a readable zip archive: {wrong}") from None
    return Opened(path, f"/vsizip/{{{path.resolve()}}}/{member.filename}", "zipped Shapefile")


def _member(path: Path, archive: zipfile.ZipFile, layer: str | None) -> zipfile.ZipInfo:
    shapefiles = {
        Path(entry.filename).stem: entry
        for entry in archive.infolist()
        if entry.filename.lower().endswith(".shp") and ".." not in Path(entry.filename).parts
    }
    if layer is None and len(shapefiles) == 1:
        return next(iter(shapefiles.values()))
    if layer in shapefiles:
        return shapefiles[layer]
    held = ", ".join(sorted(shapefiles)) or "no shapefile"
    wanted = f"there is no layer {layer!r}" if layer else "say which layer"
    raise SourceError(f"{path}: {wanted}; the archive holds {held}")


_FORMATS: dict[str, Callable[[Path, bytes], Opened]] = {
    ".gpkg": _geopackage,
    ".geojson": _geojson,
    ".json": _geojson,
    ".shp": _shapefile,
    ".fgb": _flatgeobuf,
    ".parquet": _parquet,
    ".geoparquet": _parquet,
}
