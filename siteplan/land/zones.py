"""Zones around features by rules: every feature of every rule keeps its cause, its act and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import units
from siteplan.buildable import Land, Zoned
from siteplan.errors import DataError
from siteplan.features import chosen
from siteplan.findings import Finding
from siteplan.land import registered
from siteplan.land.classes import classes, corridors
from siteplan.norms import Norms, Rule

COLUMNS = (
    "cause", "title", "severity", "layer", "feature", "feature_name", "class", "metres", "half_width",
    "certain", "act", "clause", "as_of", "confidence", "status",
)  # fmt: skip

_UNCLASSED = {
    "widest": "the widest reach, {:g} m, is taken",
    "unknown": "the land within {:g} m stays unknown",
}


@dataclass(frozen=True)
class Zones:
    """The zones of a park and what was found while they were built.

    Attributes
    ----------
    table
        One row per feature and rule: the `cause` (name of the rule) with its `title` and
        `severity`; `layer`, `feature`, `feature_name` and its `class` in words; `metres`, the clear
        width around the feature's shape with the `half_width` of its corridor in it; `certain`,
        whether the width is known; `act`, `clause`, `as_of`, `confidence`; `status` (registered,
        calculated, assumed); and the shape of the feature itself. The zone is everything within
        `metres` of the shape.
    findings
        Classes and corridor widths that were missing, and calculated zones that gave way.
    """

    table: gpd.GeoDataFrame
    findings: tuple[Finding, ...] = ()


def zones(layers: Mapping[str, gpd.GeoDataFrame], land: Land, norms: Norms) -> Zones:
    """Build the zones that a plan's land names, from features and rules.

    Parameters
    ----------
    layers
        Tables in one metric CRS, indexed by identifier, with their `name`. Features anywhere cast
        their zones, also those outside the study area.
    land
        Which layers are which objects.
    norms
        The rules of those objects.

    Returns
    -------
    zones
        In the order of the plan's layers and of the rules; registered zones take the place of
        calculated ones.

    Raises
    ------
    DataError
        If a class or a corridor is no number, or in a unit of something else; all of them at once.

    Examples
    --------
    >>> rule = {"name": "line", "title": "Line", "object": "power_line", "severity": "consent"}
    >>> rule |= {"measured_from": "axis", "units": {"voltage": "kV"}, "act": "Resolution 160"}
    >>> rule |= {"source": "read", "as_of": "2026-11-25", "confidence": "low", "status": "official"}
    >>> rule["widths"] = [
    ...     {"when": {"voltage": {"up_to": 20}}, "metres": 10},
    ...     {"when": {"voltage": {"above": 20}}, "metres": 20},
    ... ]
    >>> land = Land.model_validate({"zones": [{"layer": "lines", "object": "power_line"}]})
    >>> lines = gpd.GeoDataFrame(
    ...     {"name": ["a", "b"], "voltage": [110.0, None]},
    ...     geometry=[shapely.LineString([(0, y), (9, y)]) for y in (0, 5)],
    ...     index=["l1", "l2"],
    ... )
    >>> built = zones({"lines": lines}, land, Norms.from_dict({"title": "t", "rules": [rule]}))
    >>> built.table[["feature", "metres", "status"]].to_dict("list")
    {'feature': ['l1', 'l2'], 'metres': [20.0, 20.0], 'status': ['calculated', 'assumed']}
    >>> print(*built.findings)
    layer 'lines': rule 'line': voltage is not known; the widest reach, 20 m, is taken [l2]
    """
    read = [
        _Read.of(layers[entry.layer][chosen(layers[entry.layer], entry.where)], entry, rule)
        for entry in land.zones
        for rule in norms.of(entry.object, entry.rules)
    ]
    if problems := dict.fromkeys(problem for one in read for problem in one.problems):
        raise DataError("classes of zones cannot be read", problems)
    tables: list[gpd.GeoDataFrame] = []
    findings: list[Finding] = []
    for one in read:
        table, found = one.zoned()
        tables.append(table)
        findings += found
    calculated = pd.concat(tables, ignore_index=True) if tables else no_zones(next(iter(layers.values())))
    table, found = registered.replaced(gpd.GeoDataFrame(calculated), layers, land, norms)
    return Zones(table, (*findings, *found))


def no_zones(like: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table of zones without a row, in the CRS of another table."""
    columns = {name: pd.Series(dtype=float if name == "metres" else object) for name in COLUMNS}
    return gpd.GeoDataFrame(columns, geometry=[], crs=like.crs)


@dataclass(frozen=True)
class _Read:
    """What one rule makes of one layer.

    Attributes
    ----------
    entry, rule
        What the plan says of the layer, and the rule.
    layer
        The features that cast zones.
    classes, half_width
        What they say of their class and of half their corridor's width.
    problems
        What could not be read.
    """

    entry: Zoned
    rule: Rule
    layer: gpd.GeoDataFrame
    classes: pd.DataFrame
    half_width: pd.Series
    problems: tuple[str, ...]

    @classmethod
    def of(cls, layer: gpd.GeoDataFrame, entry: Zoned, rule: Rule) -> _Read:
        told, wrong = classes(layer, entry, rule)
        half, more = corridors(layer, entry)
        return cls(entry, rule, layer, told, half, (*wrong, *more))

    def zoned(self) -> tuple[gpd.GeoDataFrame, list[Finding]]:
        """The zones of the rule around the layer, and what was found."""
        reach, certain, said, found = _reach(self.layer, self.entry, self.rule, self.classes)
        half, assumed, more = _half_widths(self.layer, self.entry, self.rule, self.half_width)
        made_up = assumed | ~certain | (self.rule.status == "assumed")
        table = registered.rows(self.layer, self.entry.layer, self.rule).assign(
            **{"class": said},
            metres=reach + half,
            half_width=half,
            certain=certain | (self.rule.without_class == "widest"),
            status=np.where(made_up, "assumed", "calculated"),
        )
        return table[[*COLUMNS, "geometry"]], found + more


def _reach(
    layer: gpd.GeoDataFrame, entry: Zoned, rule: Rule, classes: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[str], list[Finding]]:
    """How far each feature's zone reaches, whether its class is known, and the class in words."""
    rows = [
        {str(name): cell for name, cell in row.items() if pd.notna(cell)}
        for row in classes.to_dict("records")
    ]
    rows = rows or [{} for _ in range(len(layer))]
    exact = [rule.reach(row) for row in rows]
    reach = np.array(
        [rule.widest_of(row) if metres is None else metres for row, metres in zip(rows, exact, strict=True)],
        dtype=float,
    )
    certain = np.array([metres is not None for metres in exact], dtype=bool)
    said = [
        ", ".join(f"{name} {_shown(cell, rule.units.get(name))}" for name, cell in row.items())
        for row in rows
    ]
    return reach, certain, said, _unclassed(layer, entry, rule, classes, reach, certain)


def _shown(cell: float | str, unit: str | None) -> str:
    return cell if isinstance(cell, str) else units.shown(float(cell), unit or "1")


def _unclassed(
    layer: gpd.GeoDataFrame,
    entry: Zoned,
    rule: Rule,
    classes: pd.DataFrame,
    reach: NDArray[np.float64],
    certain: NDArray[np.bool_],
) -> list[Finding]:
    """Say which features have no class, or one that the rule does not speak of, and what became of them."""
    if certain.all():
        return []
    missing = classes.isna().any(axis=1).to_numpy() & ~certain
    found = []
    for rows, words in (
        (missing, f"{' and '.join(rule.classes)} is not known"),
        (~certain & ~missing, f"no width is given for this {' and '.join(rule.classes)}"),
    ):
        for metres in sorted(set(reach[rows]), reverse=True):
            ids = tuple(layer.index[rows & (reach == metres)].astype("str"))
            message = f"rule {rule.name!r}: {words}; {_UNCLASSED[rule.without_class].format(metres)}"
            found.append(Finding("warning", f"layer {entry.layer!r}", message, rows=ids))
    return found


def _half_widths(
    layer: gpd.GeoDataFrame, entry: Zoned, rule: Rule, told: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[Finding]]:
    """Metres from the drawn axes to where the rule begins to measure, and which of them are assumed."""
    none = np.zeros(len(layer), dtype=bool)
    lines = np.asarray(shapely.get_dimensions(layer.geometry.to_numpy()) == 1)
    if rule.measured_from == "axis" or not lines.any():
        return np.zeros(len(layer)), none, []
    given = told.to_numpy(dtype=float)
    assumed = lines & np.isnan(given)
    half = np.where(lines, np.where(np.isnan(given), rule.half_width or 0.0, given), 0.0)
    if not assumed.any():
        return half, none, []
    start = rule.measured_from.replace("_", " ")
    message = f"rule {rule.name!r}: drawn as axes; {rule.half_width or 0:g} m to the {start} is assumed"
    ids = tuple(layer.index[assumed].astype("str"))
    return half, assumed, [Finding("warning", f"layer {entry.layer!r}", message, "give half_width", ids)]
