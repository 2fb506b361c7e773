"""Whether a whole park has what it must have: met, not met, or unknown, each with its act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siteplan import cells, crs, safe, units
from siteplan.features import chosen
from siteplan.requirements import Reach, Requirement, Requirements, Share, Stated, Total
from siteplan.tables import Park

_SHOWN = ("title", "answer", "found", "wanted", "because", "act", "confidence")


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
class Compliance:
    """A park held against requirements; prints itself as a table.

    Attributes
    ----------
    requirements
        What was asked.
    answers
        One row per requirement: `requirement`, `title`, `answer` (met, not_met, unknown), `low` and
        `high` in `unit`, `found` and `wanted` in words, `because`, `act`, `clause`, `as_of`,
        `confidence`, `source`.
    """

    requirements: Requirements
    answers: pd.DataFrame

    @property
    def sentence(self) -> str:
        """How many are met, not met, unknown."""
        counts = self.answers["answer"].value_counts()
        met, not_met, unknown = (int(counts.get(answer, 0)) for answer in ("met", "not_met", "unknown"))
        return f"{self.requirements.title}: {met} met, {not_met} not met, {unknown} unknown."

    def __str__(self) -> str:
        lines = [self.sentence]
        for row in self.answers.to_dict("records"):
            lines.append(
                f"  {row['answer'].replace('_', ' '):>7}  {row['title']}: {row['found']} ({row['wanted']})"
            )
            lines.append(f"           {row['because']}; {row['act']}, {row['confidence']}")
        return "\n".join([*map(safe.visible, lines), *filter(None, [self.requirements.notice])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.answers[list(_SHOWN)]
        notice = f"<p>{safe.entities(self.requirements.notice)}</p>" if self.requirements.notice else ""
        return (
            f"<p>{safe.entities(self.sentence)}</p>{safe.html_table(table.columns, table.to_numpy())}{notice}"
        )


def check_requirements(park: Park, requirements: Requirements) -> Compliance:
    """Hold a park against requirements.

    Parameters
    ----------
    park
        As read.
    requirements
        What it must have.

    Returns
    -------
    compliance
        An answer to each; what the tables do not say stays unknown, unless what they do say is
        enough already, or could not be enough in any case.
    """
    metric = crs.estimate(park.plots)
    flat = _Flat(
        park,
        crs.project(park.plots, metric),
        {name: crs.project(layer, metric) for name, layer in park.layers.items()},
    )
    rows = [_answered(one, _FOUND[one.measure.kind](flat, one)) for one in requirements.requirements]
    return Compliance(requirements, pd.DataFrame(rows))


@dataclass(frozen=True)
class _Flat:
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


def _answered(one: Requirement, found: Found) -> dict[str, Any]:
    symbol = units.unit(one.unit).symbol if one.unit else ""
    return {
        "requirement": one.name,
        "title": one.title,
        "answer": _answer(one, found),
        "low": found.low,
        "high": found.high,
        "unit": symbol,
        "found": _words(one, found, symbol),
        "wanted": one.bound,
        "because": found.because,
        **{key: getattr(one, key) for key in ("act", "clause", "confidence", "source")},
        "as_of": one.as_of.isoformat(),
    }


def _answer(one: Requirement, found: Found) -> str:
    if isinstance(one.measure, Stated):
        known = {1.0: "met", 0.0: "not_met"}
        return known[found.low] if found.low == found.high else "unknown"
    if one.at_least is not None:
        return "met" if found.low >= one.at_least else "unknown" if found.high >= one.at_least else "not_met"
    most = one.at_most if one.at_most is not None else np.inf
    return "met" if found.high <= most else "unknown" if found.low <= most else "not_met"


def _words(one: Requirement, found: Found, symbol: str) -> str:
    if isinstance(one.measure, Stated):
        return ("yes" if found.low else "no") if found.low == found.high else "unknown"
    if found.low == found.high:
        return units.shown(found.low, symbol)
    if not np.isfinite(found.high):
        return f"{units.shown(found.low, symbol)} or more" if found.low else "unknown"
    return f"{units.shown(found.low, symbol)} to {units.shown(found.high, symbol)}"


def _in(one: Requirement, amount: float, unit: str) -> float:
    return amount * units.factor(unit, one.unit or unit)


def _park_area(flat: _Flat, one: Requirement) -> Found:
    shape, where = flat.area
    hectares = _in(one, float(shapely.area(shape)), "m2")
    return Found(hectares, hectares, where)


def _total(flat: _Flat, one: Requirement) -> Found:
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


def _reach(flat: _Flat, one: Requirement) -> Found:
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


def _share(flat: _Flat, one: Requirement) -> Found:
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


def _stated(flat: _Flat, one: Requirement) -> Found:
    measure = one.measure
    assert isinstance(measure, Stated)
    fact = flat.park.catalogue.facts.get(measure.fact)
    if fact is None:
        return Found(0.0, 1.0, f"the catalogue states no fact {measure.fact!r}")
    return Found(float(fact.holds), float(fact.holds), f"{fact.source}, {fact.as_of.isoformat()}")


_FOUND: dict[str, Callable[[_Flat, Requirement], Found]] = {
    "park_area": _park_area,
    "total": _total,
    "reach": _reach,
    "share": _share,
    "stated": _stated,
}
