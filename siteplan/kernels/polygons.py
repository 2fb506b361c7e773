"""Polygons as the signed sum of what lies below their edges, as far as these pass a plot.

An edge that passes above the box around the plot counts only from where to where it does, and edges
above that follow each other are one: from the first one's start to the last one's end. So however
many corners a polygon has, around a plot it is the few edges that pass through the box.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled
from siteplan.kernels.cutting import CUTS, PLANES, Cuts, area
from siteplan.kernels.planes import Box, plane
from siteplan.kernels.segment import inverse_square, to_segment

EDGES = 8
"""Edges of a ring that are passed over at once where a plot is away from all of them."""

_Numbers = NDArray[np.float64]


class Rings(NamedTuple):
    """Polygons as rings.

    Attributes
    ----------
    x, y
        Vertices, each ring closed, metres.
    start
        First vertex of each ring, and the end.
    outer
        Whether a ring is the outline of a part, not a hole.
    first
        First ring of each polygon, and the end.
    """

    x: _Numbers
    y: _Numbers
    start: NDArray[np.int32]
    outer: NDArray[np.bool_]
    first: NDArray[np.int64]


class Stretches(NamedTuple):
    """Up to `EDGES` edges of a ring that follow each other.

    Attributes
    ----------
    first
        First stretch of each ring, and the end.
    box
        (stretches, 4): west, south, east, north.
    sign
        For each ring, 1 if the polygon lies below edges that lead west, -1 if below those that lead east.
    disc
        (polygons, 3): x and y of the middle of a polygon's box, and the square of how far its outline stays
        away from there, metres; 0 if the middle lies outside. A plot in there is covered, at a glance.
    """

    first: NDArray[np.int64]
    box: _Numbers
    sign: _Numbers
    disc: _Numbers


@compiled
def some(rings: Rings, which: NDArray[np.int64]) -> Rings:
    """Copy some polygons, so that they lie side by side."""
    count, vertices = 0, 0
    for one in which:
        count += rings.first[one + 1] - rings.first[one]
        vertices += rings.start[rings.first[one + 1]] - rings.start[rings.first[one]]
    x, y = np.empty(vertices), np.empty(vertices)
    start, outer = np.zeros(count + 1, dtype=np.int32), np.empty(count, dtype=np.bool_)
    first, at, here = np.zeros(len(which) + 1, dtype=np.int64), 0, 0
    for row in range(len(which)):
        one = which[row]
        for ring in range(rings.first[one], rings.first[one + 1]):
            for k in range(rings.start[ring], rings.start[ring + 1]):
                x[here], y[here] = rings.x[k], rings.y[k]
                here += 1
            outer[at], start[at + 1] = rings.outer[ring], here
            at += 1
        first[row + 1] = at
    return Rings(x, y, start, outer, first)


@compiled
def stretches(rings: Rings) -> Stretches:
    """Cut rings into stretches."""
    count = len(rings.outer)
    first, sign = np.zeros(count + 1, dtype=np.int64), np.empty(count)
    for ring in range(count):
        edges = rings.start[ring + 1] - rings.start[ring] - 1
        first[ring + 1] = first[ring] + (edges + EDGES - 1) // EDGES
        around = _signed(rings.x, rings.y, rings.start[ring], rings.start[ring + 1])
        sign[ring] = 1.0 if (around > 0.0) == rings.outer[ring] else -1.0
    box = np.empty((first[-1], 4))
    for ring in range(count):
        for one in range(first[ring], first[ring + 1]):
            start = rings.start[ring] + (one - first[ring]) * EDGES
            stop = min(start + EDGES, rings.start[ring + 1] - 1) + 1
            box[one, 0], box[one, 1] = rings.x[start:stop].min(), rings.y[start:stop].min()
            box[one, 2], box[one, 3] = rings.x[start:stop].max(), rings.y[start:stop].max()
    disc = np.empty((len(rings.first) - 1, 3))
    for one in range(len(disc)):
        disc[one, 0], disc[one, 1], disc[one, 2] = _disc(rings, one)
    return Stretches(first, box, sign, disc)


@compiled
def _disc(rings: Rings, one: int) -> tuple[float, float, float]:
    """Return the disc around the middle of a polygon's box, as in `Stretches`."""
    start, stop = rings.start[rings.first[one]], rings.start[rings.first[one + 1]]
    if start == stop:
        return 0.0, 0.0, 0.0
    x = 0.5 * (rings.x[start:stop].min() + rings.x[start:stop].max())
    y = 0.5 * (rings.y[start:stop].min() + rings.y[start:stop].max())
    near, inside = np.inf, False
    for ring in range(rings.first[one], rings.first[one + 1]):
        for k in range(rings.start[ring], rings.start[ring + 1] - 1):
            x0, y0, x1, y1 = rings.x[k], rings.y[k], rings.x[k + 1], rings.y[k + 1]
            near = min(near, to_segment(x, y, x0, y0, x1, y1, inverse_square(x0, y0, x1, y1)))
            if (y0 > y) != (y1 > y) and ((x1 - x0) * (y - y0) > (x - x0) * (y1 - y0)) == (y1 > y0):
                inside = not inside
    return x, y, near if inside else 0.0


@compiled
def _signed(x: _Numbers, y: _Numbers, start: int, stop: int) -> float:
    """Signed area of a closed ring."""
    return area(x[start:stop], y[start:stop], stop - start - 1)


@compiled
def _below(
    cuts: Cuts,
    count: int,
    before: int,
    box: Box,
    sign: float,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
) -> int:
    """Write what lies below an edge as a cut, against its sign if it leads east.

    Return how many cuts there are, -1 if there is no room or was none before.
    """
    if count < 0 or count >= CUTS or cuts.start[count] + 3 > PLANES:
        return -1
    if x1 > x0:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -sign
    at = plane(cuts.plane, cuts.start[count], box, -1.0, 0.0, -x1)
    if at >= 0:
        at = plane(cuts.plane, at, box, 1.0, 0.0, x0)
    if at >= 0:
        a, b = y1 - y0, x0 - x1
        at = plane(cuts.plane, at, box, a, b, a * x0 + b * y0)
    if at < 0:
        return count
    cuts.sign[count], cuts.before[count], cuts.alone[count] = sign, before, False
    cuts.start[count + 1] = at
    return count + 1


@compiled
def _above(
    cuts: Cuts, count: int, before: int, box: Box, sign: float, x0: float, x1: float
) -> tuple[int, float]:
    """Write the box from one place to another in its full height; from side to side it is only counted."""
    if x0 == x1:
        return count, 0.0
    if abs(x1 - x0) >= 2.0 * box.wide:
        return count, (sign if x1 < x0 else -sign)
    return _below(cuts, count, before, box, sign, x0, 2.0 * box.high, x1, 2.0 * box.high), 0.0


@compiled
def _passing(
    cuts: Cuts,
    count: int,
    before: int,
    box: Box,
    sign: float,
    since: float,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
) -> tuple[int, float, float]:
    """Write an edge that is not above the box, and what was above it so far.

    Return how many cuts there are, what has to be counted, and from where on the ring is above again.
    """
    from_x, to_x = min(max(x0, -box.wide), box.wide), min(max(x1, -box.wide), box.wide)
    if from_x == to_x:
        return count, 0.0, since
    slope = (y1 - y0) / (x1 - x0)
    from_y, to_y = y0 + slope * (from_x - x0), y0 + slope * (to_x - x0)
    if from_y >= box.high and to_y >= box.high:
        return count, 0.0, since
    count, whole = _above(cuts, count, before, box, sign, since, from_x)
    if from_y > -box.high or to_y > -box.high:
        count = _below(cuts, count, before, box, sign, x0, y0, x1, y1)
    return count, whole, to_x


@compiled
def _ring(
    areas: Rings, taken: Stretches, ring: int, cuts: Cuts, count: int, before: int, box: Box
) -> tuple[int, float]:
    """Write one ring; return how many cuts there are, and how often it is around the whole box."""
    begins, last, sign = areas.start[ring], areas.start[ring + 1] - 1, taken.sign[ring]
    since = min(max(areas.x[begins] - box.x, -box.wide), box.wide)
    whole = 0.0
    for stretch in range(taken.first[ring], taken.first[ring + 1]):
        around = taken.box[stretch]
        if around[0] - box.x >= box.wide or around[2] - box.x <= -box.wide or around[1] - box.y >= box.high:
            continue
        start = begins + (stretch - taken.first[ring]) * EDGES
        stop = min(start + EDGES, last)
        # Far below the box a stretch is as good as an edge from its start to its end.
        step = stop - start if around[3] - box.y <= -box.high else 1
        for edge in range(start, stop, step):
            x0, y0 = areas.x[edge] - box.x, areas.y[edge] - box.y
            x1, y1 = areas.x[edge + step] - box.x, areas.y[edge + step] - box.y
            count, more, since = _passing(cuts, count, before, box, sign, since, x0, y0, x1, y1)
            whole += more
    end = min(max(areas.x[last] - box.x, -box.wide), box.wide)
    count, more = _above(cuts, count, before, box, sign, since, end)
    return count, whole + more


@compiled
def polygon(areas: Rings, taken: Stretches, one: int, cuts: Cuts, count: int, box: Box) -> int:
    """Write a polygon as cuts.

    Parameters
    ----------
    areas, taken, one
        The polygon.
    cuts, count
        Where they go, and how many there are.
    box
        The box around a plot.

    Returns
    -------
    count
        How many there are now; -1 if there is no room, -2 if the polygon is around the whole box.
    """
    before, whole = count, 0.0
    x, y = abs(taken.disc[one, 0] - box.x) + box.wide, abs(taken.disc[one, 1] - box.y) + box.high
    if x * x + y * y < taken.disc[one, 2]:
        return -2
    for ring in range(areas.first[one], areas.first[one + 1]):
        count, more = _ring(areas, taken, ring, cuts, count, before, box)
        whole += more
    if count == before:
        return -2 if whole > 0.5 else count
    x, y = 2.0 * box.wide, 2.0 * box.high
    for _ in range(int(abs(whole) + 0.5)):
        count = _below(cuts, count, before, box, 1.0 if whole > 0.0 else -1.0, x, y, -x, y)
    return count
