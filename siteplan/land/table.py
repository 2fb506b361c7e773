"""The tables of land: their columns and types, before there is a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import crs
from siteplan.amounts import Measure
from siteplan.findings import Finding

AREAS = (
    "gross_ha", "net_ha", "net_high_ha", "net_refused_ha", "net_refused_high_ha", "free_ha", "free_high_ha",
    "given_back_ha", "largest_piece_ha", "rectangle_ha", "rectangle_length_m", "rectangle_width_m",
    "rectangle_angle_deg", "rectangle_lon", "rectangle_lat", "footprint_ha",
)  # fmt: skip
TEXTS = ("unknown",)
"""Sayings until a result is made of them."""
LOST_TEXTS = (
    "plot", "cause", "title", "severity", "act", "clause", "as_of", "confidence", "status",
)  # fmt: skip
LOST_AREAS = ("taken_ha", "alone_ha", "share")
OVERRIDDEN = ("plot", "patch", "effect", "author", "date", "reason")


def none() -> gpd.GeoDataFrame:
    """Return the land of no plot: its columns, their types, its CRS (degrees)."""
    numbers = {name: pd.Series(dtype=float) for name in (*AREAS, "parts")}
    texts = {name: pd.Series(dtype="str") for name in TEXTS}
    index = pd.Index([], name="plot", dtype="str")
    return gpd.GeoDataFrame({**numbers, **texts}, geometry=[], crs=crs.DEGREES).set_index(index)


def no_losses() -> gpd.GeoDataFrame:
    """Return the losses of no plot: their columns, their types, their CRS (degrees)."""
    texts = {name: pd.Series(dtype="str") for name in LOST_TEXTS}
    numbers = {name: pd.Series(dtype=float) for name in LOST_AREAS}
    features = pd.Series(dtype="int64")
    return gpd.GeoDataFrame({**texts, "features": features, **numbers}, geometry=[], crs=crs.DEGREES)


def no_overrides() -> gpd.GeoDataFrame:
    """Return the overrides of no plot: their columns, their types, their CRS (degrees)."""
    texts = {name: pd.Series(dtype="str") for name in OVERRIDDEN}
    numbers = {name: pd.Series(dtype=float) for name in ("area_ha", "changed_ha", "changed_refused_ha")}
    return gpd.GeoDataFrame({**texts, **numbers}, geometry=[], crs=crs.DEGREES)


def in_degrees(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table in degrees; every shape of several parts, as files keep a column of shapes."""
    parts, of = shapely.get_parts(table.geometry.to_numpy(), return_index=True)
    solid = shapely.get_dimensions(parts) == 2
    many = np.full(len(table), shapely.MultiPolygon(), dtype=object)
    shapely.multipolygons(parts[solid], indices=of[solid], out=many)
    return crs.to_degrees(table.set_geometry(many, crs=table.crs))


@dataclass(frozen=True)
class Landed:
    """What a plan's land came to.

    Attributes
    ----------
    measured
        Measured tables of the measures that ask about land.
    plots
        One row per plot, in degrees: the net land and its areas.
    losses
        One row per plot and cause, in degrees: the patch that the cause takes, and its areas.
    overrides
        One row per plot and patch of a planner on it, in degrees: who decided it, when, why, and
        by how much the net land changes.
    findings
        What was found about zones, classes, overrides and relief.
    """

    measured: Mapping[Measure, pd.DataFrame] = field(default_factory=dict)
    plots: gpd.GeoDataFrame = field(default_factory=none)
    losses: gpd.GeoDataFrame = field(default_factory=no_losses)
    overrides: gpd.GeoDataFrame = field(default_factory=no_overrides)
    findings: tuple[Finding, ...] = ()
