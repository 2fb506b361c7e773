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
        For each record that could not: its number in the source, from 0, or its identifier where
        known, and the reason.
    findings
        What else the reader has to say. An error for want of a CRS is a warning where the catalogue
        states one.
    """

    frame: gpd.GeoDataFrame
    broken: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class LayerInfo:
    """What a source says about one of its layers before it is read."""

    name: str
    geometry: str
    records: int
    columns: tuple[str, ...]
    crs: str
