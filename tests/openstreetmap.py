"""Small OpenStreetMap files, as XML and as PBF, drawn in the degrees of the tests' world."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

Node = tuple[int, float, float, dict[str, str]]
Way = tuple[int, list[int], dict[str, str]]
Relation = tuple[int, list[tuple[str, int, str]], dict[str, str]]

NODES: list[Node] = [
    (1, 128.10, 51.50, {"power": "substation", "voltage": "110000;35000", "operator": "АО «Сети»"}),
    (2, 128.20, 51.50, {}),
    (3, 128.20, 51.60, {}),
    (4, 128.10, 51.60, {}),
    (5, 128.12, 51.52, {"power": "plant", "plant:source": "gas"}),
]

WAYS: list[Way] = [
    (10, [1, 2], {"power": "line", "voltage": "110000;35000", "cables": "6", "operator": "АО «Сети»"}),
    (11, [1, 2, 3, 1], {"power": "substation", "voltage": "220 kV"}),
    (12, [1, 2, 99], {"power": "line", "voltage": "35000"}),
    (13, [98, 99], {"power": "line"}),
    (14, [1, 2, 3], {}),
    (15, [1, 3], {"man_made": "pipeline", "substance": "gas", "diameter": "1420 mm"}),
    (16, [2, 4], {"man_made": "pipeline", "substance": "water", "diameter": "700"}),
    (17, [1, 4], {"railway": "rail", "usage": "main"}),
    (18, [3, 4], {"railway": "rail", "service": "siding"}),
    (19, [2, 3], {"railway": "abandoned"}),
    (20, [1, 4, 3], {"highway": "primary", "ref": "Р-297"}),
    (21, [2, 3], {"highway": "track"}),
    (22, [2, 3], {"highway": "footway"}),
    (23, [1, 2, 3, 4, 1], {"landuse": "industrial"}),
    (24, [1, 2, 3, 1], {"natural": "water", "name": "Озеро"}),
    (25, [1, 2, 3], {"waterway": "river"}),
    (26, [1, 2], {"power": "substation"}),
    (27, [1, 2, 3, 4, 1], {}),
]

RELATIONS: list[Relation] = [
    (30, [("way", 27, "outer")], {"type": "multipolygon", "landuse": "forest"}),
    (31, [("way", 77, "outer")], {"type": "multipolygon", "landuse": "forest"}),
    (32, [("way", 14, "outer"), ("way", 77, "outer")], {"type": "multipolygon", "landuse": "meadow"}),
    (33, [("way", 10, "")], {"type": "site", "landuse": "industrial"}),
]


def xml(
    nodes: Iterable[Node] = NODES, ways: Iterable[Way] = WAYS, relations: Iterable[Relation] = RELATIONS
) -> str:
    """The elements as OSM XML."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6">']
    for number, lon, lat, tags in nodes:
        lines.append(f'<node id="{number}" lat="{lat}" lon="{lon}">{_tags(tags)}</node>')
    for number, refs, tags in ways:
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        lines.append(f'<way id="{number}">{inner}{_tags(tags)}</way>')
    for number, members, tags in relations:
        inner = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        lines.append(f'<relation id="{number}">{inner}{_tags(tags)}</relation>')
    return "\n".join([*lines, "</osm>"])


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def write(folder: Path, ending: str) -> Path:
    """The elements above in a file."""
    path = folder / f"extract.{ending}"
    if ending == "osm":
        path.write_text(xml(), encoding="utf-8")
    else:
        path.write_bytes(pbf())
    return path


def pbf() -> bytes:
    """The elements above as PBF: a header, and one block for each kind."""
    texts = [""]

    def place(text: str) -> int:
        if text not in texts:
            texts.append(text)
        return texts.index(text)

    def tagged(tags: dict[str, str]) -> bytes:
        return _packed(2, map(place, tags)) + _packed(3, map(place, tags.values()))

    kinds = ["node", "way", "relation"]
    groups = [
        _dense(place),
        b"".join(
            _bytes(3, _number(1, way) + tagged(tags) + _packed(8, map(_zigzag, _steps(refs))))
            for way, refs, tags in WAYS
        ),
        b"".join(
            _bytes(
                4,
                _number(1, relation)
                + tagged(tags)
                + _packed(8, (place(role) for _, _, role in members))
                + _packed(9, map(_zigzag, _steps([ref for _, ref, _ in members])))
                + _packed(10, (kinds.index(kind) for kind, _, _ in members)),
            )
            for relation, members, tags in RELATIONS
        ),
    ]
    table = _bytes(1, b"".join(_bytes(1, text.encode()) for text in texts))
    header = _bytes(4, b"OsmSchema-V0.6") + _bytes(4, b"DenseNodes")
    return _blob("OSMHeader", header) + b"".join(
        _blob("OSMData", table + _bytes(2, group)) for group in groups
    )


def _dense(place: Callable[[str], int]) -> bytes:
    """All nodes in the compact form: differences of ids and of 1e-7 degrees, tags as one list."""
    ids = _steps([number for number, *_ in NODES])
    lats = _steps([round(lat * 1e7) for _, _, lat, _ in NODES])
    lons = _steps([round(lon * 1e7) for _, lon, _, _ in NODES])
    tags: list[int] = []
    for *_, each in NODES:
        for key, value in each.items():
            tags += [place(key), place(value)]
        tags.append(0)
    return _bytes(
        2,
        _packed(1, map(_zigzag, ids))
        + _packed(8, map(_zigzag, lats))
        + _packed(9, map(_zigzag, lons))
        + _packed(10, tags),
    )


def _blob(kind: str, content: bytes) -> bytes:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind.encode()) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _steps(values: list[int]) -> list[int]:
    return [now - before for before, now in zip([0, *values], values, strict=False)]


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _packed(field: int, values: Iterable[int]) -> bytes:
    content = b"".join(map(_varint, values))
    return _bytes(field, content) if content else b""
