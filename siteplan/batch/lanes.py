"""How a piece of the plots is measured: by what was made ready once, or by what `score` uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import measures
from siteplan.amounts import Connected, Distance, Measure, NetArea, OnNet, Plain, Travelled
from siteplan.amounts import Landed as OnLand
from siteplan.buildable import Land
from siteplan.features import chosen
from siteplan.findings import Finding
from siteplan.land.holding import Holding, built
from siteplan.land.ready import NetLand
from siteplan.land.together import asked
from siteplan.land.zones import Zones, zones
from siteplan.nearest import LayerIndex, PackedPlots, Way
from siteplan.plan import Plan
from siteplan.rasters import Raster

if TYPE_CHECKING:
    from siteplan.connect.network import Network


def on_net(plan: Plan) -> bool:
    """Return whether anything is asked of the net land."""
    return any(isinstance(one.measure, OnNet) for one in plan.judged)


@dataclass(frozen=True, eq=False)
class Ready:
    """Layers in a metric CRS with all that can be made of them before the plots come.

    Attributes
    ----------
    layers, plan, rasters
        As for `score`, the layers projected.
    way
        How distances and net areas are taken.
    indices
        An index of every layer that a distance is measured to.
    counts
        Which of its features count, for every distance.
    net
        What takes net land, where net area with all consents given is all that is asked of it.
    zones
        The zones of the plan, where more than that is asked of net land.
    graphs
        Networks of the plan by name.
    findings
        What was found on the way.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    plan: Plan
    rasters: Mapping[str, Raster]
    way: Way
    indices: Mapping[str, LayerIndex]
    counts: Mapping[Distance, NDArray[np.bool_]]
    net: NetLand | None
    zones: Zones | None
    graphs: Mapping[str, Network]
    findings: tuple[Finding, ...] = field(default=())

    @classmethod
    def of(
        cls, layers: Mapping[str, gpd.GeoDataFrame], plan: Plan, rasters: Mapping[str, Raster], way: Way
    ) -> Ready:
        """Make layers ready for a plan."""
        return cls._around(layers, plan, rasters, way, *_net(layers, plan, way))

    @classmethod
    def _around(
        cls,
        layers: Mapping[str, gpd.GeoDataFrame],
        plan: Plan,
        rasters: Mapping[str, Raster],
        way: Way,
        net: NetLand | None,
        findings: tuple[Finding, ...],
    ) -> Ready:
        """Do the quick part of it, which is not worth sending."""
        distances = dict.fromkeys(one.measure for one in plan.judged if isinstance(one.measure, Distance))
        names = dict.fromkeys(one.layer for one in distances)
        indices = {
            name: LayerIndex.of(layers[name].geometry.to_numpy(), layers[name].index) for name in names
        }
        counts = {one: chosen(layers[one.layer], one.where) for one in distances}
        ruled = built(layers, plan) if net is None and on_net(plan) else None
        return cls(layers, plan, rasters, way, indices, counts, net, ruled, _graphs(layers, plan), findings)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Send no indices: making them again is quicker than sending shapes one by one."""
        sent = (dict(self.layers), self.plan, dict(self.rasters), self.way, self.net, self.findings)
        return Ready._around, sent

    def measured(self, plots: gpd.GeoDataFrame) -> tuple[dict[Measure, pd.DataFrame], list[Finding]]:
        """Measure all that a plan asks of some plots in metres, and what was found."""
        packed = PackedPlots.of(plots.geometry.to_numpy(), plots.index)
        taken: dict[Measure, pd.DataFrame] = {}
        findings: list[Finding] = []
        for what in dict.fromkeys(one.measure for one in self.plan.judged):
            if isinstance(what, Distance):
                taken[what] = self._distance(plots, packed, what)
            elif isinstance(what, Plain):
                taken[what] = measures.measure(plots, self.layers, what)
            elif isinstance(what, NetArea) and self.net is not None:
                taken[what] = measures.table(plots.index, unit="ha", **self.net.asked(packed.shapes))
        if self._wants(Connected | Travelled, taken):
            from siteplan.connect.together import connect  # noqa: PLC0415 (as in _graphs)

            connected = connect(plots, self.layers, self.plan, self.rasters, self.graphs)
            taken |= connected.measured
            findings += connected.findings
        if self._wants(OnLand, taken):
            net = self._wants(OnNet, taken)
            holding = Holding.of(plots, self.layers, self.plan, self.zones) if net else None
            landed, found = asked(plots, self.layers, self.plan, self.rasters, holding)
            taken |= {what: table for what, table in landed.items() if what not in taken}
            findings += found
        return taken, findings

    def _wants(self, kinds: object, taken: Mapping[Measure, pd.DataFrame]) -> bool:
        """Whether something of some kinds is asked for and not taken yet."""
        wanted = {one.measure for one in self.plan.judged} - taken.keys()
        return any(isinstance(what, kinds) for what in wanted)  # type: ignore[arg-type]

    def _distance(self, plots: gpd.GeoDataFrame, packed: PackedPlots, what: Distance) -> pd.DataFrame:
        found = self.indices[what.layer].nearest(packed, counts=self.counts[what], way=self.way)
        reached = measures.named(self.layers[what.layer].index, found.feature)
        return measures.table(plots.index, unit="m", amount=found.metres, feature=reached)


def _graphs(layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> dict[str, Network]:
    """The networks of a plan: built once, not for every piece."""
    if not plan.networks:
        return {}
    # Graphs bring scipy, which no other plan should wait for.
    from siteplan.connect.together import networks  # noqa: PLC0415

    return networks(layers, plan)


def _net(
    layers: Mapping[str, gpd.GeoDataFrame], plan: Plan, way: Way
) -> tuple[NetLand | None, tuple[Finding, ...]]:
    """The zones that take net land, where net area with consents given is all that is asked of it."""
    land: Land | None = plan.land
    of_net = {one.measure for one in plan.judged if isinstance(one.measure, OnNet)}
    lean = all(isinstance(what, NetArea) and what.consent == "given" for what in of_net)
    if land is None or plan.norms is None or not of_net or not lean or land.overrides:
        return None, ()
    ruled = zones(layers, land, plan.norms)
    if not len(ruled.table):
        return None, ()
    made = NetLand.of(ruled.table, way)
    return made, (*ruled.findings, *made.findings)
