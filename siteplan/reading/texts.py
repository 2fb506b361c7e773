"""Formats that are plain text: GeoJSON and its lines, DXF, MIF, CSV.

Each is gone through once before a driver sees it, to know that it is whole, that nothing in it
points elsewhere, and how many records it must give.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from siteplan.errors import SourceError
from siteplan.findings import Finding
from siteplan.reading.binary import sibling
from siteplan.reading.opened import Hints, Opened

# The key "crs", however its letters are escaped.
_CRS_KEY = re.compile(rb'"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)"\s*:\s*(?=\{)', re.IGNORECASE)
_CRS_LENGTH = 100_000
_FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')
# Above this, features are counted by their mark instead of by parsing: parsing takes ten times the size.
_PARSED = 64_000_000

_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_GEOJSON = ("FeatureCollection", "Feature", "GeometryCollection", *_SHAPES)


# What could stand before the root (a DOCTYPE, entities) has no business there.
_OSM_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<osm[\s>]", re.DOTALL)


def geojson(path: Path, head: bytes, _: Hints) -> Opened:
    """GeoJSON of one document, whose CRS is a name and no link."""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise SourceError(f"{path}: not GeoJSON; its first bytes are {head[:16]!r}")
    text = path.read_bytes()
    _refuse_link(path, text)
    stated = _features(path, text) if len(text) < _PARSED else len(_FEATURE.findall(text)) or None
    return Opened(path, f"GeoJSON:{path}", "GeoJSON", stated=stated)


def _refuse_link(path: Path, text: bytes) -> None:
    if _linked_crs(text):
        raise SourceError(
            f"{path}: its CRS is a link, which siteplan does not follow; name the CRS in the file"
        )


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


def _features(path: Path, text: bytes) -> int:
    """How many features a document holds; one that is no feature is refused, GDAL would pass it over."""
    data = _parsed(path, text)
    kind = data.get("type") if isinstance(data, dict) else None
    if kind not in _GEOJSON:
        raise SourceError(f"{path}: not GeoJSON: its type is {kind!r}; give a FeatureCollection")
    if kind != "FeatureCollection":
        return 1
    features = data.get("features")
    if not isinstance(features, list):
        raise SourceError(f"{path}: not GeoJSON, or damaged: a FeatureCollection without its features")
    for number, feature in enumerate(features):
        if not _is_feature(feature):
            raise SourceError(f"{path}: truncated or damaged: record {number} is no Feature with a geometry")
    return len(features)


def _is_feature(data: object) -> bool:
    if not isinstance(data, dict) or data.get("type") != "Feature" or "geometry" not in data:
        return False
    shape = data["geometry"]
    return shape is None or (
        isinstance(shape, dict)
        and shape.get("type") in (*_SHAPES, "GeometryCollection")
        and ("geometries" if shape["type"] == "GeometryCollection" else "coordinates") in shape
    )


def _parsed(path: Path, text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except RecursionError:
        raise SourceError(f"{path}: not GeoJSON: nested deeper than any geometry is") from None
    except UnicodeDecodeError as wrong:
        raise SourceError(f"{path}: not UTF-8 text (byte {wrong.start}); save it as UTF-8") from None
    except ValueError as wrong:
        raise SourceError(f"{path}: not GeoJSON, or truncated: {wrong}; ask for the file again") from None


def geojson_lines(path: Path, head: bytes, hints: Hints) -> Opened:
    """GeoJSON with one feature in each line (or after each RS character)."""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x1e \t\r\n").startswith(b"{"):
        raise SourceError(f"{path}: not GeoJSON lines; its first bytes are {head[:16]!r}")
    records = 0
    for number, line in enumerate(_lines(path, hints)):
        if text := line.strip(b"\x1e \t\r\n"):
            _refuse_link(path, text)
            if not _is_feature(_parsed(path, text)):
                raise SourceError(f"{path}: line {number + 1} is no GeoJSON Feature")
            records += 1
    return Opened(path, f"GeoJSONSeq:{path}", "GeoJSON lines", stated=records)


def _lines(path: Path, hints: Hints) -> Iterator[bytes]:
    """Lines of a file; one without an end is not taken in whole."""
    longest = 100 * hints.limits.text_length
    with path.open("rb") as file:
        while line := file.readline(longest):
            if len(line) == longest:
                raise SourceError(
                    f"{path}: a line of {longest} bytes, 100 x {hints.limits.says('text_length')}"
                )
            yield line


# Parts of the entity before them, not entities of their own.
_DXF_PARTS = ("VERTEX", "SEQEND", "ATTRIB")


def dxf(path: Path, head: bytes, hints: Hints) -> Opened:
    """A DXF drawing: pairs of lines, a code and its value, up to EOF."""
    if head.startswith(b"AutoCAD Binary DXF"):
        raise SourceError(f"{path}: not a DXF in text form; save it as ASCII DXF")
    kinds = _entities(path, hints)
    if "INSERT" in kinds or "DIMENSION" in kinds:
        # A block reference becomes as many records as its block has; the count cannot be foretold.
        return Opened(path, str(path), "DXF", stated=None)
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    found = Finding("note", "", f"the drawing holds {listed or 'no entity'}")
    return Opened(path, str(path), "DXF", stated=sum(kinds.values()), findings=(found,))


def _entities(path: Path, hints: Hints) -> Counter[str]:
    """How many entities of each kind a drawing has."""
    kinds: Counter[str] = Counter()
    section, ended, handle, kind = "", False, False, ""
    for code, value in _pairs(path, hints):
        if ended:
            raise SourceError(f"{path}: not a DXF drawing, or damaged: text after its EOF")
        if code == 0:
            kind, handle = value, False
            section, ended = ("" if value == "ENDSEC" else section), value == "EOF"
            if section == "ENTITIES" and value not in _DXF_PARTS:
                kinds[value] += 1
        elif code == 2 and kind == "SECTION":
            section, kind = value, ""
        elif code == 5 and section == "ENTITIES":
            if handle:
                raise SourceError(
                    f"{path}: damaged: an entity {kind} with two handles; ask for the file again"
                )
            handle = True
    if not ended:
        raise SourceError(f"{path}: not a DXF drawing, or truncated: it does not end with EOF")
    return kinds


def _pairs(path: Path, hints: Hints) -> Iterator[tuple[int, str]]:
    lines = _lines(path, hints)
    for line in lines:
        value = next(lines, b"").strip().decode("latin-1")
        try:
            yield int(line), value
        except ValueError:
            if line.strip() or value:
                raise SourceError(f"{path}: not a DXF drawing: {line[:20]!r} is no group code") from None


_MIF_SHAPES = re.compile(
    rb"^\s*(none|point|line|pline|region|arc|text|rect|roundrect|ellipse|multipoint|collection)\b",
    re.IGNORECASE,
)


def mapinfo_mif(path: Path, head: bytes, hints: Hints) -> Opened:
    """A MapInfo MIF with its MID: as many shapes in the one as rows in the other."""
    if not head.lstrip().lower().startswith(b"version"):
        raise SourceError(f"{path}: not a MapInfo MIF; its first bytes are {head[:16]!r}")
    mid = sibling(path, ".mid")
    if mid is None:
        raise SourceError(f"{path}: a MIF needs its .mid; ask for both parts")
    rows = sum(bool(line.strip()) for line in _lines(mid, hints))
    shapes, data, inside = 0, False, 0
    for line in _lines(path, hints):
        if not data:
            data = line.strip().lower() == b"data"
        elif (found := _MIF_SHAPES.match(line)) and not inside:
            shapes += 1
            # The parts of a collection begin with the same words as shapes of their own.
            inside = int(line.split()[1]) if found[1].lower() == b"collection" else 0
        elif found:
            inside -= 1
    if not data or shapes != rows:
        raise SourceError(
            f"{path}: truncated or damaged: {shapes} shapes for {rows} rows in its .mid; ask for it again"
        )
    return Opened(path, str(path), "MapInfo MIF", stated=rows)


def csv_table(path: Path, head: bytes, _: Hints) -> Opened:
    """A table as text; its delimiter and columns are looked for when it is read."""
    if b"\0" in head:
        raise SourceError(f"{path}: not a CSV table: it holds NUL bytes")
    if head.lstrip()[:1] in (b"<", b"{", b"["):
        raise SourceError(f"{path}: not a CSV table; its first bytes are {head[:16]!r}")
    return Opened(path, str(path), "CSV")


def osm(path: Path, head: bytes, _: Hints) -> Opened:
    """OpenStreetMap data as XML: it begins with its root and declares nothing before it."""
    if not _OSM_ROOT.match(head):
        raise SourceError(
            f"{path}: not OSM XML, which begins with <osm> and declares nothing; "
            f"its first bytes are {head[:16]!r}"
        )
    return Opened(path, str(path), "OSM XML")
