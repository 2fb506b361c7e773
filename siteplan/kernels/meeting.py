"""Which boxes of one set meet which of another, over a grid of cells as coarse as the first set asks for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled

ENTRIES = 4
"""Cells that a box lies in, on the average at most: the grid is made coarser until that holds."""

FINEST = 1024
"""Cells along a side at most."""


class _Grid(NamedTuple):
    """The land of the first set, metres; cells to a metre, and cells along a side."""

    west: float
    south: float
    east: float
    north: float
    scale: float
    side: int


@compiled
def _cells(low: float, high: float, origin: float, scale: float, side: int) -> tuple[int, int]:
    """First and last cell of an interval, kept within the grid."""
    first = min(max(int(np.floor((low - origin) * scale)), 0), side - 1)
    last = min(max(int(np.floor((high - origin) * scale)), 0), side - 1)
    return first, last


@compiled
def _grid(boxes: NDArray[np.float64]) -> _Grid:
    """Lay a grid over boxes."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for row in range(len(boxes)):
        west, south = min(west, boxes[row, 0]), min(south, boxes[row, 1])
        east, north = max(east, boxes[row, 2]), max(north, boxes[row, 3])
    extent = max(east - west, north - south)
    side = 1
    while extent > 0.0 and side < FINEST and side * side < len(boxes):
        side *= 2
    while side > 1:
        scale, entries = side / extent, 0.0
        for row in range(len(boxes)):
            across = (boxes[row, 2] - boxes[row, 0]) * scale + 1.0
            entries += across * ((boxes[row, 3] - boxes[row, 1]) * scale + 1.0)
        if entries <= ENTRIES * len(boxes):
            break
        side //= 2
    return _Grid(west, south, east, north, (side / extent if extent > 0.0 else 0.0), side)


@compiled
def _sorted_in(
    boxes: NDArray[np.float64], grid: _Grid
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """First entry of each cell, and the end; the rows that lie in the cells, and their boxes."""
    west, south, scale, side = grid.west, grid.south, grid.scale, grid.side
    start = np.zeros(side * side + 1, dtype=np.int64)
    for row in range(len(boxes)):
        left, right = _cells(boxes[row, 0], boxes[row, 2], west, scale, side)
        lower, upper = _cells(boxes[row, 1], boxes[row, 3], south, scale, side)
        for y in range(lower, upper + 1):
            for x in range(left, right + 1):
                start[y * side + x + 1] += 1
    for cell in range(side * side):
        start[cell + 1] += start[cell]
    entry, here = np.empty(start[-1], dtype=np.int32), start[:-1].copy()
    lying = np.empty((start[-1], 4))
    for row in range(len(boxes)):
        left, right = _cells(boxes[row, 0], boxes[row, 2], west, scale, side)
        lower, upper = _cells(boxes[row, 1], boxes[row, 3], south, scale, side)
        for y in range(lower, upper + 1):
            for x in range(left, right + 1):
                k = here[y * side + x]
                entry[k] = row
                lying[k] = boxes[row]
                here[y * side + x] += 1
    return start, entry, lying


@compiled
def meeting(
    boxes: NDArray[np.float64], others: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Find the boxes that meet each box.

    Parameters
    ----------
    boxes, others
        (boxes, 4): west, south, east, north; of the others one may be NaN, which meets none.

    Returns
    -------
    start, other
        First of `other` for each box, and the end; the others that meet it, in their order.
    """
    start = np.zeros(len(boxes) + 1, dtype=np.int64)
    pair = np.empty((max(len(boxes), 16), 2), dtype=np.int32)
    if not len(boxes):
        return start, pair[:0, 1].copy()
    grid = _grid(boxes)
    west, south, scale, side = grid.west, grid.south, grid.scale, grid.side
    first, entry, lying = _sorted_in(boxes, grid)
    found = 0
    for one in range(len(others)):
        x0, y0, x1, y1 = others[one, 0], others[one, 1], others[one, 2], others[one, 3]
        if not (x0 <= grid.east and x1 >= west and y0 <= grid.north and y1 >= south):
            continue
        left, right = _cells(x0, x1, west, scale, side)
        lower, upper = _cells(y0, y1, south, scale, side)
        for y in range(lower, upper + 1):
            for x in range(left, right + 1):
                for k in range(first[y * side + x], first[y * side + x + 1]):
                    if lying[k, 0] > x1 or lying[k, 2] < x0 or lying[k, 1] > y1 or lying[k, 3] < y0:
                        continue
                    # two boxes that share several cells meet once: in the first of these
                    if x > left and _cells(lying[k, 0], x0, west, scale, side)[0] < x:
                        continue
                    if y > lower and _cells(lying[k, 1], y0, south, scale, side)[0] < y:
                        continue
                    if found == len(pair):
                        pair = np.concatenate((pair, np.empty_like(pair)))
                    pair[found, 0], pair[found, 1] = entry[k], one
                    found += 1
                    start[entry[k] + 1] += 1
    for row in range(len(boxes)):
        start[row + 1] += start[row]
    other, here = np.empty(found, dtype=np.int32), start[:-1].copy()
    for k in range(found):
        other[here[pair[k, 0]]] = pair[k, 1]
        here[pair[k, 0]] += 1
    return start, other
