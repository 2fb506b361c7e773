"""One layer of one file in, whatever its format: looked at, unpacked, read, held to the limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
from pyarrow import ArrowException

from siteplan.errors import SourceError
from siteplan.findings import Finding
from siteplan.reading import bounds, nspd, osm, tabular, vectors
from siteplan.reading.archives import at_hand
from siteplan.reading.opened import Hints, Opened
from siteplan.reading.records import LayerInfo, Records
from siteplan.reading.rosreestr import layers as rosreestr
from siteplan.reading.sniff import sniff


def read_records(path: Path, layer: str | None = None, hints: Hints | None = None) -> Records:
    """Read one layer of a file; a broken record costs that record, not the file.

    Parameters
    ----------
    path
        A file of any format in `siteplan.reading.sniff.SNIFFERS`, a .zip or .kmz, or a folder.
    layer
        The layer's name, needed where there are several; in a folder or an archive the file's name.
    hints
        What the catalogue adds: encoding, columns of the geometry, limits.

    Returns
    -------
    records
        Attributes and geometry as in the file, with its CRS if it names one.

    Raises
    ------
    SourceError
        If the file is missing, not what it says, truncated, or holds no such layer.
    """
    hints = hints or Hints()
    with at_hand(path, layer, hints) as (file, inner):
        opened = sniff(file, hints)
        try:
            records = READERS[opened.format](opened, inner)
            records = nspd.flatten(records) if opened.format == "GeoJSON" else records
            return _remarked(bounds.within(records, hints.limits))
        except (ArrowException, UnicodeError) as wrong:
            # Text that is in no encoding is found out only when somebody looks at it.
            raise SourceError(
                f"{file}: damaged, or text in another encoding than stated: {wrong}; "
                "ask for the file again, or state `encoding`"
            ) from None


def _remarked(records: Records) -> Records:
    """Say that a layer holds nothing: a damaged file may look like an honest empty one."""
    if len(records.frame) or records.broken:
        return records
    empty = Finding(
        "warning", "", "the layer holds no record", "if it should hold some, ask for the file again"
    )
    return replace(records, findings=(*records.findings, empty))


def probe(path: Path, layer: str | None = None, hints: Hints | None = None) -> list[LayerInfo]:
    """Return what a file says about its layers, without reading them where the format allows it.

    Raises
    ------
    SourceError
        As `read_records`.
    """
    hints = hints or Hints()
    with at_hand(path, layer, hints) as (file, inner):
        opened = sniff(file, hints)
        if opened.format in _LISTED:
            return _LISTED[opened.format](opened.path)
        if opened.format in vectors.DRIVERS:
            described = vectors.described(opened)
            # Options of the registry's map become columns only when they are read.
            if not any("options" in info.columns for info in described):
                return described
        frame = nspd.flatten(READERS[opened.format](opened, inner)).frame
        columns = tuple(str(column) for column in frame.columns if column != frame.geometry.name)
        return [LayerInfo(path.stem, "any", len(frame), columns, frame.crs.to_string() if frame.crs else "")]


def _parquet(opened: Opened, layer: str | None) -> Records:
    if layer is not None:
        raise SourceError(f"{opened.path}: a GeoParquet file has no layers; leave {layer!r} out")
    try:
        return Records(gpd.read_parquet(opened.path))
    except (ValueError, OSError, KeyError, TypeError) as wrong:
        raise SourceError(f"{opened.path}: not a readable GeoParquet: {wrong}") from None


def _registry(opened: Opened, layer: str | None) -> Records:
    return rosreestr.read(opened.path, layer)


def _osm(opened: Opened, layer: str | None) -> Records:
    return osm.read(opened.path, layer)


Reader = Callable[[Opened, str | None], Records]

READERS: dict[str, Reader] = {
    **dict.fromkeys(vectors.DRIVERS, vectors.read),
    "GeoParquet": _parquet,
    "CSV": tabular.read_csv,
    "XLSX": tabular.read_workbook,
    "Rosreestr XML": _registry,
    "OSM XML": _osm,
    "OSM PBF": _osm,
}
"""By the format that a sniffer found, what reads it: (opened, layer) -> records."""

_LISTED: dict[str, Callable[[Path], list[LayerInfo]]] = {
    "Rosreestr XML": rosreestr.layers,
    "OSM XML": osm.layers,
    "OSM PBF": osm.layers,
}
"""Formats whose layers are ours, not the file's, and are known without reading them all."""
