"""Which support regimes apply to a plot: those of every zone that covers at least half of it."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan.findings import Finding
from siteplan.park import Regime

_HALF = 0.5


def assign(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, column: str) -> pd.Series:
    """Return the ids of the regimes of each plot, separated by spaces, sorted.

    Parameters
    ----------
    plots, zones
        Polygons in one metric CRS.
    column
        The zones' column that names regime ids, separated by spaces.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10)], index=["a"])
    >>> zones = gpd.GeoDataFrame(
    ...     {"regimes": ["tor frp", "spik"]}, geometry=[shapely.box(0, 0, 6, 10), shapely.box(6, 0, 9, 9)]
    ... )
    >>> assign(plots, zones, "regimes").tolist()
    ['frp tor']
    """
    shapes, around = plots.geometry.to_numpy(), zones.geometry.to_numpy()
    words = [set(text.split()) for text in zones[column].fillna("")]
    granted: list[set[str]] = [set() for _ in shapes]
    for name in sorted(set().union(*words)):
        # Zones of one regime count together: two halves of a plot are the whole of it.
        zone = shapely.union_all(around[[name in named for named in words]])
        covered = shapely.area(shapely.intersection(shapes, zone)) >= _HALF * shapely.area(shapes)
        for row in np.flatnonzero(covered):
            granted[row].add(name)
    return pd.Series([" ".join(sorted(ids)) for ids in granted], index=plots.index, dtype="str")


def unknown(zones: gpd.GeoDataFrame, column: str, regimes: Iterable[Regime], where: str) -> list[Finding]:
    """Report regime ids that zones name and no line explains."""
    known = {regime.id for regime in regimes}
    named = {name for words in zones[column].dropna() for name in words.split()}
    missing = tuple(sorted(named - known))
    if not missing:
        return []
    return [
        Finding(
            "error",
            where,
            f"{len(missing)} regimes have no line in the regimes file",
            "add them, or correct the zones",
            missing,
        )
    ]
