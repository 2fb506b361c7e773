"""Strips and discs as half-planes, as far as they cut the box around a plot.

Everything is reckoned from the middle of the box, so that large coordinates cost nothing; and of a
disc, whatever its chords, only the few that cut the box are kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled

HALF_TURN = 3.2
"""Radians: half a disc turns by less, a disc by more."""

_Numbers = NDArray[np.float64]


class Box(NamedTuple):
    """The box around a plot: its middle, and half its width and height, metres."""

    x: float
    y: float
    wide: float
    high: float


class Strips(NamedTuple):
    """Strips along segments with the wedge at their second end, half discs and discs.

    The attributes are those of `siteplan.land.widening.Pieces`.
    """

    metres: _Numbers
    ends: _Numbers
    outward: _Numbers
    turned: _Numbers
    angle: _Numbers
    chords: NDArray[np.int64]


@compiled
def boxes(strips: Strips) -> _Numbers:
    """West, south, east and north of every piece."""
    found = np.empty((len(strips.metres), 4))
    for one in range(len(found)):
        for axis in range(2):
            start, end = strips.ends[one, 0, axis], strips.ends[one, 1, axis]
            out, turned = abs(strips.outward[one, axis]), strips.turned[one, axis]
            low, high = min(start, end) - out, max(start, end) + out
            if abs(strips.angle[one]) > HALF_TURN:
                low, high = end - strips.metres[one], end + strips.metres[one]
            elif strips.angle[one] != 0.0:
                # the arc bulges beyond its chord by no more than this
                bulge = strips.metres[one] * (1.0 - np.cos(0.5 * strips.angle[one]))
                low, high = min(low, end + turned - bulge), max(high, end + turned + bulge)
                low, high = min(low, end - out - bulge), max(high, end + out + bulge)
            found[one, axis], found[one, 2 + axis] = low, high
    return found


@compiled
def plane(planes: _Numbers, at: int, box: Box, a: float, b: float, c: float) -> int:
    """Write a x + b y <= c if it cuts a box; return where the next goes, -1 if it misses the box."""
    reach = abs(a) * box.wide + abs(b) * box.high
    if reach <= c:
        return at
    if -reach >= c:
        return -1
    planes[at, 0], planes[at, 1], planes[at, 2] = a, b, c
    return at + 1


@compiled
def _beside(
    planes: _Numbers, at: int, box: Box, left: float, x: float, y: float, to_x: float, to_y: float
) -> int:
    """Write what lies to the left of an edge (to its right if `left` is -1); nothing after a miss."""
    if at < 0:
        return at
    a, b = left * (to_y - y), left * (x - to_x)
    return plane(planes, at, box, a, b, a * x + b * y)


@compiled
def pointed(strips: Strips, one: int) -> bool:
    """Whether a piece is around a point: no strip."""
    ends = strips.ends[one]
    return bool(ends[0, 0] == ends[1, 0] and ends[0, 1] == ends[1, 1])


@compiled
def strip(strips: Strips, one: int, planes: _Numbers, at: int, box: Box) -> int:
    """Write the rectangle along a segment, without the wedge at its end.

    Parameters
    ----------
    strips, one
        The piece.
    planes, at
        Where the half-planes go.
    box
        The box around a plot.

    Returns
    -------
    at
        Where the next goes, -1 if the rectangle misses the box.
    """
    ax, ay = strips.ends[one, 0, 0] - box.x, strips.ends[one, 0, 1] - box.y
    bx, by = strips.ends[one, 1, 0] - box.x, strips.ends[one, 1, 1] - box.y
    ox, oy = strips.outward[one, 0], strips.outward[one, 1]
    left = 1.0 if ox * (by - ay) - oy * (bx - ax) > 0.0 else -1.0
    at = _beside(planes, at, box, left, ax + ox, ay + oy, bx + ox, by + oy)
    at = _beside(planes, at, box, left, bx - ox, by - oy, ax - ox, ay - oy)
    at = _beside(planes, at, box, left, bx + ox, by + oy, bx - ox, by - oy)
    return _beside(planes, at, box, left, ax - ox, ay - oy, ax + ox, ay + oy)


@compiled
def fan(strips: Strips, one: int, planes: _Numbers, at: int, box: Box) -> int:
    """Write the wedge at the end of a strip, half a disc or a disc; parameters and return as of `strip`."""
    px, py = strips.ends[one, 1, 0] - box.x, strips.ends[one, 1, 1] - box.y
    metres, angle, chords = strips.metres[one], strips.angle[one], strips.chords[one]
    away_x, away_y = max(abs(px) - box.wide, 0.0), max(abs(py) - box.high, 0.0)
    if away_x * away_x + away_y * away_y >= metres * metres:
        return -1
    left = 1.0 if angle > 0.0 else -1.0
    ox, oy = strips.outward[one, 0], strips.outward[one, 1]
    tx, ty = strips.turned[one, 0], strips.turned[one, 1]
    if pointed(strips, one):
        at = _beside(planes, at, box, left, px + tx, py + ty, px + ox, py + oy)
    else:
        at = _beside(planes, at, box, left, px, py, px + ox, py + oy)
        at = _beside(planes, at, box, left, px + tx, py + ty, px, py)
    cos, sin = np.cos(angle / chords), np.sin(angle / chords)
    for chord in range(chords):
        if at < 0:
            break
        nx, ny = (cos * ox - sin * oy, sin * ox + cos * oy) if chord < chords - 1 else (tx, ty)
        at = _beside(planes, at, box, left, px + ox, py + oy, px + nx, py + ny)
        ox, oy = nx, ny
    return at
