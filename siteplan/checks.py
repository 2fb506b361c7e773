"""Whether a plan can be applied to tables, asked before anything is measured.

Tables may come from `read_park` or from a planner's own code; both meet the same questions here,
and every answer is collected before anything is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd
import shapely

from siteplan import units
from siteplan.errors import DataError, PlanError
from siteplan.measures import DIMENSION
from siteplan.models import near
from siteplan.plan import Category, Constraint, Criterion, Plan


def usable(
    plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], plan: Plan
) -> tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]:
    """Return the tables ready to be measured, or say everything that stands against it.

    Parameters
    ----------
    plots, layers, plan
        As given to `score`.

    Returns
    -------
    plots, layers
        New tables indexed by text identifiers, each with a `name`; only the layers that the plan
        uses.

    Raises
    ------
    PlanError
        If the plan names layers or columns that are not there.
    DataError
        If a table lacks identifiers, a CRS or valid geometry, or a column has the wrong type.
    """
    plots = _identified(plots, "plot")
    if missing := _missing(plots, layers, plan):
        raise PlanError(f"plan {plan.name!r} does not fit these tables", missing)
    used = {name: _identified(layers[name], "feature") for name in plan.layers}
    problems = _plots(plots) + [
        problem for name, layer in used.items() for problem in _geometry(layer, f"layer {name!r}")
    ]
    every: tuple[Criterion | Constraint, ...] = (*plan.criteria, *plan.constraints)
    for judged in every:
        problems += _fits(judged, plots, used)
    if problems:
        raise DataError("these tables cannot be scored", dict.fromkeys(problems))
    return plots, used


def _identified(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """A copy indexed by text, with a name for each row."""
    if key in table.columns:
        table = table.set_index(key)
    ids = pd.Index(table.index.map(str), name=key, dtype="str")
    names = table["name"].fillna(pd.Series(ids, index=table.index)) if "name" in table.columns else ids
    table = table.set_axis(ids, axis=0).assign(name=pd.Series(names, dtype="str").to_numpy())
    return table if table.active_geometry_name == "geometry" else table.rename_geometry("geometry")


def _missing(plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> list[str]:
    problems = [
        f"layer {layer!r}, wanted by {', '.join(names)}, is not there{near(layer, layers)}; "
        f"layers: {', '.join(layers) or 'none'}"
        for layer, names in plan.layers.items()
        if layer not in layers
    ]
    columns = [str(column) for column in plots.columns if column != "geometry"]
    problems += [
        f"plots column {column!r}, wanted by {', '.join(names)}, is not there{near(column, columns)}; "
        f"columns: {', '.join(columns)}"
        for column, names in plan.columns.items()
        if column not in columns
    ]
    return problems


def _plots(plots: gpd.GeoDataFrame) -> list[str]:
    problems = _geometry(plots, "plots")
    if not len(plots):
        problems.append("plots: the table is empty; give at least one plot")
    twice = plots.index[plots.index.duplicated()].unique()
    if len(twice):
        problems.append(f"plots: identifiers stand more than once: {_some(twice)}")
    flat = plots.index[~plots.geom_type.isin(["Polygon", "MultiPolygon"]) & plots.geometry.notna()]
    if len(flat):
        problems.append(f"plots: not polygons: {_some(flat)}")
    return problems


def _geometry(table: gpd.GeoDataFrame, where: str) -> list[str]:
    problems = []
    if table.crs is None:
        problems.append(f"{where}: no CRS; set it with set_crs, or state it in the catalogue")
    empty = table.index[table.geometry.isna() | table.geometry.is_empty]
    if len(empty):
        problems.append(f"{where}: no geometry: {_some(empty)}")
    broken = table.index[~table.geometry.is_valid]
    if len(broken):
        problems.append(f"{where}: invalid geometry, repair it with make_valid: {_some(broken)}")
    return problems


def _fits(
    judged: Criterion | Constraint, plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame]
) -> list[str]:
    """Whether one measure can be taken from its table."""
    measure = judged.measure
    if measure.kind == "area":
        return []
    if measure.kind == "attribute":
        return _column(judged, plots, measure.column)
    layer = layers[measure.layer]
    if not len(layer):
        if measure.may_be_empty:
            return []
        return [
            f"layer {measure.layer!r}, wanted by {judged.name!r}, has no feature; "
            "if there is truly none, say may_be_empty = true in the plan's measure"
        ]
    if measure.kind in DIMENSION:
        dimension, noun = DIMENSION[measure.kind]
        if not (shapely.get_dimensions(layer.geometry.to_numpy()) == dimension).any():
            return [f"layer {measure.layer!r} has no {noun}, which {measure.kind} of {judged.name!r} needs"]
    return []


def _column(judged: Criterion | Constraint, plots: gpd.GeoDataFrame, column: str) -> list[str]:
    where = f"plots column {column!r}, wanted by {judged.name!r},"
    numeric = pd.api.types.is_numeric_dtype(plots[column]) and not pd.api.types.is_bool_dtype(plots[column])
    wants_text = (
        isinstance(judged.value, Category) if isinstance(judged, Criterion) else judged.one_of is not None
    )
    if wants_text == numeric:
        return [
            f"{where} holds {'numbers' if numeric else 'text'}, not {'text' if wants_text else 'numbers'}"
        ]
    kept_in = plots.attrs.get("units", {}).get(column)
    if numeric and kept_in and judged.unit and units.canonical(kept_in) != units.canonical(judged.unit):
        return [f"{where} is in {kept_in}, but the plan's amounts are in {judged.unit}"]
    return []


def _some(ids: Iterable[object]) -> str:
    shown = [str(one) for one in ids]
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
