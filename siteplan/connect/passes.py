"""One surface, all its plots: a pass for each set of barriers, then routes traced, straightened, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect.crossed import named
from siteplan.connect.ends import Ends, Flat
from siteplan.connect.finish import straightened, summed
from siteplan.connect.lines import Grid, Pieces, pieces
from siteplan.connect.spreading import spread
from siteplan.connect.surface import Surface
from siteplan.connect.walls import cheapest, open_sides, would_have_to_give
from siteplan.kernels import leastcost, straight
from siteplan.shapes import Shapes

Status = Literal["reached", "walled_in", "tie_in_outside", "no_tie_in", "plot_outside"]
Rows = NDArray[np.intp]
Reals = NDArray[np.float64]

# Routes are traced and straightened this many at a time: bounds the memory of their staircases.
_AT_A_TIME = 256

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Found:
    """What one search found; every array has one row per plot, in the order given.

    Attributes
    ----------
    status
        See `siteplan.connect.terrain.Routes`.
    grid_cost
        Cost of the pass from cell to cell, before the route is straightened; inf without a route.
    cost, billed, length, no_slope
        Of the finished route, the last on ground without a known slope; NaN without one.
    feature
        Position of the tie-in, -1 without one.
    route
        Lines in metres from the plot to the tie-in; None without one.
    exact, bound
        Whether no way outside this surface can be cheaper, and the least that the cost of a pass
        over the whole surface can be.
    barriers
        Barriers that routes enter (`gave`) or that would have to give: `route` is the row of the
        plot, then the columns of `crossed.named`.
    """

    status: NDArray[np.object_]
    grid_cost: Reals
    cost: Reals
    billed: Reals
    length: Reals
    no_slope: Reals
    feature: Flat
    route: Shapes
    exact: NDArray[np.bool_]
    bound: Reals
    barriers: pd.DataFrame

    @classmethod
    def nothing(cls, plots: int, status: Status) -> Found:
        """Return the answer when nothing is found."""
        unknown = np.full(plots, np.nan)
        return cls(
            np.full(plots, status, dtype=object),
            np.full(plots, np.inf),
            unknown,
            unknown.copy(),
            unknown.copy(),
            unknown.copy(),
            np.full(plots, -1, dtype=np.int64),
            np.full(plots, None, dtype=object),
            np.zeros(plots, dtype=bool),
            np.zeros(plots),
            pd.DataFrame(columns=["route", "gave"]),
        )


def search(surface: Surface, shapes: Shapes, ties: Pieces, *, whole: Grid | None = None) -> Found:
    """Find the cheapest route of every plot on one surface.

    Parameters
    ----------
    surface
        The surface, or a window of it.
    shapes
        The plots, metres; none of them touches a tie-in.
    ties
        The tie-ins as straight pieces.
    whole
        The grid of the whole surface, where `surface` is a window.

    Raises
    ------
    RuntimeError
        If a finished route costs more than the pass says or enters what bars it: a fault in siteplan.
    """
    ends = Ends.of(surface.grid, shapes, ties)
    found = Found.nothing(len(shapes), "walled_in" if len(ends.tie_cell) else "tie_in_outside")
    reach = _reach(surface, ends, len(shapes), whole or surface.grid)
    waiting, tables = np.unique(ends.plot), [found.barriers]
    found.bound[waiting] = reach[waiting]
    found.status[np.setdiff1d(np.arange(len(shapes)), waiting)] = "plot_outside"
    for given_up in (0, *_ranks(surface)) if len(ends.tie_cell) else ():
        rows, entered = _pass(surface, ends, waiting, given_up, found)
        tables.append(entered.assign(gave=True))
        found.exact[rows] = np.isinf(reach[rows]) | ((found.grid_cost[rows] <= reach[rows]) & (given_up == 0))
        waiting = np.setdiff1d(waiting, rows)
        if not len(waiting):
            break
    reached = np.isfinite(found.grid_cost)
    found.bound[reached] = np.where(found.exact, found.grid_cost, np.minimum(found.grid_cost, reach))[reached]
    if len(waiting) and len(ends.tie_cell):
        tables.append(_walled(surface, ends, waiting, found, whole or surface.grid).assign(gave=False))
    return _with_barriers(found, tables)


def _with_barriers(found: Found, tables: list[pd.DataFrame]) -> Found:
    some = [table for table in tables if len(table)]
    table = pd.concat(some, ignore_index=True) if some else tables[0]
    return Found(**{**vars(found), "barriers": table.sort_values("route", kind="stable", ignore_index=True)})


def _ranks(surface: Surface) -> list[int]:
    """Ranks of soft barriers that bar any cell here, in the order in which they give way."""
    here = surface.burned[(surface.burned["rank"] > 0) & (surface.burned["cells"] > 0)]
    return sorted({int(rank) for rank in here["rank"]})


def _reach(surface: Surface, ends: Ends, plots: int, whole: Grid) -> Reals:
    """The least that a way costs which leaves the window; inf where the window has no open side.

    Such a way goes at least from a cell of the plot to the outermost cells, and no step is shorter
    than a cell or cheaper than the cheapest cell.
    """
    grid = surface.grid
    row, column = ends.plot_cell // grid.columns, ends.plot_cell % grid.columns
    sides = zip(
        np.isclose(grid.bounds, whole.bounds, rtol=0, atol=grid.cell / 2),
        (column, grid.rows - 1 - row, grid.columns - 1 - column, row),
        strict=True,
    )
    steps = np.full(plots, np.inf)
    for shut, away in sides:
        if not shut:
            np.minimum.at(steps, ends.plot, away)
    return steps * (grid.cell * float(surface.resistance.min()))


def _standing(surface: Surface, barred: int) -> Reals:
    """The resistance with barriers as impassable cells."""
    if not barred or not len(surface.ground.barriers):
        return surface.resistance
    return np.where(surface.standing(barred), np.nan, surface.resistance)


def _pass(
    surface: Surface, ends: Ends, waiting: Rows, given_up: int, found: Found
) -> tuple[Rows, pd.DataFrame]:
    """One pass with the barriers that still stand; writes the routes found and names what they enter."""
    barred = surface.barred(given_up)
    resistance = _standing(surface, barred)
    sources = np.unique(ends.tie_cell[np.isfinite(resistance.ravel()[ends.tie_cell])])
    if not len(sources):
        return waiting[:0], pd.DataFrame()
    over = spread(resistance, sources, cell=surface.grid.cell)
    rows, targets, costs = _cheapest(over.cost, ends, waiting)
    found.grid_cost[rows] = costs
    found.status[rows] = "reached"
    entered = []
    for at in range(0, len(rows), _AT_A_TIME):
        some = slice(at, at + _AT_A_TIME)
        cells, offsets = leastcost.trace(over.came_from, targets[some])
        route, cost, feature = straightened(resistance, ends, rows[some], (cells, offsets), costs[some])
        found.route[rows[some]], found.cost[rows[some]], found.feature[rows[some]] = route, cost, feature
        found.billed[rows[some]] = summed(surface.factor, surface.grid, route)
        found.length[rows[some]] = shapely.length(route)
        found.no_slope[rows[some]] = _without_slope(surface, route)
        if given_up:
            entered.append(_entered(surface, rows[some], found))
    return rows, pd.concat(entered, ignore_index=True) if entered else pd.DataFrame()


def _without_slope(surface: Surface, routes: Shapes) -> Reals:
    """Metres of routes on ground whose slope is not known."""
    if surface.no_slope is None:
        return np.zeros(len(routes))
    once = shapely.length(routes)
    more = summed(np.where(surface.no_slope, 2.0, 1.0), surface.grid, routes) - once
    return np.where(more > _ROUNDING * once, more, 0.0)


def _cheapest(cost: Reals, ends: Ends, waiting: Rows) -> tuple[Rows, Flat, Reals]:
    """The cheapest reached cell of each waiting plot."""
    asked = np.isin(ends.plot, waiting)
    return cheapest(cost, ends.plot[asked], ends.plot_cell[asked])


def _entered(surface: Surface, rows: Rows, found: Found) -> pd.DataFrame:
    """Name the soft barriers that finished routes enter."""
    grid = surface.grid
    taken = pieces(found.route[rows])
    piece, flat, metres = grid.touched(taken)
    inside = metres > grid.cell * straight.GRAZE
    return named(surface, rows[taken.owner[piece[inside]]], flat[inside], ~surface.hard)


def _walled(surface: Surface, ends: Ends, waiting: Rows, found: Found, whole: Grid) -> pd.DataFrame:
    """Name the hard barriers that keep plots from every tie-in; what a window cannot tell stays open."""
    grid = surface.grid
    open_ = np.isfinite(found.bound[waiting])
    if open_.any():
        hard = _standing(surface, surface.hard)
        edge = open_sides(grid, whole)
        edge = edge[np.isfinite(hard.ravel()[edge])]
        if len(edge):
            away = _cheapest(spread(hard, edge, cell=grid.cell).cost, ends, waiting)[0]
            open_ = np.isin(waiting, away)
    found.status[waiting[open_]] = "tie_in_outside"
    shut = waiting[~open_]
    found.exact[shut], found.bound[shut] = True, np.inf
    if not len(shut):
        return pd.DataFrame()
    asked = np.isin(ends.plot, shut)
    return would_have_to_give(surface, np.unique(ends.tie_cell), ends.plot[asked], ends.plot_cell[asked])
