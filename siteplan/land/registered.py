"""Zones registered in the cadastre: they win over the calculated zone of the same rule and feature."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.buildable import Land, Registered
from siteplan.features import chosen
from siteplan.findings import Finding
from siteplan.norms import Norms, Rule

_MOST = 0.5


def rows(layer: gpd.GeoDataFrame, name: str, rule: Rule) -> gpd.GeoDataFrame:
    """Return what a rule and the features of a layer say of themselves, one row per feature."""
    return gpd.GeoDataFrame(
        {
            "cause": rule.name,
            "title": rule.title,
            "severity": rule.severity,
            "layer": name,
            "feature": layer.index.astype("str"),
            "feature_name": (layer["name"] if "name" in layer.columns else layer.index.to_series())
            .astype("str")
            .to_numpy(),
            "class": "",
            "metres": 0.0,
            "half_width": 0.0,
            "certain": True,
            "act": rule.act,
            "clause": rule.clause,
            "as_of": rule.as_of.isoformat(),
            "confidence": rule.confidence,
            "status": "registered",
        },
        geometry=layer.geometry.to_numpy(),
        crs=layer.crs,
    )


def replaced(
    calculated: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], land: Land, norms: Norms
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Put registered zones in the place of the calculated ones they stand for.

    Returns
    -------
    zones
        The calculated zones that no registered one replaces, then the registered ones.
    findings
        How many gave way, by layer.
    """
    kept, tables, findings = np.ones(len(calculated), dtype=bool), [], []
    for entry in land.registered:
        layer = layers[entry.layer]
        zones = layer[chosen(layer, entry.where)]
        gone = kept & (calculated["cause"] == entry.rule).to_numpy(dtype=bool)
        gone[gone] = _stood_for(calculated[gone], zones, entry)
        kept &= ~gone
        tables.append(rows(zones, entry.layer, norms.rule(entry.rule)))
        if gone.any():
            findings.append(
                Finding(
                    "note",
                    f"layer {entry.layer!r}",
                    f"registered zones of {entry.rule!r} stand in place of calculated ones",
                    rows=tuple(calculated["feature"][gone]),
                )
            )
    together = pd.concat([calculated[kept], *tables], ignore_index=True) if tables else calculated
    return gpd.GeoDataFrame(together, crs=calculated.crs), findings


def _stood_for(features: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, entry: Registered) -> NDArray[np.bool_]:
    """Which features have a registered zone: named by it, or more than half inside those that name none."""
    named = zones[entry.of].astype("str").where(zones[entry.of].notna(), "") if entry.of else ""
    named = pd.Series(named, index=zones.index, dtype="str")
    by_name = features["feature"].isin(named[named != ""]).to_numpy(dtype=bool)
    nameless = zones.geometry.to_numpy()[(named == "").to_numpy()]
    shapes = features.geometry.to_numpy()
    inside, zone = shapely.STRtree(nameless).query(shapes, predicate="intersects")
    shared = np.zeros(len(shapes))
    for row in np.unique(inside):
        around = shapely.union_all(nameless[zone[inside == row]])
        shared[row] = _share(shapes[row], around)
    return by_name | (shared > _MOST)


def _share(shape: shapely.Geometry, around: shapely.Geometry) -> float:
    """The share of a shape that lies in another: of its area, its length, or its points."""
    within = shapely.intersection(shape, around)
    for size in (shapely.area, shapely.length, shapely.get_num_coordinates):
        if whole := float(size(shape)):
            return float(size(within)) / whole
    return 0.0
