"""Where routes begin and end: at the plot's edge and on the feature, to the millimetre.

A search knows cells. Its first cell is touched by the plot and its last by a feature; within those
two cells the route is led to the exact points, so that it stays in cells that the search has paid for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.connect.lines import Grid, Pieces, pieces
from siteplan.shapes import Shapes

Flat = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ends:
    """The cells of plots and of tie-ins on one grid.

    Attributes
    ----------
    grid
        Where the cells lie.
    plots
        The plots' shapes in metres.
    plot, plot_cell
        One row per plot and cell that its border passes, plots ascending. Borders are enough: who
        comes from outside reaches a border first.
    ties
        The tie-ins as straight pieces.
    tie_piece, tie_cell
        One row per piece and cell, cells ascending.
    """

    grid: Grid
    plots: Shapes
    plot: Flat
    plot_cell: Flat
    ties: Pieces
    tie_piece: Flat
    tie_cell: Flat

    @classmethod
    def of(cls, grid: Grid, plots: Shapes, ties: Pieces) -> Ends:
        """Find the cells of plots and tie-ins."""
        borders = pieces(plots)
        border, plot_cell, _ = grid.touched(borders)
        tie_piece, tie_cell, _ = grid.touched(ties)
        order = np.argsort(tie_cell, kind="stable")
        plot = borders.owner[border]
        return cls(grid, plots, plot, plot_cell, ties, tie_piece[order], tie_cell[order])

    def led(
        self, rows: NDArray[np.intp], cells: Flat, offsets: Flat
    ) -> tuple[NDArray[np.float64], Flat, Flat]:
        """Lead traced cells to exact ends.

        Parameters
        ----------
        rows
            Positions of the plots.
        cells, offsets
            For each of them the cells from the plot to the tie-in.

        Returns
        -------
        xy, offsets
            Vertices in cell units: the point on the plot, where the route leaves for it, the centres of
            the cells between, where it leaves for the tie-in, and the point on that.
        piece
            The piece of a tie-in that each route ends at.
        """
        count = np.diff(offsets)
        first, last = offsets[:-1], offsets[1:] - 1
        more = np.minimum(count - 1, 1)
        plot_way, near_plot = self._ways(self.plots[rows], cells[first], cells[first + more])
        tie_way, _ = self._ways(None, cells[last], cells[last - more])
        alone = count == 1
        tie_way[alone] = near_plot[alone]
        route, piece = _ranges(self.tie_cell, cells[last])
        tie = _cut(self.ties.shapes(self.tie_piece[piece]), self.grid.boxes(cells[last])[route])
        legs = shapely.shortest_line(tie_way[route], tie)
        best = _shortest(route, shapely.length(legs))
        legs, tie = legs[best], tie[best]
        plot_way[alone] = tie[alone]
        on_tie = shapely.get_coordinates(legs).reshape(-1, 2, 2)
        on_plot = shapely.get_coordinates(shapely.shortest_line(near_plot, plot_way)).reshape(-1, 2, 2)
        on_plot = _within(self.grid.inward(on_plot), self.grid.centres(cells[first]))
        on_tie = _within(self.grid.inward(on_tie), self.grid.centres(cells[last]))
        # In a single cell the way leads through its centre, and is pulled straight if that is no dearer.
        centre = self.grid.centres(cells[first[alone]])
        on_plot[alone, 1] = on_tie[alone, 0] = centre
        xy, at = _joined(on_plot, self.grid.centres(cells), offsets, on_tie)
        return xy, at, self.tie_piece[piece[best]]

    def _ways(self, shapes: Shapes | None, cell: Flat, other: Flat) -> tuple[Shapes, Shapes]:
        """The half of the step from each cell to the other inside it, and the shapes in the cell."""
        here = self.grid.centres(cell)
        half = self.grid.outward((here + self.grid.centres(other)) / 2)
        ways = np.asarray(
            shapely.linestrings(np.stack([self.grid.outward(here), half], axis=1)), dtype=object
        )
        near = ways if shapes is None else _cut(shapes, self.grid.boxes(cell))
        return ways, near


def _cut(shapes: Shapes, boxes: Shapes) -> Shapes:
    """Shapes inside boxes; whole where rounding lets them miss the box they touch."""
    cut = shapely.intersection(shapes, boxes)
    return np.where(shapely.is_empty(cut), shapes, cut)


def _within(xy: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points put back into their cells, where rounding carried them over the border."""
    return np.clip(xy, centres[:, None] - 0.5, centres[:, None] + 0.5)


def _ranges(ascending: Flat, wanted: Flat) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of each wanted value in an ascending array, with the row that wants it."""
    low = np.searchsorted(ascending, wanted, side="left")
    count = np.searchsorted(ascending, wanted, side="right") - low
    row = np.repeat(np.arange(len(wanted)), count)
    start = np.repeat(np.cumsum(count) - count, count)
    return row, np.repeat(low, count) + np.arange(len(row)) - start


def _shortest(route: NDArray[np.intp], length: NDArray[np.float64]) -> NDArray[np.intp]:
    """The position of the shortest leg of each route, the first of equals."""
    order = np.lexsort((length, route))
    return order[np.unique(route[order], return_index=True)[1]]


def _joined(
    on_plot: NDArray[np.float64], centres: NDArray[np.float64], offsets: Flat, on_tie: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Flat]:
    """Vertices of all routes: two at the plot, the centres between first and last, two at the tie-in."""
    count = np.diff(offsets)
    between = np.maximum(count - 2, 0)
    at = np.concatenate([[0], np.cumsum(between + 4)])
    xy = np.empty((at[-1], 2))
    inner = np.ones(at[-1], dtype=bool)
    for place, vertices in (
        (at[:-1], on_plot[:, 0]),
        (at[:-1] + 1, on_plot[:, 1]),
        (at[1:] - 2, on_tie[:, 0]),
        (at[1:] - 1, on_tie[:, 1]),
    ):
        xy[place], inner[place] = vertices, False
    middle = np.ones(len(centres), dtype=bool)
    middle[offsets[:-1]] = middle[offsets[1:] - 1] = False
    xy[inner] = centres[middle]
    return xy, at.astype(np.int64)
