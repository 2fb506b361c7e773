"""Rectangles between edges, at any angle: how far they grow, and how they are made better step by step.

Everything works on many plots at once, plain numpy, no loop over plots. A plot is its edges, (n, 4)
as ax, ay, bx, by, padded with points of its own outline; a box is (angle, west, east, south, north)
in axes turned counter-clockwise by the angle, radians. Boxes touch edges and cross none.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Worth = Callable[[Floats, Floats], Floats]
"""What a place of this length and width is worth, in either order; more is better."""

TOUCH = 1e-7
"""Metres. An edge this little inside a slab only touches it."""

_TURNS = np.array([0.0, 1.0, -1.0])
_SIDES = np.array(list(product((0.0, 1.0, -1.0), repeat=2))).T
"""The moves: each turn with every way to move the west and the east side."""

_TURN = 1.0
"""Radians at a step of 1, where a side moves by the whole width."""

Ends = tuple[Floats, Floats, Floats, Floats]
"""ax, ay, bx, by of edges in turned axes, the edges along the last dimension."""


def turned(edges: Floats, angle: Floats) -> Ends:
    """Edges (..., n, 4) in axes turned by the angle (...)."""
    c, s = np.cos(angle)[..., None], np.sin(angle)[..., None]
    ax, ay, bx, by = (edges[..., k] for k in range(4))
    return ax * c + ay * s, ay * c - ax * s, bx * c + by * s, by * c - bx * s


def gap(ends: Ends, low: Floats, high: Floats, seed: Floats) -> tuple[Floats, Floats]:
    """Widest free range of y around a seed, over the whole of the slab low < x < high.

    Parameters
    ----------
    ends
        Edges, (..., n).
    low, high, seed
        (...)

    Returns
    -------
    floor, ceiling
        (...); floor > ceiling where an edge crosses the seed's own level inside the slab.
    """
    ax, ay, bx, by = ends
    back = ax > bx
    ax, bx = np.where(back, bx, ax), np.where(back, ax, bx)
    ay, by = np.where(back, by, ay), np.where(back, ay, by)
    # An upright edge is cut nowhere, so its slope, whatever it is, is multiplied by 0.
    slope = (by - ay) / np.maximum(bx - ax, 1e-12)
    low, high, level = low[..., None] + TOUCH, high[..., None] - TOUCH, seed[..., None]
    within = (bx > low) & (ax < high)
    one = ay + slope * np.maximum(low - ax, 0.0)
    other = by - slope * np.maximum(bx - high, 0.0)
    lower, upper = np.minimum(one, other), np.maximum(one, other)
    ceiling = np.where(within & (upper >= level), lower, np.inf).min(axis=-1)
    floor = np.where(within & (lower <= level), upper, -np.inf).max(axis=-1)
    return floor, ceiling


def grown(ends: Ends, boxes: Floats) -> Floats:
    """Grow boxes until each side touches: first across their whole width, then along it.

    Parameters
    ----------
    ends
        Edges in the boxes' own axes, (..., n).
    boxes
        (..., 5). Only the sides west and east and the middle level are read, so a box may be
        given that edges cross above or below its middle.

    Returns
    -------
    boxes
        (..., 5); of no size where an edge crosses the middle.
    """
    angle, west, east, south, north = np.moveaxis(boxes, -1, 0)
    south, north = gap(ends, west, east, (south + north) / 2)
    good = (north - south > 2 * TOUCH) & np.isfinite(north - south) & (east > west)
    south, north = np.where(good, south, 0.0), np.where(good, north, 0.0)
    west, east = gap((ends[1], ends[0], ends[3], ends[2]), south, north, (west + east) / 2)
    good &= (east - west > 2 * TOUCH) & np.isfinite(east - west)
    sides = [np.where(good, side, 0.0) for side in (west, east, south, north)]
    return np.stack([angle, *sides], axis=-1)


def worths(boxes: Floats, worth: Worth) -> Floats:
    """Worth of each box; -inf for a box of no size."""
    _, west, east, south, north = np.moveaxis(boxes, -1, 0)
    return np.where(east > west, worth(east - west, north - south), -np.inf)


def _moved(boxes: Floats, step: Floats) -> Floats:
    """Every move of every box, (items, turns, sides, 5), turned about its middle."""
    angle, west, east, south, north = (boxes[:, k, None, None] for k in range(5))
    x, y, width, height = (west + east) / 2, (south + north) / 2, east - west, north - south
    step = step[:, None, None]
    turn = _TURN * step * _TURNS[:, None]
    c, s = np.cos(turn), np.sin(turn)
    x, y = x * c + y * s, y * c - x * s
    # Turning about a corner instead of the middle is what leads on along an edge that is touched.
    pivot = np.minimum(height / 2 * _TURN * step, 0.4 * width)
    unit = np.where(turn == 0.0, width * step, pivot)
    left, right = (side * unit for side in _SIDES)
    west, east = x - width / 2 + left, x + width / 2 + right
    return np.stack(np.broadcast_arrays(angle + turn, west, east, y - height / 2, y + height / 2), axis=-1)


def _on_its_side(boxes: Floats) -> Floats:
    """The same boxes, described in axes a quarter turn further."""
    angle, west, east, south, north = boxes.T
    return np.column_stack([angle + np.pi / 2, south, north, -east, -west])


def climb(
    edges: Floats, boxes: Floats, owner: NDArray[np.intp], worth: Worth, step: Floats, *, rounds: int
) -> tuple[Floats, Floats]:
    """Make boxes better by a pattern search: the best of all moves, or half the step.

    Parameters
    ----------
    edges
        (plots, n, 4)
    boxes
        (items, 5), grown.
    owner
        (items,) position of each box's plot.
    worth
        What is to be made large.
    step
        (items,) share of a box's side, below 0.5, so that moved boxes overlap the unmoved.
    rounds
        The most rounds; a box stops by itself at a step of 1e-4.

    Returns
    -------
    boxes, step
        As they are now.
    """
    boxes, step = boxes.copy(), step.copy()
    value = worths(boxes, worth)
    for _ in range(rounds):
        live = np.flatnonzero((step > 1e-4) & (boxes[:, 2] > boxes[:, 1]))
        if not live.size:
            break
        boxes[live] = _on_its_side(boxes[live])
        tries = _moved(boxes[live], step[live])
        ends = turned(edges[owner[live], None, None], tries[:, :, :1, 0])
        tries = grown(ends, tries).reshape(len(live), -1, 5)
        found = worths(tries, worth)
        best = found.argmax(axis=1)
        most = np.take_along_axis(found, best[:, None], axis=1)[:, 0]
        better = most > value[live] + 1e-9 * np.abs(value[live])
        boxes[live[better]] = tries[better, best[better]]
        value[live[better]] = most[better]
        step[live[~better]] /= 2
    return boxes, step
