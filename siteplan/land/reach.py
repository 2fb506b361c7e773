"""Which pieces of which zones reach which plots: long lines by their segments, never as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.land import widening
from siteplan.shapes import Shapes

CHUNK = 4096
"""Plots that are worked on at once; what is in memory besides the tables grows with it."""

THREADS = 2

_Positions = NDArray[np.intp]
_Found = TypeVar("_Found")


@dataclass(frozen=True, eq=False)
class Reached:
    """Pairs of a plot and a piece of a zone that lie within the piece's reach of each other.

    Attributes
    ----------
    plot, piece
        Positions, in order of the plots.
    covered
        Whether the piece is a polygon in which the whole plot lies.
    """

    plot: _Positions
    piece: _Positions
    covered: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Field:
    """Zones taken apart and indexed once, to be asked chunk by chunk, from any number of threads.

    Attributes
    ----------
    pieces
        What the zones are made of.
    tree
        The boxes of all pieces that are no polygons, widened.
    """

    pieces: widening.Pieces
    tree: shapely.STRtree

    @classmethod
    def of(cls, shapes: Shapes, metres: NDArray[np.float64]) -> Field:
        """Index zones.

        Parameters
        ----------
        shapes, metres
            As for `widening.pieces`.
        """
        taken = widening.pieces(shapes, metres)
        low, high = (corner[: taken.first_area] for corner in taken.boxes())
        # Only the bounds of what is in it count to a tree: a diagonal is dearer to no one than a box.
        tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([low, high], axis=1))))
        if len(low):
            tree.query(shapely.Point())  # builds it, which two threads must not do at once
        return cls(taken, tree)

    def reached(self, plots: Shapes) -> Reached:
        """Find the pieces that reach plots.

        Parameters
        ----------
        plots
            Polygons; quickest when they lie near each other.
        """
        plot, piece = self.tree.query(plots)
        cores = np.asarray(shapely.linestrings(self.pieces.ends[piece]))
        near = shapely.dwithin(plots[plot], cores, self.pieces.metres[piece])
        inside = self._areas(plots)
        covered = np.zeros(near.sum() + len(inside.plot), dtype=bool)
        covered[near.sum() :] = inside.covered
        plot = np.concatenate([plot[near], inside.plot])
        piece = np.concatenate([piece[near], inside.piece])
        order = np.lexsort([piece, plot])
        return Reached(plot[order], piece[order], covered[order])

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
        return Reached(plot, near[area] + self.pieces.first_area, covered)


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
    order = side_by_side(plots)
    chunks = [order[start : start + CHUNK] for start in range(0, len(order), CHUNK)]
    if threads == 1 or len(chunks) == 1:
        yield from map(work, chunks)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, chunks)


def side_by_side(shapes: Shapes) -> _Positions:
    """Positions of shapes in an order in which neighbours in the plane are mostly neighbours (Morton's).

    Examples
    --------
    >>> spots = shapely.points([[0, 0], [9, 9], [1, 0], [9, 8]])
    >>> side_by_side(np.asarray(spots)).tolist()
    [0, 2, 3, 1]
    """
    if not len(shapes):
        return np.empty(0, dtype=np.intp)
    bounds = np.nan_to_num(shapely.bounds(shapes))  # an empty shape is anywhere
    centre = bounds[:, :2] + bounds[:, 2:]
    low = centre.min(axis=0)
    side = max(float((centre.max(axis=0) - low).max()), 1.0)
    cell = ((centre - low) * (65535 / side)).astype(np.uint64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cell = (cell | (cell << np.uint64(shift))) & np.uint64(mask)
    return np.argsort(cell[:, 0] | (cell[:, 1] << np.uint64(1)), kind="stable")
