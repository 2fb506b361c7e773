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

_MOVES = np.array([move for move in product((0.0, 1.0, -1.0), repeat=3) if any(move)])
"""Turn, west side, east side: every way to change one or more of them by a step."""

_TURN = 0.3
"""Radians at a step of 1, where a side moves by the whole width."""


def turned(edges: Floats, angle: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Edges (..., n, 4) in axes turned by the angle (...): ax, ay, bx, by, each (..., n)."""
    c, s = np.cos(angle)[..., None], np.sin(angle)[..., None]
    ax, ay, bx, by = (edges[..., k] for k in range(4))
    return ax * c + ay * s, ay * c - ax * s, bx * c + by * s, by * c - bx * s


def gap(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, low: Floats, high: Floats, seed: Floats
) -> tuple[Floats, Floats]:
    """Widest free range of y around a seed, over the whole of the slab low < x < high.

    Parameters
    ----------
    ax, ay, bx, by
        (items, n) edges.
    low, high, seed
        (items,)

    Returns
    -------
    floor, ceiling
        (items,); floor > ceiling where an edge crosses the seed's own level inside the slab.
    """
    low, high = low[:, None] + TOUCH, high[:, None] - TOUCH
    within = (np.maximum(ax, bx) > low) & (np.minimum(ax, bx) < high)
    with np.errstate(divide="ignore", invalid="ignore"):
        # An upright edge inside the slab is divided by zero into -inf and inf: its two ends.
        each = 1.0 / (bx - ax)
        one = ay + np.clip((low - ax) * each, 0.0, 1.0) * (by - ay)
        other = ay + np.clip((high - ax) * each, 0.0, 1.0) * (by - ay)
    lower, upper = np.minimum(one, other), np.maximum(one, other)
    level = seed[:, None]
    ceiling = np.where(within & (upper >= level), lower, np.inf).min(axis=1)
    floor = np.where(within & (lower <= level), upper, -np.inf).max(axis=1)
    return floor, ceiling


def grown(edges: Floats, boxes: Floats) -> Floats:
    """Grow boxes until each side touches: first across their whole width, then along it.

    Parameters
    ----------
    edges
        (items, n, 4)
    boxes
        (items, 5). Only the sides west and east and the middle level are read, so a box may be
        given that edges cross above or below its middle.

    Returns
    -------
    boxes
        (items, 5); of no size where an edge crosses the middle.
    """
    angle, west, east, south, north = boxes.T
    ax, ay, bx, by = turned(edges, angle)
    south, north = gap(ax, ay, bx, by, west, east, (south + north) / 2)
    good = (north - south > 2 * TOUCH) & np.isfinite(north - south) & (east > west)
    south, north = np.where(good, south, 0.0), np.where(good, north, 0.0)
    west, east = gap(ay, ax, by, bx, south, north, (west + east) / 2)
    good &= (east - west > 2 * TOUCH) & np.isfinite(east - west)
    return np.where(good, [angle, west, east, south, north], [angle, *np.zeros((4, len(angle)))]).T


def worths(boxes: Floats, worth: Worth) -> Floats:
    """Worth of each box; -inf for a box of no size."""
    _, west, east, south, north = boxes.T
    return np.where(east > west, worth(east - west, north - south), -np.inf)


def _moved(boxes: Floats, step: Floats) -> Floats:
    """Every move of every box, (items, moves, 5), turned about its middle."""
    angle, west, east, south, north = (boxes[:, k, None] for k in range(5))
    turn, left, right = _MOVES.T[:, None, :] * step[:, None]
    turn = turn * _TURN
    x, y, half, high = (west + east) / 2, (south + north) / 2, (east - west) / 2, (north - south) / 2
    c, s = np.cos(turn), np.sin(turn)
    x, y = x * c + y * s, y * c - x * s
    return np.stack(
        [
            angle + turn,
            x - half * (1 - 2 * left),
            x + half * (1 + 2 * right),
            y - high,
            y + high,
        ],
        axis=-1,
    )


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
        tries = _moved(boxes[live], step[live]).reshape(-1, 5)
        tries = grown(np.repeat(edges[owner[live]], len(_MOVES), axis=0), tries)
        found = worths(tries, worth).reshape(len(live), -1)
        best = found.argmax(axis=1)
        most = np.take_along_axis(found, best[:, None], axis=1)[:, 0]
        better = most > value[live] + 1e-9 * np.abs(value[live])
        boxes[live[better]] = tries.reshape(len(live), -1, 5)[better, best[better]]
        value[live[better]] = most[better]
        step[live[~better]] /= 2
    return boxes, step
