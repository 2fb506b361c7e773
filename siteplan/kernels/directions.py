"""From which neighbour each cell of a cost surface is reached, and the ways back to the sources.

Nothing is written down while costs spread. It is read off the finished costs: a neighbour leads to a
cell when its cost and the step's add up to the cell's cost, to the last bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled
from siteplan.kernels.tiles import DIAGONAL, RIM, SIDE, Tile, Tiles, ask_around, tile

STEPS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""Rows and columns to the neighbour in each direction 0 to 7: as one reads, line by line."""
SOURCE, UNREACHED, PENDING = 8, 255, 254
"""Where other cells have a direction: a source, a cell no source reaches, a cell not yet decided."""


@compiled
def read_off(tiles: Tiles, cost: NDArray[np.float64], came_from: NDArray[np.uint8]) -> int:
    """Write out the costs of all tiles and the direction each cell is reached from; count those pending.

    The neighbour must be strictly cheaper, so that no way comes back to where it was. Sources are
    pending here, and so are cells whose last step was lost in rounding.
    """
    rows, columns = cost.shape
    found = np.empty(RIM, np.int64)
    pending = 0
    for y in range(tiles.cost.shape[0]):
        for x in range(tiles.cost.shape[1]):
            ask_around(tiles, y, x)
            at = tile(tiles, y, x)
            left, width = x * SIDE, min(SIDE, columns - x * SIDE)
            for i in range(1, min(SIDE, rows - y * SIDE) + 1):
                _read_row(at, i, found)
                here = y * SIDE + i - 1
                for j in range(width):
                    cost[here, left + j] = at.cost[i, j + 1]
                    came_from[here, left + j] = found[j + 1]
                    pending += found[j + 1] == PENDING
    return pending


@compiled
def _read_row(at: Tile, i: int, found: NDArray[np.int64]) -> None:
    """Find the first direction, as one reads, that each cell of a row is reached from.

    Backwards through the directions, so that the first overwrites the others: comparisons without a
    branch, four cells at once.
    """
    above, here, below = at.cost[i - 1], at.cost[i], at.cost[i + 1]
    half_above, half, half_below = at.half[i - 1], at.half[i], at.half[i + 1]
    for j in range(1, SIDE + 1):
        own, straight, slant = here[j], half[j], half[j] * DIAGONAL
        which = PENDING
        reached = below[j + 1] + (half_below[j + 1] * DIAGONAL + slant)
        which = 7 if (reached == own) & (below[j + 1] < own) else which
        reached = below[j] + (half_below[j] + straight)
        which = 6 if (reached == own) & (below[j] < own) else which
        reached = below[j - 1] + (half_below[j - 1] * DIAGONAL + slant)
        which = 5 if (reached == own) & (below[j - 1] < own) else which
        reached = here[j + 1] + (half[j + 1] + straight)
        which = 4 if (reached == own) & (here[j + 1] < own) else which
        reached = here[j - 1] + (half[j - 1] + straight)
        which = 3 if (reached == own) & (here[j - 1] < own) else which
        reached = above[j + 1] + (half_above[j + 1] * DIAGONAL + slant)
        which = 2 if (reached == own) & (above[j + 1] < own) else which
        reached = above[j] + (half_above[j] + straight)
        which = 1 if (reached == own) & (above[j] < own) else which
        reached = above[j - 1] + (half_above[j - 1] * DIAGONAL + slant)
        which = 0 if (reached == own) & (above[j - 1] < own) else which
        found[j] = which if own < np.inf else UNREACHED


@compiled
def decide(
    resistance: NDArray[np.float64],
    cost: NDArray[np.float64],
    half: float,
    came_from: NDArray[np.uint8],
    pending: int,
) -> None:
    """Decide the cells that no strictly cheaper neighbour leads to, outwards from those that are decided.

    Where a step is lost in rounding (a millionth beside a million millions) cell and neighbour cost the
    same. Such a cell comes from a neighbour decided in an earlier round or earlier in this one, so that no
    way goes in a circle.
    """
    columns = came_from.shape[1]
    left = np.empty(pending, np.int64)
    pending = 0
    for i in range(came_from.shape[0]):
        for j in range(columns):
            if came_from[i, j] == PENDING:
                left[pending] = i * columns + j
                pending += 1
    while pending > 0:
        still = 0
        for k in range(pending):
            position = left[k]
            i, j = position // columns, position % columns
            came_from[i, j] = _decided(resistance, cost, half, came_from, i, j)
            if came_from[i, j] == PENDING:
                left[still] = position
                still += 1
        pending = still
        # backwards next time: a way against the reading order then takes one round too
        left[:pending] = left[:pending][::-1].copy()


@compiled
def _decided(
    resistance: NDArray[np.float64],
    cost: NDArray[np.float64],
    half: float,
    came_from: NDArray[np.uint8],
    i: int,
    j: int,
) -> int:
    """Return the first direction of a decided neighbour that leads to exactly this cost, or `PENDING`."""
    rows, columns = cost.shape
    own = resistance[i, j] * half
    for direction in range(8):
        y, x = i + STEPS[direction][0], j + STEPS[direction][1]
        if y < 0 or y >= rows or x < 0 or x >= columns or came_from[y, x] >= PENDING:
            continue
        other = resistance[y, x] * half
        if y == i or x == j:
            reached = cost[y, x] + (other + own)
        else:
            reached = cost[y, x] + (other * DIAGONAL + own * DIAGONAL)
        if reached == cost[i, j]:
            return direction
    return PENDING


@compiled
def measure_ways(came_from: NDArray[np.uint8], targets: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
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
def walk(
    came_from: NDArray[np.uint8],
    targets: NDArray[np.int64],
    offsets: NDArray[np.int64],
    cells: NDArray[np.int64],
) -> None:
    """Write down the cells of each way, from target to source."""
    columns = came_from.shape[1]
    for k in range(len(targets)):
        position = targets[k]
        for n in range(offsets[k], offsets[k + 1]):
            cells[n] = position
            direction = came_from[position // columns, position % columns]
            if direction != SOURCE:
                position += STEPS[direction][0] * columns + STEPS[direction][1]
