"""The table of connection passports: its columns, its types, and how the connections come together in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from siteplan import crs
from siteplan.amounts import Measure
from siteplan.findings import Finding
from siteplan.words import Saying

NAMED = ("connection", "label", "utility", "class")
TEXTS = (
    "status", "reason", "route", "layer", "feature", "feature_name", "availability", "crossings", "unit",
    "largest_feature", "prices", "missing", "given_up", "as_of", "source",
)  # fmt: skip
NUMBERS = (
    "straight_m", "route_m", "route_error_m", "route_excess", "no_slope_m", "snap_m", "target_snap_m",
    "billed_m", "demand", "free", "free_after", "capacity", "largest", "cost_low", "cost_base",
    "cost_high", "months",
)  # fmt: skip
POINT = ("tie_in_lon", "tie_in_lat")
SAID = ("reason", "missing", "given_up")
"""The columns that hold sayings until a result is made of them."""


def none() -> gpd.GeoDataFrame:
    """Return the table of passports without a row: its columns, their types, its CRS (degrees)."""
    texts = {name: pd.Series(dtype="str") for name in ("plot", *NAMED, *TEXTS)}
    numbers = {name: pd.Series(dtype=float) for name in (*NUMBERS, *POINT)}
    return gpd.GeoDataFrame({**texts, **numbers}, geometry=[], crs=crs.DEGREES)


def gathered(passports: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the passports of all connections in one table in degrees, plot by plot, in the plan's order.

    Parameters
    ----------
    passports
        For each connection's name what `passports` gives, all on one index of plots.
    """
    empty = none()
    if not passports:
        return empty
    metric = crs.CRS(next(iter(passports.values())).crs)
    whole = gpd.GeoDataFrame(
        pd.concat(list(passports.values())).rename_axis("plot").reset_index(), crs=metric
    )
    order = np.argsort(np.tile(np.arange(len(whole) // len(passports)), len(passports)), kind="stable")
    whole = whole.take(order).reset_index(drop=True)
    lon, lat = crs.points_to_degrees(
        whole.pop("tie_in_x").to_numpy(), whole.pop("tie_in_y").to_numpy(), metric
    )
    return crs.to_degrees(whole.assign(tie_in_lon=lon, tie_in_lat=lat))[list(empty.columns)]


def open_facts(passports: Mapping[str, gpd.GeoDataFrame]) -> list[Finding]:
    """Return what is not known about connections: a finding for each fact, with the plots it concerns."""
    plots: dict[tuple[str, str], list[str]] = {}
    for name, table in passports.items():
        for plot, facts in table["missing"].items():
            for fact in facts.parts if isinstance(facts, Saying) else filter(None, [facts]):
                plots.setdefault((name, fact), []).append(str(plot))
    return [
        Finding("warning", f"connection {name!r}", f"not known: {fact}", rows=tuple(rows))
        for (name, fact), rows in plots.items()
    ]


@dataclass(frozen=True)
class Connections:
    """What a plan's connections and networks came to.

    Attributes
    ----------
    measured
        Measured tables of the measures that ask for connections or networks.
    passports
        The passports of every connection, in degrees.
    findings
        What was found about networks and surfaces.
    """

    measured: Mapping[Measure, pd.DataFrame] = field(default_factory=dict)
    passports: gpd.GeoDataFrame = field(default_factory=none)
    findings: tuple[Finding, ...] = ()
