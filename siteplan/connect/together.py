"""All connections of a plan: its networks and surfaces built once, then passport after passport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from siteplan.amounts import Connected, Measure, Travelled
from siteplan.connect import criteria, headroom, table
from siteplan.connect.alongroads import AlongRoads
from siteplan.connect.network import Network, build
from siteplan.connect.overland import OverTerrain
from siteplan.connect.passport import passports
from siteplan.connect.surface import Surface, notes
from siteplan.connect.table import Connections
from siteplan.connect.ways import Straight, Way
from siteplan.connect.windows import Windows, around
from siteplan.connections import Connection
from siteplan.errors import PlanError
from siteplan.features import chosen
from siteplan.findings import Finding
from siteplan.models import near
from siteplan.plan import Plan
from siteplan.rasters import Raster
from siteplan.surfaces import PLOTS


def connect(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    rasters: Mapping[str, Raster],
    graphs: Mapping[str, Network] | None = None,
) -> Connections:
    """Connect every plot by every connection of a plan, and measure what its criteria ask of that.

    Parameters
    ----------
    plots, layers
        Checked tables in one metric CRS.
    plan
        Names connections, networks, surfaces and prices.
    rasters
        Elevation models by name.
    graphs
        The networks of the plan, where `networks` has built them already.

    Raises
    ------
    DataError
        If a road has a class without a speed.
    """
    graphs = networks(layers, plan) if graphs is None else graphs
    ground = _Ground(plots, layers, plan, rasters)
    ways = {one.name: _way(one, plots, layers, plan, graphs, ground) for one in plan.connections}
    found = {one.name: passports(one, plots, layers, plan.prices, ways[one.name]) for one in plan.connections}
    measured: dict[Measure, pd.DataFrame] = {}
    for what in dict.fromkeys(one.measure for one in plan.judged):
        if isinstance(what, Connected):
            measured[what] = criteria.asked(found[what.connection], what)
        elif isinstance(what, Travelled):
            roads = plan.networks[what.network]
            measured[what] = criteria.travelled(plots, layers[what.layer], graphs[what.network], roads, what)
    findings = [finding for graph in graphs.values() for finding in graph.findings]
    findings += [*ground.findings, *(finding for way in ways.values() for finding in way.findings)]
    findings += table.open_facts(found)
    return Connections(measured, table.gathered(found), tuple(findings))


def networks(layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> dict[str, Network]:
    """Build the networks of a plan, to connect any number of plots by; see `connect`."""
    return {name: _network(plan, name, layers) for name in plan.networks}


def _network(plan: Plan, name: str, layers: Mapping[str, gpd.GeoDataFrame]) -> Network:
    roads = plan.networks[name]
    layer = layers[roads.layer]
    lines = layer[chosen(layer, roads.where)]
    speeds: Mapping[str, float] | float = roads.speeds or roads.other or 0.0
    return build(
        lines,
        speeds=speeds,
        column=roads.class_column or "",
        other=roads.other if roads.speeds else None,
        snap=roads.snap,
        table=f"network {name!r}, layer {roads.layer!r}",
    )


@dataclass(frozen=True)
class _Ground:
    """The surfaces of a plan, each made once, around every tie-in that is looked for on it."""

    plots: gpd.GeoDataFrame
    layers: Mapping[str, gpd.GeoDataFrame]
    plan: Plan
    rasters: Mapping[str, Raster]
    made: dict[str, Surface | Windows] = field(default_factory=dict)

    def surface(self, name: str) -> Surface | Windows:
        """Return a surface by its name."""
        if name not in self.made:
            asked = [one for one in self.plan.connections if one.surface == name]
            tie_ins = pd.concat([headroom.offers(one, self.layers) for one in asked], ignore_index=True)
            ground = self.plan.surfaces[name]
            if ground.dem is not None and ground.dem not in self.rasters:
                raise PlanError(
                    f"surface {name!r} wants the elevation model {ground.dem!r}, which is not there"
                    f"{near(ground.dem, self.rasters)}; there are: {', '.join(self.rasters) or 'none'}"
                )
            dem = self.rasters[ground.dem] if ground.dem is not None else None
            on_it = {PLOTS: self.plots, **self.layers}
            try:
                self.made[name] = around(self.plots, on_it, ground, tie_ins=tie_ins, dem=dem)
            except PlanError as refused:
                raise PlanError(f"surface {name!r}: {refused.message}", refused.problems) from None
        return self.made[name]

    @property
    def findings(self) -> list[Finding]:
        """What the reader should know of the surfaces; windows are told of by those who look into them."""
        width, found = float(np.median(np.sqrt(self.plots.geometry.area))), []
        for name, surface in self.made.items():
            where = f"surface {name!r}"
            cell = surface.grid.cell if isinstance(surface, Surface) else surface.whole.cell
            if cell > width:
                message = f"cells of {cell:g} m are wider than a plot ({width:.0f} m): routes see little"
                remedy = f"give a cell of about {max(width / 10, 1):.0f} m, or none"
                found.append(Finding("warning", where, message, remedy))
            if self.plan.surfaces[name].cell is None:
                message = f"cell of {cell:g} m chosen from the plots; state cell in the plan to keep it"
                found.append(Finding("note", where, message))
            if isinstance(surface, Surface):
                said = notes(surface.burned, surface.without_slope, surface.resistance.size)
                found += [Finding("note", where, one) for one in said]
        return found


def _way(
    connection: Connection,
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    networks: Mapping[str, Network],
    ground: _Ground,
) -> Way:
    """How the plots reach the tie-ins of one connection."""
    offers = headroom.offers(connection, layers)
    direct = Straight.between(plots, offers)
    if connection.network is not None:
        roads = plan.networks[connection.network]
        longest = np.inf if roads.reach is None else roads.reach
        name = f"connection {connection.name!r} along network {connection.network!r}"
        return AlongRoads(plots, offers, direct, networks[connection.network], longest, name)
    if connection.surface is not None:
        name = f"connection {connection.name!r} over surface {connection.surface!r}"
        limit = np.inf if connection.reach is None else connection.reach
        return OverTerrain(plots, offers, direct, ground.surface(connection.surface), limit, name)
    return direct
