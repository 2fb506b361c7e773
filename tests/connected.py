"""Tie-ins in the world by eye, and what it costs to reach them.

Metres of the drawing in `world`; the plots are squares of 100 m::

    c (0, 400)                 d (400, 400)

    n3 (50, 250)  free: unknown

    a (0, 0)     n1 (200, 50)  b (400, 0)     n2 (600, 50)
                 5 of 10 MW                   20 of 40 MW
    n4 (50, -150)  50 MW, can be built: 10 M RUB, 12 months

======  ======  ======  ======  ======
plot    n1      n2      n3      n4
======  ======  ======  ======  ======
a       100     500     150     150
b       200     100     380.8   380.8
c       364.0   610.3   150     550
d       403.1   364.0   380.8   651.9
======  ======  ======  ======  ======
"""

from __future__ import annotations

import copy
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import world

from siteplan import score
from siteplan.findings import Finding
from siteplan.plan import Plan
from siteplan.scorecard import Scorecard

STATED = {"source": "a test", "as_of": "2024-05-01", "confidence": "low"}

PRICES: dict[str, Any] = {
    "title": "Prices by eye",
    "as_of": "2024-05-01",
    "illustrative": True,
    "costs": [
        {
            "utility": "power",
            "item": "line",
            "low": 1,
            "base": 2,
            "high": 4,
            "unit": "million RUB",
            "per": "km",
        },
        {"utility": "power", "item": "tie_in", "low": 1, "base": 1, "high": 1, "unit": "million RUB"},
        {"utility": "power", "item": "crossing", "what": "pipe", "low": 1, "base": 2, "high": 3}
        | {"unit": "million RUB"},
    ],
    "coefficients": [{"kind": "region", "factor": 2.0}],
}
for _row in (*PRICES["costs"], *PRICES["coefficients"]):
    _row.update(STATED)

POWER: dict[str, Any] = {
    "name": "power",
    "title": "Power",
    "utility": "power",
    "class": "10 kV",
    "demand": 3,
    "unit": "MW",
    "tie_ins": [
        {
            "layer": "nodes",
            "free": "free",
            "capacity": "capacity",
            "availability": "availability",
            "build_cost": "build_cost",
            "build_months": "build_months",
        }
    ],
}


def nodes(**changes: Any) -> gpd.GeoDataFrame:
    """The four tie-ins."""
    places = {"n1": (200, 50), "n2": (600, 50), "n3": (50, 250), "n4": (50, -150)}
    columns = {
        "name": ["Node 1", "Node 2", "Node 3", "Node 4"],
        "free": [5.0, 20.0, np.nan, 50.0],
        "capacity": [10.0, 40.0, np.nan, np.nan],
        "voltage": [10.0, 10.0, 10.0, 35.0],
        "availability": ["yes", "yes", "yes", "can_be_built"],
        "build_cost": [np.nan, np.nan, np.nan, 10e6],
        "build_months": [np.nan, np.nan, np.nan, 12.0],
    }
    return world.table({key: shapely.Point(xy) for key, xy in places.items()}, **{**columns, **changes})


def layers(**changes: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """The world's layers with the tie-ins among them."""
    return {**world.layers(), "nodes": nodes(), **changes}


def plan(*criteria: dict[str, Any], power: dict[str, Any] | None = None, **changes: Any) -> Plan:
    """A plan with one connection; by default its cost is the only criterion."""
    cost = {
        "unit": "million RUB",
        "measure": {"kind": "cost", "connection": "power"},
        "value": {"shape": "linear", "best": 0, "worst": 10},
    }
    return world.only(
        *(criteria or (cost,)),
        connections=[{**copy.deepcopy(POWER), **(power or {})}],
        prices=copy.deepcopy(PRICES),
        **changes,
    )


def connections() -> gpd.GeoDataFrame:
    """The passports of the world's plots."""
    return score(world.plots(), layers(), plan()).connections


def overland(*, power: dict[str, Any] | None = None, **ground: Any) -> Plan:
    """A plan whose power comes over open ground."""
    surfaces = {"land": {"cell": 10, "margin": 300, **ground}}
    return plan(power={"route": "terrain", "surface": "land", **(power or {})}, surfaces=surfaces)


def overland_scored(*, power: dict[str, Any] | None = None, **given: Any) -> Scorecard:
    """The world by eye over open ground, with a ring or a yard."""
    drawn = {key: given.pop(key) for key in ("ring", "yard") if key in given}
    return score(world.plots(), layers(**drawn), overland(power=power, **given))


def column(card: Scorecard, name: str) -> list[Any]:
    """One column of the connections, plot by plot."""
    return card.connections.set_index("plot")[name].tolist()


def warnings(card: Scorecard) -> list[Finding]:
    """Those about surfaces; facts that are not known have their own test."""
    return [
        one for one in card.findings if one.level == "warning" and not one.message.startswith("not known")
    ]
