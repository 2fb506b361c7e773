"""All land of a plan: zones built once, net land of every plot, and what criteria ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from siteplan import measures
from siteplan.amounts import Earthwork, Frontage, Measure, OnNet, Shape, Slope
from siteplan.errors import PlanError
from siteplan.findings import Finding
from siteplan.land import shape, table
from siteplan.land.frontage import frontage
from siteplan.land.holding import Holding
from siteplan.land.relief import Relief, relief
from siteplan.models import near
from siteplan.plan import Plan
from siteplan.rasters import Raster


def landed(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    rasters: Mapping[str, Raster],
) -> table.Landed:
    """Take the zones off every plot, and measure what a plan's criteria ask of the land.

    Parameters
    ----------
    plots, layers
        Checked tables in one metric CRS.
    plan
        Says what takes land, and by which norms.
    rasters
        Elevation models by name.

    Raises
    ------
    PlanError
        If a measure wants an elevation model that is not there.
    """
    holding = Holding.of(plots, layers, plan) if plan.land else None
    measured, findings = asked(plots, layers, plan, rasters, holding)
    if holding is None:
        return table.Landed(measured, findings=findings)
    return table.Landed(
        measured,
        table.in_degrees(holding.plots),
        table.in_degrees(holding.losses),
        table.in_degrees(holding.overrides),
        findings,
    )


def asked(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    rasters: Mapping[str, Raster],
    holding: Holding | None,
) -> tuple[dict[Measure, pd.DataFrame], tuple[Finding, ...]]:
    """Measure what a plan's criteria ask of the land, and nothing else; see `landed`.

    Without a holding, nothing that asks for net land is measured.
    """
    ground = _Ground(plots, rasters)
    measured: dict[Measure, pd.DataFrame] = {}
    for what in dict.fromkeys(one.measure for one in plan.judged):
        match what:
            case Frontage():
                measured[what] = frontage(plots, layers[what.layer], within=what.within)
            case Shape():
                index = getattr(shape, what.index)(plots)
                measured[what] = measures.table(plots.index, unit="share", amount=index)
            case Slope() | Earthwork():
                measured[what] = ground.asked(what)
            case _ if isinstance(what, OnNet) and holding is not None:
                measured[what] = holding.asked(what)
    return measured, (*(holding.findings if holding else ()), *ground.findings)


@dataclass(frozen=True)
class _Ground:
    """The relief of all plots on each elevation model, measured when it is first asked for."""

    plots: gpd.GeoDataFrame
    rasters: Mapping[str, Raster]
    made: dict[tuple[str, float], Relief] = field(default_factory=dict)

    def asked(self, what: Slope | Earthwork) -> pd.DataFrame:
        """Return one amount of the relief for every plot."""
        if isinstance(what, Slope):
            column = "mean_slope" if what.which == "mean" else "max_slope"
            return self._table(self._relief(what.dem, 0.0), column, "%")
        return self._table(self._relief(what.dem, what.slope), "plane_per_ha", "m3/ha")

    def _table(self, found: Relief, column: str, unit: str) -> pd.DataFrame:
        return measures.table(self.plots.index, unit=unit, amount=found.table[column])

    def _relief(self, dem: str, steepest: float) -> Relief:
        if dem not in self.rasters:
            there = ", ".join(self.rasters) or "none"
            raise PlanError(
                f"the plan wants the elevation model {dem!r}, which is not there{near(dem, self.rasters)}; "
                f"there are: {there}"
            )
        if (dem, steepest) not in self.made:
            self.made[dem, steepest] = relief(self.plots, self.rasters[dem], steepest=steepest)
        return self.made[dem, steepest]

    @property
    def findings(self) -> list[Finding]:
        """What stood against measuring, once for each elevation model."""
        return list(dict.fromkeys(one for found in self.made.values() for one in found.findings))
