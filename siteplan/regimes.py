"""Which support regimes apply to a plot: those of every zone that covers at least half of it."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
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
    rows, hits = shapely.STRtree(around).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[rows], around[hits]))
    covering = shared >= _HALF * shapely.area(shapes[rows])
    granted: dict[int, set[str]] = {row: set() for row in range(len(plots))}
    words = zones[column].fillna("").to_numpy()
    for row, hit in zip(rows[covering], hits[covering], strict=True):
        granted[int(row)].update(words[hit].split())
    return pd.Series([" ".join(sorted(ids)) for ids in granted.values()], index=plots.index, dtype="str")


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
