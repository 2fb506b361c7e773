"""Exact nearest segment of a layer to every plot: branch and bound down the tree of boxes.

Plots are asked in the order of the curve, and the answer of the one before is the first bound for
the next. All arithmetic is on differences of double-precision coordinates; no option that would let
the compiler reorder or fuse it is on, so an answer depends on nothing but the plot and the layer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from siteplan.kernels.tree import WIDE, above, below

# A node leaves at most seven siblings of the one looked into; eleven levels hold 2^33 segments.
_DEPTH = 96

# Single-precision bounds are off by less than 4e-7 of themselves.
_SLACK = 1 + 1e-6
_ENDLESS = np.float64(1e37)

# Neither changes a result: there are no NaNs here, and -0.0 compares equal to 0.0.
_HARMLESS = {"nnan", "nsz"}


class Plots(NamedTuple):
    """Polygons as rings, in the order in which they are asked.

    Attributes
    ----------
    x, y
        Vertices of all rings, each ring closed, metres.
    ring
        First vertex of each ring, and the end.
    first
        First ring of each plot, and the end.
    outer
        Whether a ring is the outline of a part, not a hole.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ring: NDArray[np.int32]
    first: NDArray[np.int32]
    outer: NDArray[np.bool_]


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]  # numba has no types
def to_segment(x: Any, y: Any, ax: Any, ay: Any, bx: Any, by: Any, inverse: Any) -> Any:
    """Squared distance of a point from a segment, given 1 / length squared (0 for a point).

    At an end it is the distance from that end to the last bit, whichever segment the end belongs
    to; on the segment's line it is exactly 0 where the cross product is.
    """
    dx, dy = bx - ax, by - ay
    wx, wy = x - ax, y - ay
    along = (wx * dx + wy * dy) * inverse
    across = wx * dy - wy * dx
    vx, vy = x - bx, y - by
    between = across * across * inverse
    after = vx * vx + vy * vy
    before = wx * wx + wy * wy
    return before if along <= 0.0 else (after if along >= 1.0 else between)


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]  # numba has no types
def inverse_square(ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """1 / squared length of a segment, 0 for a point."""
    square = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
    return 1.0 / square if square > 0.0 else 0.0


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def encloses(plots: Any, row: Any, x: Any, y: Any) -> Any:
    """Whether a point lies inside a plot and in none of its holes; on the edge either answer is good."""
    inside = False
    for ring in range(plots.first[row], plots.first[row + 1]):
        for k in range(plots.ring[ring], plots.ring[ring + 1] - 1):
            x0, y0, x1, y1 = plots.x[k], plots.y[k], plots.x[k + 1], plots.y[k + 1]
            if (y0 > y) != (y1 > y):
                side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
                if (side > 0.0) == (y1 > y0):
                    inside = not inside
    return inside


@njit(cache=True, nogil=True, fastmath=_HARMLESS)  # type: ignore[untyped-decorator]  # numba has no types
def apart(plots: Any, row: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """Squared distance between a plot's rings and a segment that do not cross."""
    best = _ENDLESS
    inverse = inverse_square(ax, ay, bx, by)
    for ring in range(plots.first[row], plots.first[row + 1]):
        start, end = plots.ring[ring], plots.ring[ring + 1] - 1
        x, y = plots.x[start : end + 1], plots.y[start : end + 1]
        if inverse == 0.0:
            for k in range(end - start):
                edge = inverse_square(x[k], y[k], x[k + 1], y[k + 1])
                one = to_segment(ax, ay, x[k], y[k], x[k + 1], y[k + 1], edge)
                best = one if one < best else best
        else:
            for k in range(end - start):
                edge = inverse_square(x[k], y[k], x[k + 1], y[k + 1])
                one = to_segment(ax, ay, x[k], y[k], x[k + 1], y[k + 1], edge)
                two = to_segment(bx, by, x[k], y[k], x[k + 1], y[k + 1], edge)
                three = to_segment(x[k], y[k], ax, ay, bx, by, inverse)
                one = two if two < one else one
                one = three if three < one else one
                best = one if one < best else best
    return best


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def crossing(plots: Any, row: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """The first of a plot's edges that a segment properly crosses, or -1."""
    dx, dy = bx - ax, by - ay
    for ring in range(plots.first[row], plots.first[row + 1]):
        for k in range(plots.ring[ring], plots.ring[ring + 1] - 1):
            x0, y0, x1, y1 = plots.x[k], plots.y[k], plots.x[k + 1], plots.y[k + 1]
            one = dx * (y0 - ay) - dy * (x0 - ax)
            two = dx * (y1 - ay) - dy * (x1 - ax)
            if (one > 0.0 and two < 0.0) or (one < 0.0 and two > 0.0):
                ex, ey = x1 - x0, y1 - y0
                one = ex * (ay - y0) - ey * (ax - x0)
                two = ex * (by - y0) - ey * (bx - x0)
                if (one > 0.0 and two < 0.0) or (one < 0.0 and two > 0.0):
                    return k
    return -1


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def square(plots: Any, row: Any, box: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """Squared distance between a plot and a segment, 0 where they meet or one lies in the other."""
    if (
        min(ax, bx) <= box[2]
        and max(ax, bx) >= box[0]
        and min(ay, by) <= box[3]
        and max(ay, by) >= box[1]
        and (encloses(plots, row, ax, ay) or crossing(plots, row, ax, ay, bx, by) >= 0)
    ):
        return 0.0
    return apart(plots, row, ax, ay, bx, by)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def bounds(plots: Any, row: Any, box: Any) -> None:
    """West, south, east, north of a plot, then the middle of its box and the reach from there."""
    start, end = plots.ring[plots.first[row]], plots.ring[plots.first[row + 1]]
    west = east = plots.x[start]
    south = north = plots.y[start]
    for k in range(start + 1, end):
        x, y = plots.x[k], plots.y[k]
        west = x if x < west else west
        east = x if x > east else east
        south = y if y < south else south
        north = y if y > north else north
    x, y = (west + east) / 2, (south + north) / 2
    far = 0.0
    for k in range(start, end):
        away = (plots.x[k] - x) ** 2 + (plots.y[k] - y) ** 2
        far = away if away > far else far
    box[0], box[1], box[2], box[3], box[4], box[5] = west, south, east, north, x, y
    box[6] = np.sqrt(far) * (1 + 1e-12)


@njit(cache=True, nogil=True, fastmath=_HARMLESS)  # type: ignore[untyped-decorator]  # numba has no types
def bounds_of_eight(sides: Any, west: Any, south: Any, east: Any, north: Any, out: Any) -> None:
    """Lower bounds of the squared distances of eight boxes from one."""
    for k in range(WIDE):
        dx = sides[0, k] - east
        other = west - sides[2, k]
        dx = other if other > dx else dx
        dx = dx if dx > np.float32(0) else np.float32(0)
        dy = sides[1, k] - north
        other = south - sides[3, k]
        dy = other if other > dy else dy
        dy = dy if dy > np.float32(0) else np.float32(0)
        out[k] = dx * dx + dy * dy


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def search(
    tree: Any, plots: Any, row: Any, box: Any, warm: Any, own: Any, highest: Any, at_least: Any, work: Any
) -> Any:
    """The segment nearest to a plot (-1 where none counts) and its squared distance.

    One function though it is long: every call out of the loop costs more than what it would do.
    """
    stack, stacked, near = work
    filtered = len(own) > 0
    best, found = _ENDLESS, -1
    if warm >= 0 and (not filtered or own[warm] >= at_least):
        best = square(plots, row, box, tree.ax[warm], tree.ay[warm], tree.bx[warm], tree.by[warm])
        found = warm
    limit = np.float32(best * _SLACK)
    circle = (np.sqrt(best) + box[6]) ** 2 * _SLACK
    west, south = below(box[0] - tree.origin[0]), below(box[1] - tree.origin[1])
    east, north = above(box[2] - tree.origin[0]), above(box[3] - tree.origin[1])
    stack[0], stacked[0], top = 0, np.float32(0), 1
    while top > 0:
        top -= 1
        if stacked[top] > limit:
            continue
        node = stack[top]
        first = tree.child[node]
        bounds_of_eight(tree.boxes[node], west, south, east, north, near)
        if first >= 0:
            start = top
            for k in range(WIDE):
                bound = near[k]
                if bound <= limit and (not filtered or highest[node, k] >= at_least):
                    # the nearest of the children comes to lie on top
                    if top > start and stacked[top - 1] < bound:
                        stack[top], stacked[top] = stack[top - 1], stacked[top - 1]
                        stack[top - 1], stacked[top - 1] = first + k, bound
                    else:
                        stack[top], stacked[top] = first + k, bound
                    top += 1
            continue
        for k in range(WIDE):
            if not near[k] <= limit or (filtered and not highest[node, k] >= at_least):
                continue
            one = -1 - first + k
            ax, ay, bx, by = tree.ax[one], tree.ay[one], tree.bx[one], tree.by[one]
            if to_segment(box[4], box[5], ax, ay, bx, by, inverse_square(ax, ay, bx, by)) > circle:
                continue
            away = square(plots, row, box, ax, ay, bx, by)
            if away < best or (away == best and found >= 0 and tree.place[one] < tree.place[found]):
                best, found = away, one
                limit = np.float32(best * _SLACK)
                circle = (np.sqrt(best) + box[6]) ** 2 * _SLACK
    return found, best


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def on_segment(x: Any, y: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """The point of a segment that is nearest to a point."""
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) * inverse_square(ax, ay, bx, by)
    if along <= 0.0:
        return ax, ay
    if along >= 1.0:
        return bx, by
    return ax + along * (bx - ax), ay + along * (by - ay)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def ends(plots: Any, row: Any, best: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """The tie-in on a segment and the start on a plot's edge, at the squared distance found."""
    if best == 0.0:
        k = crossing(plots, row, ax, ay, bx, by)
        if k >= 0:
            x0, y0, x1, y1 = plots.x[k], plots.y[k], plots.x[k + 1], plots.y[k + 1]
            one = (bx - ax) * (y0 - ay) - (by - ay) * (x0 - ax)
            two = (bx - ax) * (y1 - ay) - (by - ay) * (x1 - ax)
            share = one / (one - two)
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            return x, y, x, y
    inverse = inverse_square(ax, ay, bx, by)
    for ring in range(plots.first[row], plots.first[row + 1]):
        for k in range(plots.ring[ring], plots.ring[ring + 1] - 1):
            x0, y0, x1, y1 = plots.x[k], plots.y[k], plots.x[k + 1], plots.y[k + 1]
            edge = inverse_square(x0, y0, x1, y1)
            if to_segment(x0, y0, ax, ay, bx, by, inverse) == best:
                x, y = on_segment(x0, y0, ax, ay, bx, by)
                return x, y, x0, y0
            if to_segment(ax, ay, x0, y0, x1, y1, edge) == best:
                x, y = on_segment(ax, ay, x0, y0, x1, y1)
                return ax, ay, x, y
            if to_segment(bx, by, x0, y0, x1, y1, edge) == best:
                x, y = on_segment(bx, by, x0, y0, x1, y1)
                return bx, by, x, y
    # nothing of the edge is at that distance: the segment lies inside
    return ax, ay, ax, ay


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def container(tree: Any, x: Any, y: Any, own: Any, highest: Any, at_least: Any, work: Any) -> Any:
    """The first feature of the layer with a polygon around a point, -1 where there is none.

    A ray to the east meets the outline of a polygon around its start an odd number of times. Only
    nodes are looked into that the ray meets and that hold outlines of polygons whose bounds hold
    the point.
    """
    stack, odd, touched = work
    filtered = len(own) > 0
    fx, fy = x - tree.origin[0], y - tree.origin[1]
    west, south, east, north = below(fx), below(fy), above(fx), above(fy)
    seen, top = 0, 1
    stack[0] = 0
    while top > 0:
        top -= 1
        node = stack[top]
        first = tree.child[node]
        sides, reach = tree.boxes[node], tree.reach[node]
        for k in range(WIDE):
            if (
                sides[1, k] > north
                or sides[3, k] < south
                or sides[2, k] < west
                or reach[0, k] > east
                or reach[2, k] < west
                or reach[1, k] > north
                or reach[3, k] < south
                or (filtered and not highest[node, k] >= at_least)
            ):
                continue
            if first >= 0:
                stack[top] = first + k
                top += 1
                continue
            one = -1 - first + k
            part = tree.part[one]
            x0, y0, x1, y1 = tree.ax[one], tree.ay[one], tree.bx[one], tree.by[one]
            if part < 0 or (y0 > y) == (y1 > y) or (one > 0 and tree.place[one] == tree.place[one - 1]):
                continue
            side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
            if (side > 0.0) == (y1 > y0):
                if odd[part] == 0:
                    touched[seen] = part
                    seen += 1
                    odd[part] = 2
                odd[part] ^= 1
    found = -1
    for k in range(seen):
        part = touched[k]
        if odd[part] == 3 and (found < 0 or tree.part_feature[part] < found):
            found = tree.part_feature[part]
        odd[part] = 0
    return found


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def nearest(
    tree: Any,
    plots: Any,
    start: Any,
    stop: Any,
    own: Any,
    highest: Any,
    at_least: Any,
    place: Any,
    feature: Any,
    out: Any,
) -> None:
    """Find the nearest feature of plots start..stop, writing each answer to the plot's own row.

    Parameters
    ----------
    tree, plots
        The layer, and the plots in the order in which they are asked.
    start, stop
        Which of the plots; several threads take different ones.
    own, highest
        Levels of the segments and the nodes, as `levels` gives them; empty where all count.
    at_least
        For each plot the level from which a segment counts; empty where all count.
    place
        The row of `feature` and `out` that each plot's answer goes to.
    feature
        (plots,): position of the feature, -1 where none counts.
    out
        (5, plots): metres, tie-in x and y, start x and y.
    """
    near = np.empty(WIDE, dtype=np.float32)
    stack = np.empty(_DEPTH, dtype=np.int64)
    stacked = np.empty(_DEPTH, dtype=np.float32)
    odd = np.zeros(len(tree.part_feature), dtype=np.uint8)
    touched = np.empty(len(tree.part_feature), dtype=np.int64)
    box = np.empty(7, dtype=np.float64)
    warm = -1
    threshold = 0.0
    # Where a vertex was asked which polygon is around it, and how far from there no outline lies.
    asked_x, asked_y, clear, around, asked_level = 0.0, 0.0, -1.0, -1, 0.0
    for row in range(start, stop):
        to = place[row]
        if len(at_least):
            threshold = at_least[to]
        bounds(plots, row, box)
        warm, best = search(
            tree, plots, row, box, warm, own, highest, threshold, (stack, stacked, near)
        )
        if warm >= 0:
            feature[to] = tree.feature[tree.place[warm]]
            out[0, to] = np.sqrt(best)
            out[1, to], out[2, to], out[3, to], out[4, to] = ends(
                plots, row, best, tree.ax[warm], tree.ay[warm], tree.bx[warm], tree.by[warm]
            )
        else:
            feature[to] = -1
            out[0, to] = np.inf
            out[1:, to] = np.nan
        if not len(tree.part_feature):
            continue
        clearance = np.sqrt(best) * (1 - 1e-9)
        for ring in range(plots.first[row], plots.first[row + 1]):
            if not plots.outer[ring]:
                continue
            x, y = plots.x[plots.ring[ring]], plots.y[plots.ring[ring]]
            away = np.sqrt((x - asked_x) ** 2 + (y - asked_y) ** 2)
            if not (away < max(clear, clearance) and clear >= 0.0 and threshold == asked_level):
                around = container(tree, x, y, own, highest, threshold, (stack, odd, touched))
            asked_x, asked_y, clear, asked_level = x, y, clearance, threshold
            if around >= 0 and (warm < 0 or out[0, to] > 0.0 or around < feature[to]):
                feature[to] = around
                out[0, to] = 0.0
                out[1, to], out[2, to], out[3, to], out[4, to] = x, y, x, y
