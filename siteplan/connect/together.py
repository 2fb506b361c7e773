"""All connections of a plan: its networks and surfaces built once, then passport after passport."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd

from siteplan.connect import headroom
from siteplan.connect.network import Network, build
from siteplan.connect.passport import passports
from siteplan.connect.ways import AlongRoads, Straight, Way
from siteplan.connections import Connection
from siteplan.connections import Network as Roads
from siteplan.plan import Plan


def networks(layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> dict[str, Network]:
    """Return the networks of a plan, each built once from its layer.

    Raises
    ------
    DataError
        If a road has a class without a speed.
    """
    return {name: _network(roads, layers[roads.layer]) for name, roads in plan.networks.items()}


def _network(roads: Roads, layer: gpd.GeoDataFrame) -> Network:
    lines = layer[headroom.chosen(layer, roads.where)]
    return build(
        lines, class_column=roads.class_column, speeds=roads.speeds, other=roads.other, snap=roads.snap
    )


def connect(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    built: Mapping[str, Network],
) -> dict[str, gpd.GeoDataFrame]:
    """Return the passports of every connection of a plan, by its name.

    Parameters
    ----------
    plots, layers
        Checked tables in one metric CRS.
    plan
        Names connections, networks, surfaces and prices.
    built
        The plan's networks.
    """
    return {
        one.name: passports(one, plots, layers, plan, _way(one, plots, layers, plan, built))
        for one in plan.connections
    }


def _way(
    connection: Connection,
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    built: Mapping[str, Network],
) -> Way:
    offers = headroom.offers(connection, layers)
    direct = Straight.between(plots, offers)
    if connection.network is not None:
        return AlongRoads(built[connection.network], plots, offers, direct)
    return direct
