"""What a line over a grid of resistances costs: the exact integral, cell by cell.

Coordinates are in cells: x across from the left edge of the grid, y down from its upper edge, so
that cell (i, j) covers x from j to j + 1 and y from i to i + 1, and its centre is (j + 0.5, i + 0.5).
Beyond the grid is impassable.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siteplan.kernels.compiling import compiled, fitting
from siteplan.kernels.piece import piece_cost, snap


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
            costs[k] += piece_cost(
                resistance, snap(xy[n - 1, 0]), snap(xy[n - 1, 1]), snap(xy[n, 0]), snap(xy[n, 1])
            )
    return costs
