"""Outlines of many plots as a few columns of whole numbers.

Coordinates are counted in steps of a degree from the south-western corner of all plots; each vertex
after the first of its ring is told by how far it lies from the one before. Those moves are small
and take two bytes; a ring with a longer edge is kept apart with four.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.maps.packing import narrow

FINE, COARSE = 10**7, 10**6
"""Steps in a degree: a centimetre where it costs nothing, a tenth of a metre where plots are many."""

_MANY = 2_000
_FAR = np.iinfo(np.int16).max
_POLYGON = 3

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Rings:
    """Closed rings: outer ones run counter-clockwise, holes clockwise.

    Attributes
    ----------
    parts
        Polygons of each plot.
    rings
        Rings of each polygon, the outer one first.
    sizes
        Vertices of each ring, the first not repeated.
    xy
        Longitude and latitude of every vertex in steps from `corner`, shape (vertices, 2).
    corner
        Longitude and latitude of the south-western corner, in steps.
    steps
        Steps in a degree.
    """

    parts: Whole
    rings: Whole
    sizes: Whole
    xy: Whole
    corner: Whole
    steps: int

    @property
    def middles(self) -> Whole:
        """The mean vertex of each plot's first ring, rounded down; the corner where it has none."""
        places = np.zeros((len(self.parts), 2), np.int64)
        drawn = self.parts > 0
        if drawn.any():
            first = _starts(self.rings)[_starts(self.parts)[drawn]]
            totals = np.add.reduceat(self.xy, _starts(self.sizes), axis=0)
            places[drawn] = totals[first] // self.sizes[first, None]
        return places

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns that the page puts the rings together from."""
        starts = _starts(self.sizes)
        moves = np.diff(self.xy, axis=0, prepend=0)
        moves[starts] = 0
        far = np.maximum.reduceat(np.abs(moves).max(axis=1), starts) > _FAR if len(starts) else starts > 0
        later = np.ones(len(self.xy), bool)
        later[starts] = False
        apart = np.repeat(far, self.sizes)
        near, wide = moves[later & ~apart], moves[later & apart]
        return {
            "parts": narrow(self.parts),
            "rings": narrow(self.rings),
            "sizes": narrow(self.sizes),
            "far": far.astype(np.uint8),
            "first_x": self.xy[starts, 0].astype(np.uint32),
            "first_y": self.xy[starts, 1].astype(np.uint32),
            "near_x": near[:, 0].astype(np.int16),
            "near_y": near[:, 1].astype(np.int16),
            "wide_x": wide[:, 0].astype(np.int32),
            "wide_y": wide[:, 1].astype(np.int32),
        }


def rings(shapes: NDArray[np.object_]) -> Rings:
    """Return the outlines of geometries; what is no polygon or has no place has no part.

    Parameters
    ----------
    shapes
        Geometries in degrees, missing ones allowed.

    Examples
    --------
    >>> found = rings(np.array([shapely.box(128, 51, 129, 52), None]))
    >>> found.parts.tolist(), found.sizes.tolist(), found.xy.max(axis=0).tolist()
    ([1, 0], [4], [10000000, 10000000])
    """
    steps = FINE if len(shapes) <= _MANY else COARSE
    polygons, owner = _polygons(shapes)
    points, sizes, kept = _ragged(polygons)
    ring, polygon = np.repeat(np.arange(len(sizes)), sizes), np.repeat(np.arange(len(kept)), kept)
    counted = np.rint(points * steps).astype(np.int64)
    counted = counted[_turned(points, ring, np.diff(polygon, prepend=-1) > 0)]
    keep = _told(counted, ring)
    xy, ring = counted[keep], ring[keep]
    corner = xy.min(axis=0) if len(xy) else np.zeros(2, np.int64)
    return Rings(
        np.bincount(owner, minlength=len(shapes)),
        kept,
        np.bincount(ring, minlength=len(sizes)),
        xy - corner,
        corner,
        steps,
    )


def _ragged(polygons: NDArray[np.object_]) -> tuple[NDArray[np.float64], Whole, Whole]:
    """Coordinates, vertices of each ring and rings of each polygon, without an object for every ring."""
    if not len(polygons):
        return np.empty((0, 2)), np.zeros(0, np.int64), np.zeros(0, np.int64)
    if not shapely.get_num_interior_rings(polygons).any():
        sizes = shapely.get_num_coordinates(polygons).astype(np.int64)
        return shapely.get_coordinates(polygons), sizes, np.ones(len(polygons), np.int64)
    _, points, (ends, last) = shapely.to_ragged_array(polygons, include_z=False)
    return points, np.diff(ends).astype(np.int64), np.diff(last).astype(np.int64)


def _starts(counts: Whole) -> Whole:
    return np.cumsum(counts) - counts


def _polygons(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Polygons with coordinates, from collections inside collections too, and whose they are."""
    parts, owner = np.asarray(shapes, dtype=object), np.arange(len(shapes))
    while (shapely.get_type_id(parts) > _POLYGON).any():
        parts, place = shapely.get_parts(parts, return_index=True)
        owner = owner[place]
    drawn = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
    drawn &= np.isfinite(shapely.bounds(parts)).all(axis=1)
    return parts[drawn], owner[drawn]


def _turned(
    points: NDArray[np.float64], ring: NDArray[np.intp], outer: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """The order of vertices in which outer rings run counter-clockwise and holes clockwise."""
    place = np.arange(len(points))
    if not len(points):
        return place
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    ends = np.append(starts[1:], len(points))
    x, y = (points - np.repeat(points[starts], ends - starts, axis=0)).T
    crossed = x * np.roll(y, -1) - np.roll(x, -1) * y
    crossed[ends - 1] = 0  # a ring closes itself; what follows is the next
    wrong = (np.add.reduceat(crossed, starts) > 0) != outer
    turned = np.repeat(wrong, ends - starts)
    back = np.repeat(starts + ends - 1, ends - starts) - place
    return np.where(turned, back, place)


def _told(counted: Whole, ring: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which vertices say something: the first of each ring, and those that lie elsewhere than the one before.

    A ring's last vertex repeats its first and says nothing.
    """
    new = np.diff(ring, prepend=-1) > 0
    moved = np.any(np.diff(counted, axis=0, prepend=0) != 0, axis=1)
    last = np.diff(ring, append=-1) != 0
    told: NDArray[np.bool_] = new | (moved & ~last)
    return told
