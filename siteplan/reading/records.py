"""What every reader gives back, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd


@dataclass(frozen=True)
class Records:
    """The records of a layer as its source has them.

    Attributes
    ----------
    frame
        Records whose geometry could be read, with the source's own columns and CRS.
    broken
        For each record that could not: its number in the source, from 0, and the reason.
    """

    frame: gpd.GeoDataFrame
    broken: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LayerInfo:
    """What a source says about one of its layers before it is read."""

    name: str
    geometry: str
    records: int
    columns: tuple[str, ...]
    crs: str
