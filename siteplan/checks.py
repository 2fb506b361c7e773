"""Whether a plan can be applied to tables, asked before anything is measured.

Tables may come from `read_park` or from a planner's own code; both meet the same questions here,
and every answer is collected before anything is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import cells, features, placing, units
from siteplan.amounts import Attribute, Connected, Earthwork, OnNet, Shape, Slope
from siteplan.buildable import Land
from siteplan.connect import headroom
from siteplan.criteria import Constraint, Criterion
from siteplan.errors import DataError, PlanError
from siteplan.features import missing_columns, unmatched
from siteplan.measures import DIMENSION
from siteplan.models import near
from siteplan.plan import Plan
from siteplan.shapes import Shapes
from siteplan.surfaces import PLOTS
from siteplan.worth import Category

_POLYGONS = [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]


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
    _refuse_shapeless({"plots": plots, **{name: layers[name] for name in plan.layers if name in layers}})
    plots = _identified(plots, "plot")
    _refuse_missing(plan, [*_missing(layers, plan), *_missing_columns(plots, plan)])
    used = {name: _identified(layers[name], "feature") for name in plan.layers}
    problems = _plots(plots) + [
        problem for name, layer in used.items() for problem in _geometry(layer, _where(name))
    ]
    every: tuple[Criterion | Constraint, ...] = (*plan.criteria, *plan.constraints)
    for judged in every:
        problems += _fits(judged, plots, used)
    if plan.land is not None:
        problems += _land(plan.land, used)
    for connection in plan.connections:
        problems += headroom.problems(connection, plots, used)
    problems += _unmatched(plan, {PLOTS: plots, **used})
    _refuse(problems)
    return plots, used


def usable_layers(layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of `usable` where plots come later, piece by piece; see `usable_plots`.

    Parameters, errors and the result are those of `usable`, as far as no plot is needed for them; a
    plan whose surfaces have plots on them is not asked about those.
    """
    _refuse_shapeless({name: layers[name] for name in plan.layers if name in layers})
    _refuse_missing(plan, _missing(layers, plan))
    used = {name: _identified(layers[name], "feature") for name in plan.layers}
    problems = [problem for name, layer in used.items() for problem in _geometry(layer, _where(name))]
    for judged in plan.judged:
        problems += _fits(judged, None, used)
    if plan.land is not None:
        problems += _land(plan.land, used)
    _refuse([*problems, *_unmatched(plan, used)])
    return used


def usable_plots(
    plots: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], plan: Plan
) -> gpd.GeoDataFrame:
    """Return a piece of the plots ready to be measured, as `usable` does.

    Parameters
    ----------
    plots
        Some of the plots.
    layers
        What `usable_layers` gave.
    plan
        What is to be measured.

    Raises
    ------
    PlanError, DataError
        As `usable`.
    """
    _refuse_shapeless({"plots": plots})
    plots = _identified(plots, "plot")
    refuse_missing_columns(plots, plan)
    problems = _plots(plots)
    for judged in plan.judged:
        if isinstance(judged.measure, Attribute):
            problems += _column(judged, plots, judged.measure.column)
    for connection in plan.connections:
        problems += headroom.problems(connection, plots, layers)
    _refuse(problems)
    return plots


def refuse_missing_columns(plots: gpd.GeoDataFrame, plan: Plan) -> None:
    """Refuse plots without the columns that a plan's attributes name.

    Raises
    ------
    PlanError
        If one is not there.
    """
    _refuse_missing(plan, _missing_columns(plots, plan))


def _refuse_shapeless(tables: Mapping[str, pd.DataFrame]) -> None:
    lines = [
        f"{_where(name)}: no geometry column; give a GeoDataFrame"
        for name, table in tables.items()
        if not _shaped(table)
    ]
    _refuse(lines)


def _refuse_missing(plan: Plan, missing: list[str]) -> None:
    if missing:
        raise PlanError(f"plan {plan.name!r} does not fit these tables", missing)


def _refuse(problems: list[str]) -> None:
    if problems:
        raise DataError("these tables cannot be scored", dict.fromkeys(problems))


def _land(land: Land, layers: Mapping[str, gpd.GeoDataFrame]) -> list[str]:
    """Whether the layers that take land have features, and the columns that the plan names."""
    asked = [(zone.layer, zone.named, zone.where) for zone in land.zones]
    asked += [
        (zone.layer, [*(name for name, _ in zone.where), *([zone.of] if zone.of else [])], zone.where)
        for zone in land.registered
    ]
    if patch := land.overrides:
        asked.append((patch.layer, [patch.effect, patch.author, patch.date, patch.reason], ()))
    problems = [
        f"layer {zone.layer!r}, wanted by land, has no feature; if there is truly none, say "
        "may_be_empty = true in its [[land.zones]]"
        for zone in land.zones
        if not len(layers[zone.layer]) and not zone.may_be_empty
    ]
    for name, columns, where in asked:
        place = f"layer {name!r}, wanted by land"
        problems += missing_columns(layers[name], columns, place) or unmatched(layers[name], where, place)
    return problems


def _where(name: str) -> str:
    return "plots" if name == "plots" else f"layer {name!r}"


def _shaped(table: pd.DataFrame) -> bool:
    return isinstance(table, gpd.GeoDataFrame) and table.active_geometry_name is not None


def _identified(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """A copy indexed by text, with a name for each row and its shapes in `geometry`."""
    shapes = table.geometry
    given = table[key] if key in table.columns and key != shapes.name else pd.Series(table.index)
    if _settled(given) and "name" in table.columns and _settled(table["name"]):
        ids, names = pd.Index(given, name=key, dtype="str"), table["name"]
    else:
        ids = pd.Index([cells.identifier(one) or "" for one in given], name=key, dtype="str")
        names = table["name"].astype(object) if "name" in table.columns else pd.Series(dtype=object)
        names = pd.Series([cells.text(name) for name in names], dtype=object)
    others = pd.DataFrame(table).drop(columns=["geometry", shapes.name, key, "name"], errors="ignore")
    identified = gpd.GeoDataFrame(others.set_axis(ids, axis=0), geometry=shapes.to_numpy(), crs=table.crs)
    if isinstance(names.dtype, pd.StringDtype):
        identified["name"] = names.array
    else:
        identified["name"] = [name or one for name, one in zip_longest(names, ids)]
        identified["name"] = identified["name"].astype("str")
    identified.attrs = dict(table.attrs)
    return identified


def _settled(texts: pd.Series) -> bool:
    """Whether a column holds what reading it cell by cell would give: text without blanks around it."""
    if not isinstance(texts.dtype, pd.StringDtype) or texts.hasnans:
        return False
    return bool(((texts == texts.str.strip()) & (texts != "")).all())


def _missing(layers: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> list[str]:
    return [
        f"layer {layer!r}, wanted by {', '.join(names)}, is not there{near(layer, layers)}; "
        f"layers: {', '.join(layers) or 'none'}"
        for layer, names in plan.layers.items()
        if layer not in layers
    ]


def _missing_columns(plots: gpd.GeoDataFrame, plan: Plan) -> list[str]:
    columns = [str(column) for column in plots.columns if column != "geometry"]
    return [
        f"plots column {column!r}, wanted by {', '.join(names)}, is not there{near(column, columns)}; "
        f"columns: {', '.join(columns)}"
        for column, names in plan.columns.items()
        if column not in columns
    ]


def _plots(plots: gpd.GeoDataFrame) -> list[str]:
    problems = _geometry(plots, "plots")
    if not len(plots):
        problems.append("plots: the table is empty; give at least one plot")
    if nameless := int((plots.index == "").sum()):
        problems.append(
            f"plots: {nameless} rows have no identifier; index the table by one, or add a column plot"
        )
    twice = plots.index[plots.index.duplicated() & (plots.index != "")].unique()
    if len(twice):
        problems.append(f"plots: identifiers stand more than once: {_some(twice)}")
    shapes = plots.geometry.to_numpy()
    flat = plots.index[~np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~_absent(shapes)]
    if len(flat):
        problems.append(f"plots: not polygons: {_some(flat)}")
    return problems


def _absent(shapes: Shapes) -> NDArray[np.bool_]:
    return np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))


def _geometry(table: gpd.GeoDataFrame, where: str) -> list[str]:
    problems = []
    shapes = table.geometry.to_numpy()
    absent = _absent(shapes)
    if table.crs is None:
        problems.append(f"{where}: no CRS; set it with set_crs, or state it in the catalogue")
    else:
        problems += [str(finding) for finding in placing.believable(table, where)]
    if absent.any():
        problems.append(f"{where}: no geometry: {_some(table.index[absent])}")
    broken = ~shapely.is_valid(shapes) & ~absent
    if broken.any():
        problems.append(f"{where}: invalid geometry, repair it with make_valid: {_some(table.index[broken])}")
    return problems


def _fits(
    judged: Criterion | Constraint, plots: gpd.GeoDataFrame | None, layers: Mapping[str, gpd.GeoDataFrame]
) -> list[str]:
    """Whether one measure can be taken from its table; without plots, of the layers' only."""
    measure = judged.measure
    if isinstance(measure, Connected | OnNet | Shape | Slope | Earthwork) or measure.kind == "area":
        return []
    if measure.kind == "attribute":
        return [] if plots is None else _column(judged, plots, measure.column)
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


def _unmatched(plan: Plan, tables: Mapping[str, gpd.GeoDataFrame]) -> list[str]:
    """Where measures, networks and surfaces ask for features that a layer does not have."""
    asked = [
        (layer, where, f"layer {layer!r}, wanted by {one.name!r}")
        for one in plan.judged
        if (where := getattr(one.measure, "where", ())) and (layer := getattr(one.measure, "layer", ""))
    ]
    asked += [
        (roads.layer, roads.where, f"layer {roads.layer!r}, wanted by network {name!r}")
        for name, roads in plan.networks.items()
    ]
    asked += [
        (
            entry.layer,
            features.pairs(entry.where),
            f"layer {entry.layer!r}, wanted by surface {name!r}, {place}",
        )
        for name, ground in plan.surfaces.items()
        for place, entry in ground.entries.items()
    ]
    return [
        line
        for layer, where, place in asked
        if layer in tables
        for line in features.unmatched(tables[layer], where, place)
    ]


def _column(judged: Criterion | Constraint, plots: gpd.GeoDataFrame, column: str) -> list[str]:
    where = f"plots column {column!r}, wanted by {judged.name!r},"
    column_cells = plots[column]
    if column_cells.isna().all():
        return []
    numeric = pd.api.types.is_numeric_dtype(column_cells) and not pd.api.types.is_bool_dtype(column_cells)
    wants_text = (
        isinstance(judged.value, Category) if isinstance(judged, Criterion) else judged.one_of is not None
    )
    if wants_text == numeric:
        return [
            f"{where} holds {'numbers' if numeric else 'text'}, not {'text' if wants_text else 'numbers'}"
        ]
    if not numeric:
        return []
    endless = plots.index[np.isinf(column_cells.to_numpy(dtype=float, na_value=np.nan))]
    if len(endless):
        return [f"{where} is infinite for {_some(endless)}; leave an unknown amount empty"]
    kept_in = plots.attrs.get("units", {}).get(column)
    if kept_in and judged.unit and units.unit(kept_in).quantity != units.unit(judged.unit).quantity:
        return [f"{where} is in {kept_in}, but the plan's amounts are in {judged.unit}"]
    return []


def _some(ids: Iterable[object]) -> str:
    shown = [str(one) for one in ids]
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
