"""What a scorecard holds besides the sum: tables with a shape in each row, and how they are kept in files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from siteplan.connect import table as connecting
from siteplan.land import table as landing


@dataclass(frozen=True)
class Detail:
    """One of these tables.

    Attributes
    ----------
    key
        The columns that tell its rows apart.
    geometry_type
        Of its shapes, as GDAL calls it.
    none
        Makes the table without a row: its columns, their types, its CRS.
    """

    key: tuple[str, ...]
    geometry_type: str
    none: Callable[[], gpd.GeoDataFrame]


DETAILS = {
    "connections": Detail(("plot", "connection"), "LineString", connecting.none),
    "land": Detail(("plot",), "MultiPolygon", landing.none),
    "losses": Detail(("plot", "cause"), "MultiPolygon", landing.no_losses),
    "overrides": Detail(("plot", "patch"), "MultiPolygon", landing.no_overrides),
}
"""By the scorecard's attribute, which is also the name of the file and of the layer."""


def flat(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table with its plots in a column, as files have it."""
    return table.reset_index() if table.index.name else table


def restored(name: str, rows: pd.DataFrame, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table as the scorecard has it, from the rows and the shapes of its files.

    Parameters
    ----------
    name
        The scorecard's attribute.
    rows
        Every column but the geometry.
    shapes
        The table's key and its geometry.

    Raises
    ------
    ValueError
        If shapes and rows do not belong together.
    """
    key, empty = list(DETAILS[name].key), DETAILS[name].none()
    plain = flat(empty).drop(columns="geometry")
    typed = rows[list(plain.columns)].astype(plain.dtypes.to_dict())
    placed = dict(zip(_keys(shapes[key]), shapes.geometry, strict=True))
    if set(placed) != set(_keys(typed[key])):
        raise ValueError(f"scores.gpkg and scorecard.json hold different {name}")
    there = [placed[one] for one in _keys(typed[key])]
    table = gpd.GeoDataFrame(typed, geometry=there, crs=shapes.crs)
    return table.set_index(empty.index.name) if empty.index.name else table


def _keys(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in table.to_numpy()]


def keyed(name: str, table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a table by its key, with its shapes as text to the centimetre, to be compared."""
    whole = flat(table)
    shapes = shapely.to_wkt(whole.geometry.to_numpy(), rounding_precision=7)
    plain = pd.DataFrame(whole.drop(columns="geometry")).assign(shape=shapes)
    return plain.set_index(list(DETAILS[name].key))
