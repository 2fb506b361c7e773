"""Exact nearest segment of a layer to every plot: branch and bound down the tree of boxes.

Plots are asked in the order of the curve, and the answer of the one before is the first bound for
the next. All arithmetic is on differences of double-precision coordinates; no option that would let
the compiler reorder or fuse it is on, so an answer depends on nothing but the plot and the layer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

from siteplan.kernels.lanes import EDGES, bounds_of_boxes, lowest_bit, point_to_edges, segment_to_edges
from siteplan.kernels.tree import WIDE, above, below

# A node leaves at most seven siblings of the one looked into; eleven levels hold 2^33 segments.
_DEPTH = 96

# Single-precision bounds are off by less than 4e-7 of themselves.
_SLACK = 1 + 1e-6
_ENDLESS = np.float64(1e37)


class Plots(NamedTuple):
    """Polygons as edges, in the order in which they are asked.

    Attributes
    ----------
    edges
        (blocks, 5, 4): x and y of four edges' starts, of their ends, and 1 / length squared (0 for
        an edge of no length, with which the last block of a plot is filled).
    block
        First block of each plot, and the end.
    box
        (plots, 7): west, south, east, north, the middle of these, and the reach of the plot from it.
    vertex
        (parts, 2): a vertex of the outline of each part.
    part
        First part of each plot, and the end.
    """

    edges: NDArray[np.float64]
    block: NDArray[np.int32]
    box: NDArray[np.float64]
    vertex: NDArray[np.float64]
    part: NDArray[np.int32]


def cores() -> int:
    """How many threads numba would use: the cores of this process, or NUMBA_NUM_THREADS."""
    return int(config.NUMBA_NUM_THREADS)


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
def inverse_square(ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """1 / squared length of a segment, 0 for a point."""
    square = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
    return 1.0 / square if square > 0.0 else 0.0


@njit(cache=True, nogil=True)
def packed(x: Any, y: Any, ring: Any, first: Any, outer: Any, order: Any) -> Any:
    """Edges, boxes and vertices of plots in the order given.

    Parameters
    ----------
    x, y
        Vertices of all rings, each ring closed, metres.
    ring
        First vertex of each ring, and the end.
    first
        First ring of each plot, and the end.
    outer
        Whether a ring is the outline of a part, not a hole.
    order
        Positions of the plots.
    """
    count = len(order)
    block = np.zeros(count + 1, dtype=np.int32)
    part = np.zeros(count + 1, dtype=np.int32)
    for row in range(count):
        one = order[row]
        edge = ring[first[one + 1]] - ring[first[one]] - (first[one + 1] - first[one])
        block[row + 1] = block[row] + (edge + EDGES - 1) // EDGES
        part[row + 1] = part[row]
        for k in range(first[one], first[one + 1]):
            part[row + 1] += outer[k]
    edges = np.empty((block[count], 5, EDGES), dtype=np.float64)
    box = np.empty((count, 7), dtype=np.float64)
    vertex = np.empty((part[count], 2), dtype=np.float64)
    for row in range(count):
        one = order[row]
        edge, seen = block[row] * EDGES, part[row]
        start, end = ring[first[one]], ring[first[one + 1]]
        west = east = x[start]
        south = north = y[start]
        for here in range(first[one], first[one + 1]):
            if outer[here]:
                vertex[seen, 0], vertex[seen, 1] = x[ring[here]], y[ring[here]]
                seen += 1
            for k in range(ring[here], ring[here + 1] - 1):
                x0, y0, x1, y1 = x[k], y[k], x[k + 1], y[k + 1]
                four, lane = edge // EDGES, edge % EDGES
                edges[four, 0, lane], edges[four, 1, lane] = x0, y0
                edges[four, 2, lane], edges[four, 3, lane] = x1, y1
                edges[four, 4, lane] = inverse_square(x0, y0, x1, y1)
                edge += 1
                west, east = min(west, x0), max(east, x0)
                south, north = min(south, y0), max(north, y0)
        for rest in range(edge, block[row + 1] * EDGES):
            four, lane = rest // EDGES, rest % EDGES
            edges[four, 0, lane] = edges[four, 2, lane] = x[end - 1]
            edges[four, 1, lane] = edges[four, 3, lane] = y[end - 1]
            edges[four, 4, lane] = 0.0
        middle_x, middle_y, far = (west + east) / 2, (south + north) / 2, 0.0
        for k in range(start, end):
            far = max(far, (x[k] - middle_x) ** 2 + (y[k] - middle_y) ** 2)
        box[row, 0], box[row, 1], box[row, 2], box[row, 3] = west, south, east, north
        box[row, 4], box[row, 5], box[row, 6] = middle_x, middle_y, np.sqrt(far) * (1 + 1e-12)
    return edges, block, box, vertex, part


@njit(cache=True, nogil=True)
def encloses(plots: Any, row: Any, x: Any, y: Any) -> Any:
    """Whether a point lies inside a plot and in none of its holes; on the edge either answer is good."""
    inside = False
    for block in range(plots.block[row], plots.block[row + 1]):
        for k in range(EDGES):
            y0, y1 = plots.edges[block, 1, k], plots.edges[block, 3, k]
            if (y0 > y) != (y1 > y):
                x0, x1 = plots.edges[block, 0, k], plots.edges[block, 2, k]
                side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
                if (side > 0.0) == (y1 > y0):
                    inside = not inside
    return inside


@njit(cache=True, nogil=True)
def crossing(plots: Any, row: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """The share of the way along the first of a plot's edges that a segment crosses, and the edge.

    The edge is (-1, 0) where the segment properly crosses none.
    """
    dx, dy = bx - ax, by - ay
    for block in range(plots.block[row], plots.block[row + 1]):
        for k in range(EDGES):
            x0, y0 = plots.edges[block, 0, k], plots.edges[block, 1, k]
            x1, y1 = plots.edges[block, 2, k], plots.edges[block, 3, k]
            one = dx * (y0 - ay) - dy * (x0 - ax)
            two = dx * (y1 - ay) - dy * (x1 - ax)
            if (one > 0.0 and two < 0.0) or (one < 0.0 and two > 0.0):
                left = (x1 - x0) * (ay - y0) - (y1 - y0) * (ax - x0)
                right = (x1 - x0) * (by - y0) - (y1 - y0) * (bx - x0)
                if (left > 0.0 and right < 0.0) or (left < 0.0 and right > 0.0):
                    return one / (one - two), block, k
    return 0.0, -1, 0


@njit(cache=True, nogil=True)
def square(plots: Any, row: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """Squared distance between a plot and a segment, 0 where they meet or the segment lies inside."""
    box = plots.box
    if (
        min(ax, bx) <= box[row, 2]
        and max(ax, bx) >= box[row, 0]
        and min(ay, by) <= box[row, 3]
        and max(ay, by) >= box[row, 1]
        and (encloses(plots, row, ax, ay) or crossing(plots, row, ax, ay, bx, by)[1] >= 0)
    ):
        return 0.0
    best = _ENDLESS
    inverse = inverse_square(ax, ay, bx, by)
    if inverse == 0.0:
        for block in range(plots.block[row], plots.block[row + 1]):
            one = point_to_edges(plots.edges, block, ax, ay)
            best = one if one < best else best
    else:
        for block in range(plots.block[row], plots.block[row + 1]):
            one = segment_to_edges(plots.edges, block, ax, ay, bx, by, inverse)
            best = one if one < best else best
    return best


@njit(cache=True, nogil=True)
def search(
    tree: Any, plots: Any, row: Any, warm: Any, own: Any, highest: Any, at_least: Any, work: Any
) -> Any:
    """The segment nearest to a plot (-1 where none counts) and its squared distance.

    One function though it is long: a call out of the loop costs more than what it would do.
    """
    stack, stacked, near = work
    filtered = len(own) > 0
    best, found = _ENDLESS, -1
    if warm >= 0 and (not filtered or own[warm] >= at_least):
        best = square(plots, row, tree.ax[warm], tree.ay[warm], tree.bx[warm], tree.by[warm])
        found = warm
    middle_x, middle_y, reach = plots.box[row, 4], plots.box[row, 5], plots.box[row, 6]
    limit = np.float32(best * _SLACK)
    circle = (np.sqrt(best) + reach) ** 2 * _SLACK
    west, south = below(plots.box[row, 0] - tree.origin[0]), below(plots.box[row, 1] - tree.origin[1])
    east, north = above(plots.box[row, 2] - tree.origin[0]), above(plots.box[row, 3] - tree.origin[1])
    stack[0], stacked[0], top = 0, np.float32(0), 1
    while top > 0:
        top -= 1
        if stacked[top] > limit:
            continue
        node = stack[top]
        first = np.int64(tree.child[node])
        within = bounds_of_boxes(tree.boxes, node, west, south, east, north, limit, near)
        if first >= 0:
            start = top
            while within:
                k = lowest_bit(within)
                within &= within - 1
                if filtered and not highest[node, k] >= at_least:
                    continue
                bound = near[k]
                stack[top], stacked[top] = first + k, bound
                # the nearest of the children comes to lie on top
                if top > start and stacked[top - 1] < bound:
                    stack[top], stacked[top] = stack[top - 1], stacked[top - 1]
                    stack[top - 1], stacked[top - 1] = first + k, bound
                top += 1
            continue
        while within:
            k = lowest_bit(within)
            within &= within - 1
            one = -1 - first + k
            if one == warm or not near[k] <= limit or (filtered and not own[one] >= at_least):
                continue
            ax, ay, bx, by = tree.ax[one], tree.ay[one], tree.bx[one], tree.by[one]
            if to_segment(middle_x, middle_y, ax, ay, bx, by, inverse_square(ax, ay, bx, by)) > circle:
                continue
            away = square(plots, row, ax, ay, bx, by)
            if away < best or (away == best and found >= 0 and tree.place[one] < tree.place[found]):
                best, found = away, one
                limit = np.float32(best * _SLACK)
                circle = (np.sqrt(best) + reach) ** 2 * _SLACK
    return found, best


@njit(cache=True, nogil=True)
def on_segment(x: Any, y: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """The point of a segment that is nearest to a point."""
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) * inverse_square(ax, ay, bx, by)
    if along <= 0.0:
        return ax, ay
    if along >= 1.0:
        return bx, by
    return ax + along * (bx - ax), ay + along * (by - ay)


@njit(cache=True, nogil=True)
def ends(plots: Any, row: Any, best: Any, ax: Any, ay: Any, bx: Any, by: Any) -> Any:
    """The tie-in on a segment and the start on a plot's edge, at the squared distance found."""
    if best == 0.0:
        share, block, k = crossing(plots, row, ax, ay, bx, by)
        if block >= 0:
            x0, y0 = plots.edges[block, 0, k], plots.edges[block, 1, k]
            x = x0 + share * (plots.edges[block, 2, k] - x0)
            y = y0 + share * (plots.edges[block, 3, k] - y0)
            return x, y, x, y
    inverse = inverse_square(ax, ay, bx, by)
    for block in range(plots.block[row], plots.block[row + 1]):
        for k in range(EDGES):
            x0, y0 = plots.edges[block, 0, k], plots.edges[block, 1, k]
            x1, y1 = plots.edges[block, 2, k], plots.edges[block, 3, k]
            edge = plots.edges[block, 4, k]
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
    warm, threshold = -1, 0.0
    # Where a vertex was asked which polygon is around it, and how far from there no outline lies.
    asked_x, asked_y, clear, around, asked_level = 0.0, 0.0, -1.0, -1, 0.0
    for row in range(start, stop):
        to = place[row]
        if len(at_least):
            threshold = at_least[to]
        warm, best = search(tree, plots, row, warm, own, highest, threshold, (stack, stacked, near))
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
        for part in range(plots.part[row], plots.part[row + 1]):
            x, y = plots.vertex[part, 0], plots.vertex[part, 1]
            away = np.sqrt((x - asked_x) ** 2 + (y - asked_y) ** 2)
            if not (clear >= 0.0 and away < max(clear, clearance) and threshold == asked_level):
                around = container(tree, x, y, own, highest, threshold, (stack, odd, touched))
            asked_x, asked_y, clear, asked_level = x, y, clearance, threshold
            if around >= 0 and (warm < 0 or out[0, to] > 0.0 or around < feature[to]):
                feature[to] = around
                out[0, to] = 0.0
                out[1, to], out[2, to], out[3, to], out[4, to] = x, y, x, y
