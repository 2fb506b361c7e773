"""Shapes taken apart into runs of vertices, whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.errors import DataError
from siteplan.shapes import Shapes

_LONGEST = 5
_MULTI = shapely.GeometryType.MULTIPOINT


@dataclass(frozen=True, eq=False)
class Runs:
    """Points, lines and rings as vertices, in the order of their shapes.

    Attributes
    ----------
    x, y
        Vertices of all runs; a point is a run of one, a ring is closed.
    start
        First vertex of each run, and the end.
    row
        Position of each run's shape.
    part
        Number of the polygon that a ring belongs to, -1 for a point or a line.
    outer
        Whether a run is the outline of a polygon; holes, lines and points are not.
    part_row
        Position of each polygon's shape.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    start: NDArray[np.int32]
    row: NDArray[np.int32]
    part: NDArray[np.int32]
    outer: NDArray[np.bool_]
    part_row: NDArray[np.int32]


def refuse_unusable(shapes: Shapes, ids: Iterable[object] | None, *, polygons: bool, what: str) -> None:
    """Refuse a column of shapes that cannot be measured from or to.

    Parameters
    ----------
    shapes
        Any geometries.
    ids
        Their identifiers for the message; positions where there are none.
    polygons
        Whether anything that is no polygon is refused too.
    what
        The table's name for the message.

    Raises
    ------
    DataError
        If a shape is missing, empty or not finite; all of them at once.
    """
    # The length of a line or an outline is a number where all its coordinates are; a point has none.
    dimensions, kind = shapely.get_dimensions(shapes), shapely.get_type_id(shapes)
    pointed = (dimensions == 0) | (kind == shapely.GeometryType.GEOMETRYCOLLECTION)
    with np.errstate(all="ignore"):
        length = shapely.length(shapes)
        long = np.isfinite(length) & (length > 0) & ~pointed
    if (long & ((dimensions == 2) | (not polygons))).all():
        return
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    endless = np.zeros(len(shapes), dtype=bool)
    strange = np.flatnonzero(~np.isfinite(length) | pointed)
    coordinates, rows = shapely.get_coordinates(shapes[strange], return_index=True)
    endless[strange[rows[~np.isfinite(coordinates).all(axis=1)]]] = True
    flat = ~absent & (dimensions < 2) & polygons
    if not (absent | endless | flat).any():
        return
    names = list(range(len(shapes)) if ids is None else ids)
    problems = [
        f"{what}: {reason}: {_some([names[row] for row in np.flatnonzero(where)])}"
        for where, reason in (
            (absent, "no geometry"),
            (endless, "coordinates that are not finite numbers"),
            (flat, "not polygons"),
        )
        if where.any()
    ]
    raise DataError(f"{what} cannot be measured", problems)


def _some(ids: list[object]) -> str:
    shown = ", ".join(str(one) for one in ids[:_LONGEST])
    return shown + (f" and {len(ids) - _LONGEST} more" if len(ids) > _LONGEST else "")


def runs(shapes: Shapes) -> Runs:
    """Take shapes apart.

    Parameters
    ----------
    shapes
        Points, lines and polygons, single or multiple; one that is missing or empty has no run.

    Examples
    --------
    >>> taken = runs(np.array([shapely.Point(5, 6), shapely.box(0, 0, 1, 1)]))
    >>> taken.start.tolist(), taken.row.tolist(), taken.part.tolist()
    ([0, 1, 6], [0, 1], [-1, 0])
    """
    parts, owner = shapes, np.arange(len(shapes))
    while ((kind := shapely.get_type_id(parts)) >= _MULTI).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    # An empty part of a multiple shape has no vertex, and is nowhere.
    vertices = shapely.get_num_coordinates(parts)
    if not vertices.all():
        solid = vertices > 0
        parts, owner, vertices, kind = parts[solid], owner[solid], vertices[solid], kind[solid]
    polygon = kind == shapely.GeometryType.POLYGON
    holes = shapely.get_num_interior_rings(parts)
    first = np.cumsum(holes + 1) - holes - 1
    length = np.empty(int(holes.sum()) + len(parts), dtype=np.int32)
    holed = holes > 0
    length[first[~holed]] = vertices[~holed]
    of_holed = np.repeat(holed, holes + 1)
    # Rings are made into objects to be counted, which is dear: only where there are several.
    length[of_holed] = shapely.get_num_coordinates(shapely.get_rings(parts[holed]))
    number = np.where(polygon, np.cumsum(polygon) - 1, -1)
    outer = np.zeros(len(length), dtype=bool)
    outer[first[polygon]] = True
    coordinates = shapely.get_coordinates(parts)
    start = np.zeros(len(length) + 1, dtype=np.int32)
    np.cumsum(length, out=start[1:])
    return Runs(
        np.ascontiguousarray(coordinates[:, 0]),
        np.ascontiguousarray(coordinates[:, 1]),
        start,
        np.repeat(owner, holes + 1).astype(np.int32),
        np.repeat(number, holes + 1).astype(np.int32),
        outer,
        owner[polygon].astype(np.int32),
    )


def pieces(taken: Runs) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return the first and the second vertex of every segment, and its run; both the same for a point.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (1, 1), (2, 0)])
    >>> [one.tolist() for one in pieces(runs(np.array([line, shapely.Point(5, 6)])))]
    [[0, 1, 3], [1, 2, 3], [0, 0, 1]]
    """
    length = np.diff(taken.start)
    run = np.repeat(np.arange(len(length)), length)
    begins = np.ones(len(taken.x), dtype=bool)
    begins[taken.start[1:] - 1] = length == 1
    first = np.flatnonzero(begins)
    run = run[first]
    return first, first + (length[run] > 1), run
