"""From traced cells to a finished route: led to exact ends, pulled straight, summed anew, checked."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.connect.ends import Ends, Flat
from siteplan.connect.lines import Grid
from siteplan.kernels import along, straight
from siteplan.shapes import Shapes

Rows = NDArray[np.intp]
Reals = NDArray[np.float64]

_SAME = 1e-6


def straightened(
    resistance: Reals, ends: Ends, rows: Rows, traced: tuple[Flat, Flat], costs: Reals
) -> tuple[Shapes, Reals, Flat]:
    """Make routes of traced cells, none dearer than what was traced.

    Parameters
    ----------
    resistance
        (rows, columns), impassable where barriers stand.
    ends
        The cells of plots and tie-ins.
    rows, traced, costs
        Plots, the cells of each from the plot to the tie-in with their offsets, and what the pass says they
        cost.

    Returns
    -------
    routes, costs, features
        Lines in metres, what they cost, and the position of the tie-in each ends at.

    Raises
    ------
    RuntimeError
        If a route contradicts the pass, or enters what bars it: a fault in siteplan.
    """
    grid, (cells, offsets) = ends.grid, traced
    steps = along.line_costs(resistance, grid.centres(cells), offsets, cell=grid.cell)
    _check(np.abs(steps - costs) <= _SAME * (1 + steps), "traced", ends, rows)
    xy, at, piece = ends.led(rows, cells, offsets)
    before = along.line_costs(resistance, xy, at, cell=grid.cell)
    keep = straight.pull(resistance, xy, at)
    route = np.repeat(np.arange(len(rows)), np.diff(at))[keep]
    pulled = np.asarray(shapely.linestrings(grid.outward(xy[keep]), indices=route), dtype=object)
    plots = ends.plots[rows]
    lines = _nearer(resistance, grid, _outside(pulled, plots), plots, ends.ties.shapes(piece))
    cost = summed(resistance, grid, lines)
    _check(np.isfinite(cost) & (cost <= before * (1 + _SAME) + _SAME), "straightened", ends, rows)
    return lines, cost, ends.ties.owner[piece]


def summed(values: Reals, grid: Grid, lines: Shapes) -> Reals:
    """Sum what cells say per metre along lines; inf where a line enters an impassable cell."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    at = np.searchsorted(line, np.arange(len(lines) + 1))
    return along.line_costs(values, grid.inward(xy), at, cell=grid.cell)


def _check(right: NDArray[np.bool_], what: str, ends: Ends, rows: Rows) -> None:
    """Refuse to hand out a route that contradicts the pass; NaN is never right."""
    if not right.all():
        wrong = rows[~right]
        raise RuntimeError(
            f"siteplan contradicts itself: {len(wrong)} of {len(rows)} routes do not cost what the pass says "
            f"when {what} (first plot at {shapely.centroid(ends.plots[wrong[0]]).wkt}); please report this"
        )


def _outside(lines: Shapes, plots: Shapes) -> Shapes:
    """Lines without what lies on their own plot: they begin where they last leave it."""
    over = np.flatnonzero(shapely.length(shapely.intersection(lines, plots)) > _SAME)
    parts, owner = shapely.get_parts(shapely.difference(lines[over], plots[over]), return_index=True)
    ends = shapely.get_point(lines[over], -1)
    last = np.flatnonzero(shapely.distance(shapely.get_point(parts, -1), ends[owner]) <= _SAME)
    cut = lines.copy()
    cut[over[owner[last]]] = parts[last]
    return cut


def _nearer(resistance: Reals, grid: Grid, lines: Shapes, plots: Shapes, ties: Shapes) -> Shapes:
    """Lines whose ends are moved to the nearest points, seen from the next bend, where that is cheaper."""
    cost = summed(resistance, grid, lines)
    for move in (_both, _start, _end):
        moved = move(lines, plots, ties)
        moved_cost = summed(resistance, grid, moved)
        better = moved_cost < cost
        lines, cost = np.where(better, moved, lines), np.where(better, moved_cost, cost)
    return lines


def _both(lines: Shapes, plots: Shapes, ties: Shapes) -> Shapes:
    straight = shapely.get_num_points(lines) == 2
    return np.where(straight, shapely.shortest_line(plots, ties), lines)


def _start(lines: Shapes, plots: Shapes, ties: Shapes) -> Shapes:  # noqa: ARG001 (a move like the others)
    nearest = shapely.shortest_line(plots, shapely.get_point(lines, 1))
    return _with_vertex(lines, 0, shapely.get_point(nearest, 0))


def _end(lines: Shapes, plots: Shapes, ties: Shapes) -> Shapes:  # noqa: ARG001
    nearest = shapely.shortest_line(ties, shapely.get_point(lines, -2))
    return _with_vertex(lines, -1, shapely.get_point(nearest, 0))


def _with_vertex(lines: Shapes, which: int, points: Shapes) -> Shapes:
    """Lines with their first (0) or last (-1) vertex replaced."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    at = np.searchsorted(line, np.arange(len(lines) + 1))
    xy[at[:-1] if which == 0 else at[1:] - 1] = shapely.get_coordinates(points)
    return np.asarray(shapely.linestrings(xy, indices=line), dtype=object)
