"""One square tile of a cost surface, settled in the processor's nearest cache.

A tile lies in scratch arrays of `SIDE + 2` cells a side: its own cells and one cell of its
neighbours all round, which are read and never changed. Costs enter over that rim and are carried on
row by row until nothing gets cheaper, downwards and upwards in turn; within a row from both ends.

The cost of a step is added up in one order for each direction (`relax`, `along`), and adding never
makes a cost less. So the least cost of a cell is one number to the last bit, whichever tile is
settled first and however often.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled

SIDE = 48
"""Cells along a tile. Measured: 32 to 64 are alike, smaller hand over more, larger leave the cache."""
RIM = SIDE + 2
DIAGONAL = float(np.sqrt(2.0))


class Tile(NamedTuple):
    """Scratch arrays of one tile with its rim; (RIM, RIM) unless said otherwise."""

    cost: NDArray[np.float64]
    """Least cost found so far, inf where none."""
    half: NDArray[np.float64]
    """Cost of half a straight step: from the centre to the border of a cell; inf where impassable."""
    slant: NDArray[np.float64]
    """Cost of half a diagonal step."""
    row: NDArray[np.float64]
    """Costs of one row in the making, (3, RIM)."""
    stale: NDArray[np.bool_]
    """Rows whose upper (0) or lower (1) neighbour has become cheaper since they looked, (2, RIM)."""


@compiled
def tile() -> Tile:
    """Return scratch space for one tile."""
    square = (RIM, RIM)
    return Tile(
        np.empty(square), np.empty(square), np.empty(square), np.empty((3, RIM)), np.zeros((2, RIM), np.bool_)
    )


@compiled
def load(
    at: Tile, resistance: NDArray[np.float64], cost: NDArray[np.float64], half: float, top: int, left: int
) -> None:
    """Copy a tile and its rim in; the rim begins at row `top` and column `left`, -1 at the grid's edge."""
    rows, columns = cost.shape
    if top < 0 or left < 0 or top + RIM > rows or left + RIM > columns:
        at.cost[:] = np.inf
        at.half[:] = np.inf
    first, last = max(left, 0), min(left + RIM, columns)
    for i in range(max(top, 0), min(top + RIM, rows)):
        costs, resistances = cost[i, first:last], resistance[i, first:last]
        cost_here, half_here = at.cost[i - top, first - left :], at.half[i - top, first - left :]
        for j in range(len(costs)):
            given = np.float64(resistances[j])
            half_here[j] = given * half if (given > 0.0) & (given < np.inf) else np.inf
            cost_here[j] = costs[j]
    for i in range(RIM):
        half_row, slant_row = at.half[i], at.slant[i]
        for j in range(RIM):
            slant_row[j] = half_row[j] * DIAGONAL


@compiled
def settle(at: Tile) -> None:
    """Carry costs through the tile until none of its cells can be reached for less."""
    at.stale[:] = True
    whole = True
    busy = True
    while busy:
        busy = False
        for i in range(1, SIDE + 1):
            if at.stale[0, i] and _renew(at, i - 1, i, whole):
                busy = True
            at.stale[0, i] = False
        whole = False
        for i in range(SIDE, 0, -1):
            if at.stale[1, i] and _renew(at, i + 1, i, whole):
                busy = True
            at.stale[1, i] = False


@compiled
def _renew(at: Tile, source: int, i: int, whole: bool) -> bool:
    """Reach row `i` from the row `source`; note which rows must look again. Say whether it changed."""
    if not (relax(at, source, i) or whole) or not along(at, i):
        return False
    at.stale[0, i + 1] = True
    at.stale[1, i - 1] = True
    return True


@compiled
def relax(at: Tile, source: int, i: int) -> bool:
    """Reach row `i` from the row beside it: costs into `row[0]`. Say whether any is less.

    Without a branch, so that the compiler does four cells at once.
    """
    cost, half, slant = at.cost[source], at.half[source], at.slant[source]
    next_cost, next_half, next_slant = at.cost[i], at.half[i], at.slant[i]
    found = at.row[0]
    changed = 0
    for j in range(1, SIDE + 1):
        straight = (cost[j] + half[j]) + next_half[j]
        before = cost[j - 1] + slant[j - 1]
        after = cost[j + 1] + slant[j + 1]
        diagonal = (before if before < after else after) + next_slant[j]
        best = straight if straight < diagonal else diagonal
        old = next_cost[j]
        found[j] = best if best < old else old
        changed |= best < old
    return changed != 0


@compiled
def along(at: Tile, i: int) -> bool:
    """Carry the costs in `row[0]` along row `i` from both ends and keep the cheaper. Say whether any fell.

    The two ends are walked in one loop because each waits for its own last cell, not for the other.
    """
    cost, half = at.cost[i], at.half[i]
    found, forth, back = at.row[0], at.row[1], at.row[2]
    ahead, behind = cost[0], cost[SIDE + 1]
    for j in range(1, SIDE + 1):
        reached = ahead + (half[j - 1] + half[j])
        ahead = reached if reached < found[j] else found[j]
        forth[j] = ahead
        k = SIDE + 1 - j
        reached = behind + (half[k + 1] + half[k])
        behind = reached if reached < found[k] else found[k]
        back[k] = behind
    changed = 0
    for j in range(1, SIDE + 1):
        best = forth[j] if forth[j] < back[j] else back[j]
        changed |= best < cost[j]
        cost[j] = best
    return changed != 0


@compiled
def store(at: Tile, cost: NDArray[np.float64], top: int, left: int) -> None:
    """Copy a tile's own cells out; `top` and `left` as in `load`."""
    rows, columns = cost.shape
    last = min(left + SIDE + 1, columns)
    for i in range(top + 1, min(top + SIDE + 1, rows)):
        costs, cost_here = cost[i, left + 1 : last], at.cost[i - top, 1:]
        for j in range(len(costs)):
            costs[j] = cost_here[j]
