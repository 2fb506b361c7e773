"""Least cost over a surface: by scipy where there are few cells, compiled where there are many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from siteplan.kernels import leastcost
from siteplan.kernels.compiling import affordable, fitting
from siteplan.kernels.directions import PENDING, SOURCE, STEPS, UNREACHED, decide
from siteplan.kernels.leastcost import Spread
from siteplan.kernels.tiles import DIAGONAL

CELL = 0.7e-6
"""Seconds that scipy takes for a cell: measured. The compiled way takes a fifteenth of it."""

_Reals = NDArray[np.float64]
_Part = tuple[slice, slice]


def spread(resistance: _Reals, sources: NDArray[np.int64], *, cell: float) -> Spread:
    """Spread over a surface as `siteplan.kernels.leastcost.spread` does, whichever way is quicker.

    Both give the same bytes.
    """
    if affordable(resistance.size * CELL):
        return plain(resistance, sources, cell=cell)
    return leastcost.spread(resistance, sources, cell=cell)


def plain(resistance: _Reals, sources: NDArray[np.int64], *, cell: float) -> Spread:
    """Spread by scipy's Dijkstra over the graph of cells and their eight neighbours; nothing is compiled.

    Examples
    --------
    >>> found = plain(np.array([[1.0, 1.0], [np.nan, 3.0]]), np.array([0]), cell=10.0)
    >>> found.cost.round(1).tolist(), found.came_from.tolist()
    ([[0.0, 10.0], [inf, 28.3]], [[8, 3], [255, 0]])
    """
    given = resistance.astype(np.float64)
    half = np.where((given > 0) & np.isfinite(given), given, np.inf) * (cell / 2)
    cost = np.full(half.shape, np.inf)
    starts = np.unique(sources)
    starts = starts[np.isfinite(half.ravel()[starts])]
    if len(starts):
        graph = _graph(half)
        cost = dijkstra(graph, directed=False, indices=starts, min_only=True).reshape(half.shape)
    return Spread(cost, _came_from(half, cost, starts))


def _graph(half: _Reals) -> csr_array:
    """The cost of a step between neighbours, each pair once."""
    at = np.arange(half.size, dtype=np.int32).reshape(half.shape)
    ones, others, costs = [], [], []
    for step in STEPS[4:]:
        here, there = _pair(half.shape, step)
        cost = _step(half, here, there, step)
        open_ = np.isfinite(cost)
        ones.append(at[here][open_])
        others.append(at[there][open_])
        costs.append(cost[open_])
    pairs = (np.concatenate(ones), np.concatenate(others))
    return csr_array((np.concatenate(costs), pairs), shape=(half.size, half.size))


def _came_from(half: _Reals, cost: _Reals, starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The first direction, as one reads, that each cell is reached from: read off as `read_off` does."""
    came_from = np.where(np.isfinite(cost), PENDING, UNREACHED).astype(np.uint8)
    for direction in reversed(range(8)):
        here, there = _pair(half.shape, STEPS[direction])
        reached = cost[there] + _step(half, here, there, STEPS[direction])
        leads = (reached == cost[here]) & (cost[there] < cost[here]) & np.isfinite(cost[here])
        came_from[here][leads] = direction
    came_from.ravel()[starts] = SOURCE
    pending = int((came_from == PENDING).sum())
    if pending:
        passable = np.where(np.isfinite(half), half, np.nan)
        fitting(decide, 8 * pending + half.size)(passable, cost, 1.0, came_from, pending)
    return came_from


def _step(half: _Reals, here: _Part, there: _Part, step: tuple[int, int]) -> _Reals:
    """What steps cost, added as the kernel adds."""
    longer = DIAGONAL if all(step) else 1.0
    return half[here] * longer + half[there] * longer


def _pair(shape: tuple[int, ...], step: tuple[int, int]) -> tuple[_Part, _Part]:
    """The part of a grid whose cells have a neighbour in a direction, and those neighbours."""
    parts = [
        (slice(max(-by, 0), most - max(by, 0)), slice(max(by, 0), most + min(by, 0)))
        for most, by in zip(shape, step, strict=True)
    ]
    return (parts[0][0], parts[1][0]), (parts[0][1], parts[1][1])
