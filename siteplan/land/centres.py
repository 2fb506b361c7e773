"""Which cells of a raster lie in which shape, by their centres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.rasters import Transform
from siteplan.shapes import Shapes

_AT_ONCE = 2_000_000


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells by the shape they lie in, ascending; a cell in two shapes is there for each of them.

    Attributes
    ----------
    owner
        Position of the shape.
    row, column
        Of the raster drawn on without end: below 0 or beyond its size where a shape leaves it.
    """

    owner: NDArray[np.intp]
    row: NDArray[np.int64]
    column: NDArray[np.int64]


def covered(shapes: Shapes, transform: Transform) -> Cells:
    """Find the cells whose centre lies in each shape.

    A centre exactly on a border lies in the shape east of it, or south; of two shapes that share a
    border it lies in one. Shapes may overlap.

    Parameters
    ----------
    shapes
        Valid polygons in the raster's CRS; missing and empty ones cover nothing.
    transform
        Of a north-up raster.

    Notes
    -----
    Every line of centres is cut with all edges at once; between the first and the second cut, the
    third and the fourth, and so on it lies inside. So the work grows with the outlines and the cells
    found, not with the raster, and no shape hides another.

    Examples
    --------
    >>> found = covered(np.array([shapely.box(5, 0, 30, 10)]), (10.0, 0.0, 0.0, 0.0, -10.0, 20.0))
    >>> found.row.tolist(), found.column.tolist()
    ([1, 1, 1], [0, 1, 2])
    """
    there = np.flatnonzero((shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes))
    owner, line, cut = _cuts(shapes[there], transform)
    order = np.lexsort([cut, line, owner])
    column = np.ceil(cut[order]).astype(np.int64)
    spans = order[::2]
    span, within = _spread(column[1::2] - column[::2])
    return Cells(there[owner[spans][span]], line[spans][span], column[::2][span] + within)


def _spread(counts: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """So many of each: which one it is, and its number there, from 0."""
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - (np.cumsum(counts) - counts)[which]


def _cuts(
    shapes: Shapes, transform: Transform
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.float64]]:
    """Where edges cross lines of centres: the shape, the raster's row, and the column as a fraction."""
    taken = segments.runs(shapes)
    first, second, run = segments.pieces(taken)
    column = (taken.x - transform[2]) / transform[0] - 0.5
    row = (taken.y - transform[5]) / transform[4] - 0.5
    # From the upper end to the lower, so that two shapes cut their common border at the same point.
    upper, lower = np.where(row[first] <= row[second], (first, second), (second, first))
    top = np.ceil(row[upper]).astype(np.int64)
    edge, within = _spread(np.ceil(row[lower]).astype(np.int64) - top)
    line = top[edge] + within
    upper, lower = upper[edge], lower[edge]
    share = (line - row[upper]) / (row[lower] - row[upper])
    cut = column[upper] + share * (column[lower] - column[upper])
    return taken.row[run[edge]].astype(np.intp), line, cut


def chunks(shapes: Shapes, transform: Transform, *, at_once: int = _AT_ONCE) -> Iterator[slice]:
    """Cut a column of shapes so that the boxes of a chunk hold about so many cells, or one shape."""
    west, south, east, north = np.nan_to_num(shapely.bounds(shapes)).T
    boxes = ((east - west) / abs(transform[0]) + 1) * ((north - south) / abs(transform[4]) + 1)
    chunk = (np.cumsum(boxes) // at_once).astype(np.int64)
    edges = [0, *(np.flatnonzero(np.diff(chunk)) + 1), len(shapes)]
    yield from (slice(int(start), int(stop)) for start, stop in pairwise(edges))
