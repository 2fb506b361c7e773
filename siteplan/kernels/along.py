"""What a line over a grid of resistances costs: the exact integral, cell by cell.

Coordinates are in cells: x across from the left edge of the grid, y down from its upper edge, so
that cell (i, j) covers x from j to j + 1 and y from i to i + 1, and its centre is (j + 0.5, i + 0.5).
Beyond the grid is impassable.

* A piece along the border between two cells costs what the *dearer* one costs: whoever runs a pipe
  on the edge of a bog pays for the bog, and the edge of a no-go is a no-go.
* A point costs nothing, whatever it touches: a line may pass a corner between two impassable cells,
  as a diagonal step of `spread` may.
* Coordinates within `TOUCH` of a border lie on it, and a piece of an impassable cell shorter than
  that is a touch: rounding decides about no route.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siteplan.kernels.compiling import compiled, fitting

TOUCH = 1e-9
"""Cells. A coordinate of 6 million metres on a grid of 10 m cells is known to 1e-10."""


def line_cost(resistance: NDArray[Any], xy: ArrayLike, *, cell: float) -> float:
    """Cost along one line: the integral of resistance over its length.

    Parameters
    ----------
    resistance
        Cost per metre in each cell, (rows, columns); NaN, inf, 0 and less are impassable.
    xy
        Vertices, (n, 2), in cells: across and down from the upper left corner.
    cell
        Side of a cell, metres.

    Returns
    -------
    cost
        Inf where the line enters an impassable cell or leaves the grid, 0 for a line without length.

    Raises
    ------
    ValueError
        If the grid or the line has another shape, a coordinate is not finite, or the cell's side is
        no positive number.

    Examples
    --------
    Two cells across, 10 m each; along the border between 1 and 5 it is 5 that counts:

    >>> ground = np.array([[1.0, 2.0], [5.0, np.nan]])
    >>> line_cost(ground, [(0.5, 0.5), (1.5, 0.5)], cell=10.0)
    15.0
    >>> line_cost(ground, [(0.0, 1.0), (1.0, 1.0)], cell=10.0)
    50.0
    >>> line_cost(ground, [(0.5, 0.5), (1.5, 1.5)], cell=10.0)
    inf
    """
    points = np.asarray(xy, np.float64)
    return float(line_costs(resistance, points, [0, len(points)], cell=cell)[0])


def line_costs(
    resistance: NDArray[Any], xy: ArrayLike, offsets: ArrayLike, *, cell: float
) -> NDArray[np.float64]:
    """Cost along each of many lines, as `line_cost` counts it.

    Parameters
    ----------
    resistance, cell
        As in `line_cost`.
    xy
        Vertices of all lines, one line after another, (n, 2).
    offsets
        Where each line begins, and the end, (lines + 1,); as `trace` gives them.

    Returns
    -------
    cost
        (lines,)

    Raises
    ------
    ValueError
        As in `line_cost`, or if the offsets do not go from 0 up to n.

    Examples
    --------
    >>> line_costs(
    ...     np.array([[1.0, 3.0]]), [(0.5, 0.5), (1.5, 0.5), (0.2, 0.5), (0.7, 0.5)], [0, 2, 4], cell=1.0
    ... )
    array([2. , 0.5])
    """
    grid = np.asarray(resistance)
    points = (
        np.ascontiguousarray(xy, np.float64).reshape(-1, 2)
        if np.size(xy) == 0
        else np.asarray(xy, np.float64)
    )
    starts = np.ascontiguousarray(offsets, np.int64)
    if grid.ndim != 2:
        raise ValueError(f"resistance: {grid.ndim} dimensions; give rows and columns")
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"xy: shape {points.shape}; give one row of x and y for each vertex")
    if not np.isfinite(points).all():
        raise ValueError("xy: a coordinate is not finite; give numbers of cells")
    if not 0.0 < cell < np.inf:
        raise ValueError(f"cell: {cell} is no side of a cell; give metres above 0")
    if (
        starts.ndim != 1
        or not len(starts)
        or starts[0] != 0
        or starts[-1] != len(points)
        or (np.diff(starts) < 0).any()
    ):
        raise ValueError(
            f"offsets: give numbers that rise from 0 to {len(points)}, one more than there are lines"
        )
    grid = np.ascontiguousarray(grid, np.float32 if grid.dtype == np.float32 else np.float64)
    passed = len(points) + np.abs(np.diff(points, axis=0)).sum()
    return fitting(_line_costs, passed)(grid, np.ascontiguousarray(points), starts) * cell


@compiled
def _line_costs(
    resistance: NDArray[np.float64], xy: NDArray[np.float64], offsets: NDArray[np.int64]
) -> NDArray[np.float64]:
    costs = np.zeros(len(offsets) - 1)
    for k in range(len(costs)):
        for n in range(offsets[k] + 1, offsets[k + 1]):
            costs[k] += _segment(
                resistance, _snap(xy[n - 1, 0]), _snap(xy[n - 1, 1]), _snap(xy[n, 0]), _snap(xy[n, 1])
            )
    return costs


@compiled
def _snap(coordinate: float) -> float:
    nearest = float(np.rint(coordinate))
    return nearest if abs(coordinate - nearest) <= TOUCH else coordinate


@compiled
def _segment(resistance: NDArray[np.float64], x: float, y: float, to_x: float, to_y: float) -> float:
    """Cost of a straight piece in cells: from one crossing of a grid line to the next."""
    along_x, along_y = to_x - x, to_y - y
    length = np.hypot(along_x, along_y)
    if length == 0.0:
        return 0.0
    rows, columns = resistance.shape
    if min(x, to_x) < 0.0 or min(y, to_y) < 0.0 or max(x, to_x) > columns or max(y, to_y) > rows:
        return np.inf
    next_x = np.floor(x) + 1.0 if along_x > 0.0 else np.ceil(x) - 1.0
    next_y = np.floor(y) + 1.0 if along_y > 0.0 else np.ceil(y) - 1.0
    total, done = 0.0, 0.0
    while done < 1.0:
        at_x = (next_x - x) / along_x if along_x != 0.0 else np.inf
        at_y = (next_y - y) / along_y if along_y != 0.0 else np.inf
        reached = min(at_x, at_y, 1.0)
        if reached > done:
            middle = (done + reached) / 2.0
            cost = _dearer(
                resistance, x + middle * along_x, y + middle * along_y, along_x == 0.0, along_y == 0.0
            )
            piece = (reached - done) * length
            if cost < np.inf:
                total += piece * cost
            elif piece > TOUCH:
                return np.inf
            done = reached
        if at_x <= reached:
            next_x += 1.0 if along_x > 0.0 else -1.0
        if at_y <= reached:
            next_y += 1.0 if along_y > 0.0 else -1.0
    return total


@compiled
def _dearer(resistance: NDArray[np.float64], x: float, y: float, upright: bool, level: bool) -> float:
    """Resistance at a point: of the cell it lies in, or of the dearer one for a piece along a border."""
    j, i = int(np.floor(x)), int(np.floor(y))
    cost = _passable(resistance, i, j)
    if upright and x == j:
        cost = max(cost, _passable(resistance, i, j - 1))
    if level and y == i:
        cost = max(cost, _passable(resistance, i - 1, j))
    return cost


@compiled
def _passable(resistance: NDArray[np.float64], i: int, j: int) -> float:
    rows, columns = resistance.shape
    if i < 0 or j < 0 or i >= rows or j >= columns:
        return np.inf
    given = float(resistance[i, j])
    return given if given > 0.0 and given < np.inf else np.inf
