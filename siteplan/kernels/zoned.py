"""Net area of plots under zones: around each plot the zones become half-planes that cut it.

Everything is reckoned from the middle of the plot's own box, so that large coordinates cost nothing,
and only half-planes that cut this box are kept: of a disc a chord or two, of a polygon with
thousands of corners the few edges that pass the plot.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled
from siteplan.kernels.cutting import Cuts, area, outside, room

EDGES = 32
"""Edges of a ring that are passed over at once where a plot is away from all of them."""

CUTS = 512
PLANES = 8192
"""Around one plot; with more of them someone else has to give the answer."""

HALF_TURN = 3.2
"""Radians: half a disc turns by less, a disc by more."""

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


class Strips(NamedTuple):
    """Strips along segments with the wedge at their second end, half discs and discs.

    The attributes are those of `siteplan.land.widening.Pieces`.
    """

    metres: _Numbers
    ends: _Numbers
    outward: _Numbers
    turned: _Numbers
    angle: _Numbers
    chords: NDArray[np.int64]


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
    """

    first: NDArray[np.int64]
    box: _Numbers
    sign: _Numbers


@compiled
def signed(x: _Numbers, y: _Numbers, start: int, stop: int) -> float:
    """Signed area of a closed ring."""
    return area(x[start:stop], y[start:stop], stop - start - 1)


@compiled
def stretches(rings: Rings) -> Stretches:
    """Cut rings into stretches."""
    count = len(rings.outer)
    first, sign = np.zeros(count + 1, dtype=np.int64), np.empty(count)
    for ring in range(count):
        edges = rings.start[ring + 1] - rings.start[ring] - 1
        first[ring + 1] = first[ring] + (edges + EDGES - 1) // EDGES
        around = signed(rings.x, rings.y, rings.start[ring], rings.start[ring + 1])
        sign[ring] = 1.0 if (around > 0.0) == rings.outer[ring] else -1.0
    box = np.empty((first[-1], 4))
    for ring in range(count):
        for one in range(first[ring], first[ring + 1]):
            start = rings.start[ring] + (one - first[ring]) * EDGES
            stop = min(start + EDGES, rings.start[ring + 1] - 1) + 1
            box[one, 0], box[one, 1] = rings.x[start:stop].min(), rings.y[start:stop].min()
            box[one, 2], box[one, 3] = rings.x[start:stop].max(), rings.y[start:stop].max()
    return Stretches(first, box, sign)


@compiled
def boxes(strips: Strips) -> _Numbers:
    """West, south, east and north of every piece."""
    found = np.empty((len(strips.metres), 4))
    for one in range(len(found)):
        for axis in range(2):
            start, end = strips.ends[one, 0, axis], strips.ends[one, 1, axis]
            out, turned = abs(strips.outward[one, axis]), strips.turned[one, axis]
            low, high = min(start, end) - out, max(start, end) + out
            if abs(strips.angle[one]) > HALF_TURN:
                low, high = end - strips.metres[one], end + strips.metres[one]
            elif strips.angle[one] != 0.0:
                # the arc bulges beyond its chord by no more than this
                bulge = strips.metres[one] * (1.0 - np.cos(0.5 * strips.angle[one]))
                low, high = min(low, end + turned - bulge), max(high, end + turned + bulge)
                low, high = min(low, end - out - bulge), max(high, end + out + bulge)
            found[one, axis], found[one, 2 + axis] = low, high
    return found


@compiled
def _plane(planes: _Numbers, at: int, half: tuple[float, float], a: float, b: float, c: float) -> int:
    """Write a half-plane if it cuts the box around the plot; return where the next goes, -1 if it misses it."""
    reach = abs(a) * half[0] + abs(b) * half[1]
    if reach <= c:
        return at
    if -reach >= c:
        return -1
    planes[at, 0], planes[at, 1], planes[at, 2] = a, b, c
    return at + 1


@compiled
def _edge(
    planes: _Numbers,
    at: int,
    half: tuple[float, float],
    x: float,
    y: float,
    to_x: float,
    to_y: float,
    left: float,
) -> int:
    """Write the half-plane to the left of an edge (to its right if `left` is -1)."""
    a, b = left * (to_y - y), left * (x - to_x)
    return _plane(planes, at, half, a, b, a * x + b * y)


@compiled
def _strip(
    strips: Strips, one: int, planes: _Numbers, at: int, half: tuple[float, float], x: float, y: float
) -> int:
    """Write the rectangle along a segment, without the wedge."""
    ax, ay = strips.ends[one, 0, 0] - x, strips.ends[one, 0, 1] - y
    bx, by = strips.ends[one, 1, 0] - x, strips.ends[one, 1, 1] - y
    ox, oy = strips.outward[one, 0], strips.outward[one, 1]
    left = 1.0 if ox * (by - ay) - oy * (bx - ax) > 0.0 else -1.0
    at = _edge(planes, at, half, ax + ox, ay + oy, bx + ox, by + oy, left)
    if at >= 0:
        at = _edge(planes, at, half, bx - ox, by - oy, ax - ox, ay - oy, left)
    if at >= 0:
        at = _edge(planes, at, half, bx + ox, by + oy, bx - ox, by - oy, left)
    if at >= 0:
        at = _edge(planes, at, half, ax - ox, ay - oy, ax + ox, ay + oy, left)
    return at


@compiled
def _fan(
    strips: Strips, one: int, planes: _Numbers, at: int, half: tuple[float, float], x: float, y: float
) -> int:
    """Write a wedge, half a disc or a disc."""
    px, py = strips.ends[one, 1, 0] - x, strips.ends[one, 1, 1] - y
    metres, angle, chords = strips.metres[one], strips.angle[one], strips.chords[one]
    away_x, away_y = max(abs(px) - half[0], 0.0), max(abs(py) - half[1], 0.0)
    if away_x * away_x + away_y * away_y >= metres * metres:
        return -1
    left = 1.0 if angle > 0.0 else -1.0
    ox, oy = strips.outward[one, 0], strips.outward[one, 1]
    tx, ty = strips.turned[one, 0], strips.turned[one, 1]
    if strips.ends[one, 0, 0] != strips.ends[one, 1, 0] or strips.ends[one, 0, 1] != strips.ends[one, 1, 1]:
        at = _edge(planes, at, half, px, py, px + ox, py + oy, left)
        if at >= 0:
            at = _edge(planes, at, half, px + tx, py + ty, px, py, left)
    else:
        at = _edge(planes, at, half, px + tx, py + ty, px + ox, py + oy, left)
    cos, sin = np.cos(angle / chords), np.sin(angle / chords)
    for chord in range(chords):
        if at < 0:
            break
        nx, ny = cos * ox - sin * oy, sin * ox + cos * oy
        if chord == chords - 1:
            nx, ny = tx, ty
        at = _edge(planes, at, half, px + ox, py + oy, px + nx, py + ny, left)
        ox, oy = nx, ny
    return at


@compiled
def _below(
    cuts: Cuts,
    count: int,
    half: tuple[float, float],
    before: int,
    sign: float,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
) -> int:
    """Write what lies below an edge, x0 < x1, as a cut; return how many there are, -1 if there is no room."""
    if count >= CUTS or cuts.start[count] + 3 > PLANES:
        return -1
    at = _plane(cuts.plane, cuts.start[count], half, -1.0, 0.0, -x0)
    if at >= 0:
        at = _plane(cuts.plane, at, half, 1.0, 0.0, x1)
    if at >= 0:
        a, b = y0 - y1, x1 - x0
        at = _plane(cuts.plane, at, half, a, b, a * x0 + b * y0)
    if at < 0:
        return count
    cuts.sign[count], cuts.before[count], cuts.alone[count] = sign, before, False
    cuts.start[count + 1] = at
    return count + 1


@compiled
def _polygon(
    areas: Rings,
    taken: Stretches,
    one: int,
    cuts: Cuts,
    count: int,
    half: tuple[float, float],
    x: float,
    y: float,
) -> int:
    """Write a polygon as the signed sum of what lies below its edges; -2 if it is around the whole box.

    An edge that passes above the box counts only from where to where it does, and edges above that
    follow each other are one: from the first one's start to the last one's end.
    """
    wide, high = half
    before, whole = count, 0.0
    for ring in range(areas.first[one], areas.first[one + 1]):
        sign = taken.sign[ring]
        begins, last = areas.start[ring], areas.start[ring + 1] - 1
        since = min(max(areas.x[begins] - x, -wide), wide)
        for stretch in range(taken.first[ring], taken.first[ring + 1]):
            box = taken.box[stretch]
            start = begins + (stretch - taken.first[ring]) * EDGES
            stop = min(start + EDGES, last)
            if box[0] - x >= wide or box[2] - x <= -wide or box[1] - y >= high:
                continue
            if box[3] - y <= -high:
                count, whole = _above(
                    cuts, count, half, before, sign, since, min(max(areas.x[start] - x, -wide), wide), whole
                )
                if count < 0:
                    return -1
                since = min(max(areas.x[stop] - x, -wide), wide)
                continue
            for edge in range(start, stop):
                x0, y0 = areas.x[edge] - x, areas.y[edge] - y
                x1, y1 = areas.x[edge + 1] - x, areas.y[edge + 1] - y
                from_x, to_x = min(max(x0, -wide), wide), min(max(x1, -wide), wide)
                if from_x == to_x:
                    continue
                slope = (y1 - y0) / (x1 - x0)
                from_y, to_y = y0 + slope * (from_x - x0), y0 + slope * (to_x - x0)
                if from_y >= high and to_y >= high:
                    continue
                # what was above so far ends here, and begins again behind this edge
                count, whole = _above(cuts, count, half, before, sign, since, from_x, whole)
                if count >= 0 and (from_y > -high or to_y > -high):
                    if x1 > x0:
                        count = _below(cuts, count, half, before, -sign, x0, y0, x1, y1)
                    else:
                        count = _below(cuts, count, half, before, sign, x1, y1, x0, y0)
                if count < 0:
                    return -1
                since = to_x
        end = min(max(areas.x[last] - x, -wide), wide)
        count, whole = _above(cuts, count, half, before, sign, since, end, whole)
        if count < 0:
            return -1
    if count == before:
        return -2 if whole > 0.5 else count
    for _ in range(int(abs(whole) + 0.5)):
        count = _below(cuts, count, half, before, np.sign(whole), -2 * wide, 2 * high, 2 * wide, 2 * high)
        if count < 0:
            return -1
    return count


@compiled
def _above(
    cuts: Cuts,
    count: int,
    half: tuple[float, float],
    before: int,
    sign: float,
    from_x: float,
    to_x: float,
    whole: float,
) -> tuple[int, float]:
    """Write the whole height of the box between two places; from side to side it is only counted."""
    if from_x == to_x:
        return count, whole
    sign = -sign if to_x > from_x else sign
    from_x, to_x = min(from_x, to_x), max(from_x, to_x)
    if from_x <= -half[0] and to_x >= half[0]:
        return count, whole + sign
    return _below(cuts, count, half, before, sign, from_x, 2 * half[1], to_x, 2 * half[1]), whole


@compiled
def _around(
    areas: Rings,
    taken: Stretches,
    strips: Strips,
    near: NDArray[np.int32],
    cuts: Cuts,
    half: tuple[float, float],
    x: float,
    y: float,
) -> int:
    """Write all zones near a plot as cuts; -1 if there is no room, -2 if one is around the whole box."""
    count, polygons = 0, len(areas.first) - 1
    for one in near:
        if one < polygons:
            count = _polygon(areas, taken, one, cuts, count, half, x, y)
            if count < 0:
                return count
            continue
        one = one - polygons
        for fan in range(2):
            start = cuts.start[count]
            if count >= CUTS or start + strips.chords[one] + 4 > PLANES:
                return -1
            if fan and strips.angle[one] == 0.0:
                continue
            if fan:
                at = _fan(strips, one, cuts.plane, start, half, x, y)
            elif (
                strips.ends[one, 0, 0] != strips.ends[one, 1, 0]
                or strips.ends[one, 0, 1] != strips.ends[one, 1, 1]
            ):
                at = _strip(strips, one, cuts.plane, start, half, x, y)
            else:
                continue
            if at == start:
                return -2
            if at < 0:
                continue
            cuts.sign[count], cuts.before[count], cuts.alone[count] = 1.0, count, True
            count += 1
            cuts.start[count] = at
    return count


@compiled
def net(
    plots: Rings,
    areas: Rings,
    taken: Stretches,
    strips: Strips,
    near: tuple[NDArray[np.int64], NDArray[np.int32]],
    box: _Numbers,
    start: int,
    stop: int,
    out: _Numbers,
) -> None:
    """Write the net area of plots start..stop, m2; NaN where too many zones lie on top of each other.

    Parameters
    ----------
    plots
        Valid polygons.
    areas, taken, strips
        The zones: polygons, and what lines and points widened are made of.
    near
        The zones whose boxes meet each plot's, as `meeting` gives them: polygons by their numbers,
        strips after them.
    box
        (plots, 4): west, south, east, north.
    start, stop
        Which of the plots; several threads take different ones.
    out
        (plots,).
    """
    first, zones = near
    longest = 0
    for plot in range(start, stop):
        for ring in range(plots.first[plot], plots.first[plot + 1]):
            longest = max(longest, plots.start[ring + 1] - plots.start[ring])
    work = room(8 * longest + 256)
    cuts = Cuts(
        np.empty((PLANES + 4, 3)),
        np.zeros(CUTS + 2, dtype=np.int64),
        np.empty(CUTS + 1),
        np.empty(CUTS + 1, dtype=np.int64),
        np.empty(CUTS + 1, dtype=np.bool_),
    )
    for plot in range(start, stop):
        x, y = 0.5 * (box[plot, 0] + box[plot, 2]), 0.5 * (box[plot, 1] + box[plot, 3])
        half = (0.5 * (box[plot, 2] - box[plot, 0]), 0.5 * (box[plot, 3] - box[plot, 1]))
        count = 0
        if first[plot] < first[plot + 1]:
            count = _around(areas, taken, strips, zones[first[plot] : first[plot + 1]], cuts, half, x, y)
        if count < 0:
            out[plot] = 0.0 if count == -2 else np.nan
            continue
        total = 0.0
        for ring in range(plots.first[plot], plots.first[plot + 1]):
            begins, vertices = plots.start[ring], plots.start[ring + 1] - plots.start[ring] - 1
            for k in range(vertices):
                work.x[0, k], work.y[0, k] = plots.x[begins + k] - x, plots.y[begins + k] - y
            work.count[0] = vertices
            around = area(work.x[0], work.y[0], vertices)
            left = outside(cuts, count, work) if count else around
            total += left if (around > 0.0) == plots.outer[ring] else -left
        out[plot] = total
