"""Least accumulated cost from many sources over a grid of resistances, and the way back.

The grid is cut into tiles (`siteplan.kernels.tiles`). A queue holds the tiles that a cheaper cost has
reached, the one with the least such cost first; a tile is settled as a whole, and offers what it
found to its eight neighbours. When the queue is empty no step makes any cell cheaper, which is what
Dijkstra's algorithm arrives at; the costs are the same to the last bit in whatever order tiles come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siteplan.kernels.compiling import compiled
from siteplan.kernels.queue import pop, push, queue
from siteplan.kernels.tiles import DIAGONAL, SIDE, Tile, load, relax, settle, store, tile

SOURCE, UNREACHED = 8, 255
"""What `Spread.came_from` says at a source and where no source reaches."""
STEPS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""Rows and columns to the neighbour in each direction 0 to 7: as one reads, line by line."""
_PENDING = 254


@dataclass(frozen=True)
class Spread:
    """What it costs to reach each cell from the nearest source, and from where it is reached."""

    cost: NDArray[np.float64]
    """Least accumulated cost, (rows, columns); inf where unreached."""
    came_from: NDArray[np.uint8]
    """Direction (`STEPS`) of the neighbour it was reached from; 8 at a source, 255 unreached."""


def spread(resistance: NDArray[Any], sources: ArrayLike, *, cell: float = 1.0) -> Spread:
    """Spread over a grid from many sources at once: least accumulated cost to every cell, exact.

    A step between two of eight neighbours costs the distance of their centres times the mean of
    their resistances, as in scikit-image's `MCP_Geometric`; a diagonal step may pass between two
    impassable cells.

    Parameters
    ----------
    resistance
        Cost per metre in each cell, (rows, columns), float32 or float64; NaN, inf, 0 and less are
        impassable.
    sources
        Flat positions of the cells that cost 0. Those on impassable cells are ignored: they have
        cost inf in the result, where the caller can count them. Repeats do no harm.
    cell
        Side of a cell, metres.

    Returns
    -------
    spread
        The same bytes in every run. Where several neighbours lead to the same least cost,
        `came_from` names the first as one reads.

    Raises
    ------
    ValueError
        If the grid has not two dimensions, the cell's side is no positive number, or a source lies
        outside.

    Examples
    --------
    A wall with a gap, 10 m cells:

    >>> wall = np.array([[1.0, 1.0, 1.0], [np.nan, np.nan, 1.0], [1.0, 1.0, 1.0]])
    >>> spread(wall, [0], cell=10.0).cost.round(1).tolist()
    [[0.0, 10.0, 20.0], [inf, inf, 24.1], [48.3, 38.3, 34.1]]
    >>> spread(wall, [0], cell=10.0).came_from.tolist()
    [[8, 3, 3], [255, 255, 0], [4, 2, 1]]
    """
    grid = _grid(resistance)
    if not 0.0 < cell < np.inf:
        raise ValueError(f"cell: {cell} is no side of a cell; give metres above 0")
    starts = _positions("sources", sources, grid.size)
    cost = _settled(grid, starts, float(cell) / 2.0)
    return Spread(cost, _predecessors(grid, cost, starts, float(cell) / 2.0))


def trace(came_from: NDArray[np.uint8], targets: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Walk from each target back to the source that reaches it.

    Parameters
    ----------
    came_from
        Of a `Spread`, (rows, columns).
    targets
        Flat positions of the cells to walk from.

    Returns
    -------
    cells, offsets
        Flat positions from target to source, both included; those of target `i` are
        `cells[offsets[i]:offsets[i + 1]]`, none where the target is unreached.

    Raises
    ------
    ValueError
        If a target lies outside the grid, or the directions lead outside it or in a circle.

    Examples
    --------
    >>> cells, offsets = trace(np.array([[8, 3, 3, 255]], np.uint8), [2, 3, 0])
    >>> cells.tolist(), offsets.tolist()
    ([2, 1, 0, 0], [0, 3, 3, 4])
    """
    directions = np.ascontiguousarray(came_from, np.uint8)
    if directions.ndim != 2:
        raise ValueError(f"came_from: {directions.ndim} dimensions; give rows and columns")
    ends = _positions("targets", targets, directions.size)
    offsets = np.zeros(len(ends) + 1, np.int64)
    lost = _measure_ways(directions, ends, offsets)
    if lost >= 0:
        raise ValueError(
            f"came_from: the way back from cell {lost} leads to no source; give that of a Spread"
        )
    cells = np.empty(offsets[-1], np.int64)
    _walk(directions, ends, offsets, cells)
    return cells, offsets


def _grid(resistance: NDArray[Any]) -> NDArray[Any]:
    grid = np.asarray(resistance)
    if grid.ndim != 2:
        raise ValueError(f"resistance: {grid.ndim} dimensions; give rows and columns")
    return np.ascontiguousarray(grid, np.float32 if grid.dtype == np.float32 else np.float64)


def _positions(name: str, given: ArrayLike, size: int) -> NDArray[np.int64]:
    positions = np.atleast_1d(np.asarray(given))
    if positions.size and positions.dtype.kind not in "iu":
        raise ValueError(f"{name}: {positions.dtype} numbers; give whole flat positions")
    outside = positions[(positions < 0) | (positions >= size)]
    if outside.size:
        raise ValueError(f"{name}: {outside[0]} is outside a grid of {size} cells; give 0 to {size - 1}")
    return np.ascontiguousarray(positions.ravel(), np.int64)


@compiled
def _settled(resistance: NDArray[np.float64], sources: NDArray[np.int64], half: float) -> NDArray[np.float64]:
    """Least cost of every cell; `half` is half a cell's side."""
    rows, columns = resistance.shape
    cost = np.full((rows, columns), np.inf)
    down, across = (rows + SIDE - 1) // SIDE, (columns + SIDE - 1) // SIDE
    waiting = queue(down * across)
    for position in sources:
        i, j = position // columns, position % columns
        if (resistance[i, j] > 0.0) and (resistance[i, j] < np.inf):
            cost[i, j] = 0.0
            push(waiting, 0.0, (i // SIDE) * across + j // SIDE)
    at = tile()
    while waiting.size[0] > 0:
        number = pop(waiting)
        row, column = number // across, number % across
        top, left = row * SIDE - 1, column * SIDE - 1
        load(at, resistance, cost, half, top, left)
        settle(at)
        store(at, cost, top, left)
        for y in range(max(row - 1, 0), min(row + 2, down)):
            for x in range(max(column - 1, 0), min(column + 2, across)):
                if y != row or x != column:
                    offer = _offer(at, y - row, x - column)
                    if offer < np.inf:
                        push(waiting, offer, y * across + x)
    return cost


@compiled
def _offer(at: Tile, down: int, across: int) -> float:
    """Return the least cost by which the neighbour in a direction becomes cheaper; inf where it does not."""
    least = np.inf
    if across == 0:
        here, there = (1, 0) if down < 0 else (SIDE, SIDE + 1)
        if relax(at, here, there):
            for j in range(1, SIDE + 1):
                if at.row[0, j] < at.cost[there, j] and at.row[0, j] < least:
                    least = at.row[0, j]
        return least
    here, there = (1, 0) if across < 0 else (SIDE, SIDE + 1)
    if down != 0:
        i, k = (1, 0) if down < 0 else (SIDE, SIDE + 1)
        reached = (at.cost[i, here] + at.slant[i, here]) + at.slant[k, there]
        return reached if reached < at.cost[k, there] else np.inf
    for i in range(1, SIDE + 1):
        reached = at.cost[i, here] + (at.half[i, here] + at.half[i, there])
        if i > 1:
            reached = min(reached, (at.cost[i - 1, here] + at.slant[i - 1, here]) + at.slant[i, there])
        if i < SIDE:
            reached = min(reached, (at.cost[i + 1, here] + at.slant[i + 1, here]) + at.slant[i, there])
        if reached < at.cost[i, there] and reached < least:
            least = reached
    return least


@compiled
def _predecessors(
    resistance: NDArray[np.float64], cost: NDArray[np.float64], sources: NDArray[np.int64], half: float
) -> NDArray[np.uint8]:
    """From which neighbour each cell is reached, read off the finished costs.

    The neighbour must be strictly cheaper, so that no walk comes back to where it was. Where a step
    is lost in rounding (a millionth beside a million millions) cell and neighbour cost the same;
    those cells are found last, outwards from the cells that are settled.
    """
    rows, columns = cost.shape
    came_from = np.full((rows, columns), UNREACHED, np.uint8)
    for position in sources:
        if cost.flat[position] == 0.0:
            came_from.flat[position] = SOURCE
    pending = 0
    for i in range(rows):
        for j in range(columns):
            if came_from[i, j] != SOURCE and cost[i, j] < np.inf:
                came_from[i, j] = _direction(resistance, cost, came_from, half, i, j, True)
                pending += came_from[i, j] == _PENDING
    while pending > 0:
        pending = 0
        for i in range(rows):
            for j in range(columns):
                if came_from[i, j] == _PENDING:
                    came_from[i, j] = _direction(resistance, cost, came_from, half, i, j, False)
                    pending += came_from[i, j] == _PENDING
    return came_from


@compiled
def _direction(
    resistance: NDArray[np.float64],
    cost: NDArray[np.float64],
    came_from: NDArray[np.uint8],
    half: float,
    i: int,
    j: int,
    cheaper: bool,
) -> int:
    """Return the first direction from which a cell's cost is reached exactly, or `_PENDING`."""
    rows, columns = cost.shape
    own = resistance[i, j] * half
    for direction in range(8):
        y, x = i + STEPS[direction][0], j + STEPS[direction][1]
        if y < 0 or y >= rows or x < 0 or x >= columns or cost[y, x] == np.inf:
            continue
        if cheaper:
            if not cost[y, x] < cost[i, j]:
                continue
        elif came_from[y, x] == _PENDING:
            continue
        other = resistance[y, x] * half
        if y == i:
            reached = cost[y, x] + (other + own)
        elif x == j:
            reached = (cost[y, x] + other) + own
        else:
            reached = (cost[y, x] + other * DIAGONAL) + own * DIAGONAL
        if reached == cost[i, j]:
            return direction
    return _PENDING


@compiled
def _measure_ways(
    came_from: NDArray[np.uint8], targets: NDArray[np.int64], offsets: NDArray[np.int64]
) -> int:
    """Fill in where each way begins; return a target whose way leads to no source, or -1."""
    rows, columns = came_from.shape
    for k in range(len(targets)):
        length = 0
        i, j = targets[k] // columns, targets[k] % columns
        if came_from[i, j] != UNREACHED:
            length = 1
            while came_from[i, j] != SOURCE:
                direction = came_from[i, j]
                if direction > SOURCE or length > came_from.size:
                    return int(targets[k])
                i, j = i + STEPS[direction][0], j + STEPS[direction][1]
                if i < 0 or i >= rows or j < 0 or j >= columns:
                    return int(targets[k])
                length += 1
        offsets[k + 1] = offsets[k] + length
    return -1


@compiled
def _walk(
    came_from: NDArray[np.uint8],
    targets: NDArray[np.int64],
    offsets: NDArray[np.int64],
    cells: NDArray[np.int64],
) -> None:
    columns = came_from.shape[1]
    for k in range(len(targets)):
        position = targets[k]
        for n in range(offsets[k], offsets[k + 1]):
            cells[n] = position
            direction = came_from[position // columns, position % columns]
            if direction != SOURCE:
                position += STEPS[direction][0] * columns + STEPS[direction][1]
