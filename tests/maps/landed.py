"""The small park with zones on its land, worked out by the library itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from maps.drawable import X, Y, plan

from siteplan.plan import Plan
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park

PATCHES = "patches"


def land_plan() -> Plan:
    """The plan with one rule of each severity, and patches of the planner."""
    rules = [
        _rule("main", "Distance from a gas main", "exclusion", 420),
        _rule("line", "Zone of a power line", "consent", 150),
        _rule("flooding", "Zone of flooding", "condition", 0),
        _rule("sanitary", "Sanitary zone", "information", 1000, status="assumed"),
    ]
    layers = {"main": "gas", "line": "power", "flooding": "flood", "sanitary": "plants"}
    return Plan.from_dict(
        {
            **plan().to_dict(),
            "metric_crs": "EPSG:32652",
            "norms": {"title": "Rules by eye", "notice": "No legal advice.", "rules": rules},
            "land": {
                "zones": [{"layer": layers[rule["name"]], "object": rule["name"]} for rule in rules],
                "overrides": {"layer": PATCHES},
            },
        }
    )


def _rule(name: str, title: str, severity: str, metres: float, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "object": name,
        "severity": severity,
        "measured_from": "axis",
        "widths": [{"metres": metres}],
        "act": f"Act of {name}",
        "clause": "4",
        "status": "official",
        "source": "drawn",
        "as_of": "2026-11-25",
        "confidence": "unverified",
        **more,
    }


def patches() -> gpd.GeoDataFrame:
    """Land held back in the first plot, and given back under the power line."""
    box = shapely.box
    return gpd.GeoDataFrame(
        {
            "name": ["Depot", "Moved line"],
            "effect": ["lost", "buildable"],
            "author": "A. Planner",
            "date": "2026-05-01",
            "reason": ["old depot", "the line is to be moved"],
        },
        geometry=[box(X, Y, X + 50, Y + 240), box(X + 1400, Y + 900, X + 2000, Y + 1000)],
        crs="EPSG:32652",
        index=pd.Index(["o1", "o2"], name="feature", dtype="str"),
    )


def landed(park: Park) -> Scorecard:
    """The park scored by `land_plan`."""
    return score(park.plots, {**park.layers, PATCHES: patches()}, land_plan())


def attacked(card: Scorecard, text: str) -> Scorecard:
    """The scorecard with a text in the place of every word about land."""
    words = ("title", "act", "clause", "status", "confidence")
    decided = ("author", "date", "reason", "patch")
    norms = card.plan.norms
    assert norms is not None
    return replace(
        card,
        plan=card.plan.model_copy(update={"norms": norms.model_copy(update={"notice": text})}),
        land=card.land.assign(unknown=text),
        losses=card.losses.assign(**dict.fromkeys(words, text)),
        overrides=card.overrides.assign(**dict.fromkeys(decided, text)),
    )
