"""Geometry as nested lists of longitude and latitude, the form the page draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_DIGITS = 6  # a tenth of a metre: finer than any boundary drawn here
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
    points = shapely.centroid(geometries)
    outside = ~shapely.covers(geometries, points)
    points[outside] = shapely.point_on_surface(geometries[outside])
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).round(_DIGITS)


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


def _ring(line: BaseGeometry) -> list[list[float]]:
    """Rounded coordinates without the repetitions that rounding makes."""
    points = shapely.get_coordinates(line).round(_DIGITS)
    if len(points) > 1:
        moved = np.append(True, np.any(points[1:] != points[:-1], axis=1))
        points = points[moved]
    rounded: list[list[float]] = points.tolist()
    return rounded
