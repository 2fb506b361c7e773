"""Whether coordinates lie where the catalogue says: their CRS, their units, their axes, their region."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from siteplan import crs
from siteplan.errors import CrsError
from siteplan.findings import Finding


@dataclass(frozen=True)
class Box:
    """West, south, east, north in degrees (WGS 84)."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points lie inside; a point without finite coordinates does not."""
        inside = (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)
        return np.asarray(inside, dtype=bool)

    def __str__(self) -> str:
        return f"{self.west:g}-{self.east:g} E, {self.south:g}-{self.north:g} N"


def declare(
    frame: gpd.GeoDataFrame, stated: str | None, where: str
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Give a table the CRS that its file or its catalogue entry states, and ask whether it can be true.

    Parameters
    ----------
    frame
        The records as read.
    stated
        The catalogue's CRS: used where the file names none, required to agree where it does.
    where
        The table's name for the findings.

    Returns
    -------
    frame, findings
        A table with a CRS, or findings with the error that stands against it.
    """
    try:
        wanted = crs.parse(stated) if stated else None
    except CrsError as unknown:
        return frame, [Finding("error", where, f"crs: {unknown}")]
    if crs.is_missing(frame.crs):
        if wanted is None:
            return frame, [Finding("error", where, *_unstated(frame))]
        frame = frame.set_crs(wanted, allow_override=True)
    elif wanted is not None and not _same(CRS(frame.crs), wanted):
        message = f"the file is in {CRS(frame.crs).name}, but the catalogue states {wanted.name}"
        return frame, [Finding("error", where, message, "correct the one that is wrong")]
    return frame, believable(frame, where)


def _same(one: CRS, other: CRS) -> bool:
    """Whether two definitions put a point at the same place; the order of axes is settled when read."""
    return (
        one == other
        or one.equals(other, ignore_axis_order=True)
        or one.to_authority() == other.to_authority() is not None
    )


def _unstated(frame: gpd.GeoDataFrame) -> tuple[str, str]:
    look = "degrees" if _within_degrees(frame) else "metres"
    return (
        f"no CRS; {_reach(frame)} look like {look}",
        'state the CRS in the catalogue, for example crs = "EPSG:4326"; siteplan does not guess',
    )


def span(frame: gpd.GeoDataFrame) -> str:
    """Return the name of a table's CRS and the reach of its coordinates, in words."""
    return f"{CRS(frame.crs).name}; {_reach(frame)}"


def _reach(frame: gpd.GeoDataFrame) -> str:
    west, south, east, north = frame.total_bounds
    return f"x {west:.8g} to {east:.8g}, y {south:.8g} to {north:.8g}"


def _within_degrees(frame: gpd.GeoDataFrame) -> bool:
    bounds = frame.total_bounds
    return bool(np.isfinite(bounds).all() and (np.abs(bounds) <= [180, 90, 180, 90]).all())


def believable(frame: gpd.GeoDataFrame, where: str) -> list[Finding]:
    """Report degrees where metres are declared, and the reverse."""
    if not np.isfinite(frame.total_bounds).all():
        return []
    declared, small = CRS(frame.crs), _within_degrees(frame)
    if declared.is_geographic and not small:
        # A few steps outside are swapped axes, not metres; the region tells that better.
        if np.abs(frame.total_bounds).max() <= 180:
            return []
        return [Finding("error", where, f"a CRS in degrees, but metres: {span(frame)}", "state the true CRS")]
    if declared.is_projected and small:
        return [Finding("error", where, f"a CRS in metres, but degrees: {span(frame)}", "state the true CRS")]
    return []


def misplaced(frame: gpd.GeoDataFrame, region: Box) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find features outside the region, and those that would lie inside with their axes swapped.

    Parameters
    ----------
    frame
        Features with a CRS; empty geometries count as placed.
    region
        Where everything must lie.

    Returns
    -------
    outside, swapped
        One flag per feature; swapped features are outside too.
    """
    bounds = frame.bounds.to_numpy(dtype=float)
    absent = ~np.isfinite(bounds).all(axis=1)
    corners = bounds[:, [0, 2]], bounds[:, [1, 3]]
    system = CRS(frame.crs)

    def inside(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
        lon, lat = crs.points_to_degrees(x, y, system)
        return np.asarray(region.holds(lon, lat).all(axis=1))

    outside = ~inside(*corners) & ~absent
    swapped = np.zeros(len(frame), dtype=bool)
    if outside.any():
        swapped[outside] = inside(corners[1][outside], corners[0][outside])
    return outside, swapped


def in_region(frame: gpd.GeoDataFrame, region: Box, where: str, *, strict: bool) -> list[Finding]:
    """Report features outside the region; they are measured all the same, never clipped.

    Parameters
    ----------
    frame
        A table with a CRS.
    region
        Where everything must lie.
    where
        The table's name for the findings.
    strict
        Whether a single feature outside is an error, as for plots.
    """
    outside, swapped = misplaced(frame, region)
    if not outside.any():
        return []
    ids = frame.index.to_numpy().astype(str)
    if swapped.any():
        return [
            Finding(
                "error",
                where,
                f"{swapped.sum()} of {len(frame)} records lie in the region only with x and y swapped",
                "swap them in the source; Russian documents give X = north first",
                tuple(ids[swapped]),
            )
        ]
    return [
        Finding(
            "error" if strict or outside.all() else "warning",
            where,
            f"{outside.sum()} of {len(frame)} records reach outside the region {region}",
            "check their CRS, or widen the region in the catalogue",
            tuple(ids[outside]),
        )
    ]
