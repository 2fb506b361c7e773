"""Which features of a layer are meant: chosen by the values of their columns, or refused in words."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.errors import DataError
from siteplan.models import Where, near

_SHOWN = 5


def pairs(where: Mapping[str, object]) -> Where:
    """Return values by column as a plan keeps them.

    Examples
    --------
    >>> pairs({"voltage": 10, "status": ["existing", "planned"]})
    (('voltage', (10,)), ('status', ('existing', 'planned')))
    """
    return tuple(
        (column, tuple(values) if isinstance(values, list | tuple | set) else (values,))
        for column, values in where.items()
    )


def chosen(layer: gpd.GeoDataFrame, where: Where, place: str = "layer") -> NDArray[np.bool_]:
    """Return which features have one of the given values in every named column.

    Raises
    ------
    DataError
        If a column is not there.

    Examples
    --------
    >>> lines = gpd.GeoDataFrame({"voltage": [10.0, 110.0, None]})
    >>> chosen(lines, (("voltage", (10.0, 35.0)),)).tolist()
    [True, False, False]
    """
    if absent := missing_columns(layer, [column for column, _ in where], place):
        raise DataError("the features that count cannot be told", absent)
    counts = np.ones(len(layer), dtype=bool)
    for column, values in where:
        counts &= layer[column].isin(list(values)).to_numpy(dtype=bool)
    return counts


def missing_columns(layer: gpd.GeoDataFrame, columns: list[str], where: str) -> list[str]:
    """Name the columns that a layer does not have."""
    present = [str(column) for column in layer.columns if column != "geometry"]
    listed = ", ".join(present) or "none"
    return [
        f"{where}: there is no column {column!r}{near(column, present)}; columns: {listed}"
        for column in dict.fromkeys(columns)
        if column not in present
    ]


def unmatched(layer: gpd.GeoDataFrame, where: Where, place: str) -> list[str]:
    """Say so where no feature of a layer that has some is asked for."""
    if not len(layer) or not where or chosen(layer, where).any():
        return []
    asked = " and ".join(f"{column} = {' or '.join(map(str, values))}" for column, values in where)
    there = "; ".join(f"{column}: {_values(layer[column])}" for column, _ in where)
    return [f"{place}: no feature has {asked}; there are {there}"]


def _values(column: pd.Series) -> str:
    shown = [str(value) for value in column.dropna().unique()]
    return ", ".join(shown[:_SHOWN]) + (" ..." if len(shown) > _SHOWN else "") or "no values"
