"""All connections of a plan: its networks and surfaces built once, then passport after passport."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from siteplan.amounts import Connected, Measure, Travelled
from siteplan.connect import criteria, headroom, table
from siteplan.connect.network import Network, build
from siteplan.connect.passport import passports
from siteplan.connect.table import Connections
from siteplan.connect.ways import AlongRoads, Straight, Way
from siteplan.connections import Connection
from siteplan.plan import Plan
from siteplan.rasters import Raster


def connect(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    rasters: Mapping[str, Raster],
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

    Raises
    ------
    DataError
        If a road has a class without a speed.
    """
    networks = {name: _network(plan, name, layers) for name in plan.networks}
    ways = {one.name: _way(one, plots, layers, plan, networks) for one in plan.connections}
    found = {one.name: passports(one, plots, layers, plan.prices, ways[one.name]) for one in plan.connections}
    measured: dict[Measure, pd.DataFrame] = {}
    for what in dict.fromkeys(one.measure for one in plan.judged):
        if isinstance(what, Connected):
            measured[what] = criteria.asked(found[what.connection], what)
        elif isinstance(what, Travelled):
            roads = plan.networks[what.network]
            measured[what] = criteria.travelled(
                plots, layers[what.layer], networks[what.network], roads, what
            )
    findings = tuple(finding for network in networks.values() for finding in network.findings)
    return Connections(measured, table.gathered(found), findings)


def _network(plan: Plan, name: str, layers: Mapping[str, gpd.GeoDataFrame]) -> Network:
    roads = plan.networks[name]
    layer = layers[roads.layer]
    lines = layer[headroom.chosen(layer, roads.where)]
    speeds: Mapping[str, float] | float = roads.speeds or roads.other or 0.0
    return build(
        lines,
        speeds=speeds,
        column=roads.class_column or "",
        other=roads.other if roads.speeds else None,
        snap=roads.snap,
        table=f"network {name!r}, layer {roads.layer!r}",
    )


def _way(
    connection: Connection,
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    networks: Mapping[str, Network],
) -> Way:
    """How the plots reach the tie-ins of one connection."""
    offers = headroom.offers(connection, layers)
    direct = Straight.between(plots, offers)
    if connection.network is not None:
        roads = plan.networks[connection.network]
        return AlongRoads(networks[connection.network], roads.reach, plots, offers, direct)
    return direct
