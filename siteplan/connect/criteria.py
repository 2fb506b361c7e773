"""What a criterion may ask of connections and networks, as measured tables."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from siteplan import measures
from siteplan.amounts import Connected, Cost, Headroom, Months, RouteLength, Status, Travelled
from siteplan.connect.network import Network
from siteplan.connect.travel import travel
from siteplan.connections import Network as Roads

# Columns of the tie-in that a plot comes to, and the same of the one that has the most.
_OF_LARGEST = {
    "feature": "largest_id",
    "feature_name": "largest_feature",
    "tie_in_x": "largest_x",
    "tie_in_y": "largest_y",
}

_WORDS = {"no_capacity": "no capacity", "not_reachable": "not reachable"}


def asked(passports: gpd.GeoDataFrame, what: Connected) -> pd.DataFrame:
    """Return one amount of a connection for every plot.

    Parameters
    ----------
    passports
        The connection's passports, indexed by plot.
    what
        The measure of a criterion or a constraint.

    Returns
    -------
    measured
        As `measures.measure` gives it. Cost, route length and months are endless where a plot is
        known not to be served, with the status as `category`, and missing where that is unknown.
        Headroom is the largest within reach where none suffices, of the tie-in that has it (missing
        where it is not known how much that is), and 0 where none is in reach.
    """
    status = passports["status"]
    served, unserved = status == "served", status.isin(list(_WORDS))
    category = status.map(_WORDS).where(unserved)
    match what:
        case Status():
            return _measured(passports, category=status.where(status != "unknown"))
        case Headroom():
            largest = passports["largest"].where(passports["missing"] == "")
            amount = passports["free"].where(served, largest).mask(status == "not_reachable", 0.0)
            short = status == "no_capacity"
            whose = {of: passports[of].mask(short, passports[its]) for of, its in _OF_LARGEST.items()}
            return measures.table(passports.index, unit=str(passports["unit"].iat[0]), amount=amount, **whose)
        case Cost():
            amount, unit = passports[f"cost_{what.estimate}"], "RUB"
        case RouteLength():
            amount, unit = passports["route_m"].where(served), "m"
        case Months():
            amount, unit = passports["months"], "months"
    return _measured(passports, unit=unit, amount=amount.mask(unserved, np.inf), category=category)


def _measured(passports: gpd.GeoDataFrame, **given: object) -> pd.DataFrame:
    return measures.table(passports.index, **given, **{name: passports[name] for name in _OF_LARGEST})


def travelled(
    plots: gpd.GeoDataFrame, targets: gpd.GeoDataFrame, network: Network, roads: Roads, what: Travelled
) -> pd.DataFrame:
    """Return the way along a network from every plot to the nearest feature of a layer.

    Returns
    -------
    measured
        As `measures.measure` gives it: metres of the shortest way or minutes of the quickest;
        endless where there is no road or no target, with that as `category`, and missing where the
        plot's road is not joined to any target's.
    """
    by: Literal["time", "distance"] = "time" if what.kind == "travel_time" else "distance"
    column, unit = ("minutes", "min") if by == "time" else ("metres", "m")
    went = travel(network, plots, targets, by=by, access_speed=roads.access_speed, reach=roads.reach)
    there = went["status"] == "reached"
    return measures.table(
        plots.index,
        unit=unit,
        amount=went[column],
        category=went["status"].str.replace("_", " ").where(np.isinf(went[column])),
        feature=went["feature"].where(there, ""),
        feature_name=went["feature_name"].where(there, ""),
        tie_in_x=went["tie_in_x"].where(there),
        tie_in_y=went["tie_in_y"].where(there),
    )
