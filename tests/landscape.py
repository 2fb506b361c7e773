"""Land in the world by eye: what zones take from its four plots of one hectare.

Metres of the drawing in `world`; pipes keep 10 m clear (an exclusion), bogs ask for consent, and a
gas main of unknown class may keep up to 150 m clear, or nothing::

    500 +----+                   +----+
        | c  |                   |?d??|   main 2: class unknown, its 150 m reach y = 450
    400 +----+                   +----+
    300 ----------- main 1     --------------- main 2
        75 m, reaches no plot

    100 +----+                   +----+
     50 |=a==|===================|=b  |   pipe, y = 50 from x = -50 to 450, 10 m on either side
      0 +----+                   +----+   a bog covers the lower left quarter of a, the left half of b

======  =====  ==========  =============  ==========  ===========  =====
plot    pipe   bog, alone  bog, in turn   net, given  net,refused  parts
======  =====  ==========  =============  ==========  ===========  =====
a       0.2    0.25        0.20           0.8         0.6          2
b       0.116  0.5         0.4            0.884       0.484        1
c       0      0           0              1           1            1
d       0      0           0              0.5 to 1    0.5 to 1     1
======  =====  ==========  =============  ==========  ===========  =====
"""

from __future__ import annotations

import copy
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import ruled
import shapely
import world

from siteplan.plan import Plan
from siteplan.rasters import Raster
from siteplan.scorecard import Scorecard, score

PIPE: dict[str, Any] = {
    "name": "pipe_distance",
    "title": "Distance from a pipe",
    "object": "pipe",
    "severity": "exclusion",
    "measured_from": "axis",
    "widths": [{"metres": 10}],
    "act": "SP 62",
    "clause": "annex",
    "status": "official",
    **ruled.STATED,
}

BOG: dict[str, Any] = {
    **PIPE,
    "name": "bog_ground",
    "title": "Bog",
    "object": "bog",
    "severity": "consent",
    "measured_from": "boundary",
    "widths": [{"metres": 0}],
    "act": "Water Code",
    "status": "assumed",
}

NORMS: dict[str, Any] = {"title": "Rules by eye", "rules": [PIPE, BOG, ruled.MAIN]}

LAND: dict[str, Any] = {
    "density": "goods",
    "zones": [
        {"layer": "pipe", "object": "pipe"},
        {"layer": "wetland", "object": "bog"},
        {"layer": "mains", "object": "gas_main"},
    ],
}

DENSITIES: dict[str, Any] = {
    "title": "Densities by eye",
    "densities": [{"name": "goods", "title": "Goods", "percent": 50, "act": "SNiP", **ruled.STATED}],
}

AREA: dict[str, Any] = {
    "name": "net",
    "title": "Net area",
    "unit": "ha",
    "measure": {"kind": "net_area"},
    "value": {"shape": "linear", "best": 1, "worst": 0},
}

OVERRIDES = {"layer": "patches"}


def mains(**columns: Any) -> gpd.GeoDataFrame:
    """Two gas mains, the class of the second unknown."""
    lines = {"m1": [(-100, 300), (200, 300)], "m2": [(300, 300), (700, 300)]}
    known = {"name": ["Main 1", "Main 2"], "pressure": [2.0, np.nan]}
    table = world.table({key: shapely.LineString(xy) for key, xy in lines.items()}, **{**known, **columns})
    table.attrs["units"] = {"pressure": "MPa"}
    return table


def patches(*drawn: tuple[str, Any], **words: Any) -> gpd.GeoDataFrame:
    """What the planner knows better, as (effect, shape)."""
    effects, shapes = zip(*drawn, strict=True)
    said = {"author": "A. Planner", "date": "2026-05-01", "reason": "seen on site", **words}
    shown = {f"o{number + 1}": shape for number, shape in enumerate(shapes)}
    return world.table(shown, name=list(shown), effect=list(effects), **said)


def layers(**changes: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """The world's layers with the mains and a street along the lower edge of `a` among them."""
    street = world.table({"s1": shapely.LineString([(-50, -5), (150, -5)])}, name=["Street"])
    return {**world.layers(), "mains": mains(), "street": street, **changes}


def plan(*criteria: dict[str, Any], land: dict[str, Any] | None = None, **changes: Any) -> Plan:
    """A plan with land; by default the net area is its only criterion."""
    whole = {**copy.deepcopy(LAND), **(land or {})}
    tables = {"norms": copy.deepcopy(NORMS), "densities": copy.deepcopy(DENSITIES)}
    return world.only(*(criteria or (AREA,)), **{**tables, "land": whole, **changes})


def scored(
    *drawn: tuple[str, Any], rasters: dict[str, Raster] | None = None, **changes: gpd.GeoDataFrame
) -> Scorecard:
    """The world scored by the default plan, with patches of the planner where any are drawn."""
    if not drawn:
        return score(world.plots(), layers(**changes), plan(), rasters=rasters)
    around = layers(patches=patches(*drawn), **changes)
    return score(world.plots(), around, plan(land={"overrides": OVERRIDES}), rasters=rasters)


def amounts(measure: dict[str, Any], unit: str | None, rasters: dict[str, Raster] | None = None) -> pd.Series:
    """One amount of every plot, in the order of the drawing's table; categories as text."""
    criterion: dict[str, Any] = {"measure": measure}
    if unit is None:
        criterion["value"] = {"shape": "category", "worths": {"fits": 1.0, "does not fit": 0.0}}
    else:
        criterion |= {"unit": unit, "value": {"shape": "linear", "best": 1, "worst": 0}}
    rows = score(world.plots(), layers(), plan(criterion), rasters=rasters).contributions
    return rows.set_index("plot")["category" if unit is None else "amount"]


def ramp(percent: float = 10.0) -> dict[str, Raster]:
    """Ground that rises to the east, as an elevation model of 10 m cells around all plots."""
    east = (np.arange(80) + 0.5) * 10 - 100
    heights = np.tile(east * percent / 100, (80, 1))
    corner = (10.0, 0.0, world.EAST - 100, 0.0, -10.0, world.NORTH + 700)
    return {"heights": Raster(heights, corner, world.UTM, "heights.tif")}
