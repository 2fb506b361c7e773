"""Where a large rectangle may lie: coarse cells over a plot at many angles.

A cell counts as free where no edge passes through it and its middle is inside; the largest
rectangles of free cells are found by taking minima over runs of columns, whole blocks at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siteplan.land.boxes import Floats, Worth, turned

CELLS = 24
"""Columns and rows of a grid; fits uint8."""

_SNAP = 1e-9
"""Cells. An edge along a line of the grid passes through no cell."""

_BESIDE = 1e-4
"""Metres from an edge that are surely beside it, and in the land if there is any land."""


def angles(edges: Floats, *, own: int, even: int) -> Floats:
    """Angles worth trying for each plot, radians from 0 to a quarter turn, (plots, own + even).

    The directions of its longest edges, merged within 1 degree, and evenly spaced ones.
    """
    dx, dy = edges[..., 2] - edges[..., 0], edges[..., 3] - edges[..., 1]
    quarter = np.pi / 2
    direction = np.mod(np.arctan2(dy, dx), quarter)
    # Rounding puts a level edge now at 0, now just below a quarter turn.
    direction = np.where(direction > quarter - 1e-12, 0.0, direction)
    weight = np.hypot(dx, dy)
    bins = np.minimum((direction / quarter * 90).astype(int), 89)
    rows = np.arange(len(edges))
    flat = (bins + 90 * rows[:, None]).ravel()
    total = np.bincount(flat, weight.ravel(), 90 * len(edges)).reshape(-1, 90)
    order = np.argsort(-total, axis=1, kind="stable")[:, :own]
    # Each bin is represented by its longest edge, exactly: a square is found as it stands.
    longest = np.lexsort((-weight.ravel(), flat))
    first = np.ones(len(flat), dtype=bool)
    first[1:] = np.diff(flat[longest]) > 0
    exact = np.tile((np.arange(90) + 0.5) * quarter / 90, len(edges))
    exact[flat[longest[first]]] = direction.ravel()[longest[first]]
    mine = np.take_along_axis(exact.reshape(-1, 90), order, axis=1)
    spread = np.broadcast_to(np.arange(even) * quarter / even, (len(edges), even))
    return np.concatenate([mine, spread], axis=1)


def beside_edges(edges: Floats, *, longest: int) -> Floats:
    """Boxes on the inner side of the longest edges, still to be grown, (plots, of them, 2, 5).

    They find what is narrower than a cell. One of the two stands on the middle half of the edge,
    one on very little of it. The land lies to the left of every edge.
    """
    dx, dy = edges[..., 2] - edges[..., 0], edges[..., 3] - edges[..., 1]
    order = np.argsort(-np.hypot(dx, dy), axis=1, kind="stable")[:, :longest]
    mine = np.take_along_axis(edges, order[..., None], axis=1)
    angle = np.arctan2(mine[..., 3] - mine[..., 1], mine[..., 2] - mine[..., 0])
    ax, ay, bx, by = (one[..., 0] for one in turned(mine[..., None, :], angle))
    level = (ay + by) / 2 + _BESIDE
    boxes = [
        [angle, (ax + bx) / 2 - (bx - ax) * share, (ax + bx) / 2 + (bx - ax) * share, level, level]
        for share in (0.25, 0.01)
    ]
    return np.moveaxis(np.array(boxes), (0, 1), (-2, -1))


def seeds(edges: Floats, angle: Floats, worth: Worth, *, each: int, cells: int = CELLS) -> Floats:
    """Promising boxes at every angle, (plots, angles, each, 5).

    Parameters
    ----------
    edges
        (plots, n, 4)
    angle
        (plots, angles)
    worth
        What a place of this length and width is worth.
    each
        How many at an angle, of different widths.
    """
    shape = angle.shape
    pairs = shape[0] * shape[1]
    ends = [one.reshape(pairs, -1) for one in turned(edges[:, None], angle)]
    ax, ay, bx, by = ends
    corner = np.column_stack([np.minimum(ax, bx).min(axis=1), np.minimum(ay, by).min(axis=1)])
    far = np.column_stack([np.maximum(ax, bx).max(axis=1), np.maximum(ay, by).max(axis=1)])
    size = np.maximum((far - corner) / cells, 1e-9)
    free = _free(*_in_cells(ends, corner, size), cells)
    height = _heights(free)
    tallest, top = _tallest(height)
    value = worth((np.arange(1, cells + 1)[:, None] + 0.5) * size[:, 0], (tallest + 0.5) * size[:, 1])
    value = np.where(tallest > 0, value, -np.inf)
    width = np.argsort(-value, axis=0, kind="stable")[:each]
    at = np.arange(pairs)
    boxes = np.zeros((pairs, each, 5))
    boxes[..., 0] = angle.reshape(-1, 1)
    for k in range(each):
        tall, row = tallest[width[k], at].astype(int), top[width[k], at]
        column = _first_run(height[:, at, row] >= tall, width[k] + 1)
        west = corner[:, 0] + column * size[:, 0]
        south = corner[:, 1] + (row + 1 - tall) * size[:, 1]
        sides = [west, west + (width[k] + 1) * size[:, 0], south, south + tall * size[:, 1]]
        boxes[:, k, 1:] = np.where(tall > 0, sides, 0.0).T
    return boxes.reshape(*shape, each, 5)


def _in_cells(
    ends: list[Floats], corner: Floats, size: Floats
) -> tuple[NDArray[np.intp], Floats, Floats, Floats, Floats]:
    """Edges in units of cells, one after another, each with its pair; from west to east."""
    ax, ay, bx, by = ((one - corner[:, k % 2, None]) / size[:, k % 2, None] for k, one in enumerate(ends))
    swap = ax > bx
    ax, bx = np.where(swap, bx, ax), np.where(swap, ax, bx)
    ay, by = np.where(swap, by, ay), np.where(swap, ay, by)
    pair = np.repeat(np.arange(len(ax)), ax.shape[1])
    return pair, ax.ravel(), ay.ravel(), bx.ravel(), by.ravel()


def _free(
    pair: NDArray[np.intp], ax: Floats, ay: Floats, bx: Floats, by: Floats, cells: int
) -> NDArray[np.bool_]:
    """Cells wholly inside, (columns, pairs, rows)."""
    pairs = int(pair[-1]) + 1
    first = np.clip(np.floor(ax + _SNAP).astype(int), 0, cells - 1)
    last = np.clip(np.ceil(bx - _SNAP).astype(int) - 1, -1, cells - 1)
    count = np.maximum(last - first + 1, 0)
    edge = np.repeat(np.arange(len(ax)), count)
    column = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    ax, ay, bx, by = ax[edge], ay[edge], bx[edge], by[edge]
    slope = (by - ay) / np.maximum(bx - ax, _SNAP)
    one = ay + slope * np.maximum(column - ax, 0.0)
    other = by - slope * np.maximum(bx - column - 1, 0.0)
    low = np.floor(np.minimum(one, other) + _SNAP).astype(int)
    high = np.ceil(np.maximum(one, other) - _SNAP).astype(int)
    middle = column + 0.5
    crosses = (ax <= middle) & (middle < bx)
    above = np.ceil(ay + slope * (middle - ax) - _SNAP).astype(int)
    # One count of edges in the cell, one of edges below it, in one number.
    place = (column * pairs + pair[edge]) * (cells + 1)
    length = cells * pairs * (cells + 1)
    passing = np.bincount(place + np.clip(low, 0, cells), minlength=length)
    passing -= np.bincount(place + np.clip(high, 0, cells), minlength=length)
    passing += np.bincount((place + np.clip(above, 0, cells))[crosses], minlength=length) << 32
    total = np.cumsum(passing.reshape(cells, pairs, cells + 1)[..., :cells], axis=-1)
    free: NDArray[np.bool_] = ((total & 0xFFFFFFFF) == 0) & ((total >> 32) & 1 == 1)
    return free


def _heights(free: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """How many free cells lie on top of each other, ending with this one, (columns, pairs, rows)."""
    height = free.astype(np.uint8)
    for row in range(1, free.shape[2]):
        height[..., row] *= height[..., row - 1] + np.uint8(1)
    return height


def _tallest(height: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """For runs of 1, 2, ... columns the greatest common height, and its upper row; (widths, pairs)."""
    columns, pairs, _ = height.shape
    tallest = np.zeros((columns, pairs), dtype=np.uint8)
    row = np.zeros((columns, pairs), dtype=np.intp)
    common = height
    for width in range(columns):
        if width:
            common = np.minimum(common[:-1], height[width:])
        best = common.max(axis=0)
        row[width] = best.argmax(axis=-1)
        tallest[width] = np.take_along_axis(best, row[width][:, None], axis=-1)[:, 0]
        if not tallest[width].any():
            break
    return tallest, row


def _first_run(good: NDArray[np.bool_], width: NDArray[np.intp]) -> NDArray[np.intp]:
    """First column of the first run of so many good ones; good is (columns, items)."""
    run = np.zeros(good.shape[1], dtype=np.intp)
    start = np.full(good.shape[1], -1, dtype=np.intp)
    for column, here in enumerate(good):
        run = (run + 1) * here
        start = np.where((start < 0) & (run >= width), column + 1 - width, start)
    return np.maximum(start, 0)
