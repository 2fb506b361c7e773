"""Support regimes in: their lines, and which of them each plot is granted by its zones."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from siteplan import crs, regimes, tables
from siteplan.errors import CatalogueError, SourceError
from siteplan.findings import Finding, Report
from siteplan.park import Catalogue, Regime, RegimeFile
from siteplan.reading.documents import read_toml


def granted(
    folder: Path, catalogue: Catalogue, frames: dict[str, gpd.GeoDataFrame]
) -> tuple[tuple[Regime, ...], Report]:
    """Read the regimes' lines, and give each plot those of its zones."""
    entry = catalogue.regimes
    if entry is None:
        return (), Report()
    path = folder / entry.file
    try:
        lines = RegimeFile.parse(
            read_toml(path, error=CatalogueError), where=str(path), error=CatalogueError
        ).regimes
    except (CatalogueError, SourceError) as failure:
        return (), Report((Finding("error", entry.file, str(failure)),))
    if "plots" not in frames or entry.zones not in frames:
        return lines, Report()
    plots, zones = frames["plots"], frames[entry.zones]
    found = regimes.unknown(zones, entry.column, lines, tables.place(catalogue.layers[entry.zones]))
    flat_plots, flat_zones = (crs.project(table, crs.EQUAL_AREA) for table in (plots, zones))
    named = regimes.assign(flat_plots, flat_zones, entry.column)
    frames["plots"] = plots.assign(regimes=named)
    return lines, Report(tuple(found))
