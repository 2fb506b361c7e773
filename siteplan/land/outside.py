"""Net areas of many plots, by compiled kernels that make no shapes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.kernels import planes, zoned
from siteplan.kernels.meeting import meeting
from siteplan.kernels.polygons import Rings, Stretches, stretches
from siteplan.land import widening
from siteplan.land.reach import CHUNK, beginning, side_by_side
from siteplan.land.uncut import DUST_M2
from siteplan.land.uniting import together
from siteplan.shapes import Shapes

LAYERS = 4
"""Strips of a stretch (see `reach.Field`) that are cut with one by one; more of them are united first."""

SHARES = 3
"""Chunks that a thread takes, at the least: the last of them keeps the others waiting for so little. More
would be waste, for each looks at the boxes of all zones.
"""


@dataclass(frozen=True, eq=False)
class Grounds:
    """Plots as kernels take them.

    Attributes
    ----------
    rings
        The polygons.
    boxes
        (plots, 4): west, south, east, north.
    order
        Positions in an order in which neighbours follow each other.
    """

    rings: Rings
    boxes: NDArray[np.float64]
    order: NDArray[np.intp]

    @classmethod
    def of(cls, plots: Shapes) -> Grounds:
        """Take valid flat polygons apart."""
        boxes = shapely.bounds(plots)
        return cls(rings(plots), boxes, side_by_side(boxes))


def areas(grounds: Grounds, zones: Zones, threads: int) -> NDArray[np.float64]:
    """Area of each plot outside of all zones, m2; NaN where too many zones lie on top of each other.

    Less than `uncut.DUST_M2` is none. A chunk of neighbours is worked on at a time: what lies around
    them is in the processor's memory then.

    Parameters
    ----------
    grounds
        The plots.
    zones
        Made ready for them, or for plots anywhere.
    threads
        How many chunks of plots at once; the answer is the same.
    """
    boxes, order = grounds.boxes, grounds.order
    out, size = np.empty(len(boxes)), max(CHUNK, -(-len(boxes) // (SHARES * threads)))

    def work(start: int) -> None:
        which = order[start : start + size]
        around = boxes[which]
        near = meeting(around, zones.boxes)
        zoned.net(grounds.rings, zones.areas, zones.edges, zones.strips, near, which, around, out)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, len(order), size)))
    # So little is what rounding leaves of nothing; it may even be less than nothing.
    out[out < DUST_M2] = 0.0
    return out


def rings(shapes: Shapes) -> Rings:
    """Take polygons apart into rings."""
    taken = segments.runs(shapes)
    first = np.zeros(len(shapes) + 1, dtype=np.int64)
    np.cumsum(np.bincount(taken.row, minlength=len(shapes)), out=first[1:])
    return Rings(taken.x, taken.y, taken.start, taken.outer, first)


def _bounds(areas: Rings) -> NDArray[np.float64]:
    """West, south, east, north of polygons."""
    starts = areas.start[areas.first[:-1]]
    if not len(starts):
        return np.empty((0, 4))
    low = [np.minimum.reduceat(one, starts) for one in (areas.x, areas.y)]
    high = [np.maximum.reduceat(one, starts) for one in (areas.x, areas.y)]
    return np.column_stack([*low, *high])


@dataclass(frozen=True, eq=False)
class Zones:
    """Zones as kernels take them.

    Attributes
    ----------
    areas, edges
        Polygons, and the stretches of their outlines.
    strips
        What lines and points widened are made of.
    boxes
        West, south, east, north of the polygons and of the strips, NaN for one that does not count.
    """

    areas: Rings
    edges: Stretches
    strips: planes.Strips
    boxes: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        shapes: Shapes,
        metres: NDArray[np.float64],
        plots: Callable[[], NDArray[np.float64]] | None = None,
    ) -> Zones:
        """Take zones apart.

        Strips of a line drawn in steps much shorter than it is widened lie on top of each other:
        where they reach a plot they are united to a polygon.

        Parameters
        ----------
        shapes, metres
            As for `widening.pieces`.
        plots
            Gives their boxes where they are asked for; without, zones are made ready for plots anywhere.
        """
        taken = widening.pieces(shapes, metres)
        count = taken.first_area
        strips = planes.Strips(
            taken.metres[:count],
            taken.ends[:count],
            taken.outward[:count],
            taken.turned[:count],
            taken.angle[:count],
            taken.chords[:count],
        )
        boxes = planes.boxes(strips)
        owner = np.cumsum(beginning(taken)[:count]) - 1
        layers = np.bincount(owner) > LAYERS
        deep = np.flatnonzero(layers[owner])
        near = owner[deep]
        if plots is not None and len(deep):
            near = near[meeting(plots(), boxes[deep])[1]]
        reached = deep[np.isin(owner[deep], np.unique(near))]
        areas = rings(np.concatenate([taken.areas, together(taken.polygons(reached), owner[reached])[1]]))
        boxes[deep] = np.nan
        return cls(areas, stretches(areas), strips, np.concatenate([_bounds(areas), boxes]))
