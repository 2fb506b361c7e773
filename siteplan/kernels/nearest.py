"""Exact nearest segment of a layer to every plot: branch and bound down the tree of boxes.

Plots are asked in the order of the curve, and the answer of the one before is the first bound for
the next. An answer depends on nothing but the plot and the layer.
"""

from __future__ import annotations

import numpy as np
from numba import config
from numpy.typing import NDArray

from siteplan.kernels.around import container
from siteplan.kernels.compiling import compiled
from siteplan.kernels.lanes import bounds_of_boxes, lowest_bit
from siteplan.kernels.outline import ENDLESS, Plots, ends, square
from siteplan.kernels.segment import inverse_square, to_segment
from siteplan.kernels.tree import WIDE, Tree, above, below

# A node leaves at most seven siblings of the one looked into; eleven levels hold 2^33 segments.
DEPTH = 96

# Single-precision bounds are off by less than 4e-7 of themselves.
SLACK = 1 + 1e-6


def cores() -> int:
    """How many threads numba would use: the cores of this process, or NUMBA_NUM_THREADS."""
    return int(config.NUMBA_NUM_THREADS)


@compiled
def search(
    tree: Tree,
    plots: Plots,
    row: int,
    warm: int,
    own: NDArray[np.float64],
    highest: NDArray[np.float64],
    at_least: float,
    work: tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]],
) -> tuple[int, float]:
    """The segment nearest to a plot (-1 where none counts) and its squared distance.

    One function though it is long: a call out of the loop costs more than what it would do.
    """
    stack, stacked, near = work
    filtered = len(own) > 0
    best, found = ENDLESS, -1
    if warm >= 0 and (not filtered or own[warm] >= at_least):
        best = square(plots, row, tree.ax[warm], tree.ay[warm], tree.bx[warm], tree.by[warm])
        found = warm
    middle_x, middle_y, reach = plots.box[row, 4], plots.box[row, 5], plots.box[row, 6]
    limit = np.float32(best * SLACK)
    circle = (np.sqrt(best) + reach) ** 2 * SLACK
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
                limit = np.float32(best * SLACK)
                circle = (np.sqrt(best) + reach) ** 2 * SLACK
    return found, best


@compiled
def nearest(
    tree: Tree,
    plots: Plots,
    start: int,
    stop: int,
    own: NDArray[np.float64],
    highest: NDArray[np.float64],
    at_least: NDArray[np.float64],
    place: NDArray[np.int64],
    feature: NDArray[np.intp],
    out: NDArray[np.float64],
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
    stack = np.empty(DEPTH, dtype=np.int64)
    stacked = np.empty(DEPTH, dtype=np.float32)
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
