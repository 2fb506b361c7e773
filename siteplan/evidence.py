"""What the tables of a park say of a requirement: bounds, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import cells, units
from siteplan.errors import SiteplanError
from siteplan.features import held, stands, unmatched
from siteplan.findings import Finding
from siteplan.models import Where
from siteplan.requirements import Reach, Requirement, Share, Stated, Total
from siteplan.tables import Park

_GAP = "not told: "
_EMPTY = "there is no feature; whether there is truly none nobody says"


@dataclass(frozen=True)
class Found:
    """What the tables say: what is known for certain, and the most it could be.

    Attributes
    ----------
    low, high
        Bounds of the amount in the requirement's unit; equal where it is known.
    because
        Where it comes from, or why it is not known.
    findings
        Tables and rows that could not be counted, by name.
    """

    low: float
    high: float
    because: str
    findings: tuple[Finding, ...] = ()


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
        """The park's land, and where it is drawn; lines that close enclose it."""
        borders = self.of("border")
        shapes = [shape for layer in borders.values() for shape in layer.geometry]
        drawn = [shape for shape in shapes if shape.area > 0]
        drawn += shapely.polygonize([shape for shape in shapes if shape.length > 0 == shape.area]).geoms
        if drawn:
            return shapely.union_all(drawn), f"border in {', '.join(borders)}"
        why = f"the border in {', '.join(borders)} encloses nothing" if borders else "no layer is a border"
        return shapely.union_all(self.plots.geometry.to_numpy()), f"{why}; the plots together"


def _in(one: Requirement, amount: float, unit: str) -> float:
    return amount * units.factor(unit, one.unit or unit)


def _park_area(flat: Flat, one: Requirement) -> Found:
    shape, where = flat.area
    hectares = _in(one, float(shapely.area(shape)), "m2")
    return Found(hectares, hectares, where)


@dataclass(frozen=True)
class _Meant:
    """The rows of one table that a requirement asks for, for certain, and those that it may ask for."""

    name: str
    table: gpd.GeoDataFrame
    sure: NDArray[np.bool_]
    possible: NDArray[np.bool_]


def _meant(
    tables: dict[str, gpd.GeoDataFrame], one: Requirement, where: Where
) -> tuple[list[_Meant], list[Finding]]:
    """Tell in every table which rows are asked for, and find the tables that cannot tell."""
    known = [column for column, values in where if any(stands(t, column, values) for t in tables.values())]
    meant = [_Meant(name, table, *held(table, where, known)) for name, table in tables.items()]
    findings = [
        Finding("warning", _place(one, name), words)
        for name, table in tables.items()
        for words in ([_EMPTY] if table.empty else unmatched(table, where))
    ]
    return meant, findings


def _place(one: Requirement, table: str) -> str:
    return f"requirement {one.name!r}, {'plots' if table == 'plots' else f'layer {table!r}'}"


def _total(flat: Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Total)
    tables = flat.of(measure.role) if measure.role else {"plots": flat.plots}
    if not any(measure.column in table.columns for table in tables.values()):
        return Found(0.0, np.inf, f"no table of {measure.role or 'plots'} has a column {measure.column}")
    meant, findings = _meant(tables, one, measure.where)
    meant = meant if measure.within is None else [_near(rows, flat, measure.within) for rows in meant]
    sums = [_summed(rows, one, measure.column) for rows in meant if rows.possible.any() or rows.table.empty]
    low, high = (float(sum(getattr(found, end) for found in sums)) for end in ("low", "high"))
    gaps = [found.because for found in sums if found.because.startswith(_GAP)]
    counted = [found.because for found in sums if found.because not in gaps] or ["nothing that counts"]
    findings += [finding for found in sums for finding in found.findings]
    reach = "" if measure.within is None else f", within {measure.within:g} m of the park"
    because = "; ".join([f"{measure.column} of {', '.join(counted)}{reach}", *gaps])
    return Found(low, high, because, tuple(findings))


def _near(rows: _Meant, flat: Flat, metres: float) -> _Meant:
    """Of the rows meant, those within some metres of the park."""
    shape, _ = flat.area
    near = (rows.table.distance(shape) <= metres).to_numpy(dtype=bool)
    return _Meant(rows.name, rows.table, rows.sure & near, rows.possible & near)


def _summed(rows: _Meant, one: Requirement, column: str) -> Found:
    """The sum of a column over one table."""
    name = rows.name
    if rows.table.empty:
        return Found(0.0, np.inf, f"{_GAP}{name} is empty")
    if column not in rows.table.columns:
        return Found(0.0, np.inf, f"{_GAP}{name} has no column {column}")
    amounts, findings = _amounts(rows, one, column)
    sure = rows.sure[rows.possible]
    counted, open_ = float(amounts[sure].sum()), amounts[~sure]
    low, high = counted + float(open_.clip(upper=0).sum()), counted + float(open_.clip(lower=0).sum())
    missing = int(amounts.isna().sum())
    gaps = f" (unknown for {missing})" if missing else ""
    return Found(low, np.inf if missing else high, f"{name}{gaps}", tuple(findings))


def _amounts(rows: _Meant, one: Requirement, column: str) -> tuple[pd.Series, list[Finding]]:
    """The amounts of the rows that may count, in the requirement's unit; missing where they are none."""
    kept = rows.table.loc[rows.possible, column]
    place, unit = _place(one, rows.name), rows.table.attrs.get("units", {}).get(column)
    symbol = units.unit(one.unit or "1").symbol
    amounts = pd.to_numeric(kept, errors="coerce").astype(float)
    findings = []
    if unit is None and one.unit:
        findings.append(Finding("warning", place, f"{column} has no unit; {symbol} is taken"))
    wrong = amounts.isna() & ~kept.map(cells.blank)
    if wrong.any():
        ids = tuple(map(str, kept.index[wrong]))
        message, remedy = f"{column} is no number", f"give plain numbers in {unit or symbol}"
        findings.append(Finding("warning", place, message, remedy, ids))
    try:
        return amounts * _in(one, 1.0, unit or symbol), findings
    except SiteplanError as unlike:
        return amounts * np.nan, [*findings, Finding("warning", place, f"{column}: {unlike}")]


def _reach(flat: Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Reach)
    layers = flat.of(*measure.roles)
    if not layers:
        return Found(0.0, np.inf, f"no layer has the role {' or '.join(measure.roles)}")
    shape, _ = flat.area
    meant, findings = _meant(layers, one, measure.where)
    sure, possible = np.inf, np.inf
    nearest = ""
    for rows in meant:
        metres = rows.table.distance(shape).to_numpy()
        possible = 0.0 if rows.table.empty else min(possible, _least(metres[rows.possible]))
        if (least := _least(metres[rows.sure])) < sure:
            sure, nearest = least, rows.name
    low, high = (_in(one, metres, "m") for metres in (min(sure, possible), sure))
    because = f"nearest in {nearest}" if nearest else "none is known to be meant"
    return Found(low, high, because, tuple(findings))


def _least(metres: NDArray[np.floating]) -> float:
    return float(np.min(metres, initial=np.inf))


def _share(flat: Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Share)
    if measure.column not in flat.plots.columns:
        return Found(0.0, _in(one, 1.0, "share"), f"the plots have no column {measure.column}")
    column, findings = flat.plots[measure.column], []
    said = [None if cells.blank(cell) else cells.identifier(cell) for cell in column]
    if measure.under and any(said) and pd.api.types.is_numeric_dtype(column):
        words = f"{measure.column} holds numbers, which are no codes: 6.10 would be 6.1"
        findings = [Finding("warning", _place(one, "plots"), words, "keep codes as text")]
        said = [None] * len(said)
    area = flat.plots.area.to_numpy()
    fits = np.array([text is not None and measure.holds(text) for text in said])
    open_ = np.array([text is None for text in said])
    low, high = (float(area[rows].sum() / area.sum()) for rows in (fits, fits | open_))
    gaps = f"; unknown for {int(open_.sum())}" if open_.any() else ""
    return Found(
        _in(one, low, "share"),
        _in(one, high, "share"),
        f"{measure.column} of the plots{gaps}",
        tuple(findings),
    )


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
