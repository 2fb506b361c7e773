"""The way over terrain, how sure its lengths are, and which tie-ins no plot can come to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.connect.openground import GridError
from siteplan.connect.surface import Surface
from siteplan.connect.terrain import Routes, routes
from siteplan.connect.ways import Reached, Rows, Searched, without_use
from siteplan.connect.windows import Windows
from siteplan.findings import Finding


@dataclass(frozen=True)
class _Told:
    """What every search over one surface told, for all sets of tie-ins that were looked for."""

    asked: set[int] = field(default_factory=set)
    free: set[int] = field(default_factory=set)
    why: dict[int, str] = field(default_factory=dict)
    errors: list[GridError] = field(default_factory=list)

    def take(self, able: Rows, found: Routes) -> None:
        """Remember one search; `able` are the tie-ins that it looked for."""
        idle = dict(zip(found.tie_ins.index.tolist(), found.tie_ins["reason"].tolist(), strict=True))
        self.asked.update(able.tolist())
        self.free.update(set(able.tolist()) - set(idle))
        self.why.update(idle)
        self.errors.append(found.grid_error)


@dataclass(frozen=True)
class OverTerrain(Searched):
    """Over a surface, by the route of least cost; `name` is how findings call it."""

    surface: Surface | Windows
    name: str
    told: _Told = field(default_factory=_Told)

    def _found(self, rows: Rows, able: Rows) -> Reached:
        """The cheapest routes of some plots to some tie-ins."""
        plots = self.plots.iloc[rows]
        targets = self.offers.iloc[able].rename(columns={"feature_name": "name"})
        surface = self.surface.only(rows) if isinstance(self.surface, Windows) else self.surface
        # The tie-ins are numbered, so that the feature reached is a position.
        found = routes(surface, plots, targets)
        self.told.take(able, found)
        table = found.table
        there = (table["status"] == "reached").to_numpy()
        return replace(
            Reached.nothing(len(plots)),
            tie_in=np.where(there, pd.to_numeric(table["feature"]), -1).astype(np.intp),
            metres=np.where(there, table["length_m"], np.inf),
            billed=np.where(there, table["billed"], np.inf),
            x=table["tie_in_x"].to_numpy(),
            y=table["tie_in_y"].to_numpy(),
            route=np.asarray(table.geometry.to_numpy(), dtype=object),
            error=found.grid_error.of(table["length_m"].to_numpy()),
            excess=_excess(table),
            given_up=table["given_up"].to_numpy(dtype=object),
            barrier=self._barriers(table),
        )

    def _barriers(self, table: gpd.GeoDataFrame) -> NDArray[np.object_]:
        """What keeps each plot from every tie-in, in words."""
        said = {
            "tie_in_outside": "no tie-in is reached within the plot's window; raise most_cells"
            if isinstance(self.surface, Windows)
            else "every tie-in lies outside the surface; widen its margin",
            "plot_outside": "the plot lies outside the surface; widen its margin",
        }
        walled = "walled in; this would have to give: " + table["would_have_to_give"]
        return np.where(table["status"] == "walled_in", walled, table["status"].map(said).fillna(""))

    @property
    def findings(self) -> Sequence[Finding]:
        """See `Way`."""
        reasons: dict[tuple[str, str], list[int]] = {}
        for row in sorted(self.told.asked - self.told.free):
            reasons.setdefault((str(self.offers["layer"].iat[row]), self.told.why[row]), []).append(row)
        idle = [
            without_use(self.name, self.offers.iloc[rows], reason) for (_, reason), rows in reasons.items()
        ]
        if not self.told.errors:
            return idle
        worst = max(self.told.errors, key=lambda error: -1.0 if math.isnan(error.worst_m) else error.worst_m)
        return [*idle, Finding("note", self.name, worst.sentence)]


def _excess(table: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """By which share of the best way's cost each route may be dearer; missing where that is open."""
    cost, bound = table["grid_cost"].to_numpy(), table["bound"].to_numpy()
    proven = (table["exact"] | (table["status"] != "reached")).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        share = cost / bound - 1
    # A barrier was given up that a way outside the window may spare: no share says what that is worth.
    told = np.isfinite(share) & (table["given_up"] == "").to_numpy()
    return np.where(proven, 0.0, np.where(told, share, np.nan))
