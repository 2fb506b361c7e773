"""Area of a ring outside of zones that are cut by half-planes: no topology, and so nothing that can break.

A ring cut by a half-plane is closed along its line (Sutherland and Hodgman, Reentrant polygon clipping,
1974); of a ring that is not convex edges may lie on top of each other there, which takes nothing from
its signed area. What is outside of zones follows from what is inside of them, zone by zone::

    outside(ring; zones) = area(ring) - sum over zones of outside(ring cut by the zone; zones before it)

A crossing that rounding misplaces costs a sliver as thin as rounding itself. Where many zones lie on
top of each other there are too many sums: then the answer is NaN, and someone else has to give it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled

DEEPEST = 12
"""Zones on top of each other."""

SUMS = 4000
"""Rings cut of one ring at most."""

NOTHING = 1e-13
"""A share of a ring's area that is left out of account."""


CUTS = 512
PLANES = 8192
"""Around one plot at most."""


class Cuts(NamedTuple):
    """Zones as half-planes a x + b y <= c. A zone is one convex cut, or the signed sum of several.

    Attributes
    ----------
    plane
        (planes, 3): a, b, c.
    start
        First plane of each cut, and the end; a cut without planes is everywhere.
    sign
        1 or -1.
    before
        How many cuts are of zones before the cut's own.
    alone
        Whether the cut is a zone.
    """

    plane: NDArray[np.float64]
    start: NDArray[np.int64]
    sign: NDArray[np.float64]
    before: NDArray[np.int64]
    alone: NDArray[np.bool_]


class Room(NamedTuple):
    """Where rings are cut: twice a level, for what is cut from and what is cut.

    Attributes
    ----------
    x, y
        (2 (DEEPEST + 1), vertices).
    row, vertices
        For each level, which row its ring is in, and how many vertices it has.
    upto, next, cut
        For each level, the cuts that count, the next of them, and the one that made the ring.
    value
        For each level, what is outside.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    row: NDArray[np.int64]
    vertices: NDArray[np.int64]
    upto: NDArray[np.int64]
    next: NDArray[np.int64]
    cut: NDArray[np.int64]
    value: NDArray[np.float64]


@compiled
def uncut() -> Cuts:
    """Return room for cuts."""
    return Cuts(
        np.empty((PLANES, 3)),
        np.zeros(CUTS + 1, dtype=np.int64),
        np.empty(CUTS),
        np.empty(CUTS, dtype=np.int64),
        np.empty(CUTS, dtype=np.bool_),
    )


@compiled
def room(vertices: int) -> Room:
    """Room for rings of so many vertices."""
    levels = DEEPEST + 2
    return Room(
        np.empty((2 * levels, vertices)),
        np.empty((2 * levels, vertices)),
        np.empty(levels, dtype=np.int64),
        np.empty(levels, dtype=np.int64),
        np.empty(levels, dtype=np.int64),
        np.empty(levels, dtype=np.int64),
        np.empty(levels, dtype=np.int64),
        np.empty(levels),
    )


@compiled
def area(x: NDArray[np.float64], y: NDArray[np.float64], count: int) -> float:
    """Signed area of a ring whose last vertex is not its first, positive where it runs to the left."""
    twice = 0.0
    for k in range(1, count - 1):
        twice += (x[k] - x[0]) * (y[k + 1] - y[0]) - (x[k + 1] - x[0]) * (y[k] - y[0])
    return 0.5 * twice


@compiled
def _cut(cuts: Cuts, cut: int, work: Room, level: int, most: int) -> int:
    """Cut the ring of a level into that of the next; -1 where it lies inside, -2 where there is no room."""
    all_x, all_y, planes = work.x, work.y, cuts.plane
    row, count = work.row[level], work.vertices[level]
    into, inside = 2 * level + 2, True
    for one in range(cuts.start[cut], cuts.start[cut + 1]):
        if 2 * count > most:
            return -2
        a, b, c = planes[one, 0], planes[one, 1], planes[one, 2]
        last_x, last_y = all_x[row, count - 1], all_y[row, count - 1]
        last = a * last_x + b * last_y - c
        within, beyond, made = 0, 0, 0
        for k in range(count):
            x, y = all_x[row, k], all_y[row, k]
            away = a * x + b * y - c
            if (away > 0.0) != (last > 0.0):
                share = last / (last - away)
                all_x[into, made] = last_x + share * (x - last_x)
                all_y[into, made] = last_y + share * (y - last_y)
                made += 1
            # written in any case, and kept unless it is beyond: a branch less
            all_x[into, made], all_y[into, made] = x, y
            made += away <= 0.0
            within += away < 0.0
            beyond += away > 0.0
            last, last_x, last_y = away, x, y
        if beyond == 0:
            continue
        if within == 0:
            return 0
        row, count, inside = into, made, False
        into = 4 * level + 5 - into
    work.row[level + 1], work.vertices[level + 1] = row, count
    return -1 if inside else count


@compiled
def outside(cuts: Cuts, upto: int, work: Room, most: int) -> float:
    """Signed area of a ring outside of zones.

    Parameters
    ----------
    cuts
        The zones.
    upto
        How many of the cuts there are.
    work
        With the ring in row 0 and its vertices in `vertices[0]`.
    most
        Vertices that a ring may come to, by the plot alone: the room may be that of a larger one, and what
        a plot comes to must not depend on its company.

    Returns
    -------
    area
        NaN where too many zones lie on top of each other, or are drawn too finely.
    """
    whole = area(work.x[0], work.y[0], work.vertices[0])
    little, sums, level = abs(whole) * NOTHING, 0, 0
    work.row[0], work.upto[0], work.next[0], work.value[0] = 0, upto, 0, whole
    while True:
        cut = work.next[level]
        if cut == work.upto[level]:
            if level == 0:
                return float(work.value[0])
            level -= 1
            work.value[level] -= cuts.sign[work.cut[level + 1]] * work.value[level + 1]
            continue
        work.next[level] = cut + 1
        count = _cut(cuts, cut, work, level, most)
        if count == -2:
            return np.nan
        if count == -1 and cuts.alone[cut]:
            # a zone around all of the ring: nothing is outside, whatever was counted before
            work.value[level], work.next[level] = 0.0, work.upto[level]
            continue
        if 0 <= count < 3:
            continue
        row = work.row[level + 1]
        part = area(work.x[row], work.y[row], work.vertices[level + 1])
        if abs(part) <= little:
            continue
        if cuts.before[cut] == 0:
            work.value[level] -= cuts.sign[cut] * part
            continue
        sums += 1
        level += 1
        if level > DEEPEST or sums > SUMS:
            return np.nan
        work.upto[level], work.next[level], work.cut[level] = cuts.before[cut], 0, cut
        work.value[level] = part
