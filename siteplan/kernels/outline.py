"""Plots as edges, four to a block, and what is asked of one plot and one segment."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled
from siteplan.kernels.lanes import EDGES, point_to_edges, segment_to_edges
from siteplan.kernels.segment import inverse_square, on_segment, to_segment

ENDLESS = 1e37
"""A squared distance that no two things on Earth have; fits in single precision."""


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


@compiled
def packed(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    ring: NDArray[np.int32],
    first: NDArray[np.int32],
    outer: NDArray[np.bool_],
    order: NDArray[np.int64],
) -> tuple[
    NDArray[np.float64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]
]:
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


@compiled
def encloses(plots: Plots, row: int, x: float, y: float) -> bool:
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


@compiled
def crossing(plots: Plots, row: int, ax: float, ay: float, bx: float, by: float) -> tuple[float, int, int]:
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


@compiled
def square(plots: Plots, row: int, ax: float, ay: float, bx: float, by: float) -> float:
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
    best = ENDLESS
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


@compiled
def ends(
    plots: Plots, row: int, best: float, ax: float, ay: float, bx: float, by: float
) -> tuple[float, float, float, float]:
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
