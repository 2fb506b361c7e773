"""Scorecard and park as plain data: the JSON that the page draws.

Text leaves here with its invisible characters spelled out, and is text ever after: the page knows
no other way to show it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from siteplan import crs, safe
from siteplan.errors import CrsError
from siteplan.maps import classes, wording
from siteplan.maps.outlines import inside, shape

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

_OWN = {"name", "synthetic", "regimes", "status", "geometry"}  # columns shown in their own place
_CRITERION = ["criterion", "label", "measure", "layer", "unit", "weight"]
_PLANNED = {"planned", "project", "design", "construction", "under construction", "proposed"}


def payload(card: Scorecard, park: Park) -> dict[str, Any]:
    """Return everything the page shows, as text, numbers, lists and dicts.

    Parameters
    ----------
    card, park
        What was scored and what surrounds it.

    Returns
    -------
    data
        `words`, `summary`, `park`, `plan`, `criteria`, `classes`, `columns`, `plots` in order of
        rank, `layers`, `regimes`. Scores are whole tenths of a point of 100.

    Raises
    ------
    OutputError
        If a plot's contributions do not add up to its score.
    """
    words = wording.words()
    criteria = _criteria(card.contributions)
    plots = _plots(card, park, criteria)
    scores = [plot["score"] / 10 for plot in plots if plot["rank"] is not None]
    return {
        "words": words,
        "summary": summary(plots, words),
        "park": _about(park),
        "plan": {key: text(getattr(card.plan, key)) for key in ("name", "title", "author", "as_of", "note")},
        "made": {key: text(value) for key, value in card.provenance.to_dict().items() if _plain(value)},
        "criteria": [{**criterion, "role": _role(criterion["layer"], park)} for criterion in criteria.values()],
        "classes": [vars(one) for one in classes.score_classes(scores)],
        "columns": _columns(park.plots, park.catalogue.plots),
        "plots": plots,
        "layers": [_layer(name, park) for name in park.layers],
        "regimes": _regimes(park),
    }


def summary(plots: list[dict[str, Any]], words: Mapping[str, Any]) -> str:
    """Return how many plots there are, and how many of them are ranked, excluded or uncertain."""
    if not plots:
        return str(words["no_plots"])
    counts = {
        "ranked": sum(plot["rank"] is not None for plot in plots),
        "excluded": sum(bool(plot["excluded"]) for plot in plots),
        "uncertain": sum(plot["unknown"] for plot in plots),
    }
    parts = [wording.counted(words[f"sum_{key}"], number) for key, number in counts.items() if number]
    return f"{wording.counted(words['sum_plots'], len(plots))}: {', '.join(parts)}" if parts else ""


def text(value: object) -> str:
    """Return a value as text that shows every character it has; nothing for what is missing."""
    return "" if _missing(value) else safe.visible(value)


def _missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _number(value: Any, digits: int = 6) -> float | None:
    """A finite number, or None."""
    return None if _missing(value) or not math.isfinite(value) else round(float(value), digits)


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not _missing(value)


def _role(layer: str, park: Park) -> str:
    entry = park.catalogue.layers.get(layer)
    return entry.role if entry else ""


def _about(park: Park) -> dict[str, Any]:
    catalogue = park.catalogue
    return {
        "title": text(catalogue.title),
        "notice": text(catalogue.notice),
        "as_of": text(catalogue.as_of),
        "sources": [
            {"title": text(entry.title) or name, **_source(entry)}
            for name, entry in (("plots", catalogue.plots), *catalogue.layers.items())
        ],
    }


def _source(entry: Any) -> dict[str, str]:
    keys = ("origin", "source", "licence", "credit", "as_of", "confidence", "note")
    return {key: text(getattr(entry, key)) for key in keys}


def _criteria(contributions: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Criteria in the plan's order, by name."""
    first = contributions.drop_duplicates("criterion")[_CRITERION]
    return {
        row.criterion: {
            "label": text(row.label),
            "measure": text(row.measure),
            "layer": text(row.layer),
            "unit": text(row.unit),
            "weight": _number(row.weight) or 0.0,
        }
        for row in first.itertuples()
    }


def _columns(frame: pd.DataFrame, entry: Any) -> list[dict[str, str]]:
    """The columns a reader may want, with units."""
    units = frame.attrs.get("units", {})
    return [
        {"name": text(column), "unit": text(units.get(column, ""))}
        for column in frame.columns
        if column not in _OWN
    ]


def _attributes(row: Mapping[str, Any], names: list[str]) -> list[Any]:
    """Values of a record: numbers as numbers, everything else as text, missing as None."""
    return [_attribute(row.get(name)) for name in names]


def _attribute(value: Any) -> Any:
    if _missing(value):
        return None
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if pd.api.types.is_number(value):
        return _number(value)
    return text(value)


def _plots(card: Scorecard, park: Park, criteria: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Plots in order of rank, those without one last, as the scorecard orders them."""
    frame = crs.to_degrees(card.plots)
    rows = _rows(card.contributions, {name: number for number, name in enumerate(criteria)})
    areas = _areas(card)
    names = [name for name in park.plots.columns if name not in _OWN]
    known = dict(zip(park.plots.index, park.plots.drop(columns="geometry").to_dict("records"), strict=True))
    plots = []
    for row, area in zip(frame.itertuples(), areas, strict=True):
        parts = rows.get(row.Index, [])
        plot = {**_scored(row, parts), **_described(row, known.get(row.Index, {}), names)}
        plots.append({**plot, "area": area, "shape": shape(row.geometry), "at": inside(row.geometry)})
    return sorted(plots, key=lambda plot: (plot["rank"] is None, plot["rank"] or 0))


def _scored(row: Any, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """What a plot scores, rounded so that the parts add up to the sum."""
    known = [part for part in parts if part["worth"] is not None]
    exact = [part.pop("exact") for part in parts]
    total = _number(row.score, 12)
    exact_sum = math.fsum(value for value in exact if value is not None)
    shown = classes.shown_parts([value for value in exact if value is not None], exact_sum if total is None else total)
    for part, points in zip(known, shown, strict=True):
        part["points"] = points
    high = _number(row.score_high, 12)
    return {
        "rank": None if _missing(row.rank) else int(row.rank),
        "score": None if total is None else round(total * 1000),
        "high": None if high is None else round(high * 1000),
        "sum": sum(shown),
        "complete": _number(row.completeness),
        "excluded": text(row.excluded_by),
        "unchecked": text(row.unchecked),
        "unknown": len(known) < len(parts) or bool(text(row.unchecked)),
        "parts": parts,
    }


def _described(row: Any, record: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    plot = text(row.Index)
    return {
        "id": plot,
        "short": plot.rsplit(":", 1)[-1] or plot,
        "name": text(row.name),
        "synthetic": record.get("synthetic") is not None and bool(record.get("synthetic")),
        "status": text(record.get("status")),
        "attributes": _attributes(record, names),
        "regimes": text(record.get("regimes")).split(),
    }


def _rows(contributions: pd.DataFrame, number: Mapping[str, int]) -> dict[str, list[dict[str, Any]]]:
    """Each plot's contributions, one per criterion."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in contributions.itertuples():
        contribution = _number(row.contribution, 12)
        lon, lat = _number(row.tie_in_lon), _number(row.tie_in_lat)
        rows.setdefault(row.plot, []).append(
            {
                "criterion": number[row.criterion],
                "amount": _number(row.amount),
                "none": not _missing(row.amount) and math.isinf(row.amount),
                "category": text(row.category),
                "feature": text(row.feature_name) or text(row.feature),
                "worth": None if contribution is None else _number(row.value),
                "exact": contribution,
                "tie_in": None if lon is None or lat is None else [lon, lat],
            }
        )
    return rows


def _areas(card: Scorecard) -> list[float | None]:
    """Areas in hectares, in the CRS everything was measured in."""
    frame = card.plots
    if frame.geometry.is_empty.all() or frame.geometry.isna().all():
        return [None] * len(frame)
    metric = card.provenance.to_dict().get("metric_crs")
    try:
        metres = crs.project(frame, crs.for_measuring(str(metric)) if metric else crs.estimate(frame))
    except CrsError:
        return [None] * len(frame)  # the map is still worth drawing
    return [_number(area / 10_000, 4) for area in metres.geometry.area]


def _layer(name: str, park: Park) -> dict[str, Any]:
    entry = park.catalogue.layers[name]
    frame = park.layers[name]
    return {
        "name": name,
        "title": text(entry.title) or name.replace("_", " "),
        "role": entry.role,
        **_source(entry),
        "columns": _columns(frame, entry),
        "features": _features(frame),
    }


def _features(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    names = [column for column in frame.columns if column not in _OWN or column == "status"]
    records = frame.drop(columns="geometry").to_dict("records")
    return [
        {
            "name": text(record.get("name")),
            "synthetic": record.get("synthetic") is not None and bool(record.get("synthetic")),
            "planned": text(record.get("status")).lower() in _PLANNED,
            "attributes": _attributes(record, [name for name in names if name != "status"]),
            "status": text(record.get("status")),
            "shape": drawn,
            "at": inside(geometry) if "polygons" in drawn else None,
        }
        for record, geometry in zip(records, crs.to_degrees(frame).geometry, strict=True)
        if (drawn := shape(geometry))
    ]


def _regimes(park: Park) -> dict[str, list[dict[str, Any]]]:
    """Lines of each regime, by its id."""
    regimes: dict[str, list[dict[str, Any]]] = {}
    for line in park.regimes:
        shown = {key: text(value) for key, value in line.to_dict().items() if key != "new_residents_only"}
        regimes.setdefault(line.id, []).append({**shown, "new_only": line.new_residents_only})
    return regimes
