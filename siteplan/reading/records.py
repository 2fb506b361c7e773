"""What every reader gives back, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from siteplan.findings import Finding


@dataclass(frozen=True)
class Records:
    """The records of a layer as its source has them.

    Attributes
    ----------
    frame
        Records whose geometry could be read, with the source's own columns and CRS.
    broken
        For each record that could not: its number in the source, from 0, and the reason.
    remains
        For each of those, where something of it could be read: its attributes as a JSON object
        (or empty text) and its geometry as WKB (or None); as long as `broken`, or empty.
    findings
        What else was noticed; `where` is filled in by the caller, who knows the catalogue's name.
    """

    frame: gpd.GeoDataFrame
    broken: tuple[tuple[str, str], ...] = ()
    remains: tuple[tuple[str, bytes | None], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class LayerInfo:
    """What a source says about one of its layers before it is read."""

    name: str
    geometry: str
    records: int
    columns: tuple[str, ...]
    crs: str
