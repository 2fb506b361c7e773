"""What a result follows from: versions, plan, metric CRS, and a fingerprint of every table used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any, Self

import geopandas as gpd
import pandas as pd
import shapely

from siteplan.amounts import Attribute
from siteplan.criteria import Constraint, Criterion
from siteplan.plan import Plan
from siteplan.rasters import Raster


@dataclass(frozen=True)
class Table:
    """A table that a result was computed from.

    Attributes
    ----------
    name
        "plots" or the layer's name.
    fingerprint
        SHA-256 of identifiers, geometry (WKB), CRS and the columns the plan uses with their units.
    crs
        The CRS the table came in.
    counts
        Records read, used, repaired and quarantined, where the table came through `read_park`.
    """

    name: str
    fingerprint: str
    crs: str
    counts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Provenance:
    """What a scorecard follows from.

    Attributes
    ----------
    siteplan, libraries
        Versions of siteplan and of the libraries that measure.
    plan
        SHA-256 of the plan.
    metric_crs, metric_crs_estimated
        Where everything was measured, and whether the plan left that to siteplan.
    units_assumed
        Columns that came without a unit, whose numbers were taken to be in the plan's: of the plots,
        and of the layers of connections and of zones as "layer.column".
    tables
        The plots first, then every layer and elevation model that the plan uses.
    """

    siteplan: str
    libraries: Mapping[str, str]
    plan: str
    metric_crs: str
    metric_crs_estimated: bool
    units_assumed: tuple[str, ...]
    tables: tuple[Table, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_dict` gave."""
        tables = tuple(Table(**table) for table in data["tables"])
        return cls(**{**data, "tables": tables, "units_assumed": tuple(data["units_assumed"])})


def of(
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    *,
    metric_crs: str,
    rasters: Mapping[str, Raster] | None = None,
) -> Provenance:
    """Describe what a score follows from.

    Parameters
    ----------
    plots, layers
        The tables as given, before projection.
    plan
        Decides which layers and columns count.
    metric_crs
        The CRS that was measured in.
    rasters
        Elevation models by name.
    """
    units = plots.attrs.get("units", {})
    return Provenance(
        siteplan=version("siteplan"),
        libraries=libraries(),
        plan=plan_digest(plan),
        metric_crs=metric_crs,
        metric_crs_estimated=plan.metric_crs is None,
        units_assumed=(
            *sorted(column for column in _numbers(plan) if not units.get(column)),
            *sorted(_capacities_without_unit(plan, layers) | _classes_without_unit(plan, layers)),
        ),
        tables=(_table("plots", plots, plan.columns), *around(layers, plan, rasters or {})),
    )


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that measure."""
    names = ("geopandas", "shapely", "pyproj", "pandas", "numpy")
    return {name: version(name) for name in names} | {"geos": shapely.geos_version_string}


def around(
    layers: Mapping[str, gpd.GeoDataFrame], plan: Plan, rasters: Mapping[str, Raster]
) -> tuple[Table, ...]:
    """Describe the layers and elevation models that a plan's scores follow from, besides the plots."""
    tables = [_table(name, layers[name], columns) for name, columns in _columns(plan, layers).items()]
    grids = [_grid(name, raster) for name, raster in rasters.items() if name in plan.dems]
    return (*tables, *grids)


def _columns(plan: Plan, layers: Mapping[str, gpd.GeoDataFrame]) -> dict[str, list[str]]:
    """The columns of each layer that a result follows from."""
    told = plan.class_columns
    return {
        layer: [
            "name",
            *columns,
            *(name for name in told.get(layer, []) if name not in columns and name in layers[layer].columns),
        ]
        for layer, columns in plan.layer_columns.items()
        if layer in layers
    }


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 of a plan."""
    return hashlib.sha256(json.dumps(plan.to_dict(), sort_keys=True).encode()).hexdigest()


def _numbers(plan: Plan) -> set[str]:
    """Plot columns that the plan takes numbers with a unit from."""
    every: tuple[Criterion | Constraint, ...] = (*plan.criteria, *plan.constraints)
    attributes = {
        judged.measure.column for judged in every if isinstance(judged.measure, Attribute) and judged.unit
    }
    return attributes | {one.demand_column for one in plan.connections if one.demand_column is not None}


def _capacities_without_unit(plan: Plan, layers: Mapping[str, gpd.GeoDataFrame]) -> set[str]:
    """Columns of tie-ins whose amounts were taken to be in the connection's unit."""
    return {
        f"{tie_in.layer}.{column}"
        for connection in plan.connections
        for tie_in in connection.tie_ins
        for column in (tie_in.free, tie_in.capacity)
        if column and not layers[tie_in.layer].attrs.get("units", {}).get(column)
    }


def _classes_without_unit(plan: Plan, layers: Mapping[str, gpd.GeoDataFrame]) -> set[str]:
    """Columns of classes and corridors that were taken to be in the unit of the norms."""
    if plan.land is None or plan.norms is None:
        return set()
    read: set[tuple[str, str]] = set()
    for zone in plan.land.zones:
        given, columns = dict(zone.given), dict(zone.columns)
        read |= {
            (zone.layer, columns.get(name, name))
            for rule in plan.norms.of(zone.object, zone.rules)
            for name in rule.units
            if name not in given
        }
        if zone.corridor:
            read.add((zone.layer, zone.corridor))
    return {
        f"{layer}.{column}"
        for layer, column in read
        if column in layers[layer].columns and not layers[layer].attrs.get("units", {}).get(column)
    }


def crs_name(crs: Any) -> str:
    """Return the shortest text that names a CRS for good: its authority's code, or its WKT."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())


def fingerprint(table: gpd.GeoDataFrame, columns: Iterable[str]) -> str:
    """Return the SHA-256 of a table's identifiers, geometry, CRS and the named columns with units.

    Examples
    --------
    >>> table = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs=4326)
    >>> fingerprint(table, ["a"]) == fingerprint(table.assign(b=2), ["a"])
    True
    """
    digest = hashlib.sha256(crs_name(table.crs).encode())
    units = table.attrs.get("units", {})
    for column in columns:
        digest.update(f"{column}={units.get(column, '')};".encode())
    for part in (table.index, *(table[column] for column in columns)):
        texts = "\x1f".join(map(repr, pd.Series(part)))
        digest.update(texts.encode("utf-8", "surrogatepass") + b"\x1e")
    for shape in shapely.to_wkb(table.geometry.to_numpy(), byte_order=1):
        digest.update(shape or b"-")
    return digest.hexdigest()


def _table(name: str, table: gpd.GeoDataFrame, columns: Iterable[str]) -> Table:
    counts = table.attrs.get("counts", {})
    return Table(name, fingerprint(table, columns), crs_name(table.crs), counts)


def _grid(name: str, raster: Raster) -> Table:
    """An elevation model: its heights and where they lie."""
    digest = hashlib.sha256(f"{raster.crs}{raster.transform}{raster.values.shape}".encode())
    digest.update(raster.values.tobytes())
    return Table(f"elevation model {name}", digest.hexdigest(), raster.crs)


def changed(
    then: Provenance,
    plots: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    plan: Plan,
    rasters: Mapping[str, Raster] | None = None,
) -> list[str]:
    """Name the tables that are not those a result was computed from."""
    now = {"plots": fingerprint(plots, plan.columns)} if set(plan.columns) <= set(plots.columns) else {}
    now |= {
        name: fingerprint(layers[name], columns)
        for name, columns in _columns(plan, layers).items()
        if set(columns) <= set(layers[name].columns)
    }
    grids = [_grid(name, raster) for name, raster in (rasters or {}).items()]
    now |= {grid.name: grid.fingerprint for grid in grids}
    return [table.name for table in then.tables if now.get(table.name) != table.fingerprint]
