"""The zones table made ready to be measured: causes in their order, shapes that are valid and flat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import crs, segments
from siteplan.errors import DataError
from siteplan.findings import Finding
from siteplan.norms import OVERRIDE
from siteplan.shapes import Shapes

SEVERITIES = ("exclusion", "consent", "condition", "information")
"""In the order in which they take; the first two take land, the others only lie on it."""

_COLUMNS = ("cause", "title", "severity", "layer", "feature", "metres")


@dataclass(frozen=True, eq=False)
class Cast:
    """Zones that can be measured.

    Attributes
    ----------
    shapes, metres
        Valid and flat, and how far each reaches.
    rank, feature
        Place of each one's cause in the order, and a number for its feature.
    causes
        `cause`, `title` and `severity` in their order.
    findings
        What was repaired or takes nothing, of all zones that were cast.
    """

    shapes: Shapes
    metres: NDArray[np.float64]
    rank: NDArray[np.intp]
    feature: NDArray[np.intp]
    causes: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    def first(self, severity: str) -> int:
        """Place of the first cause of a severity or of one after it."""
        later = SEVERITIES[SEVERITIES.index(severity) :]
        return int((~self.causes["severity"].isin(later)).sum())

    def before(self, rank: int) -> Cast:
        """Only the zones whose causes stand before a place."""
        return self._some(self.rank < rank, rank)

    def between(self, first: int, end: int) -> tuple[Shapes, NDArray[np.float64]]:
        """Shapes and reach of the zones whose causes stand from one place to before another."""
        some = (self.rank >= first) & (self.rank < end)
        return self.shapes[some], self.metres[some]

    def near(self, plots: Shapes) -> Cast:
        """Only the zones that reach any of a few plots."""
        tree = shapely.STRtree(plots)
        some = np.zeros(len(self.shapes), dtype=bool)
        some[tree.query(self.shapes, predicate="dwithin", distance=self.metres)[0]] = True
        return self._some(some, len(self.causes))

    def _some(self, zones: NDArray[np.bool_], causes: int) -> Cast:
        return Cast(
            self.shapes[zones],
            self.metres[zones],
            self.rank[zones],
            self.feature[zones],
            self.causes.iloc[:causes],
            self.findings,
        )


def cast(zones: gpd.GeoDataFrame) -> Cast:
    """Put zones in order and repair what can be repaired.

    Parameters
    ----------
    zones
        As `siteplan.land.zones` makes them.

    Raises
    ------
    DataError
        If columns are missing, a severity is unknown, a width is no length or a cause is the
        planner's own; all at once.
    """
    _refuse_unusable(zones)

    def named(where: NDArray[np.bool_]) -> tuple[str, ...]:
        some = zones[where]
        return tuple(f"{layer} / {one}" for layer, one in zip(some["layer"], some["feature"], strict=True))

    shapes, findings = repaired(zones.geometry.to_numpy(), named, "zones")
    metres = zones["metres"].to_numpy(dtype=float)
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    thin = ~absent & (shapely.get_dimensions(shapes) < 2) & (metres == 0)
    findings += [
        Finding("warning", "zones", f"{where.sum()} {message}", remedy, named(where))
        for where, message, remedy in (
            (absent, "zones have no shape and take nothing", "give the features their shapes"),
            (thin, "zones of 0 m around points and lines take nothing", "give them a width"),
        )
        if where.any()
    ]
    usable = ~absent & ~thin
    rank, causes = _ordered(zones)
    feature = zones.groupby(["layer", "feature"], sort=False, dropna=False).ngroup().to_numpy(dtype=np.intp)
    return Cast(shapes[usable], metres[usable], rank[usable], feature[usable], causes, tuple(findings))


def _ordered(zones: gpd.GeoDataFrame) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Place of each zone's cause, and the causes in their order."""
    severity = pd.Categorical(zones["severity"], categories=SEVERITIES).codes.astype(np.intp)
    cause, names = pd.factorize(zones["cause"], use_na_sentinel=False)
    keys = severity * len(names) + cause
    some, first, row = np.unique(keys, return_index=True, return_inverse=True)
    order = np.lexsort([first, severity[first]])
    place = np.empty(len(some), dtype=np.intp)
    place[order] = np.arange(len(some))
    return place[row], zones[["cause", "title", "severity"]].iloc[first[order]].reset_index(drop=True)


def _refuse_unusable(zones: gpd.GeoDataFrame) -> None:
    missing = [column for column in _COLUMNS if column not in zones.columns]
    if missing:
        raise DataError("zones cannot be measured", [f"zones: no column {name!r}" for name in missing])
    metres = pd.to_numeric(zones["metres"], errors="coerce").to_numpy(dtype=float)
    wrong = ~(np.isfinite(metres) & (metres >= 0))
    strange = ~zones["severity"].isin(SEVERITIES).to_numpy()
    problems = [
        f"zones, {row.layer} / {row.feature}, {row.cause}: metres is {row.metres}; give 0 or more"
        for row in zones[wrong].itertuples()
    ] + [
        f"zones, {row.layer} / {row.feature}, {row.cause}: severity is {row.severity!r}; "
        f"it is one of {', '.join(SEVERITIES)}"
        for row in zones[strange].itertuples()
    ]
    problems += [
        f"zones, {row.layer} / {row.feature}: {OVERRIDE!r} is the cause of what a planner holds back; "
        "take another"
        for row in zones[(zones["cause"] == OVERRIDE).to_numpy()].itertuples()
    ]
    if problems:
        raise DataError("zones cannot be measured", problems)


def excluded(zones: gpd.GeoDataFrame) -> Cast:
    """Put zones in order as `cast` does, and keep only the exclusions."""
    every = cast(zones)
    return every.before(every.first("consent"))


def grounds(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> Shapes:
    """Shapes of plots, flat.

    Raises
    ------
    DataError
        If a plot has no polygon, or the tables are in two CRS.
    CrsError
        If the CRS cannot measure.
    """
    refuse_two_crs(plots, zones, "zones")
    shapes = plots.geometry.to_numpy()
    segments.refuse_unusable(shapes, plots.index, polygons=True, what="plots")
    return np.asarray(shapely.force_2d(shapes)) if shapely.has_z(shapes).any() else shapes


def refuse_two_crs(plots: gpd.GeoDataFrame, table: gpd.GeoDataFrame, what: str) -> None:
    """Refuse tables in two CRS, or in one that cannot measure; tables without a CRS are in metres."""
    if plots.crs != table.crs:
        raise DataError(
            f"plots are in {crs.name_of(plots)}, {what} are in {crs.name_of(table)}; "
            "bring both into one metric CRS"
        )
    if plots.crs is not None:
        crs.for_measuring(plots.crs.to_wkt())


def repaired(
    shapes: Shapes, named: Callable[[NDArray[np.bool_]], tuple[str, ...]], where: str
) -> tuple[Shapes, list[Finding]]:
    """Return shapes without heights, invalid polygons made valid, and a finding that names those.

    Parameters
    ----------
    shapes
        Any; None for a row without one.
    named
        What some of them are called in the finding.
    where
        The table's name.
    """
    if shapely.has_z(shapes).any():
        shapes = shapely.force_2d(shapes)
    broken = ~shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)
    if not broken.any():
        return shapes, []
    reasons = shapely.is_valid_reason(shapes[broken])
    shapes = shapes.copy()
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    rows = tuple(f"{name}: {why}" for name, why in zip(named(broken), reasons, strict=True))
    message = f"{len(rows)} shapes were not valid and were repaired"
    return shapes, [Finding("warning", where, message, "correct them at the source", rows)]
