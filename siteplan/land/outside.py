"""Net areas of many plots, by compiled kernels that make no shapes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.kernels import meeting, zoned
from siteplan.land import widening
from siteplan.land.reach import CHUNK, begins
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
    polygons, strips = _zones(shapes, metres)
    taken = zoned.stretches(polygons)
    boxes, of_areas = shapely.bounds(plots), _bounds(polygons)
    around = np.concatenate([of_areas, zoned.boxes(strips)])
    first, near = meeting.meeting(boxes, around)
    grounds = rings(plots)
    out = np.empty(len(plots))

    def work(start: int) -> None:
        stop = min(start + CHUNK, len(plots))
        zoned.net(grounds, polygons, taken, strips, first, near, boxes, start, stop, out)

    starts = range(0, len(plots), CHUNK)
    if threads == 1 or len(starts) == 1:
        for start in starts:
            work(start)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, starts))
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


def _zones(shapes: Shapes, metres: NDArray[np.float64]) -> tuple[zoned.Rings, zoned.Strips]:
    """Polygons, and what lines and points widened are made of.

    Strips of a line drawn in steps shorter than it is widened lie on top of each other: united they
    are polygons, too.
    """
    taken = widening.pieces(shapes, metres)
    count = taken.first_area
    start = np.flatnonzero(begins(taken)[:count])
    several = np.diff(np.append(start, count)) > 1
    joined = np.zeros(count, dtype=bool)
    owner = np.cumsum(begins(taken)[:count]) - 1
    joined[:] = several[owner] if count else False
    which = np.flatnonzero(joined)
    united = together(taken.polygons(which), owner[which])[1]
    alone = np.flatnonzero(~joined)
    strips = zoned.Strips(
        *(
            np.ascontiguousarray(column[alone])
            for column in (taken.metres, taken.ends, taken.outward, taken.turned, taken.angle, taken.chords)
        )
    )
    return rings(np.concatenate([taken.areas, united])), strips
