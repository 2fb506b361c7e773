"""What one straight piece of a line over a grid of resistances costs: the exact integral.

Coordinates are in cells, as in `siteplan.kernels.along`. Beyond the grid is impassable.

* A piece along the border between two cells costs what the *dearer* one costs: whoever runs a pipe
  on the edge of a bog pays for the bog, and the edge of a no-go is a no-go.
* A point costs nothing, whatever it touches: a line may pass a corner between two impassable cells,
  as a diagonal step of `spread` may.
* Coordinates within `TOUCH` of a border lie on it, and a piece of an impassable cell shorter than
  that is a touch: rounding decides about no route.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled

TOUCH = 1e-9
"""Cells. A coordinate of 6 million metres on a grid of 10 m cells is known to 1e-10."""


@compiled
def snap(coordinate: float) -> float:
    """Put a coordinate that is within `TOUCH` of a border of cells on it."""
    nearest = float(np.rint(coordinate))
    return nearest if abs(coordinate - nearest) <= TOUCH else coordinate


@compiled
def piece_cost(resistance: NDArray[np.float64], x: float, y: float, to_x: float, to_y: float) -> float:
    """Cost of a straight piece between snapped ends, in cells: from one crossing of a grid line to the next.

    Inf where it enters an impassable cell or leaves the grid.
    """
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
