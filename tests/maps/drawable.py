"""A small park to draw, between two plants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan.park import Catalogue, Regime
from siteplan.plan import Plan
from siteplan.scorecard import Scorecard
from siteplan.tables import Park

X, Y = 444_500.0, 5_711_000.0  # metres of UTM 52N, between the two plants


def plan() -> Plan:
    """Five criteria, one of them with amounts that some plots lack, and one constraint."""
    return Plan.from_dict(
        {
            "name": "processing",
            "title": "Polymer processing",
            "author": "A. Planner",
            "criteria": [
                _distance("power", "Power", 3, 3000),
                _distance("gas", "Gas main", 2, 4000),
                _distance("rail", "Railway", 2, 3500),
                {
                    "name": "size",
                    "title": "Area",
                    "unit": "ha",
                    "weight": 1,
                    "measure": {"kind": "area"},
                    "value": {"shape": "linear", "best": 12, "worst": 1},
                },
                {
                    "name": "bearing",
                    "title": "Bearing capacity",
                    "unit": "kPa",
                    "weight": 2,
                    "measure": {"kind": "attribute", "column": "bearing"},
                    "value": {"shape": "linear", "best": 400, "worst": 100},
                },
            ],
            "constraints": [
                {
                    "name": "dry",
                    "title": "Flooded share",
                    "unit": "share",
                    "at_most": 0.2,
                    "measure": {"kind": "overlap", "layer": "flood"},
                },
            ],
        }
    )


def _distance(layer: str, title: str, weight: float, worst: float) -> dict[str, Any]:
    return {
        "name": layer,
        "title": title,
        "unit": "m",
        "weight": weight,
        "measure": {"kind": "distance", "layer": layer},
        "value": {"shape": "linear", "best": 100, "worst": worst},
    }


def catalogue(**more: Any) -> Catalogue:
    """What the layers are."""
    titles = {
        "plants": "plant",
        "power": "power",
        "gas": "gas",
        "water": "water",
        "rail": "rail",
        "road": "road",
        "stations": "hub",
        "flood": "flood",
        "river": "surface_water",
        "towns": "place",
        "border": "border",
    }
    layers = {
        name: {
            "file": f"{name}.geojson",
            "role": role,
            "title": f"Layer of {name}",
            "licence": "CC0-1.0",
            "origin": "real" if role in ("place", "surface_water") else "synthetic",
            "as_of": "2026-11-01",
            "credit": "\N{COPYRIGHT SIGN} Example contributors",
        }
        for name, role in titles.items()
    }
    return Catalogue.from_dict(
        {
            "name": "example",
            "title": "Example park",
            "as_of": "2026-11-20",
            "region": [120, 45, 140, 60],
            "notice": "Plots, networks and figures inside the park are synthetic: "
            "they show the method, not an offer.",
            "plots": {"file": "plots.geojson", "id": "number", "origin": "synthetic", "title": "Plots"},
            "layers": layers,
            **more,
        }
    )


def plots(rows: int = 6, columns: int = 6) -> gpd.GeoDataFrame:
    """A block of plots, 200 m to 320 m wide, some of them without a bearing capacity."""
    boxes, number = [], np.arange(rows * columns)
    for row in range(rows):
        for column in range(columns):
            wide = 200 + 40 * ((row + column) % 4)
            boxes.append(
                shapely.box(X + column * 360, Y + row * 300, X + column * 360 + wide, Y + row * 300 + 240)
            )
    frame = gpd.GeoDataFrame(
        {
            "name": [f"Plot {n + 1}" for n in number],
            "synthetic": True,
            "status": ["sold" if n % 17 == 5 else "reserved" if n % 17 == 9 else "free" for n in number],
            "bearing": np.where(number % 6 == 3, np.nan, 0.12 + 0.007 * (number % 40)),
            "price": 1_250_000.0,
            "owner": "Region",
            "regimes": "tor",
        },
        geometry=boxes,
        crs="EPSG:32652",
        index=pd.Index([f"28:21:999999:{n + 1}" for n in number], name="plot", dtype="str"),
    )
    frame.attrs["units"] = {"bearing": "MPa", "price": "RUB"}
    return frame


def layers() -> dict[str, gpd.GeoDataFrame]:
    """Infrastructure around the block."""
    line, point, box = shapely.LineString, shapely.Point, shapely.box
    shapes: dict[str, dict[str, Any]] = {
        "plants": {
            "Gas plant": box(X - 2600, Y + 1500, X - 900, Y + 3200),
            "Chemical plant": box(X + 2700, Y - 1800, X + 4300, Y - 400),
        },
        "power": {
            "Substation North": point(X + 300, Y + 2100),
            "Substation East": point(X + 2500, Y + 300),
            "Line 110": line(
                [(X - 900, Y + 2500), (X + 300, Y + 2100), (X + 2500, Y + 300), (X + 2800, Y - 600)]
            ),
        },
        "gas": {
            "Station 1": point(X - 300, Y - 200),
            "Branch": line([(X - 4000, Y - 900), (X - 300, Y - 200)]),
        },
        "water": {"Main": line([(X - 200, Y - 700), (X + 1200, Y - 150), (X + 2600, Y - 150)])},
        "rail": {"Spur": line([(X - 3500, Y - 2500), (X - 100, Y - 1200), (X + 3000, Y - 1100)])},
        "road": {
            "Access road": line(
                [(X - 3000, Y + 1000), (X - 120, Y + 700), (X - 120, Y - 900), (X + 3300, Y - 900)]
            )
        },
        "stations": {"Freight yard": point(X - 100, Y - 1200)},
        "flood": {"Valley": box(X + 1900, Y + 1150, X + 3500, Y + 4000)},
        "river": {
            "Pera": line(
                [(X + 2900, Y + 6000), (X + 3100, Y + 2000), (X + 4800, Y + 400), (X + 5200, Y - 4000)]
            )
        },
        "towns": {
            "Svobodny": point(X - 4000, Y - 19_000),
            "Buzuli": point(X - 500, Y + 8000),
            "Chernigovka": point(X + 3800, Y - 9500),
        },
        "border": {"Park border": box(X - 180, Y - 120, X + 2250, Y + 1820)},
    }
    return {name: _layer(named) for name, named in shapes.items()}


def _layer(named: dict[str, Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": list(named), "synthetic": True},
        geometry=list(named.values()),
        crs="EPSG:32652",
        index=pd.Index([f"f{n}" for n in range(len(named))], name="feature", dtype="str"),
    )


REGIME = Regime.model_validate(
    {
        "id": "tor",
        "regime": "TOR Amurskaya",
        "measure": "profit tax",
        "rate": "0",
        "unit": "%",
        "period": "5 years",
        "act": "473-FZ",
        "source": "published text",
        "as_of": "2026-10-01",
        "confidence": "medium",
    }
)


def empty(card: Scorecard, park: Park) -> tuple[Scorecard, Park]:
    """The same scorecard and park without a single plot."""
    return (
        replace(card, plots=card.plots.iloc[:0], contributions=card.contributions.iloc[:0]),
        replace(park, plots=park.plots.iloc[:0]),
    )
