"""What a grid adds to straight lines, measured where the straight line is the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect.lines import Grid, Pieces
from siteplan.connect.passes import search
from siteplan.connect.surface import Surface
from siteplan.shapes import Shapes
from siteplan.surfaces import Ground

_PLOTS = 32
_CELLS = 2_000_000
_MARGIN = 2


@dataclass(frozen=True)
class GridError:
    """How much longer routes are than straight lines on open ground of the same grid.

    Attributes
    ----------
    plots
        How many plots were measured, each to the tie-in nearest in a straight line or one that
        the grid takes for nearer; those too far for the cells set aside for this are left out.
    searched
        Share that the pass adds, cell to cell: up to 0.082 where only king's moves are possible.
    finished
        Share that the finished routes add.
    worst_m
        The most metres that one finished route adds.
    """

    plots: int
    searched: float
    finished: float
    worst_m: float

    def of(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many metres of routes may be the grid's: the worst measured, or the share if more.

        Missing where nothing was measured; 0 for a route of no length.

        Examples
        --------
        >>> GridError(8, 0.05, 0.01, 3.0).of(np.array([0.0, 100.0, 1000.0])).tolist()
        [0.0, 3.0, 10.0]
        """
        return np.where(metres == 0, 0.0, np.maximum(self.worst_m, self.finished * metres))

    @property
    def sentence(self) -> str:
        """The error in one sentence."""
        if not self.plots:
            return "The grid's error was not measured: no plot is near enough to a tie-in, or all touch one."
        return (
            f"On open ground this grid makes routes {self.finished:.1%} longer than straight lines "
            f"({self.worst_m:.1f} m at worst; {self.plots} plots)."
        )


def measured(cell: float, shapes: Shapes, ties: Pieces) -> GridError:
    """Measure the error of a grid on some of the plots.

    Parameters
    ----------
    cell
        Side of a cell, metres.
    shapes
        Plots, metres; none of them touches a tie-in.
    ties
        The tie-ins as straight pieces.

    Examples
    --------
    >>> from siteplan.connect.lines import pieces
    >>> plots, gate = np.array([shapely.box(0, 0, 100, 100)]), np.array([shapely.Point(400, 250)])
    >>> error = measured(10.0, plots, pieces(gate))
    >>> error.plots, error.searched > 0.01, abs(error.finished) < 0.01
    (1, True, True)
    """
    some = shapes[np.unique(np.linspace(0, len(shapes) - 1, _PLOTS).astype(int))] if len(shapes) else shapes
    if not len(some) or not len(ties.ends):
        return GridError(0, np.nan, np.nan, np.nan)
    parts = ties.shapes(np.arange(len(ties.ends)))
    nearest = shapely.STRtree(parts).query_nearest(some, all_matches=False)[1]
    ways = shapely.shortest_line(some, parts[nearest])
    reached = shapely.bounds(shapely.union(shapely.envelope(some), ways))
    straight, passed, long, cells = [], [], [], 0
    for shape, way, box in zip(some, shapely.length(ways), reached, strict=True):
        west, south, east, north = box + cell * _MARGIN * np.array([-1, -1, 1, 1])
        grid = Grid.over((west, south, east, north), cell)
        cells += grid.rows * grid.columns
        if cells > _CELLS:
            cells -= grid.rows * grid.columns
            continue
        found = search(_flat(grid), np.array([shape]), ties)
        straight.append(way)
        passed.append(found.grid_cost[0])
        long.append(found.length[0])
    if not straight:
        return GridError(0, np.nan, np.nan, np.nan)
    total = sum(straight)
    worst = float(np.max(np.array(long) - np.array(straight)))
    return GridError(len(straight), float(sum(passed) / total - 1), float(sum(long) / total - 1), worst)


def _flat(grid: Grid) -> Surface:
    """Open ground."""
    ones = np.ones(grid.shape)
    burned = pd.DataFrame({"rank": [], "cells": []})
    return Surface(Ground(), grid, ones, ones, np.zeros(grid.shape, dtype=np.uint8), (), burned, None)
