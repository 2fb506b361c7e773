"""A single layer in, checked without a catalogue."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from siteplan import placing
from siteplan.errors import SourceError
from siteplan.findings import Finding, Report
from siteplan.park import Layer
from siteplan.reading.files import probe
from siteplan.reading.parks import read_table
from siteplan.reading.records import LayerInfo


def check_layer(
    path: str | Path, *, layer: str | None = None, crs: str | None = None
) -> tuple[gpd.GeoDataFrame | None, Report]:
    """Check a single layer without a catalogue.

    Parameters
    ----------
    path, layer
        The file, and the layer's name where it holds several.
    crs
        The CRS to read it in where the file names none.

    Returns
    -------
    frame, report
        The usable features (None when nothing could be read), and everything found.
    """
    path = Path(path)
    if layer is None and path.suffix.lower() == ".xml":
        return _every_layer(path, crs)
    source = Layer(file=path.name, layer=layer, crs=crs, role="other")
    frame, report = read_table(path.parent, source, table=path.stem)
    if frame is None or report.of("error"):
        return frame, report
    columns_read = ", ".join(described.columns if (described := _described(path, layer)) else ()) or "none"
    kinds = ", ".join(f"{count} {kind}" for kind, count in frame.geom_type.value_counts().items())
    seen = Finding("note", path.name, f"{kinds}; {placing.span(frame)}; columns: {columns_read}")
    return frame, Report((seen, *report.findings), report.quarantine, report.counts)


def _every_layer(path: Path, crs: str | None) -> tuple[gpd.GeoDataFrame | None, Report]:
    """Check all layers of a registry extract, which always has several; the table is the only one."""
    try:
        listed = probe(path)
    except SourceError as failure:
        return None, Report((Finding("error", path.name, str(failure).removeprefix(f"{path}: ")),))
    held = ", ".join(f"{info.name} ({info.records})" for info in listed) or "none"
    checked = [check_layer(path, layer=info.name, crs=crs) for info in listed]
    report = Report.merge(
        [Report((Finding("note", path.name, f"layers: {held}"),)), *(one for _, one in checked)]
    )
    return checked[0][0] if len(checked) == 1 else None, report


def _described(path: Path, layer: str | None) -> LayerInfo | None:
    """What the file says about the layer that was read."""
    layers = probe(path, layer)
    # The layer's name may be that of a file in an archive.
    return next((info for info in layers if layer in (None, info.name)), layers[0] if layers else None)
