"""Zones registered in the cadastre: they win over the calculated zone of the same rule and feature."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import cells
from siteplan.buildable import Land, Registered
from siteplan.features import chosen
from siteplan.findings import Finding, Level
from siteplan.norms import Norms, Rule
from siteplan.shapes import Shapes

_MOST = 0.5
_SLIVER = 1.0  # m or m2: no drawing is truer, and a line's end left over would cast a whole zone
_SLASH = re.compile(r"\s*/\s*")
_Feature = tuple[str, str]


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
        By cause, in the order in which causes first stood in the calculated ones: the calculated
        zones that none replaces, or what of their features lies outside, then the registered ones.
    findings
        How many gave way, by layer; registered zones that are no polygons, whose name no feature
        has, or more than one layer.
    """
    left, tables, findings = calculated, [], []
    for entry in land.registered:
        layer = layers[entry.layer]
        zones, found = _drawn(layer[chosen(layer, entry.where, f"layer {entry.layer!r}")], entry)
        left, more = _without(left, calculated, zones, entry)
        tables.append(rows(zones, entry.layer, norms.rule(entry.rule)))
        findings += found + more
    if not tables:
        return calculated, []
    together = pd.concat([left, *tables], ignore_index=True)
    causes = pd.unique(pd.concat([calculated["cause"], together["cause"]]))
    order = np.argsort(pd.Index(causes).get_indexer(together["cause"]), kind="stable")
    return gpd.GeoDataFrame(together.iloc[order].reset_index(drop=True), crs=calculated.crs), findings


def _drawn(zones: gpd.GeoDataFrame, entry: Registered) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """The zones that are polygons: a line says where a zone is, not what it takes."""
    flat = np.asarray(shapely.get_dimensions(zones.geometry.to_numpy()) == 2)
    message = "a registered zone is a polygon; these are none, and the calculated zones stay"
    return zones[flat], _found("warning", entry, message, zones.index[~flat], "draw the zone itself")


def _found(
    level: Level, entry: Registered, message: str, names: Iterable[object], remedy: str = ""
) -> list[Finding]:
    """A finding about some rows; none where there are none."""
    told = tuple(map(str, names))
    return [Finding(level, f"layer {entry.layer!r}", message, remedy, told)] if told else []


def _named(
    calculated: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, entry: Registered
) -> tuple[dict[_Feature, list[int]], list[Finding]]:
    """For each feature the places of the zones that name it; a name means one feature or none."""
    known: dict[str, set[_Feature]] = defaultdict(set)
    own = calculated[calculated["cause"] == entry.rule]
    for layer, feature in zip(own["layer"], own["feature"], strict=True):
        known[feature].add((layer, feature))
        known[f"{layer}/{feature}"].add((layer, feature))
    named: dict[_Feature, list[int]] = defaultdict(list)
    strange, several = [], []
    for place, (zone, name) in enumerate(zip(zones.index, _names(zones, entry), strict=True)):
        if name is None:
            continue
        features = known.get(name) or known.get(_SLASH.sub("/", name)) or set()
        if len(features) == 1:
            named[next(iter(features))].append(place)
        elif features:
            several.append(f"{zone}: {', '.join(sorted(map('/'.join, features)))}")
        else:
            strange.append(f"{zone}: {name}")
    ambiguous = "several layers have a feature of this name, and the calculated zones stay"
    nowhere = f"no feature with a calculated zone of {entry.rule!r} has this name"
    findings = _found("warning", entry, ambiguous, several, "name the layer, too, as layer/feature")
    return named, findings + _found("warning", entry, nowhere, strange)


def _names(zones: gpd.GeoDataFrame, entry: Registered) -> list[str | None]:
    return [cells.identifier(cell) for cell in zones[entry.of]] if entry.of else [None] * len(zones)


def _without(
    left: gpd.GeoDataFrame, calculated: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, entry: Registered
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """What is left of calculated zones when those that registered ones stand for are gone."""
    named, findings = _named(calculated, zones, entry)
    shapes, kept = _sound(left.geometry.to_numpy()), np.ones(len(left), dtype=bool)
    touched: list[int] = []
    gone: list[str] = []
    split: list[str] = []
    beyond: list[str] = []
    for row, around, by_name in _stood_for(left, zones, named, entry):
        feature, rest = left["feature"].iloc[row], _outside(shapes[row], around)
        gone.append(feature)
        nothing = bool(shapely.is_empty(rest))
        if not nothing:
            (beyond if by_name else split).append(f"{feature}: {_share(rest, shapes[row]):.0%} outside")
        kept[row] = not (by_name or nothing)
        touched.append(row)
        shapes[row] = rest
    stand = f"registered zones of {entry.rule!r} stand"
    findings += _found("note", entry, f"{stand} in place of calculated ones", gone)
    partly = f"{stand} for a part of these; what lies outside keeps its calculated zone"
    findings += _found("note", entry, partly, split)
    wholly = f"{stand} for the whole of these by name, and hold them only in part"
    findings += _found("warning", entry, wholly, beyond, "check that the zones are whole")
    changed = left.geometry.to_numpy().copy()
    changed[touched] = shapes[touched]
    return left.set_geometry(changed)[kept], findings


def _stood_for(
    left: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, named: dict[_Feature, list[int]], entry: Registered
) -> Iterator[tuple[int, shapely.Geometry, bool]]:
    """Yield rows of calculated zones, the land registered for each, and whether a zone names the feature.

    A zone without a name stands for every feature that lies in such zones by more than half.
    """
    shapes, drawn = _sound(left.geometry.to_numpy()), _sound(zones.geometry.to_numpy())
    own = np.array(left["cause"] == entry.rule)
    for row in np.flatnonzero(own):
        if places := named.get((left["layer"].iloc[row], left["feature"].iloc[row])):
            own[row] = False
            yield int(row), shapely.union_all(drawn[places]), True
    nameless = drawn[[name is None for name in _names(zones, entry)]]
    inside, zone = shapely.STRtree(nameless).query(shapes, predicate="intersects")
    for row in np.unique(inside[own[inside]]):
        around = shapely.union_all(nameless[zone[inside == row]])
        if _share(shapely.intersection(shapes[row], around), shapes[row]) > _MOST:
            yield int(row), around, False


def _sound(shapes: Shapes) -> Shapes:
    """Shapes that can be laid over each other; what was not valid is told where zones are measured."""
    sound = shapes.copy()
    broken = ~shapely.is_valid(shapes)
    sound[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return sound


def _outside(shape: shapely.Geometry, around: shapely.Geometry) -> shapely.Geometry:
    """What of a shape lies outside another, without ends and slivers of a metre."""
    parts = shapely.get_parts(shapely.difference(shape, around))
    flat = shapely.get_dimensions(parts)
    size = np.where(flat == 2, shapely.area(parts), np.where(flat == 1, shapely.length(parts), np.inf))
    return shapely.union_all(parts[size > _SLIVER])


def _share(part: shapely.Geometry, whole: shapely.Geometry) -> float:
    """The share of a shape that a part of it has: of its area, its length, or its points."""
    for size in (shapely.area, shapely.length, shapely.get_num_coordinates):
        if total := float(size(whole)):
            return float(size(part)) / total
    return 0.0
