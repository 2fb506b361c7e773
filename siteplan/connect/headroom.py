"""What tie-ins have left and whether they can be had; what stands against reading that."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import cells, units
from siteplan.connections import Connection, TieIns
from siteplan.features import chosen, missing_columns, unmatched

_AVAILABLE = ("yes", "no", "can_be_built")
_SHOWN = 5
_ROUNDING = 1e-9


def demands(connection: Connection, plots: gpd.GeoDataFrame) -> pd.Series:
    """Return how much each plot wants, in the connection's unit; missing where it is not known.

    Without a demand every plot wants 0, so that any tie-in serves it.
    """
    if connection.demand_column is not None:
        kept_in = plots.attrs.get("units", {}).get(connection.demand_column) or connection.symbol
        given = plots[connection.demand_column].astype(float)
        return given * units.factor(kept_in, connection.symbol)
    return pd.Series(connection.demand or 0.0, index=plots.index, dtype=float)


def offers(connection: Connection, layers: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the tie-ins of every layer that a connection names, in one table.

    Parameters
    ----------
    connection
        Names layers and columns.
    layers
        Checked tables in one metric CRS, indexed by identifier, with their `name`.

    Returns
    -------
    offers
        Layer by layer: `layer`, `feature`, `feature_name`, `free` and `capacity` in the
        connection's unit (missing is unknown), `most` that can be free for all that is known (endless
        where nothing is), `availability` (yes, no, can_be_built, empty is unknown), `class_unknown`,
        `build_cost` (RUB), `build_months`, `as_of`, `source`, geometry.
    """
    tables = [_offered(one, connection, layers[one.layer]) for one in connection.tie_ins]
    tables = [table for table in tables if len(table)] or tables[:1]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=tables[0].crs)


def _offered(one: TieIns, connection: Connection, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    same = _same_class(one, connection, layer)
    counts = chosen(layer, one.where) & (same != "no")
    layer, same = layer[counts], same[counts]
    unit = connection.symbol

    def number(column: str | None, wanted: str) -> pd.Series:
        if column is None:
            return pd.Series(np.nan, index=layer.index, dtype=float)
        return _number(layer, column, wanted)

    def words(column: str | None, otherwise: str) -> pd.Series:
        said = [cells.text(cell) or "" for cell in layer[column]] if column else otherwise
        return pd.Series(said, index=layer.index, dtype="str")

    free, capacity = number(one.free, unit), number(one.capacity, unit)
    return gpd.GeoDataFrame(
        {
            "layer": one.layer,
            "feature": layer.index.astype("str"),
            "feature_name": layer["name"].astype("str"),
            "free": free,
            "capacity": capacity,
            "most": free.fillna(capacity).fillna(np.inf),
            "class_unknown": same == "",
            "availability": words(one.availability, "yes"),
            "build_cost": number(one.build_cost, "RUB"),
            "build_months": number(one.build_months, "months"),
            "as_of": words(one.as_of, ""),
            "source": words(one.source, ""),
        },
        geometry=layer.geometry,
        crs=layer.crs,
    )


def _number(layer: gpd.GeoDataFrame, column: str, wanted: str) -> pd.Series:
    """A column in the unit that is wanted, which is taken to be its own where it has none."""
    kept_in = layer.attrs.get("units", {}).get(column) or wanted
    return layer[column].astype(float) * units.factor(kept_in, wanted)


def _same_class(one: TieIns, connection: Connection, layer: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Whether each tie-in is of the connection's class: yes, no, or empty where that is not known."""
    if one.class_column is None:
        return np.full(len(layer), "yes", dtype=object)
    wanted = units.kind(connection.price_class)
    words = _class_words(one.class_column, connection, layer)
    said = {word: "yes" if units.kind(word) == wanted else "no" for word in set(words)} | {"": ""}
    return np.array([said[word] for word in words], dtype=object)


def _class_words(column: str, connection: Connection, layer: gpd.GeoDataFrame) -> list[str]:
    """Each tie-in's class in words; numbers are in their column's unit, else in that of the class."""
    unit = layer.attrs.get("units", {}).get(column) or connection.price_class.lstrip("0123456789., ")
    number = pd.api.types.is_numeric_dtype(layer[column])
    words = [cells.text(cell) or "" for cell in layer[column]]
    return [f"{word} {unit}" if number and word else word for word in words]


def _other_class(one: TieIns, connection: Connection, layer: gpd.GeoDataFrame, where: str) -> list[str]:
    """Say so where no tie-in of a layer that has some is of the connection's class."""
    if one.class_column is None or not len(layer) or (_same_class(one, connection, layer) != "no").any():
        return []
    there = list(dict.fromkeys(_class_words(one.class_column, connection, layer)))
    shown = ", ".join(there[:_SHOWN]) + (" ..." if len(there) > _SHOWN else "")
    return [
        f"{where}: no feature is of class {connection.price_class!r}; column {one.class_column!r} has {shown}"
    ]


def problems(
    connection: Connection, plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame]
) -> list[str]:
    """Return everything that stands against a connection's columns, each with its table and rows.

    Parameters
    ----------
    connection
        What the plan says.
    plots, layers
        Tables indexed by text identifiers; every layer that the plan names is there.
    """
    found = _demand_column(connection, plots)
    for one in connection.tie_ins:
        layer, where = layers[one.layer], f"layer {one.layer!r}, wanted by connection {connection.name!r}"
        absent = missing_columns(layer, one.columns, where)
        found += absent or [*unmatched(layer, one.where, where), *_cells(one, connection, layer, where)]
    for crossing in connection.crossings:
        layer, where = layers[crossing.layer], f"layer {crossing.layer!r}, crossed by {connection.name!r}"
        found += unmatched(layer, crossing.where, where)
    return found


def _cells(one: TieIns, connection: Connection, layer: gpd.GeoDataFrame, where: str) -> list[str]:
    numbers = (
        (one.free, connection.symbol),
        (one.capacity, connection.symbol),
        (one.build_cost, "RUB"),
        (one.build_months, "months"),
    )
    found = [
        problem
        for column, unit in numbers
        if column is not None
        for problem in _amounts(layer, column, unit, where)
    ]
    found += _other_class(one, connection, layer, where) + (
        [] if found else _overfull(one, connection, layer, where)
    )
    if one.availability is not None:
        said = layer[one.availability]
        wrong = ~(said.isin(_AVAILABLE) | said.isna() | (said == ""))
        if wrong.any():
            rows = _rows(said[wrong])
            found.append(f"{where}: column {one.availability!r}: {rows}; give yes, no or can_be_built")
    return found


def _overfull(one: TieIns, connection: Connection, layer: gpd.GeoDataFrame, where: str) -> list[str]:
    """Name the features that would have more free than there is."""
    if one.free is None or one.capacity is None:
        return []
    free, capacity = (
        _number(layer, column, connection.symbol).to_numpy() for column in (one.free, one.capacity)
    )
    over = np.flatnonzero(free > capacity * (1 + _ROUNDING)).tolist()
    rows = [f"{layer.index[row]} has {free[row]:g} of {capacity[row]:g} {connection.symbol}" for row in over]
    if not rows:
        return []
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return [
        f"{where}: {one.free!r} is above {one.capacity!r}: {', '.join(rows[:_SHOWN])}{more}; "
        "no more can be free than there is"
    ]


def _demand_column(connection: Connection, plots: gpd.GeoDataFrame) -> list[str]:
    column = connection.demand_column
    if column is None or column not in plots.columns:
        return []
    return _amounts(plots, column, connection.symbol, f"plots, demand of connection {connection.name!r}")


def _amounts(table: gpd.GeoDataFrame, column: str, unit: str, where: str) -> list[str]:
    """Whether a column holds amounts of a unit's quantity: numbers, none below zero, none endless."""
    amounts = table[column]
    if amounts.isna().all():
        return []
    if not pd.api.types.is_numeric_dtype(amounts) or pd.api.types.is_bool_dtype(amounts):
        return [f"{where}: column {column!r} holds text, not numbers: {_rows(amounts.dropna())}"]
    kept_in = table.attrs.get("units", {}).get(column)
    if kept_in and units.unit(kept_in).quantity != units.unit(unit).quantity:
        return [f"{where}: column {column!r} is in {kept_in}, but {unit} is wanted"]
    wrong = amounts[(amounts < 0) | np.isinf(amounts.to_numpy(dtype=float, na_value=np.nan))]
    if len(wrong):
        return [f"{where}: column {column!r}: {_rows(wrong)}; give 0 or more, or leave an unknown one empty"]
    return []


def _rows(column: pd.Series) -> str:
    shown = ", ".join(f"{row} has {cell!r}" for row, cell in column.head(_SHOWN).astype(object).items())
    return shown + (f" and {len(column) - _SHOWN} more" if len(column) > _SHOWN else "")
