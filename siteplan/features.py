"""Which features of a layer are meant: chosen by the values of their columns, or refused in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import cells, models
from siteplan.errors import DataError
from siteplan.models import Where, near

_SHOWN = 5


def pairs(where: Mapping[str, object]) -> Where:
    """Return values by column as a plan keeps them.

    Raises
    ------
    DataError
        If a column has no value: nothing is asked for.

    Examples
    --------
    >>> pairs({"voltage": 10, "status": ["existing", "planned"]})
    (('voltage', (10,)), ('status', ('existing', 'planned')))
    >>> pairs({"voltage": np.array([10, 35])})
    (('voltage', (10, 35)),)
    """
    asked: Where = models.pairs(where)
    if empty := [column for column, values in asked if not values]:
        raise DataError(
            "the features that count cannot be told",
            [
                f"where: {column!r} has no value; give at least one, or leave the column out"
                for column in empty
            ],
        )
    return asked


def chosen(layer: gpd.GeoDataFrame, where: Where, place: str = "layer") -> NDArray[np.bool_]:
    """Return which features have one of the given values in every named column.

    Numbers are compared with numbers, texts with texts, true and false with their like.

    Raises
    ------
    DataError
        If a column is not there, or no feature of a layer that has some is asked for: a value that
        stands nowhere is more likely misspelt than known to be absent.

    Examples
    --------
    >>> lines = gpd.GeoDataFrame({"voltage": [10.0, 110.0, None]})
    >>> chosen(lines, (("voltage", (10.0, 35.0)),)).tolist()
    [True, False, False]
    """
    if found := unmatched(layer, where, place):
        raise DataError("the features that count cannot be told", found)
    return _holding(layer, where)


def stands(layer: gpd.GeoDataFrame, column: str, values: tuple[object, ...]) -> bool:
    """Return whether any cell of a column holds one of some values."""
    return column in layer.columns and bool(_holds(layer[column], values).any())


def held(
    layer: gpd.GeoDataFrame, where: Where, elsewhere: Collection[str] = ()
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which features are asked for, for certain, and which may be, where not all is known.

    A feature may be meant where its cell is blank, where the column is not there, and where no
    feature has the value, which may be misspelt: a value in `elsewhere`, by column, is known to be
    right because another table has it.

    Examples
    --------
    >>> lines = gpd.GeoDataFrame({"voltage": [10.0, 110.0, None]})
    >>> [rows.tolist() for rows in held(lines, (("voltage", (10,)),))]
    [[True, False, False], [True, False, True]]
    >>> [rows.tolist() for rows in held(lines, (("voltage", (35,)),), ["voltage"])]
    [[False, False, False], [False, False, True]]
    """
    sure = np.ones(len(layer), dtype=bool)
    possible = np.ones(len(layer), dtype=bool)
    for column, values in where:
        if column not in layer.columns:
            sure[:] = False
            continue
        holds = _holds(layer[column], values)
        strange = not holds.any() and (column not in elsewhere or bool(_unlike(layer[column], values)))
        sure &= holds
        possible &= strange | holds | np.array([cells.blank(cell) for cell in layer[column]], dtype=bool)
    return sure, possible


def _holding(layer: gpd.GeoDataFrame, where: Where) -> NDArray[np.bool_]:
    counts = np.ones(len(layer), dtype=bool)
    for column, values in where:
        counts &= _holds(layer[column], values)
    return counts


def _holds(column: pd.Series, values: tuple[object, ...]) -> NDArray[np.bool_]:
    """Which cells hold one of the values; a column of one kind is asked as a whole."""
    values = tuple(one for one in values if not cells.missing(one))
    if pd.api.types.is_numeric_dtype(column) or isinstance(column.dtype, pd.StringDtype):
        return column.isin([one for one in values if _kind(one) == _kind_of(column)]).to_numpy(dtype=bool)
    wanted = {(_kind(one), one) for one in values}
    return np.array([(_kind(cell), cell) in wanted for cell in map(_plain, column)], dtype=bool)


def _kind(cell: object) -> str:
    if isinstance(cell, bool | np.bool_):
        return "true or false"
    return "numbers" if isinstance(cell, int | float | np.number) else "text"


def _kind_of(column: pd.Series) -> str:
    """What the cells of a column of one kind are."""
    if pd.api.types.is_bool_dtype(column):
        return "true or false"
    return "numbers" if pd.api.types.is_numeric_dtype(column) else "text"


def _plain(cell: object) -> object:
    """A cell as values are given: a flag, a number, or text."""
    return cell if isinstance(cell, bool | int | float | np.number | str) else cells.text(cell)


def missing_columns(layer: gpd.GeoDataFrame, columns: list[str], where: str = "") -> list[str]:
    """Name the columns that a layer does not have; `where`, if given, stands before each."""
    present = [str(column) for column in layer.columns if column != "geometry"]
    listed = ", ".join(present) or "none"
    return [
        f"{_before(where)}there is no column {column!r}{near(column, present)}; columns: {listed}"
        for column in dict.fromkeys(columns)
        if column not in present
    ]


def _before(place: str) -> str:
    return f"{place}: " if place else ""


def unmatched(layer: gpd.GeoDataFrame, where: Where, place: str = "") -> list[str]:
    """Say which columns are not there, or that no feature of a layer that has some is asked for."""
    if absent := missing_columns(layer, [column for column, _ in where], place):
        return absent
    if not len(layer) or not where or _holding(layer, where).any():
        return []
    asked = " and ".join(f"{column} = {' or '.join(map(_said, values))}" for column, values in where)
    there = "; ".join(f"{column}: {_values(layer[column])}" for column, _ in where)
    unlike = [words for column, values in where for words in _unlike(layer[column], values)]
    return ["; ".join([f"{_before(place)}no feature has {asked}", f"there are {there}", *unlike])]


def _unlike(column: pd.Series, values: tuple[object, ...]) -> list[str]:
    """Say so where a value is a number and the same stands there as text, or the other way round."""
    texts = {cells.text(cell): _kind(_plain(cell)) for cell in column.dropna().unique()}
    words = {cells.text(one): _kind(one) for one in values}
    return [
        f"column {column.name!r} holds {kind}, {_said(one)} is asked for as {words[one]}"
        for one, kind in texts.items()
        if one in words and words[one] != kind
    ]


def _said(value: object) -> str:
    return cells.text(value) or repr(value)


def _values(column: pd.Series) -> str:
    shown = [_said(value) for value in column.dropna().unique()]
    return ", ".join(shown[:_SHOWN]) + (" ..." if len(shown) > _SHOWN else "") or "no values"
