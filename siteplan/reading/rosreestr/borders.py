"""Borders: rings of points in, polygons out. X is north and Y is east in every extract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from siteplan.reading.rosreestr.elements import Element, Point

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")

# A circle of 256 corners is 0.01 % smaller than the true one.
_QUARTER = 64


class UnusableError(Exception):
    """A border from which no shape can be made; the message is the reason for the planner."""


@dataclass(frozen=True)
class Border:
    """The border of one record.

    Attributes
    ----------
    shape
        Polygon, or MultiPolygon of several contours; x is east, y is north.
    system
        Key or name of the coordinate system, as the document has it.
    numbers
        For each contour its own cadastral number, empty where it has none.
    """

    shape: shapely.Geometry
    system: str
    numbers: tuple[str, ...]


def border(record: Element, *, lines: bool = False) -> Border:
    """Return a record's border.

    Parameters
    ----------
    record
        A record's element; contours of its parts are no part of it.
    lines
        Whether a ring that is not closed is a line, as of a coast; otherwise it is refused.

    Raises
    ------
    UnusableError
        If the record has no border, or one that is not closed, has a point without coordinates,
        or is drawn in several coordinate systems.
    """
    shapes: list[shapely.Geometry] = []
    systems: dict[str, None] = {}
    numbers = []
    for number, spatial in _contours(record):
        systems[spatial.first("@entsys", "skid") or ""] = None
        shapes += _shapes(spatial, lines=lines)
        numbers.append(number)
    if not shapes:
        raise UnusableError("no border: the extract gives no coordinates for it")
    if len(systems) > 1:
        raise UnusableError(f"its contours are in {len(systems)} coordinate systems: {', '.join(systems)}")
    return Border(_one(shapes), next(iter(systems)), tuple(numbers))


def _contours(record: Element, number: str = "") -> Iterator[tuple[str, Element]]:
    """Each outline of a record with its own cadastral number."""
    for child in record.children:
        if child.name == "entityspatial":
            yield number, child
        elif child.name == "contour":
            yield from _contours(child, child.first("cadnumber") or "")
        elif child.name == "entryparcel":
            yield from _contours(child, child.first("@cadastralnumber") or "")
        elif child.name not in ("subparcels", "objectparts"):
            yield from _contours(child, number)


def _one(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    if len(shapes) == 1:
        return shapes[0]
    polygons = [shape for shape in shapes if isinstance(shape, shapely.Polygon)]
    lines = [shape for shape in shapes if isinstance(shape, shapely.LineString)]
    if not lines:
        return shapely.MultiPolygon(polygons)
    return shapely.GeometryCollection(shapes) if polygons else shapely.MultiLineString(lines)


def _shapes(spatial: Element, *, lines: bool) -> list[shapely.Geometry]:
    """The polygons of one outline: which ring is a hole is seen from where it lies, not from its place."""
    elements = [*spatial.all("spatialelement"), *spatial.all("spatialselements/spatialelement")]
    rings, open_lines = [], []
    for element in elements:
        points = _ring(element.points)
        if len(points) >= 4 and np.array_equal(points[0], points[-1]):
            rings.append(shapely.Polygon(points))
        elif lines and len(points) >= 2:
            open_lines.append(shapely.LineString(points))
        else:
            raise UnusableError(f"a ring of {len(points)} points that is not closed")
    return [*_nested(rings), *open_lines]


def _ring(points: list[Point]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Points as east and north; a single point with a radius is a circle."""
    if not points:
        raise UnusableError("a ring without points")
    radii = [radius for _, _, radius in points if radius is not None]
    east_north = np.array([[_number(y, "Y"), _number(x, "X")] for x, y, _ in points])
    if not radii:
        return east_north
    if len(points) > 1:
        raise UnusableError("a ring with an arc (a point with a radius among others), which is not read")
    radius = _number(radii[0], "the radius")
    if radius <= 0:
        raise UnusableError(f"a circle with the radius {radius:g} m")
    circle = shapely.Point(east_north[0]).buffer(radius, quad_segs=_QUARTER)
    return shapely.get_coordinates(circle)


def _number(text: str | None, what: str) -> float:
    if text is None:
        raise UnusableError(f"a point without {what}")
    if not _NUMBER.fullmatch(text) or not np.isfinite(float(text)):
        raise UnusableError(f"{what} of a point is no number: {text[:40]!r}")
    return float(text)


def _nested(rings: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Turn rings into polygons: one inside another is its hole, one inside that hole an island."""
    if len(rings) < 2:
        return rings
    try:
        inside = _inside(rings)
    except shapely.errors.GEOSException as wrong:
        raise UnusableError(f"rings whose order cannot be told: {wrong}") from None
    holes: dict[int, list[shapely.LinearRing]] = {}
    for ring, around in enumerate(inside):
        if len(around) % 2:
            # The smallest of the rings around a hole is the one it is cut from.
            holes.setdefault(max(around, key=lambda one: len(inside[one])), []).append(rings[ring].exterior)
    return [
        shapely.Polygon(rings[ring].exterior, holes.get(ring, []))
        for ring, around in enumerate(inside)
        if not len(around) % 2
    ]


def _inside(rings: list[shapely.Polygon]) -> list[set[int]]:
    """For each ring those that lie around it; of two equal ones the second lies in the first."""
    corners = [shapely.MultiPoint(shapely.get_coordinates(ring)) for ring in rings]
    inside: list[set[int]] = [set() for _ in rings]
    areas = shapely.area(rings)
    outer, inner = shapely.STRtree(corners).query(rings, predicate="intersects")
    for around, ring in zip(outer.tolist(), inner.tolist(), strict=True):
        bigger = (areas[around], -around) > (areas[ring], -ring)
        if around != ring and bigger and shapely.covers(rings[around], corners[ring]):
            inside[ring].add(around)
    return inside
