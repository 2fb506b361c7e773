"""What the tables of a park say of a requirement: bounds, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import cells, units
from siteplan.features import chosen
from siteplan.requirements import Reach, Requirement, Share, Stated, Total
from siteplan.tables import Park


@dataclass(frozen=True)
class Found:
    """What the tables say: what is known for certain, and the most it could be.

    Attributes
    ----------
    low, high
        Bounds of the amount in the requirement's unit; equal where it is known.
    because
        Where it comes from, or why it is not known.
    """

    low: float
    high: float
    because: str


@dataclass(frozen=True)
class Flat:
    """A park in metres."""

    park: Park
    plots: gpd.GeoDataFrame
    layers: dict[str, gpd.GeoDataFrame]

    def of(self, *roles: str) -> dict[str, gpd.GeoDataFrame]:
        """Layers with one of some roles."""
        known = self.park.catalogue.layers
        return {name: layer for name, layer in self.layers.items() if known[name].role in roles}

    @property
    def area(self) -> tuple[shapely.Geometry, str]:
        """The park's land, and where it is drawn."""
        borders = self.of("border")
        shapes = [shape for layer in borders.values() for shape in layer.geometry if shape.area > 0]
        if shapes:
            return shapely.union_all(shapes), f"border in {', '.join(borders)}"
        return shapely.union_all(self.plots.geometry.to_numpy()), "no layer is a border; the plots together"


def _in(one: Requirement, amount: float, unit: str) -> float:
    return amount * units.factor(unit, one.unit or unit)


def _park_area(flat: Flat, one: Requirement) -> Found:
    shape, where = flat.area
    hectares = _in(one, float(shapely.area(shape)), "m2")
    return Found(hectares, hectares, where)


def _total(flat: Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Total)
    tables = flat.of(measure.role) if measure.role else {"plots": flat.plots}
    holding = {name: table for name, table in tables.items() if measure.column in table.columns}
    if not holding:
        return Found(0.0, np.inf, f"no table of {measure.role or 'plots'} has a column {measure.column}")
    known, missing = 0.0, 0
    for table in holding.values():
        asked = [column for column, _ in measure.where]
        counted = table[chosen(table, measure.where)] if set(asked) <= set(table.columns) else table.iloc[:0]
        amounts = pd.to_numeric(counted[measure.column])
        kept_in = table.attrs.get("units", {}).get(measure.column) or one.unit
        known += _in(one, float(amounts.sum()), str(kept_in))
        missing += int(amounts.isna().sum())
    gaps = f"; unknown for {missing}" if missing else ""
    return Found(known, np.inf if missing else known, f"{measure.column} of {', '.join(holding)}{gaps}")


def _reach(flat: Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Reach)
    layers = {name: layer for name, layer in flat.of(*measure.roles).items() if len(layer)}
    if not layers:
        return Found(0.0, np.inf, f"no layer has the role {' or '.join(measure.roles)}")
    shape, _ = flat.area
    nearest = {name: float(layer.distance(shape).min()) for name, layer in layers.items()}
    name = min(nearest, key=nearest.__getitem__)
    metres = _in(one, nearest[name], "m")
    return Found(metres, metres, f"nearest in {name}")


def _share(flat: Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Share)
    if measure.column not in flat.plots.columns:
        return Found(0.0, _in(one, 1.0, "share"), f"the plots have no column {measure.column}")
    said = [cells.text(cell) for cell in flat.plots[measure.column]]
    area = flat.plots.area.to_numpy()
    fits = np.array([text in measure.one_of for text in said])
    open_ = np.array([text is None for text in said])
    low, high = (float(area[rows].sum() / area.sum()) for rows in (fits, fits | open_))
    gaps = f"; unknown for {int(open_.sum())}" if open_.any() else ""
    return Found(_in(one, low, "share"), _in(one, high, "share"), f"{measure.column} of the plots{gaps}")


def _stated(flat: Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Stated)
    fact = flat.park.catalogue.facts.get(measure.fact)
    if fact is None:
        return Found(0.0, 1.0, f"the catalogue states no fact {measure.fact!r}")
    return Found(float(fact.holds), float(fact.holds), f"{fact.source}, {fact.as_of.isoformat()}")


FOUND: dict[str, Callable[[Flat, Requirement], Found]] = {
    "park_area": _park_area,
    "total": _total,
    "reach": _reach,
    "share": _share,
    "stated": _stated,
}
