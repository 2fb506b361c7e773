"""A cost surface cut into square tiles, each settled by itself in the processor's nearest cache.

A tile lies in `RIM` cells a side, one piece of memory: its own cells and one cell of its neighbours all
round, which are read and never reached. Costs enter over that rim and are carried on row by row until
nothing gets cheaper, downwards and upwards in turn; within a row from both ends. Then the tile hands
its outermost cells over to the rims of those neighbours that become cheaper by them, and notes which of
their rows must look. A row that nothing has reached is never touched.

A step costs one number, the same there and back, and adding it never makes a cost less. So the least
cost of a cell is one number to the last bit, whichever tile is settled first and however often, and it
is what Dijkstra's algorithm arrives at.
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
    """One tile with its rim: a view of `Tiles`."""

    cost: NDArray[np.float64]
    """Least cost found so far, inf where none, (RIM, RIM)."""
    half: NDArray[np.float64]
    """Cost of half a step, from centre to border of a cell; inf where impassable, (RIM, RIM)."""
    stale: NDArray[np.bool_]
    """Rows that must look at the row above (0), below (1), at their own cells and rim (2), (3, RIM)."""
    row: NDArray[np.float64]
    """Scratch: costs of one row in the making, (3, RIM)."""


class Tiles(NamedTuple):
    """All tiles of a surface, line by line; beyond its edge everything is impassable."""

    cost: NDArray[np.float64]
    """(down, across, RIM, RIM); of a rim what the neighbour handed over, not always its last word."""
    half: NDArray[np.float64]
    """(down, across, RIM, RIM)"""
    stale: NDArray[np.bool_]
    """(down, across, 3, RIM)"""
    row: NDArray[np.float64]
    """(3, RIM)"""


@compiled
def cut(resistance: NDArray[np.float64], half: float) -> Tiles:
    """Cut a surface into tiles that nothing has reached; `half` is half a cell's side."""
    rows, columns = resistance.shape
    down, across = (rows + SIDE - 1) // SIDE, (columns + SIDE - 1) // SIDE
    halves = np.empty((down, across, RIM, RIM))
    for y in range(down):
        for x in range(across):
            top, left = y * SIDE - 1, x * SIDE - 1
            if top < 0 or left < 0 or top + RIM > rows or left + RIM > columns:
                halves[y, x] = np.inf
            first, last = max(left, 0), min(left + RIM, columns)
            for i in range(max(top, 0), min(top + RIM, rows)):
                given, kept = resistance[i, first:last], halves[y, x, i - top, first - left :]
                for j in range(len(given)):
                    one = np.float64(given[j])
                    kept[j] = one * half if (one > 0.0) & (one < np.inf) else np.inf
    stale = np.zeros((down, across, 3, RIM), np.bool_)
    return Tiles(np.full((down, across, RIM, RIM), np.inf), halves, stale, np.empty((3, RIM)))


@compiled
def tile(of: Tiles, y: int, x: int) -> Tile:
    """Return one tile of a surface."""
    return Tile(of.cost[y, x], of.half[y, x], of.stale[y, x], of.row)


@compiled
def begin(at: Tile, i: int, j: int) -> bool:
    """Let costs begin at a cell of a tile, counted from its rim; say whether the cell is passable."""
    if at.half[i, j] == np.inf:
        return False
    at.cost[i, j] = 0.0
    at.stale[2, i] = True
    at.stale[0, i + 1] = True
    at.stale[1, i - 1] = True
    return True


@compiled
def settle(at: Tile) -> bool:
    """Carry costs through the tile until none of its cells can be reached for less. Say whether any was."""
    above, below, here = at.stale[0], at.stale[1], at.stale[2]
    changed, busy = False, True
    while busy:
        busy = False
        for i in range(1, SIDE + 1):
            if above[i] or here[i]:
                busy |= _renew(at, i - 1, i, here[i])
                above[i], here[i] = False, False
        for i in range(SIDE, 0, -1):
            if below[i]:
                busy |= _renew(at, i + 1, i, False)
                below[i] = False
        changed |= busy
    return changed


@compiled
def _renew(at: Tile, source: int, i: int, always: bool) -> bool:
    """Reach row `i` from the row `source`; note which rows must look again. Say whether it changed."""
    if not (_relax(at, source, i) or always) or not _along(at, i):
        return False
    at.stale[0, i + 1] = True
    at.stale[1, i - 1] = True
    return True


@compiled
def _relax(at: Tile, source: int, i: int) -> bool:
    """Reach row `i` from the row beside it: costs into `row[0]`. Say whether any is less.

    Without a branch, so that the compiler does four cells at once.
    """
    cost, half = at.cost[source], at.half[source]
    next_cost, next_half = at.cost[i], at.half[i]
    found = at.row[0]
    changed = 0
    for j in range(1, SIDE + 1):
        slant = next_half[j] * DIAGONAL
        straight = cost[j] + (half[j] + next_half[j])
        before = cost[j - 1] + (half[j - 1] * DIAGONAL + slant)
        after = cost[j + 1] + (half[j + 1] * DIAGONAL + slant)
        diagonal = before if before < after else after
        best = straight if straight < diagonal else diagonal
        old = next_cost[j]
        found[j] = best if best < old else old
        changed |= best < old
    return changed != 0


@compiled
def _along(at: Tile, i: int) -> bool:
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
def hand_over(at: Tile, to: Tile, down: int, across: int) -> float:
    """Hand a settled tile's outermost cells over to the neighbour `down` and `across` of it, if that helps.

    Returns
    -------
    least
        The least cost by which the neighbour becomes cheaper; inf where it does not, and nothing was done.
    """
    i, rim_i = (1, SIDE + 1) if down < 0 else (SIDE, 0)
    j, rim_j = (1, SIDE + 1) if across < 0 else (SIDE, 0)
    if across == 0:
        return _hand_row(at, to, i, rim_i)
    if down == 0:
        return _hand_column(at, to, j, rim_j)
    reached = at.cost[i, j] + (at.half[i, j] * DIAGONAL + at.half[i + down, j + across] * DIAGONAL)
    if not reached < at.cost[i + down, j + across]:
        return np.inf
    to.cost[rim_i, rim_j] = at.cost[i, j]
    to.stale[0 if down > 0 else 1, i + down - down * SIDE] = True
    return float(reached)


@compiled
def _hand_row(at: Tile, to: Tile, i: int, rim: int) -> float:
    """Hand row `i` over to the neighbour above or below, into its rim; the cost as in `hand_over`."""
    beyond = SIDE + 1 if rim == 0 else 0
    if not _relax(at, i, beyond):
        return np.inf
    least = np.inf
    for j in range(1, SIDE + 1):
        to.cost[rim, j] = at.cost[i, j]
        if at.row[0, j] < at.cost[beyond, j] and at.row[0, j] < least:
            least = at.row[0, j]
    to.stale[0 if rim == 0 else 1, 1 if rim == 0 else SIDE] = True
    return least


@compiled
def _hand_column(at: Tile, to: Tile, j: int, rim: int) -> float:
    """Hand column `j` over to the neighbour beside, into its rim; the cost as in `hand_over`."""
    beyond = SIDE + 1 if rim == 0 else 0
    least = np.inf
    for i in range(1, SIDE + 1):
        reached = at.cost[i, j] + (at.half[i, j] + at.half[i, beyond])
        slant = at.half[i, beyond] * DIAGONAL
        if i > 1:
            reached = min(reached, at.cost[i - 1, j] + (at.half[i - 1, j] * DIAGONAL + slant))
        if i < SIDE:
            reached = min(reached, at.cost[i + 1, j] + (at.half[i + 1, j] * DIAGONAL + slant))
        if reached < at.cost[i, beyond]:
            least = min(least, reached)
            to.stale[:, i] = True
    if least < np.inf:
        for i in range(1, SIDE + 1):
            to.cost[i, rim] = at.cost[i, j]
    return least


@compiled
def ask_around(of: Tiles, y: int, x: int) -> None:
    """Bring a tile's rim up to its neighbours' last word."""
    down, across = of.cost.shape[:2]
    cost = of.cost[y, x]
    if y > 0:
        cost[0, 1 : SIDE + 1] = of.cost[y - 1, x, SIDE, 1 : SIDE + 1]
    if y + 1 < down:
        cost[SIDE + 1, 1 : SIDE + 1] = of.cost[y + 1, x, 1, 1 : SIDE + 1]
    for to, beside, there in ((0, x - 1, SIDE), (SIDE + 1, x + 1, 1)):
        if 0 <= beside < across:
            for i in range(1, SIDE + 1):
                cost[i, to] = of.cost[y, beside, i, there]
            if y > 0:
                cost[0, to] = of.cost[y - 1, beside, SIDE, there]
            if y + 1 < down:
                cost[SIDE + 1, to] = of.cost[y + 1, beside, 1, there]
