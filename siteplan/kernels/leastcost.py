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

from siteplan.kernels.compiling import compiled, fitting
from siteplan.kernels.directions import (
    PENDING,
    SOURCE,
    STEPS,
    UNREACHED,
    decide,
    measure_ways,
    read_off,
    walk,
)
from siteplan.kernels.queue import pop, push, queue
from siteplan.kernels.tiles import SIDE, Tiles, begin, cut, hand_over, settle, tile

__all__ = ["SOURCE", "STEPS", "UNREACHED", "Spread", "spread", "trace"]


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
    return Spread(*_spread(grid, starts, float(cell) / 2.0))


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
    steps = len(ends) * sum(directions.shape) / 4  # about: most ways lead to a source nearby, some wind
    lost = fitting(measure_ways, steps)(directions, ends, offsets)
    if lost >= 0:
        raise ValueError(
            f"came_from: the way back from cell {lost} leads to no source; give that of a Spread"
        )
    cells = np.empty(offsets[-1], np.int64)
    fitting(walk, len(cells))(directions, ends, offsets, cells)
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
def _spread(
    resistance: NDArray[np.float64], sources: NDArray[np.int64], half: float
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Return least cost of every cell and the direction it is reached from; `half` is half a cell's side."""
    tiles = cut(resistance, half)
    _settle_all(tiles, sources, resistance.shape[1])
    cost, came_from = np.empty(resistance.shape), np.empty(resistance.shape, np.uint8)
    pending = read_off(tiles, cost, came_from)
    for position in sources:
        if cost.flat[position] == 0.0:
            pending -= came_from.flat[position] == PENDING
            came_from.flat[position] = SOURCE
    if pending > 0:
        decide(resistance, cost, half, came_from, pending)
    return cost, came_from


@compiled
def _settle_all(tiles: Tiles, sources: NDArray[np.int64], columns: int) -> None:
    """Settle tiles until none can be reached for less."""
    down, across = tiles.cost.shape[:2]
    waiting = queue(down * across)
    for position in sources:
        i, j = position // columns, position % columns
        y, x = i // SIDE, j // SIDE
        if begin(tile(tiles, y, x), i - y * SIDE + 1, j - x * SIDE + 1):
            push(waiting, 0.0, y * across + x)
    begun = waiting.slot >= 0
    while waiting.size[0] > 0:
        number = pop(waiting)
        row, column = number // across, number % across
        at = tile(tiles, row, column)
        # the rim shows what neighbours once were: a tile that has not changed itself has nothing to offer
        if not (settle(at) or begun[number]):
            continue
        begun[number] = False
        for y in range(max(row - 1, 0), min(row + 2, down)):
            for x in range(max(column - 1, 0), min(column + 2, across)):
                if y != row or x != column:
                    least = hand_over(at, tile(tiles, y, x), y - row, x - column)
                    if least < np.inf:
                        push(waiting, least, y * across + x)
