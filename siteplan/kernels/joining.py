"""Every place where plots may join a network: all edges as near as the nearest, and where on them.

Two walks down the tree for each plot: the first finds how far the nearest edge is, the second all
edges that are no farther than that and a slack, with the ends of the stretch that is as near, and
where an edge crosses the outline.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from siteplan.kernels.compiling import compiled
from siteplan.kernels.lanes import EDGES, bounds_of_boxes, lowest_bit
from siteplan.kernels.nearest import DEPTH, SLACK, search
from siteplan.kernels.outline import encloses, square
from siteplan.kernels.segment import inverse_square, on_segment, to_segment
from siteplan.kernels.tree import WIDE, above, below


@compiled
def joints(tree: Any, plots: Any, start: Any, stop: Any, place: Any, slack: Any, gap: Any, count: Any) -> Any:
    """Find the joints of plots start..stop.

    Parameters
    ----------
    tree, plots
        The edges of the network, and the plots in the order in which they are asked.
    start, stop
        Which of the plots; several threads take different ones.
    place
        The row of `gap` and `count` that each plot's answer goes to.
    slack
        Edges this much farther than the nearest are joined too, and a plot this near touches, metres.
    gap
        Written: from each plot to its nearest edge, metres; 0 where they touch.
    count
        Written: the number of each plot's joints.

    Returns
    -------
    edge, spot
        The edge; the share of the way along it, x and y of the plot's own point, x and y of the
        joint: plot by plot, sorted by edge and share, each pair of these once.
    """
    work = (np.empty(DEPTH, dtype=np.int64), np.empty(DEPTH, dtype=np.float32), np.empty(WIDE, np.float32))
    none, nothing = np.empty(0), np.empty((0, WIDE))
    edge, spot, seen = np.empty(2 * (stop - start), np.int64), np.empty((2 * (stop - start), 5)), 0
    warm = -1
    for row in range(start, stop):
        warm, best = search(tree, plots, row, warm, none, nothing, 0.0, work)
        metres = np.sqrt(best)
        touching = metres <= slack
        gap[place[row]] = 0.0 if touching else metres
        limit, before = (metres + slack) ** 2, seen
        # Each edge of the plot gives at most two joints on an edge of the network, and its ends two more.
        most = 2 * EDGES * (plots.block[row + 1] - plots.block[row]) + 2
        for one in within(tree, plots, row, limit, work):
            if seen + most > len(edge):
                edge, spot = grown(edge, seen + most), grown(spot, seen + most)
            ends = (tree.ax[one], tree.ay[one], tree.bx[one], tree.by[one])
            found = spots(plots, row, ends, limit, touching, spot[seen:])
            edge[seen : seen + found] = tree.place[one]
            seen += found
        seen = before + in_order(edge[before:seen], spot[before:seen])
        count[place[row]] = seen - before
    return edge[:seen], spot[:seen]


@compiled
def in_order(edge: Any, spot: Any) -> Any:
    """Sort a plot's few joints by edge and share, and return how many are left with each of them once."""
    for last in range(1, len(edge)):
        for k in range(last, 0, -1):
            if edge[k - 1] < edge[k] or (edge[k - 1] == edge[k] and spot[k - 1, 0] <= spot[k, 0]):
                break
            edge[k - 1], edge[k] = edge[k], edge[k - 1]
            for column in range(spot.shape[1]):
                spot[k - 1, column], spot[k, column] = spot[k, column], spot[k - 1, column]
    kept = min(len(edge), 1)
    for k in range(1, len(edge)):
        if edge[k] != edge[kept - 1] or spot[k, 0] != spot[kept - 1, 0]:
            edge[kept], spot[kept] = edge[k], spot[k]
            kept += 1
    return kept


@compiled
def put(start: Any, stop: Any, place: Any, first: Any, found: Any, every: Any) -> None:
    """Put what was found of plots start..stop where their rows begin: edges, and spots."""
    seen = 0
    for row in range(start, stop):
        for k in range(first[place[row]], first[place[row] + 1]):
            every[0][k], every[1][k] = found[0][seen], found[1][seen]
            seen += 1


@compiled
def grown(table: Any, rows: Any) -> Any:
    """A table with room for twice as many rows, those there are copied."""
    larger = np.empty((2 * rows, *table.shape[1:]), table.dtype)
    larger[: len(table)] = table
    return larger


@compiled
def within(tree: Any, plots: Any, row: Any, limit: Any, work: Any) -> Any:
    """The segments at no more than a squared distance from a plot, each once, in no order."""
    stack, _, near = work
    found, count = np.empty(8, dtype=np.int64), 0
    middle_x, middle_y, reach = plots.box[row, 4], plots.box[row, 5], plots.box[row, 6]
    circle = (np.sqrt(limit) + reach) ** 2 * SLACK
    single = np.float32(limit * SLACK)
    west, south = below(plots.box[row, 0] - tree.origin[0]), below(plots.box[row, 1] - tree.origin[1])
    east, north = above(plots.box[row, 2] - tree.origin[0]), above(plots.box[row, 3] - tree.origin[1])
    stack[0], top = 0, 1
    while top > 0:
        top -= 1
        node = stack[top]
        first = np.int64(tree.child[node])
        bits = bounds_of_boxes(tree.boxes, node, west, south, east, north, single, near)
        while bits:
            k = lowest_bit(bits)
            bits &= bits - 1
            if first >= 0:
                stack[top] = first + k
                top += 1
                continue
            one = -1 - first + k
            # the last segment is repeated to fill its node
            if one > 0 and tree.place[one] == tree.place[one - 1]:
                continue
            ax, ay, bx, by = tree.ax[one], tree.ay[one], tree.bx[one], tree.by[one]
            if to_segment(middle_x, middle_y, ax, ay, bx, by, inverse_square(ax, ay, bx, by)) > circle:
                continue
            if square(plots, row, ax, ay, bx, by) <= limit:
                if count == len(found):
                    larger = np.empty(2 * count, dtype=np.int64)
                    larger[:count] = found
                    found = larger
                found[count] = one
                count += 1
    return found[:count]


@compiled
def spots(plots: Any, row: Any, ends: Any, limit: Any, touching: Any, out: Any) -> Any:
    """Write where a segment is as near to a plot as the limit, and return how many places that are.

    A stretch begins and ends where a corner of the plot is as near, at an end of the segment, or
    where the segment crosses the outline.
    """
    ax, ay, bx, by = ends
    inverse = inverse_square(ax, ay, bx, by)
    count, first, last = 0, False, False
    if touching:
        first, last = encloses(plots, row, ax, ay), encloses(plots, row, bx, by)
        if first:
            count = told(out, count, 0.0, ax, ay, ends)
        if last:
            count = told(out, count, 1.0, bx, by, ends)
    for block in range(plots.block[row], plots.block[row + 1]):
        for k in range(EDGES):
            x0, y0 = plots.edges[block, 0, k], plots.edges[block, 1, k]
            x1, y1 = plots.edges[block, 2, k], plots.edges[block, 3, k]
            edge = plots.edges[block, 4, k]
            if to_segment(x0, y0, ax, ay, bx, by, inverse) <= limit:
                share = ((x0 - ax) * (bx - ax) + (y0 - ay) * (by - ay)) * inverse
                count = told(out, count, min(max(share, 0.0), 1.0), x0, y0, ends)
            if not first and to_segment(ax, ay, x0, y0, x1, y1, edge) <= limit:
                count = told(out, count, 0.0, *on_segment(ax, ay, x0, y0, x1, y1), ends)
                first = True
            if not last and to_segment(bx, by, x0, y0, x1, y1, edge) <= limit:
                count = told(out, count, 1.0, *on_segment(bx, by, x0, y0, x1, y1), ends)
                last = True
            share = crossed(ax, ay, bx, by, x0, y0, x1, y1) if touching else -1.0
            if share >= 0.0:
                count = told(out, count, share, x0, y0, ends)
    if touching:
        out[:count, 1:3] = out[:count, 3:]
    return count


@compiled
def told(out: Any, count: Any, share: Any, x: Any, y: Any, ends: Any) -> Any:
    """Write one place: the share of the way along a segment, a plot's own point, and the segment's."""
    ax, ay, bx, by = ends
    out[count, 0], out[count, 1], out[count, 2] = share, x, y
    if share < 1.0:
        out[count, 3], out[count, 4] = ax + share * (bx - ax), ay + share * (by - ay)
    else:
        out[count, 3], out[count, 4] = bx, by
    return count + 1


@compiled
def crossed(ax: Any, ay: Any, bx: Any, by: Any, x0: Any, y0: Any, x1: Any, y1: Any) -> Any:
    """The share of the way along a segment where an edge properly crosses it, -1 where it does not."""
    left = (x1 - x0) * (ay - y0) - (y1 - y0) * (ax - x0)
    right = (x1 - x0) * (by - y0) - (y1 - y0) * (bx - x0)
    if not ((left > 0.0 and right < 0.0) or (left < 0.0 and right > 0.0)):
        return -1.0
    one = (bx - ax) * (y0 - ay) - (by - ay) * (x0 - ax)
    two = (bx - ax) * (y1 - ay) - (by - ay) * (x1 - ax)
    if (one > 0.0 and two < 0.0) or (one < 0.0 and two > 0.0):
        return left / (left - right)
    return -1.0
