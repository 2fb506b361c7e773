"""Along straight lines over a grid: which cells they pass, for how long, and which bends they need.

Everything is in cell units: a point (x, y) lies in column floor(x) and row floor(y), y downwards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled, fitting
from siteplan.kernels.piece import piece_cost, snap

GRAZE = 1e-6
"""A line is inside a cell when it passes more than this of a cell's side: touching is not entering."""


@compiled
def _clip(ax: float, ay: float, bx: float, by: float, rows: int, columns: int) -> tuple[float, float]:
    """The part of a line inside the grid, as positions from 0 to 1; first > last where there is none."""
    first, last = 0.0, 1.0
    for start, step, end in ((ax, bx - ax, float(columns)), (ay, by - ay, float(rows))):
        if step == 0.0:
            if start < 0.0 or start > end:
                return 1.0, 0.0
        else:
            one, other = -start / step, (end - start) / step
            first = max(first, min(one, other))
            last = min(last, max(one, other))
    return first, last


@compiled
def _walk(
    ends: NDArray[np.float64], rows: int, columns: int, flat: NDArray[np.int64], part: NDArray[np.float64]
) -> int:
    """Write the cells of one line and the share of its length in each; return how many.

    A step leads over one side at a time, so the cells are connected by sides even where the line
    runs through corners. The number of steps is known before the first: rounding cannot run away.
    """
    ax, ay, bx, by = ends
    first, last = _clip(ax, ay, bx, by, rows, columns)
    if first > last:
        return 0
    dx, dy = bx - ax, by - ay
    column = min(max(int(np.floor(ax + first * dx)), 0), columns - 1)
    row = min(max(int(np.floor(ay + first * dy)), 0), rows - 1)
    across = min(max(int(np.floor(ax + last * dx)), 0), columns - 1) - column
    down = min(max(int(np.floor(ay + last * dy)), 0), rows - 1) - row
    east, south = (1 if across > 0 else -1), (1 if down > 0 else -1)
    across, down = abs(across), abs(down)
    here, count = first, across + down + 1
    if len(flat) == 0:  # only counting
        return count
    for step in range(count):
        flat[step] = row * columns + column
        to_side = (column + (east > 0) - ax) / dx if across > 0 else np.inf
        to_floor = (row + (south > 0) - ay) / dy if down > 0 else np.inf
        there = last if step == count - 1 else min(max(min(to_side, to_floor), here), last)
        part[step] = there - here
        here = there
        if across > 0 and to_side <= to_floor:
            column += east
            across -= 1
        elif down > 0:
            row += south
            down -= 1
    return count


def cells(
    ends: NDArray[np.float64], rows: int, columns: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Cells that straight lines pass, in the lines' order.

    Parameters
    ----------
    ends
        (lines, 4): ax, ay, bx, by of each line, in cell units; a point is a line of no length.
    rows, columns
        Size of the grid; what lies outside is left out.

    Returns
    -------
    line, cell, length
        One row per line and cell: position of the line, flat position of the cell, and the length
        inside it in cell units (0 where a corner is only touched). The cells of a line are
        connected by sides, so no path of king's moves slips through them.

    Examples
    --------
    >>> line, cell, length = cells(np.array([[0.5, 0.5, 2.5, 0.5]]), 1, 3)
    >>> cell.tolist(), length.tolist()
    ([0, 1, 2], [0.5, 1.0, 0.5])
    """
    passed = len(ends) + np.abs(ends[:, 2:] - ends[:, :2]).clip(0, rows + columns).sum()
    found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
    found = fitting(_cells, passed)(ends, rows, columns)
    return found


@compiled
def _cells(
    ends: NDArray[np.float64], rows: int, columns: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    nothing_int, nothing = np.empty(0, np.int64), np.empty(0, np.float64)
    total = 0
    for line in range(len(ends)):
        total += _walk(ends[line], rows, columns, nothing_int, nothing)
    owner, flat, length = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.float64)
    at = 0
    for line in range(len(ends)):
        count = _walk(ends[line], rows, columns, flat[at:], length[at:]) if at < total else 0
        ax, ay, bx, by = ends[line]
        owner[at : at + count] = line
        length[at : at + count] *= np.hypot(bx - ax, by - ay)
        at += count
    return owner, flat, length


@compiled
def _straight(values: NDArray[np.float64], xy: NDArray[np.float64], one: int, other: int) -> float:
    """Cost of the straight line between two vertices, cell units."""
    return piece_cost(values, snap(xy[one, 0]), snap(xy[one, 1]), snap(xy[other, 0]), snap(xy[other, 1]))


@compiled
def _pull_one(values: NDArray[np.float64], xy: NDArray[np.float64], keep: NDArray[np.bool_]) -> int:
    """Mark the vertices of one line that a straight line cannot leave out; return how many it left out.

    From each kept vertex the reach is doubled while the straight line is not dearer than the way
    along the vertices, then halved to the last that is not: n log n cells looked at in open
    ground, and few where the ground changes at every step.
    """
    last = len(xy) - 1
    so_far = np.zeros(last + 1)
    for at in range(last):
        so_far[at + 1] = so_far[at] + _straight(values, xy, at, at + 1)
    keep[:] = False
    keep[0] = keep[last] = True
    at = 0
    while at < last:
        good, step, bad = at + 1, 2, last + 1
        while good < last:
            to = min(at + step, last)
            if bad <= last:
                to = (good + bad) // 2
                if to == good:
                    break
            most = (so_far[to] - so_far[at]) * (1.0 + 1e-12)
            if _straight(values, xy, at, to) <= most:
                good = to
            else:
                bad = to
            step *= 2
        keep[good] = True
        at = good
    return last + 1 - int(keep.sum())


def pull(
    values: NDArray[np.float64], xy: NDArray[np.float64], offsets: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which vertices of traced staircases remain when they are pulled straight, never dearer.

    Parameters
    ----------
    values
        (rows, columns) resistance per cell; not positive or not finite is impassable.
    xy
        (vertices, 2) in cell units, inside the grid, of all lines one after another.
    offsets
        Where each line starts in `xy`, and after the last its end.

    Returns
    -------
    keep
        One flag per vertex. The first and last of a line are kept; each straight line between kept
        vertices costs no more than the way it replaces, and enters nothing impassable.

    Examples
    --------
    >>> staircase = np.array([[0.5, 0.5], [1.5, 0.5], [2.5, 1.5], [3.5, 2.5]])
    >>> pull(np.ones((3, 4)), staircase, np.array([0, 4])).tolist()
    [True, False, False, True]
    """
    looks = np.log2(2 + np.diff(offsets).max(initial=0))  # every cell is passed about so often
    kept: NDArray[np.bool_] = fitting(_pull, 2 * len(xy) * looks)(values, xy, offsets)
    return kept


@compiled
def _pull(
    values: NDArray[np.float64], xy: NDArray[np.float64], offsets: NDArray[np.int64]
) -> NDArray[np.bool_]:
    keep = np.ones(len(xy), np.bool_)
    for line in range(len(offsets) - 1):
        first, end = offsets[line], offsets[line + 1]
        chosen = np.arange(first, end)
        # What one round leaves is pulled again: a bend that was needed may not be any more.
        for _ in range(4):
            if len(chosen) < 3:
                break
            flags = np.ones(len(chosen), np.bool_)
            left_out = _pull_one(values, xy[chosen], flags)
            chosen = chosen[flags]
            if left_out == 0:
                break
        keep[first:end] = False
        keep[chosen] = True
    return keep
