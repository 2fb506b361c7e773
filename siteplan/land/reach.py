"""Which zones reach which plots: long lines stretch by stretch, never as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.kernels.meeting import meeting
from siteplan.land import widening
from siteplan.land.uniting import together
from siteplan.nearest import Way
from siteplan.shapes import Shapes

CHUNK = 4096
"""Plots that are worked on at once; what is in memory besides the tables grows with it."""

THREADS = 2

WORTH_COMPILING = 50_000
"""Plots from which the compiled way is faster in a process that has not used it yet."""

_Positions = NDArray[np.intp]
_Found = TypeVar("_Found")


def way_for(plots: int) -> Way:
    """Return whichever way is faster for so many plots."""
    return "compiled" if plots >= WORTH_COMPILING else "plain"


@dataclass(frozen=True, eq=False)
class Reached:
    """Pairs of a plot and a stretch of a zone that lie within the zone's reach of each other.

    Attributes
    ----------
    plot, stretch
        Positions, in order of the plots.
    covered
        Whether the stretch is a polygon in which the whole plot lies.
    """

    plot: _Positions
    stretch: _Positions
    covered: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Field:
    """Zones taken apart and indexed once, to be asked chunk by chunk, from any number of threads.

    A stretch is what is united once and then taken from every plot it reaches: a strip, a disc, a
    polygon, or those strips of a line drawn in steps shorter than it is widened that follow each
    other over one width. A river of 5 m steps, 200 m wide, would reach a plot with a hundred strips.

    Attributes
    ----------
    pieces
        What the zones are made of.
    first
        The first piece of each stretch, and the end.
    boxes
        (stretches, 4): west, south, east, north of all that are no polygons, widened.
    tree
        Of the boxes; None for the compiled way, which does without.
    """

    pieces: widening.Pieces
    first: _Positions
    boxes: NDArray[np.float64]
    tree: shapely.STRtree | None

    @classmethod
    def of(cls, shapes: Shapes, metres: NDArray[np.float64], way: Way = "plain") -> Field:
        """Index zones.

        Parameters
        ----------
        shapes, metres
            As for `widening.pieces`.
        way
            "compiled" finds the same sooner where there are very many.
        """
        taken = widening.pieces(shapes, metres)
        begins = np.flatnonzero(beginning(taken))
        lines = begins[begins < taken.first_area]
        low, high = (corner[: taken.first_area] for corner in taken.boxes())
        if len(lines) < taken.first_area:
            low, high = np.minimum.reduceat(low, lines), np.maximum.reduceat(high, lines)
        boxes = np.hstack([low, high])
        tree = _indexed(boxes) if way == "plain" else None
        return cls(taken, np.append(begins, len(taken)), boxes, tree)

    @property
    def first_area(self) -> int:
        """The first stretch that is a polygon; all after it are too."""
        return len(self.first) - 1 - len(self.pieces.areas)

    def row(self, stretch: _Positions) -> _Positions:
        """Position of the zone that stretches are of."""
        return self.pieces.row[self.first[stretch]]

    def made(self, stretch: _Positions) -> Shapes:
        """Make stretches: polygons, the strips of each united."""
        which, back = np.unique(stretch, return_inverse=True)
        piece, owner = self._pieces(which)
        return together(self.pieces.polygons(piece), owner)[1][back]

    def _pieces(self, stretch: _Positions) -> tuple[_Positions, _Positions]:
        """Pieces of stretches, and which of them each is of."""
        start, stop = self.first[stretch], self.first[stretch + 1]
        owner = np.repeat(np.arange(len(stretch)), stop - start)
        before = np.cumsum(stop - start) - (stop - start)
        return np.arange(len(owner)) - before[owner] + start[owner], owner

    def _cores(self, stretch: _Positions) -> Shapes:
        """What stretches are the neighbourhood of: lines, points as lines without length."""
        which, back = np.unique(stretch, return_inverse=True)
        piece, owner = self._pieces(which)
        lines = np.asarray(shapely.linestrings(self.pieces.ends[piece]))
        many = np.bincount(owner, minlength=len(which)) > 1
        cores = lines[np.searchsorted(owner, np.arange(len(which)))]
        if many.any():
            some = many[owner]
            number = np.cumsum(many) - 1
            cores[many] = shapely.multilinestrings(lines[some], indices=number[owner[some]])
        return cores[back]

    def reached(self, plots: Shapes) -> Reached:
        """Find the stretches that reach plots.

        Parameters
        ----------
        plots
            Polygons; quickest when they lie near each other.
        """
        plot, stretch = self._met(plots)
        metres = self.pieces.metres[self.first[stretch]]
        near = shapely.dwithin(plots[plot], self._cores(stretch), metres)  # type: ignore[call-overload]
        inside = self._areas(plots)
        covered = np.zeros(near.sum() + len(inside.plot), dtype=bool)
        covered[near.sum() :] = inside.covered
        plot = np.concatenate([plot[near], inside.plot])
        stretch = np.concatenate([stretch[near], inside.stretch])
        order = np.lexsort([stretch, plot])
        return Reached(plot[order], stretch[order], covered[order])

    def _met(self, plots: Shapes) -> tuple[_Positions, _Positions]:
        """Plots and stretches whose boxes meet."""
        if self.tree is not None:
            plot, stretch = self.tree.query(plots)
            return plot, stretch
        boxes = shapely.bounds(plots)
        some = np.flatnonzero(~np.isnan(boxes[:, 0]))  # an empty one has no box
        start, stretch = meeting(boxes[some], self.boxes)
        return np.repeat(some, np.diff(start)), stretch.astype(np.intp)

    def _areas(self, plots: Shapes) -> Reached:
        """Polygons that meet plots, and whether they cover them."""
        low, high = self.pieces.ends[self.pieces.first_area :].swapaxes(0, 1)
        west, south, east, north = shapely.total_bounds(plots)
        near = np.flatnonzero((low <= [east, north]).all(axis=1) & (high >= [west, south]).all(axis=1))
        # A tree of this chunk's own makes the polygons ready to be asked for itself alone: what is made
        # ready must not be shared by threads.
        tree, areas = shapely.STRtree(plots), self.pieces.areas[near]
        area, plot = tree.query(areas, predicate="intersects")
        whole, inner = tree.query(areas, predicate="covers")
        covered = np.isin(area * len(plots) + plot, whole * len(plots) + inner)
        return Reached(plot, near[area] + self.first_area, covered)


def _indexed(boxes: NDArray[np.float64]) -> shapely.STRtree:
    """Put boxes into a tree."""
    # Only the bounds of what is in it count to a tree: a diagonal is dearer to no one than a box.
    tree = shapely.STRtree(np.asarray(shapely.linestrings(boxes.reshape(-1, 2, 2))))
    if len(boxes):
        tree.query(shapely.Point())  # builds it, which two threads must not do at once
    return tree


def beginning(taken: widening.Pieces) -> NDArray[np.bool_]:
    """Whether a stretch begins at each piece: where the one before is not of the same line and width."""
    start, end = taken.ends.swapaxes(0, 1)
    begins = np.ones(len(taken), dtype=bool)
    strip = widening.apart(start, end)
    strip[taken.first_area :] = False
    follows = (
        strip[1:] & strip[:-1] & (taken.row[1:] == taken.row[:-1]) & ~widening.apart(start[1:], end[:-1])
    )
    begins[1:] = ~follows
    length = np.where(strip, np.hypot(*(end - start).T), 0.0)
    along = np.cumsum(length) - length
    since = along - np.maximum.accumulate(np.where(begins, along, 0.0))
    width = np.floor(since / np.where(strip, taken.metres, 1.0))
    begins[1:] |= width[1:] != width[:-1]
    return begins


def in_chunks(plots: Shapes, work: Callable[[_Positions], _Found], threads: int) -> Iterator[_Found]:
    """Do something for all plots, a chunk of neighbours at a time, and return what came out in order.

    Parameters
    ----------
    plots
        Polygons.
    work
        What is done with the positions of a chunk; it must not depend on what else is in it.
    threads
        How many chunks at once.
    """
    order = side_by_side(shapely.bounds(plots))
    chunks = [order[start : start + CHUNK] for start in range(0, len(order), CHUNK)]
    if threads == 1 or len(chunks) == 1:
        yield from map(work, chunks)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, chunks)


def side_by_side(boxes: NDArray[np.float64]) -> _Positions:
    """Positions of boxes in an order in which neighbours in the plane are mostly neighbours (Morton's).

    Parameters
    ----------
    boxes
        (boxes, 4): west, south, east, north; NaN for one that is anywhere.

    Examples
    --------
    >>> spots = shapely.points([[0, 0], [9, 9], [1, 0], [9, 8]])
    >>> side_by_side(shapely.bounds(spots)).tolist()
    [0, 2, 3, 1]
    """
    if not len(boxes):
        return np.empty(0, dtype=np.intp)
    centre = np.nan_to_num((boxes[:, :2] + boxes[:, 2:]).T)
    low = centre.min(axis=1)[:, None]
    side = max(float((centre - low).max()), 1.0)
    cell = ((centre - low) * (65535 / side)).astype(np.uint32)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cell = (cell | (cell << np.uint32(shift))) & np.uint32(mask)
    place = cell[0] | (cell[1] << np.uint32(1))
    # numbers of 16 bits are sorted without comparing them
    return np.lexsort([place.astype(np.uint16), (place >> np.uint32(16)).astype(np.uint16)])
