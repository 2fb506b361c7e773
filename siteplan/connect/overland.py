"""The way over terrain, how sure its lengths are, and which tie-ins no plot can come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.connect.openground import GridError
from siteplan.connect.surface import Surface
from siteplan.connect.terrain import Routes, grid_error, routes
from siteplan.connect.ways import Amounts, Counts, Reached, Rows, Searched, length, without_use
from siteplan.connect.windows import Windows
from siteplan.findings import Finding
from siteplan.words import Saying, said


@dataclass(frozen=True)
class _Told:
    """What every search over one surface told, for all sets of tie-ins that were looked for."""

    asked: set[int] = field(default_factory=set)
    free: set[int] = field(default_factory=set)
    why: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, able: Rows, found: Routes) -> None:
        """Remember one search; `able` are the tie-ins that it looked for."""
        if not self.asked:
            # The first search is for most plots: it sees the most of the surface.
            self.notes.extend(found.notes)
        idle = dict(zip(found.tie_ins.index.tolist(), found.tie_ins["reason"].tolist(), strict=True))
        self.asked.update(able.tolist())
        self.free.update(set(able.tolist()) - set(idle))
        self.why.update(idle)


@dataclass(frozen=True)
class OverTerrain(Searched):
    """Over a surface, by the route of least cost.

    Attributes
    ----------
    surface
        In one piece or in windows.
    limit
        Metres of route within which a tie-in is preferred: one that is harder to come to but not as
        far is better than one out of reach.
    name
        How findings call this way.
    told
        What the searches told.
    """

    surface: Surface | Windows
    limit: float
    name: str
    told: _Told = field(default_factory=_Told)

    def reach(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> Reached:
        """See `Way`.

        Where the cheapest route is longer than the limit, each tie-in that lies within it in a straight
        line is asked for by itself. A shorter route to one of them that is dearer still is not looked
        for: whether there is one stays open.
        """
        found = super().reach(rows, counts, at_least)
        far = np.flatnonzero((found.tie_in >= 0) & (found.metres > self.limit))
        if len(far):
            place, tie_in = self._within(rows[far], counts, None if at_least is None else at_least[far])
            self._prefer_near(rows, found, far[place], tie_in)
            self._leave_open(found, np.unique(far[place]))
        return found

    def _within(self, rows: Rows, counts: Counts, at_least: Amounts | None) -> tuple[Rows, Rows]:
        """Pairs of a plot and a tie-in that can take it within the limit in a straight line."""
        tree = shapely.STRtree(self.offers.geometry.to_numpy())
        shapes = self.plots.geometry.to_numpy()[rows]
        plot, tie_in = tree.query(shapes, predicate="dwithin", distance=self.limit)
        able = counts[tie_in]
        if at_least is not None:
            able &= self.direct.free[tie_in] >= at_least[plot]
        return plot[able], tie_in[able]

    def _prefer_near(self, rows: Rows, found: Reached, plot: Rows, tie_in: Rows) -> None:
        """Give plots the cheapest route within the limit, tie-in by tie-in."""
        for one in np.unique(tie_in):
            asked = plot[(tie_in == one) & (found.tie_in[plot] != one)]
            if not len(asked):
                continue
            reached = self._found(rows[asked], np.array([one]))
            near = (reached.metres <= self.limit) & (
                (found.metres[asked] > self.limit) | (reached.cost < found.cost[asked])
            )
            found.put(asked[near], reached.take(near))

    def _leave_open(self, found: Reached, asked: Rows) -> None:
        """Say of plots without a route within the limit that a dearer one may be."""
        dearest = self.surface.resistance.max() if isinstance(self.surface, Surface) else np.inf
        reach = Saying.of("amount", self.limit, "m")
        shortest = (found.cost[asked] - np.nan_to_num(found.error[asked])) / dearest
        for row in asked[(found.metres[asked] > self.limit) & (shortest <= self.limit)].tolist():
            way = length(found.metres[row], self.limit)
            found.open_fact[row] = said("fact.within", reach=reach)
            found.barrier[row] = said("reason.harder", reach=reach, length=way)

    def _found(self, rows: Rows, able: Rows) -> Reached:
        """The cheapest routes of some plots to some tie-ins."""
        plots = self.plots.iloc[rows]
        targets = self.offers.iloc[able].rename(columns={"feature_name": "name"})
        surface = self.surface.only(rows) if isinstance(self.surface, Windows) else self.surface
        # The tie-ins are numbered, so that the feature reached is a position.
        found = routes(surface, plots, targets, error=self.grid_error)
        self.told.take(able, found)
        table = found.table
        there = (table["status"] == "reached").to_numpy()
        return replace(
            Reached.nothing(len(plots)),
            tie_in=np.where(there, pd.to_numeric(table["feature"]), -1).astype(np.intp),
            metres=np.where(there, table["length_m"], np.inf),
            billed=np.where(there, table["billed"].where(table["no_slope_m"] == 0), np.inf),
            cost=np.where(there, table["cost"], np.inf),
            x=table["tie_in_x"].to_numpy(),
            y=table["tie_in_y"].to_numpy(),
            route=np.asarray(table.geometry.to_numpy(), dtype=object),
            error=self.grid_error.of(table["length_m"].to_numpy()),
            excess=_excess(table),
            given_up=table["given_up"].to_numpy(dtype=object),
            no_slope=table["no_slope_m"].fillna(0.0).to_numpy(),
            barrier=self._barriers(table),
            open_fact=self._open_facts(table),
        )

    @cached_property
    def grid_error(self) -> GridError:
        """What the grid adds to straight lines, measured once for all searches."""
        return grid_error(self.surface, self.plots, self.offers)

    def _barriers(self, table: gpd.GeoDataFrame) -> NDArray[np.object_]:
        """What keeps each plot from every tie-in, in words."""
        outside = (
            said("reason.outside_window", window=self._window) if self._window else said("reason.outside")
        )
        why = {"tie_in_outside": outside, "plot_outside": said("reason.plot_outside")}
        between = zip(table["status"], table["would_have_to_give"], strict=True)
        told = [
            said("reason.walled_in", what=what) if status == "walled_in" else why.get(status, "")
            for status, what in between
        ]
        return np.array([*told, None], dtype=object)[:-1]

    def _open_facts(self, table: gpd.GeoDataFrame) -> NDArray[np.object_]:
        """What would have to be known to say that nothing can be reached, in words."""
        facts = np.full(len(table), "", dtype=object)
        if self._window:
            fact = said("fact.reached_beyond", window=self._window)
            facts[(table["status"] == "tie_in_outside").to_numpy()] = fact
        return facts

    @property
    def _window(self) -> str:
        """How much of the surface is looked at around a plot, in words; empty where all of it is."""
        if isinstance(self.surface, Surface):
            return ""
        west, south, east, north = self.surface.grids[0].bounds  # they are all of one size
        return said("fact.window", size=Saying.of("sides", east - west, north - south))

    @property
    def findings(self) -> Sequence[Finding]:
        """See `Way`."""
        reasons: dict[tuple[str, str], list[int]] = {}
        for row in sorted(self.told.asked - self.told.free):
            reasons.setdefault((str(self.offers["layer"].iat[row]), self.told.why[row]), []).append(row)
        idle = [
            without_use(self.name, self.offers.iloc[rows], reason) for (_, reason), rows in reasons.items()
        ]
        notes = self.told.notes if isinstance(self.surface, Windows) else []
        measured = [self.grid_error.sentence] if self.told.asked else []
        return [*idle, *(Finding("note", self.name, said) for said in (*notes, *measured))]


def _excess(table: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """By which share of the best way's cost each route may be dearer; missing where that is open."""
    cost, bound = table["grid_cost"].to_numpy(), table["bound"].to_numpy()
    proven = (table["exact"] | (table["status"] != "reached")).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        share = cost / bound - 1
    # A barrier was given up that a way outside the window may spare: no share says what that is worth.
    told = np.isfinite(share) & (table["given_up"] == "").to_numpy()
    return np.where(proven, 0.0, np.where(told, share, np.nan))
