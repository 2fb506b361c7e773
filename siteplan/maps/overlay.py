"""Our plots on somebody else's folium map, where every text must survive folium.

Here text cannot avoid folium, so it goes through fully entity-encoded: what is left has no meaning
to a template, a script or HTML, and reads as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium

from siteplan import units
from siteplan.maps.classes import class_of
from siteplan.maps.table import score
from siteplan.maps.wording import figure
from siteplan.safe import entities

_NO_SCORE = "#dcdcdb"


def add_plots(data: Mapping[str, Any], m: folium.Map) -> folium.Map:
    """Add the plots to a folium map as one layer, and return the map.

    Parameters
    ----------
    data
        What `siteplan.maps.payload.payload` returns.
    m
        The map to add to; nothing else on it changes.
    """
    words = data["words"]
    group = folium.FeatureGroup(name=entities(data["plan"]["title"] or words["layer_plots"]))
    features = [_feature(plot, data) for plot in data["plots"] if plot["shape"]]
    if features:
        folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            style_function=lambda feature: feature["properties"]["style"],
            popup=folium.GeoJsonPopup(fields=["card"], labels=False, max_width=360),
            tooltip=folium.GeoJsonTooltip(fields=["tip"], labels=False),
        ).add_to(group)
    group.add_to(m)
    return m


def _feature(plot: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": plot["shape"].get("polygons", [])},
        "properties": {
            "card": _card(plot, data),
            "tip": entities(plot["short"]),
            "style": _style(plot, data),
        },
    }


def _style(plot: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Colour by score; excluded grey and dashed, unknown dotted."""
    dash = "6 4" if plot["excluded"] else "2 4" if plot["unknown"] else None
    return {
        "color": "#33484f",
        "weight": 1.5,
        "fillOpacity": 0.85,
        "fillColor": _colour(plot, data),
        "dashArray": dash,
    }


def _colour(plot: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    if plot["rank"] is None or plot["score"] is None:
        return _NO_SCORE
    first = data["classes"][0]
    number = class_of(plot["score"] / 10, first["low"], first["high"] - first["low"], len(data["classes"]))
    return str(data["classes"][number]["colour"])


def _card(plot: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The plot's popup: rank, reasons and the sum; our markup around encoded texts."""
    words = data["words"]
    rows = "".join(_row(part, data) for part in plot["parts"])
    points = figure(plot["sum"] / 10, 1)
    total = f"<tr><td><b>{entities(words['sum'])}</b></td><td align=right><b>{points}</b></td></tr>"
    notes = [
        (plot["excluded"], f"{words['excluded']}: {plot['excluded']}"),
        (plot["unchecked"], f"{words['not_checked']}: {plot['unchecked']}"),
        (plot["synthetic"], words["synthetic_plot"]),
        (data["park"]["notice"], data["park"]["notice"]),
    ]
    notes += [(True, f"{one['label']}: {one['said']}") for one in plot["connections"]]
    notes += [(plot["connections"] and data["prices"], data["prices"].get("notice", ""))]
    notes += [(True, line) for line in _land(plot["land"], data)] if plot["land"] else []
    said = "".join(f"<br>{entities(note)}" for present, note in notes if present)
    ranked = int((data["plots"].rank > 0).sum())
    rank = (
        words["not_ranked"]
        if plot["rank"] is None
        else words["ranked"].replace("{rank}", str(plot["rank"])).replace("{n}", str(ranked))
    )
    head = f"<b>{entities(plot['id'])}</b> {entities(plot['name'])}<br>{entities(rank)}, {score(plot)}"
    return f"{head}<table>{rows}{total}</table>{said}"


def _land(land: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    """What is left of a plot's land and what took the rest, line by line, in the words of the page."""
    words = data["words"]
    lost = [
        f"{one['title']}: {words['severity_' + one['severity']]}, "
        f"{words['covers']} {_hectares(one['taken'])}, {words['covers_alone']} {_hectares(one['alone'])}"
        f" ({one['act']})"
        for one in land["losses"]
    ]
    notice = [data["norms"]["notice"]] if lost and data["norms"].get("notice") else []
    return [f"{words['land']}: {land['said']}", *lost, *land["overrides"], *notice]


def _hectares(area: float) -> str:
    return units.shown(area, "ha")


def _row(part: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    criterion = data["criteria"][part["criterion"]]
    words = data["words"]
    points = "?" if part["worth"] is None else figure(part["points"] / 10, 1)
    where = f" &rarr; {entities(part['feature'])}" if part["feature"] and not part["none"] else ""
    return (
        f"<tr><td>{entities(criterion['label'])}: {entities(_amount(part, criterion, words))}{where}</td>"
        f"<td align=right>{points}</td></tr>"
    )


def _amount(part: Mapping[str, Any], criterion: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    if part["category"]:
        return str(part["category"])
    if part["none"]:
        return str(words["none_there"])
    if part["amount"] is None:
        return str(words["unknown"])
    digits = 0 if abs(part["amount"]) >= 100 else 2
    unit = "" if criterion["unit"] == "1" else f" {criterion['unit']}"
    return figure(part["amount"], digits) + unit
