"""Net area of plots under zones: around each plot the zones become half-planes that cut it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled
from siteplan.kernels.cutting import CUTS, PLANES, Cuts, area, outside, room, uncut
from siteplan.kernels.planes import Box, Strips, fan, pointed, strip
from siteplan.kernels.polygons import Rings, Stretches, polygon, some

_Numbers = NDArray[np.float64]


@compiled
def _piece(strips: Strips, one: int, cuts: Cuts, count: int, box: Box) -> int:
    """Write a strip and the wedge at its end, or a disc; return as `polygon` does."""
    for round_ in range(2):
        start = cuts.start[count]
        if count >= CUTS or start + strips.chords[one] + 4 > PLANES:
            return -1
        if round_ and strips.angle[one] != 0.0:
            at = fan(strips, one, cuts.plane, start, box)
        elif not round_ and not pointed(strips, one):
            at = strip(strips, one, cuts.plane, start, box)
        else:
            continue
        if at == start:
            return -2
        if at > start:
            cuts.sign[count], cuts.before[count], cuts.alone[count] = 1.0, count, True
            count += 1
            cuts.start[count] = at
    return count


@compiled
def _around(
    areas: Rings, taken: Stretches, strips: Strips, near: NDArray[np.int32], cuts: Cuts, box: Box
) -> int:
    """Write all zones near a plot as cuts; return as `polygon` does."""
    count, polygons = 0, len(areas.first) - 1
    for one in near:
        if one < polygons:
            count = polygon(areas, taken, one, cuts, count, box)
        else:
            count = _piece(strips, one - polygons, cuts, count, box)
        if count < 0:
            break
    return count


@compiled
def _most(vertices: int) -> int:
    """Return how many vertices a plot's longest ring may come to while it is cut."""
    return 8 * vertices + 256


@compiled
def net(
    plots: Rings,
    areas: Rings,
    taken: Stretches,
    strips: Strips,
    near: tuple[NDArray[np.int64], NDArray[np.int32]],
    which: NDArray[np.int64],
    bounds: _Numbers,
    out: _Numbers,
) -> None:
    """Write the net area of some plots, m2; NaN where too many zones lie on top of each other.

    Parameters
    ----------
    plots
        Valid polygons.
    areas, taken, strips
        The zones: polygons, and what lines and points widened are made of.
    near
        The zones whose boxes meet those of these plots, as `meeting` gives them: polygons by their
        numbers, strips after them.
    which
        Positions of the plots; several threads take different ones.
    bounds
        (which, 4): west, south, east, north.
    out
        (plots,).
    """
    first, zones = near
    mine, longest = some(plots, which), 0
    for ring in range(len(mine.outer)):
        longest = max(longest, mine.start[ring + 1] - mine.start[ring])
    work, cuts = room(_most(longest)), uncut()
    for plot in range(len(which)):
        x, y = 0.5 * (bounds[plot, 0] + bounds[plot, 2]), 0.5 * (bounds[plot, 1] + bounds[plot, 3])
        box = Box(x, y, 0.5 * (bounds[plot, 2] - bounds[plot, 0]), 0.5 * (bounds[plot, 3] - bounds[plot, 1]))
        count = 0
        if first[plot] < first[plot + 1]:
            count = _around(areas, taken, strips, zones[first[plot] : first[plot + 1]], cuts, box)
        if count < 0:
            out[which[plot]] = 0.0 if count == -2 else np.nan
            continue
        total, longest = 0.0, 0
        for ring in range(mine.first[plot], mine.first[plot + 1]):
            longest = max(longest, mine.start[ring + 1] - mine.start[ring])
        for ring in range(mine.first[plot], mine.first[plot + 1]):
            begins, vertices = mine.start[ring], mine.start[ring + 1] - mine.start[ring] - 1
            for k in range(vertices):
                work.x[0, k], work.y[0, k] = mine.x[begins + k] - x, mine.y[begins + k] - y
            work.vertices[0] = vertices
            around = area(work.x[0], work.y[0], vertices)
            left = outside(cuts, count, work, _most(longest)) if count else around
            total += left if (around > 0.0) == mine.outer[ring] else -left
        out[which[plot]] = total
