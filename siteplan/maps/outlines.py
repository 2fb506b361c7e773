"""Geometry as nested lists of longitude and latitude, the form the page draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_DIGITS = 6  # a tenth of a metre: finer than any boundary drawn here
_POLYGON = 3
_DIMENSIONS = ("points", "lines", "polygons")


def shape(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """Return a geometry's points, lines and polygons, or None where there is nothing to draw.

    Examples
    --------
    >>> shape(shapely.Point(128.2, 51.55))
    {'points': [[128.2, 51.55]]}
    """
    if geometry is None or geometry.is_empty:
        return None
    drawn: dict[str, Any] = {}
    for part in _parts(geometry):
        drawn.setdefault(_DIMENSIONS[shapely.get_dimensions(part)], []).append(_coordinates(part))
    return drawn or None


def stepped(drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a shape as it is written down: whole millionths of a degree, which are short.

    Each line or ring is one list, its first point counted from nought and every other from the one
    before; page/outlines.js walks them again.

    Examples
    --------
    >>> stepped({"lines": [[[128.2, 51.55], [128.200001, 51.549998]]]})
    {'lines': [[128200000, 51550000, 1, -2]]}
    """
    found = dict(drawn)
    if "lines" in drawn:
        found["lines"] = [_steps(line) for line in drawn["lines"]]
    if "polygons" in drawn:
        found["polygons"] = [[_steps(ring) for ring in rings] for rings in drawn["polygons"]]
    return found


def inside(geometry: BaseGeometry | None) -> list[float] | None:
    """Return a point inside a geometry, where its label stands.

    Examples
    --------
    >>> inside(shapely.box(0, 0, 2, 2))
    [1.0, 1.0]
    """
    if geometry is None or geometry.is_empty:
        return None
    centre = geometry.centroid
    point = centre if geometry.covers(centre) else geometry.representative_point()
    return [round(float(point.x), _DIGITS), round(float(point.y), _DIGITS)]


def insides(geometries: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return what `inside` returns for each of many geometries, missing where there is nothing inside.

    Examples
    --------
    >>> insides(np.array([shapely.box(0, 0, 2, 2), None])).tolist()
    [[1.0, 1.0], [nan, nan]]
    """
    places = np.full((len(geometries), 2), np.nan)
    plain = (shapely.get_type_id(geometries) == _POLYGON) & (shapely.get_num_interior_rings(geometries) == 0)
    plain &= shapely.area(geometries) > 0
    places[plain] = _centres(geometries[plain])
    rest = ~shapely.contains_xy(geometries, places)
    points = shapely.centroid(geometries[rest])
    outside = ~shapely.covers(geometries[rest], points)
    points[outside] = shapely.point_on_surface(geometries[rest][outside])
    points[shapely.is_empty(points)] = None
    places[rest] = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    return places.round(_DIGITS)


def _centres(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Centroids of polygons without holes: to make fifty thousand points takes longer than to add them up."""
    corners: NDArray[np.float64]
    corners, owner = shapely.get_coordinates(polygons, return_index=True)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    near = corners - corners[starts][owner]  # from the first corner: long numbers lose digits
    after = np.roll(near, -1, axis=0)
    crossed = near[:, 0] * after[:, 1] - after[:, 0] * near[:, 1]  # nothing at the last, which is the first
    if not len(starts):
        return corners
    moments = np.add.reduceat((near + after) * crossed[:, None], starts, axis=0)
    corners[starts] += moments / (3 * np.add.reduceat(crossed, starts))[:, None]
    return corners[starts]


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Simple parts, from collections inside collections too."""
    parts = [geometry]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [simple for part in parts for simple in getattr(part, "geoms", [part])]
    return [part for part in parts if not part.is_empty and np.isfinite(shapely.get_coordinates(part)).all()]


def _coordinates(part: BaseGeometry) -> list[Any]:
    if isinstance(part, shapely.Polygon):
        return [_ring(ring) for ring in (part.exterior, *part.interiors)]
    if part.geom_type == "Point":
        return _ring(part)[0]
    return _ring(part)


def _steps(points: list[list[float]]) -> list[int]:
    whole = (np.array(points) * 10**_DIGITS).round().astype(np.int64)
    steps: list[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
    return steps


def _ring(line: BaseGeometry) -> list[list[float]]:
    """Rounded coordinates without the repetitions that rounding makes."""
    points = shapely.get_coordinates(line).round(_DIGITS)
    if len(points) > 1:
        moved = np.append(True, np.any(points[1:] != points[:-1], axis=1))
        points = points[moved]
    rounded: list[list[float]] = points.tolist()
    return rounded
