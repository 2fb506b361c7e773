"""Scored pieces as GeoParquet: one file for each, the same bytes for the same rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from siteplan.errors import OutputError, SourceError

INPUT = "input"
"""The column that tells what a row was computed from; see `inputs`."""

_ENGINE = b"siteplan_engine"
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_KINDS = {3: "Polygon", 6: "MultiPolygon"}


def inputs(plots: gpd.GeoDataFrame, columns: list[str]) -> NDArray[np.uint64]:
    """Return a 64-bit fingerprint of each plot: identifier, name, shape, CRS, and the columns used.

    Parameters
    ----------
    plots
        Checked plots.
    columns
        Of the plots, that their scores follow from.

    Examples
    --------
    >>> plots = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "power": [1.0, 2.0]},
    ...     geometry=[shapely.box(0, 0, 1, 1)] * 2,
    ...     index=pd.Index(["a", "b"], name="plot"),
    ...     crs=32652,
    ... )
    >>> before, after = inputs(plots, ["power"]), inputs(plots.assign(power=[1.0, 3.0]), ["power"])
    >>> (before == after).tolist()
    [True, False]
    """
    units = plots.attrs.get("units", {})
    place = plots.crs.to_wkt() if plots.crs is not None else ""
    salt = json.dumps([place, [[name, units.get(name, "")] for name in columns]])
    wkb = np.asarray(shapely.to_wkb(plots.geometry.to_numpy(), byte_order=1), dtype=object)
    table = {"plot": plots.index.astype("str"), "name": plots["name"].astype("str").array, "shape": wkb}
    table |= {f"c{place}": plots[name].array for place, name in enumerate(columns)}
    hashed = pd.util.hash_pandas_object(pd.DataFrame(table), index=False, categorize=False)
    mixed = hashed.to_numpy(dtype=np.uint64) ^ hashes(pd.Series([salt], dtype="str"))[0]
    return np.asarray(mixed, dtype=np.uint64)


def hashes(texts: pd.Series) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each text."""
    return np.asarray(pd.util.hash_array(texts.to_numpy(dtype=object), categorize=False), dtype=np.uint64)


def table(scored: gpd.GeoDataFrame, fingerprints: NDArray[np.uint64]) -> pa.Table:
    """Return scored plots as rows of a part.

    Parameters
    ----------
    scored
        The plots of `siteplan.batch.engine.Scored`.
    fingerprints
        Of `inputs`, for each.
    """
    plain = pd.DataFrame(scored.drop(columns=scored.geometry.name)).reset_index()
    plain.insert(1, INPUT, fingerprints)
    arrow = pa.Table.from_pandas(plain, preserve_index=False).replace_schema_metadata(None)
    shapes = scored.geometry.to_numpy()
    wkb = pa.array(shapely.to_wkb(shapes, byte_order=1), type=pa.binary())
    sides = [pa.array(side) for side in shapely.bounds(shapes).T]
    boxes = pa.StructArray.from_arrays(sides, names=list(_SIDES))
    return _settled(arrow).append_column("geometry", wkb).append_column("bbox", boxes)


def _settled(arrow: pa.Table) -> pa.Table:
    """Columns of a kind that does not depend on the rows: text is text where all of it is missing."""
    for place, field in enumerate(arrow.schema):
        text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        wanted = pa.string() if text or pa.types.is_null(field.type) else field.type
        if field.type != wanted:
            arrow = arrow.set_column(place, field.name, arrow.column(place).cast(wanted))
    return arrow


def write(rows: pa.Table, path: Path, *, crs: Any, engine: str) -> None:
    """Write rows as GeoParquet 1.1 with a covering box for each.

    Parameters
    ----------
    rows
        Of `table`, or of `read`.
    path
        The file; it is not moved in atomically here.
    crs
        Of the shapes, as the plots' table has it.
    engine
        Fingerprint of what the scores follow from besides the plots, kept in the file.
    """
    sides = rows.column("bbox").combine_chunks()
    bounds = np.array([np.asarray(side) for side in sides.flatten()]) if len(rows) else np.empty((4, 0))
    kinds = sorted({_KINDS[one] for one in _type_ids(rows)})
    column: dict[str, Any] = {
        "encoding": "WKB",
        "crs": crs.to_json_dict() if crs is not None else None,
        "geometry_types": kinds,
        "covering": {"bbox": {side: ["bbox", side] for side in _SIDES}},
    }
    if len(rows):
        column["bbox"] = [*bounds[:2].min(axis=1).tolist(), *bounds[2:].max(axis=1).tolist()]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    told = {b"geo": json.dumps(geo, sort_keys=True).encode(), _ENGINE: engine.encode()}
    whole = rows.combine_chunks().replace_schema_metadata(told)
    pq.write_table(whole, path, compression="zstd", write_page_index=True)


def _type_ids(rows: pa.Table) -> set[int]:
    """Kinds of the shapes, from the second byte of their well-known binary."""
    wkb = rows.column("geometry").combine_chunks()
    if not len(wkb):
        return set()
    offsets = np.frombuffer(wkb.buffers()[1], dtype=np.int32)[wkb.offset : wkb.offset + len(wkb)]
    return set(np.unique(np.frombuffer(wkb.buffers()[2], dtype=np.uint8)[offsets + 1]).tolist())


def read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Return the rows of a part, or some of its columns.

    Raises
    ------
    OutputError
        If the file is damaged.
    """
    try:
        rows: pa.Table = pq.read_table(path, columns=columns, partitioning=None)
    except (pa.ArrowException, OSError) as wrong:
        raise OutputError(f"{path}: damaged, run again with --fresh: {wrong}") from None
    return rows.replace_schema_metadata(None)


def engine_of(path: Path) -> str:
    """Return the fingerprint that a part was written with; empty for another file."""
    try:
        told = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError):
        return ""
    return str(told.get(_ENGINE, b"").decode())


def open_part(path: Path) -> gpd.GeoDataFrame:
    """Return a part as a table, indexed by `plot`.

    Raises
    ------
    SourceError
        If there is no such part.
    """
    if not path.exists():
        raise SourceError(f"{path}: is not there")
    return gpd.read_parquet(path).set_index("plot")
