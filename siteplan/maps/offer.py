"""The plots as plain data: what each scores, why, and what else is known about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from siteplan import crs
from siteplan.maps import classes
from siteplan.maps.connections import connections
from siteplan.maps.land import land
from siteplan.maps.outlines import inside, shape
from siteplan.maps.values import attributes, flag, missing, number, text

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

OWN = {"name", "synthetic", "regimes", "status", "geometry"}
"""Columns that the page shows in a place of their own."""

_EXACT = 12
_COLOURED = {
    "power",
    "gas",
    "water",
    "sewer",
    "heat",
    "telecom",
    "rail",
    "road",
    "flood",
    "wetland",
    "forest",
}


def criteria(card: Scorecard, park: Park) -> dict[str, dict[str, Any]]:
    """Return the criteria in the plan's order, by name."""
    first = card.contributions.drop_duplicates("criterion").to_dict("records")
    return {
        row["criterion"]: {
            "label": text(row["label"]),
            "measure": text(row["measure"]),
            "layer": text(row["layer"]),
            "role": _role(row["layer"], row["criterion"], park),
            "unit": text(row["unit"]),
            "weight": number(row["weight"]) or 0.0,
        }
        for row in first
    }


def plots(card: Scorecard, park: Park, names: list[str]) -> list[dict[str, Any]]:
    """Return the plots in order of rank, those without one last.

    Parameters
    ----------
    card, park
        What was scored; what else the plots table says.
    names
        Columns of the plots table to show.

    Raises
    ------
    OutputError
        If a plot's contributions do not add up to its score.
    """
    frame = crs.to_degrees(card.plots)
    parts, connected, left = _parts(card), connections(card), land(card)
    known = dict(zip(park.plots.index, park.plots.drop(columns="geometry").to_dict("records"), strict=True))
    scored = frame.drop(columns="geometry").to_dict("records")
    found = [
        {
            **_described(text(plot), row, known.get(plot, {}), names),
            **_scored(row, parts.get(plot, [])),
            "sure": [text(said) for said in card.robustness.sentences(plot)] if card.robustness else [],
            "connections": connected.get(plot, []),
            "land": left.get(plot),
            "shape": shape(geometry),
            "at": inside(geometry),
        }
        for plot, row, geometry in zip(frame.index, scored, frame.geometry.to_numpy(), strict=True)
    ]
    return sorted(found, key=lambda plot: (plot["rank"] is None, plot["rank"] or 0))


def _role(layer: Any, criterion: str, park: Park) -> str:
    """The role whose colour a criterion has: its layer's, or the one its name speaks of."""
    entry = park.catalogue.layers.get(layer)
    if entry:
        return entry.role
    return next((word for word in criterion.split("_") if word in _COLOURED), "")


def _described(
    plot: str, row: Mapping[Any, Any], record: Mapping[Any, Any], names: list[str]
) -> dict[str, Any]:
    return {
        "id": plot,
        "short": plot.rsplit(":", 1)[-1] or plot,
        "name": text(row["name"]),
        "area": number(row["area_ha"], 4),
        "synthetic": flag(record.get("synthetic")),
        "status": text(record.get("status")),
        "attributes": attributes(record, names),
        "regimes": text(record.get("regimes")).split(),
    }


def _scored(row: Mapping[Any, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """What a plot scores, rounded so that the printed parts add up to the printed sum."""
    known = [part for part in parts if part["worth"] is not None]
    exact = [value for part in parts if (value := part.pop("exact")) is not None]
    score, high = number(row["score"], _EXACT), number(row["score_high"], _EXACT)
    shown = classes.shown_parts(exact, math.fsum(exact) if score is None else score)
    for part, points in zip(known, shown, strict=True):
        part["points"] = points
    return {
        "rank": None if missing(row["rank"]) else int(row["rank"]),
        "score": None if score is None else round(score * 1000),
        "high": None if high is None else round(high * 1000),
        "sum": sum(shown),
        "complete": number(row["completeness"]),
        "excluded": text(row["excluded_by"]),
        "unchecked": text(row["unchecked"]),
        "unknown": len(known) < len(parts) or bool(text(row["unchecked"])),
        "parts": parts,
    }


def _parts(card: Scorecard) -> dict[Any, list[dict[str, Any]]]:
    """Each plot's contributions, one per criterion."""
    order = {name: place for place, name in enumerate(card.contributions["criterion"].unique())}
    parts: dict[Any, list[dict[str, Any]]] = {}
    for row in card.contributions.to_dict("records"):
        parts.setdefault(row["plot"], []).append({"criterion": order[row["criterion"]], **_part(row)})
    return parts


def _part(row: Mapping[Any, Any]) -> dict[str, Any]:
    exact = number(row["contribution"], _EXACT)
    lon, lat = number(row["tie_in_lon"]), number(row["tie_in_lat"])
    return {
        "amount": number(row["amount"]),
        "none": not missing(row["amount"]) and math.isinf(row["amount"]),
        "category": text(row["category"]),
        "feature": text(row["feature_name"]) or text(row["feature"]),
        "worth": None if exact is None else number(row["value"]),
        "exact": exact,
        "tie_in": None if lon is None or lat is None else [lon, lat],
    }
