"""The part of a registry document that is kept: records of one layer, one at a time.

What is kept is a list of names by place (`_INSIDE`), and everything else is passed over unread:
right holders, officials, engineers and whoever else a document names never reach memory. Names are
compared without case and underscores, so that `SpatialElement` and `spatial_element` are one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from siteplan.reading.rosreestr.hardened import Handler, Limits, RefusedError

RECORDS = {
    "cadastralblock": "blocks",
    "parcel": "plots",
    "landrecord": "plots",
    "subparcel": "parts",
    "objectpart": "parts",
    "zone": "zones",
    "zonesandterritoriesrecord": "zones",
    "subjectboundaryrecord": "boundaries",
    "municipalboundaryrecord": "boundaries",
    "inhabitedlocalityboundaryrecord": "boundaries",
    "coastlinerecord": "boundaries",
}
"""Elements that are records, and the layer each belongs to."""

# Objects that have no layer here; they are counted.
_OTHERS = {
    "buildrecord": "buildings",
    "building": "buildings",
    "constructionrecord": "constructions",
    "construction": "constructions",
    "objectunderconstructionrecord": "unfinished buildings",
    "uncompleted": "unfinished buildings",
    "omspoint": "survey points",
    "surveyingprojectrecord": "surveying projects",
    "publiceasementrecord": "public easements",
}

# Containers whose every child is a record: one under another name would be lost in silence.
_STRICT = {
    "parcels": {"parcel", "coordsystems"},
    "landrecords": {"landrecord"},
    "zones": {"zone"},
    "subparcels": {"subparcel"},
    "objectparts": {"objectpart"},
    "contours": {"contour"},
    "spatialselements": {"spatialelement"},
    "cadastralblocks": {"cadastralblock"},
    "zonesandterritoriesboundaries": {"zonesandterritoriesrecord"},
}

_PARTS = {"subparcel", "objectpart"}
_SPATIAL = {"contourslocation", "contours", "contour", "entityspatial"}
_CODED = {"code", "value"}
_ABOUT = {"bobject", "typezone", "number", "index", "namebydoc", "name", "description", "other"}
_BORDER = {"bobjectzonesandterritories", "bcontourslocation", "bobject", "recordinfo", *_SPATIAL}

_INSIDE: dict[str, set[str]] = {
    "cadastralblock": {"cadastralnumber", "area", "spatialdata", "entityspatial"},
    "spatialdata": {"entityspatial"},
    "parcel": {
        "area", "name", "location", "category", "utilization", "cadastralcost", "entityspatial", "contours",
        "compositionez", "subparcels",
    },
    "compositionez": {"entryparcel"},
    "entryparcel": {"entityspatial", "contours"},
    "subparcels": {"subparcel"},
    "subparcel": {"area", "entityspatial", "contours"},
    "location": {"address"},
    "address": {
        "note", "readableaddress", "region", "district", "city", "urbandistrict", "sovietvillage", "locality",
        "street", "level1",
    },
    "landrecord": {
        "object", "params", "addresslocation", "cost", "contourslocation", "objectparts", "status",
        "recordinfo",
    },
    "object": {"commondata", "subtype"},
    "commondata": {"cadnumber", "type"},
    "params": {"category", "permitteduse", "area"},
    "permitteduse": {"permitteduseestablished"},
    "permitteduseestablished": {"bydocument", "landuse"},
    "addresslocation": {"address"},
    "recordinfo": {"registrationdate"},
    "cost": {"value"},
    "objectparts": {"objectpart"},
    "objectpart": {"partnumber", "area", *_SPATIAL},
    "zone": {"description", "accountnumber", "entityspatial", "contours", "specialzone", "territorialzone"},
    "specialzone": {"contentrestrictions"},
    "zonesandterritoriesrecord": _BORDER,
    "subjectboundaryrecord": _BORDER | {"bobjectsubjectboundary"},
    "municipalboundaryrecord": _BORDER | {"bobjectmunicipalboundary"},
    "inhabitedlocalityboundaryrecord": _BORDER | {"bobjectinhabitedlocalityboundary"},
    "coastlinerecord": _BORDER | {"bobjectcoastline"},
    "bobjectzonesandterritories": _ABOUT,
    "bobjectsubjectboundary": _ABOUT,
    "bobjectmunicipalboundary": _ABOUT,
    "bobjectinhabitedlocalityboundary": _ABOUT,
    "bobjectcoastline": _ABOUT,
    "bobject": {"regnumbborder", "typeboundary"},
    "typezone": _CODED,
    "typeboundary": _CODED,
    "subtype": _CODED,
    "type": _CODED,
    "landuse": _CODED,
    "category": {"type"},
    "area": {"area", "total", "unit", "inaccuracy", "value"},
    "bcontourslocation": {"contours", "contour"},
    "contourslocation": {"contours", "contour"},
    "contours": {"contour"},
    "contour": {"entityspatial", "cadnumber", "numberpp"},
    "entityspatial": {"spatialelement", "spatialselements", "skid"},
    "spatialselements": {"spatialelement"},
    "spatialelement": {"spelementunit", "ordinates"},
    "spelementunit": {"ordinate", "newordinate", "r"},
    "ordinates": {"ordinate"},
    "ordinate": {"x", "y", "r"},
}  # fmt: skip

Point = tuple[str | None, str | None, str | None]


class Element:
    """An element that is kept: its names without case and underscores, its points already gathered."""

    __slots__ = ("attributes", "children", "name", "points", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.points: list[Point] = []
        self.text = ""

    def all(self, path: str) -> Iterator[Element]:
        """Yield the elements at a path such as "object/commondata"."""
        first, _, rest = path.partition("/")
        for child in self.children:
            if child.name == first:
                yield from child.all(rest) if rest else (child,)

    def first(self, *paths: str) -> str | None:
        """Return the first text that stands at one of the paths; "a/b@c" is an attribute."""
        for path in paths:
            place, _, attribute = path.partition("@")
            for found in self.all(place) if place else (self,):
                text = found.attributes.get(attribute) if attribute else found.text
                if text and text.strip():
                    return text.strip()
        return None


class Record(NamedTuple):
    """A record as it stands in the document: its element, its block, the plot a part belongs to."""

    element: Element
    block: int
    plot: Element | None


class Collector(Handler):
    """Cuts the records of one layer out of a document; of the others it only counts them.

    Attributes
    ----------
    counts, others, unknown
        Records by layer, objects without a layer, and elements where only records may stand.
    systems
        Names of coordinate systems by block and key; blocks number theirs anew.
    named
        Names of all coordinate systems in the order they appear.
    """

    def __init__(self, limits: Limits, layer: str | None, emit: Callable[[Record], None]) -> None:
        super().__init__(limits)
        self.counts: Counter[str] = Counter()
        self.others: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.systems: dict[tuple[int, str], str] = {}
        self.named: dict[str, None] = {}
        self._layer, self._emit = layer, emit
        self._block = 0
        self._plain: dict[str, str] = {}
        self._open: list[tuple[str, Element | None]] = []
        self._text: list[str] | None = None
        self._length = 0
        self._points = 0

    def start(self, name: str, attrs: object) -> None:
        """Keep, count or pass over an element."""
        plain = self._plain.get(name)
        if plain is None:
            plain = self._plain[name] = name.rpartition(":")[2].replace("_", "").lower()
        above, parent = self._open[-1] if self._open else ("", None)
        self._text = None
        self._tally(plain, name, above, attrs)
        kept = self._kept(plain, above, parent)
        element = None
        if kept:
            element = Element(plain, {_plain(key): cell for key, cell in attrs.items()})  # type: ignore[attr-defined]
            self._text, self._length = [], 0
        elif plain == "skid":
            self._text, self._length = [], 0
        self._open.append((plain, element))

    def _kept(self, plain: str, above: str, parent: Element | None) -> bool:
        layer = RECORDS.get(plain)
        if layer is not None and plain not in _PARTS and _STRICT_ABOVE.get(plain, above) == above:
            self._points = 0
            return layer == self._layer or (layer == "plots" and self._layer == "parts")
        if parent is None:
            return self._hoisted(plain)
        if plain in _PARTS and self._layer != "parts":
            return False
        return plain in _INSIDE.get(above, ())

    def _hoisted(self, plain: str) -> bool:
        """Whether a zone's or boundary's contours stand in a container whose name is not known."""
        if plain not in ("contours", "contour", "entityspatial") or self._layer not in (
            "zones",
            "boundaries",
        ):
            return False
        return any(element is not None for _, element in self._open)

    def _tally(self, plain: str, name: str, above: str, attrs: object) -> None:
        layer = RECORDS.get(plain)
        if layer is not None and _STRICT_ABOVE.get(plain, above) == above:
            self.counts[layer] += 1
            self._block += layer == "blocks"
        elif plain in _OTHERS:
            self.others[_OTHERS[plain]] += 1
        elif above in _STRICT and plain not in _STRICT[above]:
            self.unknown[f"{name[:80]} in {above}"] += 1
        elif plain == "coordsystem":
            system = {_plain(key): cell for key, cell in attrs.items()}  # type: ignore[attr-defined]
            self.systems[self._block, system.get("csid", "")] = system.get("name", "")
            self.named[system.get("name", "")] = None

    def text(self, content: str) -> None:
        """Keep text of an element that is kept."""
        if self._text is None:
            return
        self._length += len(content)
        if self._length > self.limits.text:
            raise RefusedError(f"the text of one element is longer than {self.limits.text} characters")
        self._text.append(content)

    def end(self) -> None:
        """Close an element: gather its points, hand out a record."""
        plain, element = self._open.pop()
        text = "".join(self._text) if self._text else ""
        self._text = None
        if plain == "skid":
            self.named[text.strip()] = None
        if element is None:
            return
        element.text = text
        above = self._open[-1][1] if self._open else None
        if above is None:
            above = next((kept for _, kept in reversed(self._open) if kept is not None), None)
        if plain in ("ordinate", "newordinate", "ordinates", "spelementunit"):
            self._gather(plain, element, above)
        elif plain in RECORDS and plain not in _PARTS:
            self._hand_out(element)
        elif above is not None:
            above.children.append(element)

    def _gather(self, plain: str, element: Element, above: Element | None) -> None:
        """Move points up to their ring: an element for each would take ten times the memory."""
        if plain in ("ordinate", "newordinate"):
            said = element.attributes | {child.name: child.text.strip() for child in element.children}
            element.points = [(said.get("x"), said.get("y"), said.get("r"))]
            self._points += 1
            if self._points > self.limits.points:
                raise RefusedError(f"one record has more than {self.limits.points} points")
        elif plain == "spelementunit":
            radius = element.first("r")
            points = [(x, y, r or radius) for x, y, r in element.points]
            # One unit is one point; a unit without leaves a hole that the ring's reader must see.
            element.points = points if len(points) == 1 else [*points, (None, None, None)]
        if above is not None:
            above.points += element.points

    def _hand_out(self, element: Element) -> None:
        if self._layer != "parts":
            self._emit(Record(element, self._block, None))
            return
        for container in ("subparcels/subparcel", "objectparts/objectpart"):
            for part in element.all(container):
                self._emit(Record(part, self._block, element))


# Short names mean a record only in their own container.
_STRICT_ABOVE = {
    "parcel": "parcels",
    "zone": "zones",
    "subparcel": "subparcels",
    "objectpart": "objectparts",
}


def _plain(name: str) -> str:
    return name.rpartition(":")[2].replace("_", "").lower()
