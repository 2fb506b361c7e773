"""What a file is, by its first bytes: the name of a file is a claim, not a fact.

GDAL opens a file by content, whatever its name: a small text called plots.geojson can make it
return the rows of any other file. So the content must be what the name says before GDAL sees it.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from siteplan.errors import SourceError

# The key "crs", however its letters are escaped.
_CRS_KEY = re.compile(rb'"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)"\s*:\s*(?=\{)', re.IGNORECASE)
_CRS_LENGTH = 100_000

# An OSM file begins with its root; what could stand before it (DOCTYPE, entities) has no business there.
_OSM_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<osm[\s>]", re.DOTALL)

_UNPACKED = 4_000_000_000
_RATIO = 200


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
    suffix = path.suffix.lower()
    try:
        _regular(path)
        if suffix not in (*_FORMATS, ".zip"):
            known = ", ".join((*_FORMATS, ".zip"))
            named = suffix or "files without an ending"
            raise SourceError(f"{path}: siteplan does not read {named}; give one of {known}")
        with path.open("rb") as file:
            head = file.read(512)
        if not head:
            raise SourceError(f"{path}: the file is empty")
        return _zip(path, layer) if suffix == ".zip" else _FORMATS[suffix](path, head)
    except OSError as wrong:
        raise SourceError(f"{path}: cannot be read: {wrong.strerror or wrong}") from None


def _regular(path: Path) -> None:
    """Refuse what is no plain file: a folder holds several, a device or a pipe never ends."""
    if "!" in str(path) or "\0" in str(path):
        raise SourceError(f"{path}: a path with ! or NUL cannot be read; rename the folder or the file")
    if path.is_dir():
        raise SourceError(f"{path}: is a folder; give a file in it")
    if not path.exists():
        folder = "" if path.parent.is_dir() else f"; there is no folder {path.parent} either"
        raise SourceError(f"{path}: there is no such file{folder}")
    if not path.is_file():
        raise SourceError(f"{path}: is no plain file")


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
    if _linked_crs(path.read_bytes()):
        raise SourceError(
            f"{path}: its CRS is a link, which siteplan does not follow; name the CRS in the file"
        )
    return Opened(path, f"GeoJSON:{path}", "GeoJSON")


def _linked_crs(text: bytes) -> bool:
    """Whether a "crs" member is anything but a name: GDAL would fetch what a link points to."""
    for found in _CRS_KEY.finditer(text):
        piece = text[found.end() : found.end() + _CRS_LENGTH].decode("utf-8", "replace")
        try:
            crs, _ = json.JSONDecoder().raw_decode(piece)
        except (json.JSONDecodeError, RecursionError):
            return True
        if crs.get("type") not in ("name", "EPSG", None):
            return True
    return False


def _osm(path: Path, head: bytes) -> Opened:
    if not _OSM_ROOT.match(head):
        raise SourceError(
            f"{path}: not OSM XML, which begins with <osm> and declares nothing; "
            f"its first bytes are {head[:16]!r}"
        )
    return Opened(path, str(path), "OSM XML")


def _pbf(path: Path, head: bytes) -> Opened:
    if head[4:15] != b"\x0a\x09OSMHeader" or head[:2] != b"\0\0":
        raise SourceError(f"{path}: not OSM PBF, which begins with OSMHeader; first bytes are {head[:16]!r}")
    return Opened(path, str(path), "OSM PBF")


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
    sizes = {entry.name.lower(): entry.stat().st_size for entry in path.parent.iterdir() if entry.is_file()}
    parts = {ending: sizes.get(path.stem.lower() + ending, 0) for ending in (".shx", ".dbf")}
    _whole_shapefile(str(path), head, path.stat().st_size, parts)
    return Opened(path, str(path), "Shapefile")


def _whole_shapefile(name: str, head: bytes, size: int, parts: Mapping[str, int]) -> None:
    """A shapefile states its length, in 16-bit words, in its header, and needs its other parts."""
    if missing := [ending for ending, length in parts.items() if not length]:
        raise SourceError(f"{name}: a shapefile needs its {' and '.join(missing)}; ask for all its parts")
    if len(head) < 100 or struct.unpack(">i", head[:4])[0] != 9994:
        raise SourceError(f"{name}: not a shapefile; its first bytes are {head[:16]!r}")
    expected = 2 * struct.unpack(">i", head[24:28])[0]
    if size < expected:
        raise SourceError(f"{name}: truncated: {size} bytes of {expected}; ask for the file again")


def _zip(path: Path, layer: str | None) -> Opened:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(path, archive, layer)
            _bounded(path, archive)
            sizes = {entry.filename.lower(): entry.file_size for entry in archive.infolist()}
            stem = member.filename[:-4].lower()
            with archive.open(member) as file:
                parts = {ending: sizes.get(stem + ending, 0) for ending in (".shx", ".dbf")}
                _whole_shapefile(f"{path}/{member.filename}", file.read(512), member.file_size, parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as wrong:
        raise SourceError(f"{path}: not a readable zip archive: {wrong}") from None
    return Opened(path, f"/vsizip/{path.resolve()}/{member.filename}", "zipped Shapefile")


def _bounded(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to more than a layer can honestly hold."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist())
    if unpacked > _UNPACKED or unpacked > _RATIO * max(packed, 1_000_000):
        raise SourceError(
            f"{path}: unpacks to {unpacked} bytes from {packed}; more than {_UNPACKED} bytes or {_RATIO} "
            "times is taken for a zip bomb; unpack it yourself if it is none"
        )


def _member(path: Path, archive: zipfile.ZipFile, layer: str | None) -> zipfile.ZipInfo:
    """The shapefile to read: the only one, or the one whose stem or path is named."""
    shapefiles = {
        entry.filename: entry
        for entry in archive.infolist()
        if entry.filename.lower().endswith(".shp") and ".." not in Path(entry.filename).parts
    }
    named = [name for name in shapefiles if layer in (None, name, name[:-4], Path(name).stem)]
    if len(named) == 1:
        return shapefiles[named[0]]
    held = ", ".join(sorted(shapefiles)) or "no shapefile"
    wanted = f"there is no layer {layer!r}" if not named and layer else "say which layer"
    raise SourceError(f"{path}: {wanted}; the archive holds {held}")


_FORMATS: dict[str, Callable[[Path, bytes], Opened]] = {
    ".gpkg": _geopackage,
    ".geojson": _geojson,
    ".json": _geojson,
    ".shp": _shapefile,
    ".fgb": _flatgeobuf,
    ".parquet": _parquet,
    ".geoparquet": _parquet,
    ".osm": _osm,
    ".pbf": _pbf,
}
