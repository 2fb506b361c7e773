"""Ways and relations of an OpenStreetMap file, as they stand in it.

GDAL's driver leaves out what it cannot build (a multipolygon with a missing member, a way without
its nodes) and says nothing. The elements are therefore listed here a second time, without
geometry, so that what is missing from a layer can be named with its OSM id.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from siteplan.errors import SourceError

# The format's own bounds for a blob and its header.
_BLOB, _HEADER = 32 * 2**20, 64 * 2**10
_RANK = {"node": 0, "way": 1, "relation": 2}


@dataclass(frozen=True)
class Element:
    """A way or relation that carries one of the keys asked for.

    Attributes
    ----------
    kind, number
        "way" or "relation", and its number in OpenStreetMap.
    tags
        Its keys and values.
    points
        How many nodes a way names.
    closed
        Whether a way ends where it starts.
    """

    kind: str
    number: int
    tags: dict[str, str]
    points: int = 0
    closed: bool = False


def elements(path: Path, keys: frozenset[str]) -> Iterator[Element]:
    """Return the ways and relations of a file that carry one of some keys.

    Parameters
    ----------
    path
        An .osm or .osm.pbf file.
    keys
        Tag keys.

    Raises
    ------
    SourceError
        If the file is damaged, truncated, or not in the order nodes, ways, relations.
    """
    return iter(_xml(path, keys)) if path.suffix.lower() == ".osm" else _pbf(path, keys)


class _Listing(ContentHandler):
    """Collects elements; memory grows with those that carry a key, not with the file."""

    def __init__(self, path: Path, keys: frozenset[str]) -> None:
        super().__init__()
        self.path, self.keys = path, keys
        self.found: list[Element] = []
        self._seen = (0, -(2**63))
        self._number = 0
        self._tags: dict[str, str] = {}
        self._nodes: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        """Take note of an element, one of its tags or nodes."""
        if name in _RANK:
            self._number = int(attrs["id"])
            self._ordered(name)
            self._tags, self._nodes = {}, []
        elif name == "tag":
            self._tags[attrs["k"]] = attrs["v"]
        elif name == "nd":
            self._nodes.append(attrs["ref"])

    def _ordered(self, name: str) -> None:
        here = (_RANK[name], self._number)
        if here <= self._seen:
            raise SourceError(
                f"{self.path}: {name} {self._number} stands out of order; nodes, ways and relations must "
                "follow each other by number: osmium sort FILE -o SORTED"
            )
        self._seen = here

    def endElement(self, name: str) -> None:  # noqa: N802
        """Keep a way or relation that carries a key."""
        if name in ("way", "relation") and self.keys & self._tags.keys():
            closed = len(self._nodes) > 3 and self._nodes[0] == self._nodes[-1]
            self.found.append(Element(name, self._number, self._tags, len(self._nodes), closed))


def _xml(path: Path, keys: frozenset[str]) -> list[Element]:
    listing = _Listing(path, keys)
    try:
        defusedxml.sax.parse(str(path), listing, forbid_dtd=True)
    except (SAXException, DefusedXmlException, KeyError, ValueError) as wrong:
        raise SourceError(f"{path}: not readable OSM XML: {type(wrong).__name__}: {wrong}") from None
    return listing.found


def _pbf(path: Path, keys: frozenset[str]) -> Iterator[Element]:
    wanted = {key.encode() for key in keys}
    try:
        for block in _blocks(path):
            yield from _of_block(block, wanted)
    except (zlib.error, struct.error, IndexError, KeyError, ValueError, TypeError) as wrong:
        raise SourceError(f"{path}: damaged or truncated OSM PBF: {wrong}; ask for the file again") from None


def _blocks(path: Path) -> Iterator[bytes]:
    """The data blocks of a file, unpacked one by one."""
    with path.open("rb") as file:
        while head := file.read(4):
            header = dict(_fields(_exactly(file, struct.unpack(">I", head)[0], _HEADER)))
            blob = dict(_fields(_exactly(file, header[3], _BLOB)))
            if header[1] != b"OSMData":
                continue
            if 1 in blob:
                yield blob[1]
            elif 3 in blob:
                unpack = zlib.decompressobj()
                block = unpack.decompress(blob[3], _BLOB)
                if not unpack.eof:
                    raise ValueError("a block unpacks to more than 32 MB, or ends early")
                yield block
            else:
                raise ValueError("a block is packed by another method than zlib")


def _exactly(file: Any, size: int, most: int) -> bytes:
    content = file.read(size) if size <= most else b""
    if len(content) != size:
        raise ValueError(f"a part of {size} bytes is cut short or too long")
    return bytes(content)


def _of_block(block: bytes, wanted: set[bytes]) -> Iterator[Element]:
    """Ways (field 3) and relations (field 4) of each group (field 2), by the block's texts (field 1)."""
    parts = list(_fields(block))
    texts = [text for number, table in parts if number == 1 for _, text in _fields(table)]
    marked = {place for place, text in enumerate(texts) if text in wanted}
    if not marked:
        return
    for group in (part for number, part in parts if number == 2):
        for kind, content in _fields(group):
            if kind in (3, 4):
                fields = dict(_fields(content))
                keys = _numbers(fields.get(2, b""))
                if not marked.isdisjoint(keys):
                    yield _element("way" if kind == 3 else "relation", fields, keys, texts)


def _element(kind: str, fields: dict[int, Any], keys: list[int], texts: list[bytes]) -> Element:
    values = _numbers(fields.get(3, b""))
    tags = {
        texts[key].decode("utf-8", "replace"): texts[value].decode("utf-8", "replace")
        for key, value in zip(keys, values, strict=True)
    }
    # References are differences, folded so that small negative ones stay short; a way whose
    # differences after the first add up to nothing ends where it starts.
    steps = [(one >> 1) ^ -(one & 1) for one in _numbers(fields.get(8, b""))] if kind == "way" else []
    return Element(kind, fields[1], tags, len(steps), len(steps) > 3 and sum(steps[1:]) == 0)


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a protocol buffer: number and content, bytes or a whole number."""
    place, end = 0, len(message)
    while place < end:
        tag, place = _varint(message, place)
        match tag & 7:
            case 0:
                content, place = _varint(message, place)
                yield tag >> 3, content
            case 2:
                size, place = _varint(message, place)
                if place + size > end:
                    raise ValueError("a field reaches beyond its block")
                yield tag >> 3, message[place : place + size]
                place += size
            case 1 | 5 as fixed:
                place += 8 if fixed == 1 else 4
            case other:
                raise ValueError(f"wire type {other}")


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than ten bytes")


def _numbers(packed: bytes) -> list[int]:
    numbers, place = [], 0
    while place < len(packed):
        number, place = _varint(packed, place)
        numbers.append(number)
    return numbers
