"""Net areas of many plots, by compiled kernels that make no shapes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.kernels import meeting, zoned
from siteplan.land import widening
from siteplan.land.reach import CHUNK, beginning
from siteplan.land.widening import together
from siteplan.shapes import Shapes


def areas(plots: Shapes, shapes: Shapes, metres: NDArray[np.float64], threads: int) -> NDArray[np.float64]:
    """Area of each plot outside of all zones, m2; NaN where too many zones lie on top of each other.

    Parameters
    ----------
    plots
        Valid flat polygons.
    shapes, metres
        As for `widening.pieces`.
    threads
        How many chunks of plots at once; the answer is the same.
    """
    boxes, out = shapely.bounds(plots), np.empty(len(plots))
    with ThreadPoolExecutor(threads) as pool:
        ready = pool.submit(rings, plots)
        zones = _Zones.of(shapes, metres)
        near = meeting.meeting(boxes, zones.boxes)
        grounds = ready.result()

        def work(start: int) -> None:
            stop = min(start + CHUNK, len(plots))
            zoned.net(grounds, zones.areas, zones.edges, zones.strips, near, boxes, start, stop, out)

        list(pool.map(work, range(0, len(plots), CHUNK)))
    return out


def rings(polygons: Shapes) -> zoned.Rings:
    """Take polygons apart into rings."""
    taken = segments.runs(polygons)
    count = np.bincount(taken.row, minlength=len(polygons))
    first = np.zeros(len(polygons) + 1, dtype=np.int64)
    np.cumsum(count, out=first[1:])
    return zoned.Rings(taken.x, taken.y, taken.start, taken.outer, first)


def _bounds(polygons: zoned.Rings) -> NDArray[np.float64]:
    """West, south, east, north of polygons."""
    if not len(polygons.x):
        return np.empty((0, 4))
    starts = polygons.start[polygons.first[:-1]]
    low = [np.minimum.reduceat(one, starts) for one in (polygons.x, polygons.y)]
    high = [np.maximum.reduceat(one, starts) for one in (polygons.x, polygons.y)]
    return np.column_stack([*low, *high])


@dataclass(frozen=True, eq=False)
class _Zones:
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

    areas: zoned.Rings
    edges: zoned.Stretches
    strips: zoned.Strips
    boxes: NDArray[np.float64]

    @classmethod
    def of(cls, shapes: Shapes, metres: NDArray[np.float64]) -> _Zones:
        """Take zones apart.

        Strips of a line drawn in steps shorter than it is widened lie on top of each other: united
        they are a polygon.
        """
        taken = widening.pieces(shapes, metres)
        count = taken.first_area
        owner = np.cumsum(beginning(taken)[:count]) - 1
        joined = (np.bincount(owner) > 1)[owner]
        which = np.flatnonzero(joined)
        united = together(taken.polygons(which), owner[which])[1]
        areas = rings(np.concatenate([taken.areas, united]))
        columns = (taken.metres, taken.ends, taken.outward, taken.turned, taken.angle, taken.chords)
        strips = zoned.Strips(*(column[:count] for column in columns))
        boxes = zoned.boxes(strips)
        boxes[joined] = np.nan
        return cls(areas, zoned.stretches(areas), strips, np.concatenate([_bounds(areas), boxes]))
