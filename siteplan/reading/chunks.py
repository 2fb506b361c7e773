"""A layer in pieces, for files that are larger than the memory."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio
from pyarrow import ArrowException, Table

from siteplan.errors import SourceError
from siteplan.reading import batches, bounds, vectors
from siteplan.reading.archives import at_hand
from siteplan.reading.opened import Hints, Opened
from siteplan.reading.records import Records
from siteplan.reading.sniff import sniff


def read_chunks(
    path: Path, layer: str | None = None, *, rows: int = 100_000, hints: Hints | None = None
) -> Iterator[Records]:
    """Read a layer in pieces, each of its own report; memory is that of one piece.

    Parameters
    ----------
    path, layer, hints
        As for `siteplan.reading.files.read_records`; any format that GDAL reads, or GeoParquet.
    rows
        Most records in a piece.

    Yields
    ------
    records
        In the source's order; numbers of broken records are those of the source.

    Raises
    ------
    SourceError
        As `read_records`; that records are missing at the end is known, and said, at the end.
    """
    hints = hints or Hints()
    with at_hand(path, layer, hints) as (file, inner):
        opened = sniff(file, hints)
        if opened.format == "GeoParquet":
            pieces = _parquet(opened, rows)
        elif opened.format in vectors.DRIVERS:
            pieces = _gdal(opened, inner, rows)
        else:
            raise SourceError(
                f"{path}: {opened.format} is not read in pieces; "
                "read it as a whole, or turn it into GeoParquet or GeoPackage"
            )
        first = 0
        for piece in pieces:
            try:
                bounded = bounds.within(piece, hints.limits, first=first)
            except ArrowException as wrong:
                raise SourceError(f"{file}: damaged text: {wrong}; ask for the file again") from None
            yield bounded
            first += len(piece.frame) + len(piece.broken)


def _parquet(opened: Opened, rows: int) -> Iterator[Records]:
    try:
        # What is fetched ahead is kept until the file is closed, in the end all of it.
        file = pq.ParquetFile(opened.path, pre_buffer=False)
        told = file.schema_arrow.metadata or {}
        if b"geo" not in told:
            raise SourceError(f"{opened.path}: a Parquet table without geometry; write it as GeoParquet")
        geo = json.loads(told[b"geo"])
        name = geo["primary_column"]
        column = geo["columns"][name]
        if column["encoding"] != "WKB":
            raise SourceError(f"{opened.path}: geometry as {column['encoding']} is not read in pieces")
        # GeoParquet: an absent CRS is WGS 84, a null one is unknown.
        crs, number = column.get("crs", "OGC:CRS84"), 0
        for batch in file.iter_batches(rows):
            yield batches.records(Table.from_batches([batch]), name, crs, number)
            number += batch.num_rows
    except (ArrowException, KeyError, ValueError, OSError, TypeError) as wrong:
        raise SourceError(f"{opened.path}: not a readable GeoParquet: {wrong}") from None


def _gdal(opened: Opened, layer: str | None, rows: int) -> Iterator[Records]:
    with vectors.sealed(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        name, stated = vectors.named_layer(opened, layer)
        encoding, found = vectors.text_encoding(opened)
        findings, number = (*opened.findings, *found), 0
        try:
            with pyogrio.open_arrow(
                opened.target, layer=name, encoding=encoding, batch_size=rows, use_pyarrow=True
            ) as (meta, reader):
                geometry = meta["geometry_name"] or "wkb_geometry"
                for batch in reader:
                    piece = batches.records(Table.from_batches([batch]), geometry, meta["crs"], number)
                    yield replace(piece, findings=findings)
                    findings, number = (), number + batch.num_rows
        except (ArrowException, ValueError, OSError, *vectors.PYOGRIO) as wrong:
            raise SourceError(f"{opened.path}: not a readable {opened.format}: {wrong}") from None
        vectors.complete(opened, number, stated)
