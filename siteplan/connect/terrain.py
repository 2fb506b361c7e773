"""Least-cost routes over terrain: from every plot to the tie-in that is cheapest to reach.

One pass from all tie-ins at once serves all plots. What a route costs (`cost`: metres of open ground,
friction and crossings included) chooses it; what it is billed for (`billed`) leaves these out.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect import crossed, openground
from siteplan.connect.idle import Idle
from siteplan.connect.lines import Grid, Pieces, pieces
from siteplan.connect.openground import GridError
from siteplan.connect.passes import Found, search
from siteplan.connect.surface import Surface, notes, refuse_two_systems
from siteplan.connect.windows import Windows
from siteplan.errors import DataError
from siteplan.shapes import Shapes
from siteplan.surfaces import Crossing
from siteplan.words import joined


@dataclass(frozen=True, eq=False)
class Routes:
    """The cheapest route of every plot, with what stands in the way.

    Attributes
    ----------
    table
        On the plots' index, in their order:

        - `status`: "reached"; "walled_in": hard barriers keep the plot from every tie-in;
          "tie_in_outside": no tie-in lies on the surface, or a window ends before one is reached;
          "no_tie_in": none may be used; "plot_outside": the plot lies outside the surface;
        - `cost`, `billed`: what steered the route and what it is billed for, metres of open ground;
          `length_m` of the finished route, `no_slope_m` of it on ground whose slope counts but is not known;
        - `feature`, `feature_name`, `tie_in_x`, `tie_in_y`: where it ends, exactly;
        - `given_up`: titles of the soft barriers it enters; `would_have_to_give`: of the hard
          barriers on the cheapest way out of a walled-in plot;
        - `exact`, `bound`: whether the pass is proven cheapest on the whole surface, and the least
          that its cost (`grid_cost`) can be; always so on a surface in one piece;
        - the route as geometry, from the plot's edge to the tie-in; None without one, and where the
          plot touches the tie-in and everything is 0.
    crossings
        On the plots' index, one column per entry of `ground.crossings` (its place, for example
        "crossings[1]"): how often the route crosses its features; 0 without a route.
    barriers
        One row per plot, barrier and feature that had to give (`gave`) or would have to: `plot`,
        `place`, `layer`, `title`, `rank`, `feature`, `feature_name`.
    tie_ins
        Tie-ins that could not serve any of these plots, on their index: `name` and `reason` (outside
        the surface, inside a hard barrier, or walled in by some).
    grid_error
        What the grid adds to straight lines, measured on open ground from some of these plots.
    burned
        What lies on the surface, one row per entry (and window): see `Surface`.
    notes
        What the reader should know.
    """

    table: gpd.GeoDataFrame
    crossings: pd.DataFrame
    barriers: pd.DataFrame
    tie_ins: pd.DataFrame
    grid_error: GridError
    burned: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What came out, in one sentence."""
        counts = self.table["status"].value_counts()
        parts = [f"{counts[status]} {status.replace('_', ' ')}" for status in counts.index]
        reached = self.table[(self.table["status"] == "reached") & ~self.table["exact"]]
        gap = (reached["grid_cost"] - reached["bound"]).max()
        proof = (
            f"; {len(reached)} of them not proven cheapest, by at most {gap:.0f} m of open ground"
            if len(reached)
            else ""
        )
        return f"{len(self.table)} plots: {', '.join(parts) or 'none'}{proof}. {self.grid_error.sentence}"


def routes(
    on: Surface | Windows,
    plots: gpd.GeoDataFrame,
    tie_ins: gpd.GeoDataFrame,
    *,
    usable: NDArray[np.bool_] | pd.Series | None = None,
    error: GridError | None = None,
) -> Routes:
    """Find the cheapest route from every plot's edge to a tie-in.

    Parameters
    ----------
    on
        The terrain, from `surface.build` or `windows.around` (with these plots).
    plots
        Polygons in the metric CRS of the surface.
    tie_ins
        Points, lines or polygons in the same CRS, indexed by identifier, with `name` where known. A
        route may end anywhere on a line and on the border of a polygon.
    usable
        One flag per tie-in: whether it may be used; all may when absent.
    error
        The grid's error from `grid_error`, where it is known; measured when absent.

    Raises
    ------
    DataError
        If the flags do not fit the tie-ins, or the windows the plots.
    CrsError
        If plots and tie-ins are in two reference systems.

    Examples
    --------
    >>> from siteplan.connect.surface import build
    >>> from siteplan.surfaces import Ground
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> gate = gpd.GeoDataFrame({"name": ["Gate"]}, geometry=[shapely.Point(405, 55)], index=["g1"])
    >>> open_ground = build(Ground(cell=10), {}, (-100, -100, 500, 200))
    >>> routes(open_ground, plots, gate).table[["status", "feature", "length_m"]].round(6).to_dict("records")
    [{'status': 'reached', 'feature': 'g1', 'length_m': 305.0}]
    """
    ties = _usable(tie_ins, usable)
    _refuse(on, plots, tie_ins)
    gathered = _Gathered.start(on, plots, ties)
    for surface, rows in [(on, np.arange(len(plots)))] if isinstance(on, Surface) else on:
        gathered.ask(surface, rows)
    if error is None:
        error = openground.measured(gathered.whole.cell, gathered.shapes[gathered.asked], gathered.pieces)
    return Routes(
        _table(gathered, plots, ties),
        pd.DataFrame(gathered.crossings, index=plots.index),
        _barriers(gathered, plots),
        gathered.idle.table(ties, windows=isinstance(on, Windows)),
        error,
        *gathered.told(),
    )


def grid_error(on: Surface | Windows, plots: gpd.GeoDataFrame, tie_ins: gpd.GeoDataFrame) -> GridError:
    """Measure once what the grid adds to straight lines, for many calls of `routes`.

    Parameters
    ----------
    on, plots, tie_ins
        As for `routes`; plots that touch a tie-in have no line to measure.
    """
    shapes, features = plots.geometry.to_numpy(), tie_ins.geometry.to_numpy()
    grid = on.grid if isinstance(on, Surface) else on.whole
    return openground.measured(grid.cell, shapes[_touching(shapes, features) < 0], pieces(features))


def _usable(tie_ins: gpd.GeoDataFrame, usable: NDArray[np.bool_] | pd.Series | None) -> gpd.GeoDataFrame:
    if usable is None:
        return tie_ins
    flags = np.asarray(usable)
    if flags.dtype != bool or flags.shape != (len(tie_ins),):
        raise DataError(
            f"usable has {flags.shape} values of {flags.dtype}; give one flag per tie-in, {len(tie_ins)}"
        )
    return tie_ins[flags]


def _refuse(on: Surface | Windows, plots: gpd.GeoDataFrame, tie_ins: gpd.GeoDataFrame) -> None:
    refuse_two_systems({"plots": plots, "tie-ins": tie_ins})
    if isinstance(on, Windows) and (known := sum(map(len, on.rows))) != len(plots):
        raise DataError(
            f"the windows were cut around {known} plots, not {len(plots)}; call `around` with these plots"
        )


@dataclass(eq=False)
class _Gathered:
    """What the surfaces answer, one after the other, put on the rows of the plots."""

    whole: Grid
    shapes: Shapes
    pieces: Pieces
    touching: NDArray[np.int64]
    found: Found
    idle: Idle
    crossings: dict[str, NDArray[np.int64]]
    barriers: list[pd.DataFrame]
    burned: list[pd.DataFrame]
    without_slope: int = 0
    cells: int = 0

    @classmethod
    def start(cls, on: Surface | Windows, plots: gpd.GeoDataFrame, ties: gpd.GeoDataFrame) -> _Gathered:
        shapes, features = plots.geometry.to_numpy(), ties.geometry.to_numpy()
        touching = _touching(shapes, features)
        idle = Idle.nothing(len(ties))
        idle.free[touching[touching >= 0]] = True
        return cls(
            on.grid if isinstance(on, Surface) else on.whole,
            shapes,
            pieces(features),
            touching,
            Found.nothing(len(plots), "no_tie_in"),
            idle,
            {
                place: np.zeros(len(plots), dtype=np.int64)
                for place, entry in on.ground.entries.items()
                if isinstance(entry, Crossing)
            },
            [],
            [],
        )

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Plots that touch no tie-in; the others are there already."""
        return self.touching < 0

    def ask(self, surface: Surface, rows: NDArray[np.intp]) -> None:
        self.burned.append(surface.burned)
        self.without_slope += surface.without_slope
        self.cells += surface.resistance.size
        rows = rows[self.asked[rows]]
        if not len(self.idle.free):
            return
        looking = self.shapes[rows]
        self.idle |= Idle.on(surface, looking, self.pieces, len(self.idle.free))
        if not len(rows):
            return
        found = search(surface, looking, self.pieces, whole=self.whole)
        for name, values in vars(found).items():
            if name != "barriers":
                getattr(self.found, name)[rows] = values
        self.barriers.append(found.barriers.assign(route=rows[found.barriers["route"].to_numpy(dtype=int)]))
        for drawn in surface.drawn:
            if isinstance(drawn.entry, Crossing):
                self.crossings[drawn.place][rows] = crossed.crossings(
                    found.route, drawn.features.geometry.to_numpy(), self.shapes[rows]
                )

    def told(self) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """What lies on the surfaces, and what a reader should know of it."""
        if not self.burned:
            return pd.DataFrame(), ()
        burned = pd.concat(self.burned, ignore_index=True)
        return burned, notes(burned, self.without_slope, self.cells)


def _touching(shapes: Shapes, features: Shapes) -> NDArray[np.int64]:
    """The first tie-in that each plot touches, -1 where there is none."""
    feature, plot = shapely.STRtree(shapes).query(features, predicate="intersects")
    first = np.full(len(shapes), len(features), dtype=np.int64)
    np.minimum.at(first, plot, feature)
    return np.where(first < len(features), first, -1)


def _table(gathered: _Gathered, plots: gpd.GeoDataFrame, ties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    found, there = gathered.found, ~gathered.asked
    feature = np.where(there, gathered.touching, found.feature)
    tie_in = shapely.get_point(found.route, -1)
    touched = ties.geometry.to_numpy()[gathered.touching[there]]
    tie_in[there] = shapely.get_point(shapely.shortest_line(gathered.shapes[there], touched), -1)
    reached = there | (found.feature >= 0)
    zero = {
        name: np.where(there, 0.0, np.where(reached | (key == "bound"), getattr(found, key), np.nan))
        for name, key in {
            "grid_cost": "grid_cost",
            "cost": "cost",
            "billed": "billed",
            "length_m": "length",
            "no_slope_m": "no_slope",
            "bound": "bound",
        }.items()
    }
    columns = {
        "status": np.where(there, "reached", found.status),
        **zero,
        "feature": _of(ties.index.astype("str").to_numpy(dtype=object), feature),
        "feature_name": _of(crossed.names(ties), feature),
        "tie_in_x": shapely.get_x(tie_in),
        "tie_in_y": shapely.get_y(tie_in),
        "exact": there | found.exact,
        **_titles(gathered),
    }
    table = pd.DataFrame(columns, index=plots.index)
    text = dict.fromkeys(("status", "feature", "feature_name"), "str")
    return gpd.GeoDataFrame(table.astype(text), geometry=found.route, crs=plots.crs)


def _of(values: NDArray[np.object_], at: NDArray[np.int64]) -> NDArray[np.object_]:
    """Values at positions, missing where the position is -1."""
    taken: NDArray[np.object_] = np.full(len(at), None, dtype=object)
    taken[at >= 0] = values[at[at >= 0]]
    return taken


def _titles(gathered: _Gathered) -> dict[str, NDArray[np.object_]]:
    """Titles of the barriers that gave or would have to, each once, as text per plot."""
    words = {
        name: np.full(len(gathered.shapes), "", dtype=object) for name in ("given_up", "would_have_to_give")
    }
    for table in filter(len, gathered.barriers):
        once = table.drop_duplicates(["route", "gave", "title"])
        for gave, name in ((True, "given_up"), (False, "would_have_to_give")):
            told = once[once["gave"] == gave].groupby("route")["title"].agg(list)
            for route, titles in zip(told.index.tolist(), told.tolist(), strict=True):
                words[name][route] = joined(titles, "word.comma")
    return words


def _barriers(gathered: _Gathered, plots: gpd.GeoDataFrame) -> pd.DataFrame:
    columns = ["plot", "gave", "place", "layer", "title", "rank", "feature", "feature_name"]
    some = [table for table in gathered.barriers if len(table)]
    if not some:
        return pd.DataFrame(columns=columns)
    table = pd.concat(some, ignore_index=True).sort_values("route", kind="stable", ignore_index=True)
    table["plot"] = plots.index.to_numpy()[table["route"].to_numpy(dtype=int)]
    return table[columns]
