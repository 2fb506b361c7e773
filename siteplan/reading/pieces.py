"""A park for which memory would not suffice: its layers as a whole, its plots piece by piece."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from siteplan import tables
from siteplan.errors import SourceError
from siteplan.findings import Report
from siteplan.park import Catalogue, Plots
from siteplan.rasters import Raster
from siteplan.reading.chunks import read_chunks
from siteplan.reading.files import probe
from siteplan.reading.granted import granted
from siteplan.reading.opened import Hints
from siteplan.reading.parks import check_records, read_catalogue, read_rasters, read_table
from siteplan.reading.records import Records


@dataclass(frozen=True)
class Around:
    """What lies around the plots of a park.

    Attributes
    ----------
    folder, catalogue
        Where the sources' paths start, and what they are.
    layers, rasters
        Checked layers and elevation models by name.
    report
        Everything found in them.
    """

    folder: Path
    catalogue: Catalogue
    layers: dict[str, gpd.GeoDataFrame]
    rasters: dict[str, Raster]
    report: Report


@dataclass(frozen=True)
class Piece:
    """Some of the plots, in their source's order.

    Attributes
    ----------
    number
        Of the piece, from 0.
    plots
        Checked plots, as `read_park` gives them; None where they are refused, for the errors in `report`.
    report
        What was found in the piece, with its counts and the records that were set aside.
    """

    number: int
    plots: gpd.GeoDataFrame | None
    report: Report


def read_around(path: str | Path) -> Around:
    """Read what lies around the plots of a park, and check it.

    Raises
    ------
    CatalogueError, SourceError
        If the catalogue cannot be read.
    DataError
        If a layer or an elevation model is not usable: every problem at once.
    """
    path, catalogue = read_catalogue(path)
    layers, reports = {}, []
    for name, source in catalogue.layers.items():
        frame, report = read_table(path.parent, source, table=name, catalogue=catalogue)
        reports.append(report)
        if frame is not None:
            layers[name] = frame
    rasters, report = read_rasters(path.parent, catalogue)
    merged = Report.merge([*reports, report])
    tables.refuse(merged, str(path))
    return Around(path.parent, catalogue, layers, rasters, merged)


def read_pieces(around: Around, source: Plots, rows: int, skipped: Container[int] = ()) -> Iterator[Piece]:
    """Read plots in pieces, each checked as `read_park` checks all of them.

    What is asked of all plots together is left to the caller: whether identifiers stand once only,
    how many records may be set aside, and whether plots lie on each other.

    Parameters
    ----------
    around
        The rest of the park.
    source
        Where the plots lie, a path relative to the catalogue's folder or a database.
    rows
        Most records in a piece.
    skipped
        Numbers of pieces that are read over: they come without plots and without a report.

    Raises
    ------
    SourceError
        If the source cannot be read, or ends before it should.
    """
    # The share of records set aside is one of all plots, which a piece cannot know.
    lenient = around.catalogue.model_copy(update={"quarantine_limit": 1.0, "plots": source})
    first = 0
    for number, records in enumerate(_records(around, source, rows)):
        if number in skipped:
            yield Piece(number, None, Report())
        else:
            yield _piece(around, lenient, number, records, first)
        first += len(records.frame)


def _piece(around: Around, catalogue: Catalogue, number: int, records: Records, first: int) -> Piece:
    """One piece checked; what stands against it is told, not raised, so that the others are heard."""
    source = catalogue.plots
    _, plots, report = check_records(records, source, table="plots", catalogue=catalogue, first=first)
    if plots is None or report.of("error"):
        return Piece(number, None, report)
    if catalogue.regimes is None:
        return Piece(number, plots, report)
    frames = {**around.layers, "plots": plots}
    _, found = granted(around.folder, catalogue, frames)
    return Piece(number, frames["plots"], Report.merge([report, found]))


def _records(around: Around, source: Plots, rows: int) -> Iterator[Records]:
    if source.database:
        # Its libraries are an extra, needed by none but databases.
        from siteplan.reading import postgis  # noqa: PLC0415

        return postgis.read_chunks(source.database, source.id, rows=rows)
    hints = Hints(source.encoding, source.wkt, source.x, source.y, around.catalogue.limits)
    return read_chunks(around.folder / source.place, source.layer, rows=rows, hints=hints)


def count(around: Around, source: Plots) -> int | None:
    """Return how many records a file of plots says it holds; None where that is not known."""
    if source.database:
        return None
    path = around.folder / source.place
    try:
        if path.suffix.lower() in (".parquet", ".geoparquet"):
            # To look into it as into other files would read all of it.
            return int(pq.read_metadata(path).num_rows)
        listed = probe(path, source.layer)
    except (SourceError, pa.ArrowException, OSError):
        return None
    return next((one.records for one in listed if source.layer in (None, one.name)), None)
