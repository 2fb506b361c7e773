"""Arrow tables with well-known binary in: a frame, and the records whose shapes cannot be built."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from siteplan.reading.records import Records


def records(table: pa.Table, geometry: str, crs: Any, first: int) -> Records:
    """Return the records of a table.

    Parameters
    ----------
    table
        Attributes, and the column `geometry` of well-known binary.
    geometry
        The geometry column's name.
    crs
        The CRS of its coordinates; None where the source states none.
    first
        The number of the table's first record in its source.

    Examples
    --------
    >>> table = pa.table({"a": [1, 2], "g": [shapely.Point(1, 2).wkb, b"?"]})
    >>> found = records(table, "g", None, 100)
    >>> len(found.frame), found.broken[0][0]
    (1, '101')
    """
    binary = table[geometry].to_numpy(zero_copy_only=False)
    shapes = shapely.from_wkb(binary, on_invalid="ignore")
    bad = shapely.is_missing(shapes) & np.array(table[geometry].is_valid())
    attributes = table.drop_columns([geometry]).to_pandas(integer_object_nulls=True)
    frame = gpd.GeoDataFrame(attributes, geometry=shapes, crs=crs)
    if not bad.any():
        return Records(frame)
    broken = tuple((str(first + row), _reason(binary[row])) for row in np.flatnonzero(bad))
    return Records(frame[~bad].reset_index(drop=True), broken)


def _reason(binary: bytes) -> str:
    try:
        shapely.from_wkb(binary)
    except (shapely.errors.ShapelyError, ValueError, TypeError) as wrong:
        return str(wrong)
    return "a geometry that cannot be read"
