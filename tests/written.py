"""Tables to be written, and how they are read back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

LONG = os.environ.get("SITEPLAN_FUZZ") == "long"


GEO = ("gpkg", "parquet", "fgb", "geojson")


SHEETS = ("csv", "xlsx")


ALL = (*GEO, *SHEETS)


def table(rows: int = 3, **columns: Any) -> gpd.GeoDataFrame:
    cells = {
        "distance_to_the_gas_main_m": np.arange(rows) + 0.1,
        "Имя участка": [f"Участок № {row} «Северный» 🏭 قطعة" for row in range(rows)],
        "count": np.arange(rows),
    }
    shapes = shapely.box(np.arange(rows) * 200.0 + 1 / 3, 0, np.arange(rows) * 200.0 + 100, 100)
    index = pd.Index([f"28:21:{row:06}" for row in range(rows)], name="plot", dtype="str")
    return gpd.GeoDataFrame({**cells, **columns}, geometry=shapes, index=index, crs=32652)


def back(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".csv":
        cells = pd.read_csv(path, dtype={"plot": "str"}, keep_default_na=False, na_values={"geometry": [""]})
    elif path.suffix == ".xlsx":
        cells = pd.read_excel(path)
    else:
        return pyogrio.read_dataframe(path, layer=layer)
    shapes = gpd.GeoSeries.from_wkt(cells["geometry"].where(cells["geometry"].notna(), None), crs=32652)
    return gpd.GeoDataFrame(cells.drop(columns="geometry"), geometry=shapes)


def same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, digits: int | None = None) -> bool:
    """Names, cells and coordinates to the last bit unless said otherwise; types may differ."""
    one = one.reset_index() if one.index.name else one
    assert set(one.columns) == set(other.columns)
    for name in one.columns.drop("geometry"):
        left = [None if pd.isna(cell) else cell for cell in one[name]]
        right = [None if pd.isna(cell) else cell for cell in other[name]]
        assert left == right, name
    left, right = one.geometry.to_numpy(), other.geometry.to_numpy()
    if digits is None:
        assert (shapely.to_wkb(left) == shapely.to_wkb(right)).all()
    else:
        assert (shapely.is_missing(left) == shapely.is_missing(right)).all()
        there = ~shapely.is_missing(left)
        assert shapely.equals_exact(left[there], right[there], tolerance=10.0**-digits).all()
    return one.crs == other.crs


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
