"""Our plots on somebody else's folium map, where every text must survive folium.

Here text cannot avoid folium, so it goes through fully entity-encoded: what is left has no meaning
to a template, a script or HTML, and reads as it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium

from siteplan.maps.classes import class_of
from siteplan.maps.table import score
from siteplan.maps.wording import Speaker
from siteplan.safe import entities
from siteplan.words import Words, words

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
    speaker = Speaker(words(data["language"]), data["glossary"])
    title = speaker.named(data["plan"]["title"]) or speaker.words.say("map.layer_plots")
    group = folium.FeatureGroup(name=entities(title))
    features = [_feature(plot, data, speaker) for plot in data["plots"] if plot["shape"]]
    if features:
        folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            style_function=lambda feature: feature["properties"]["style"],
            popup=folium.GeoJsonPopup(fields=["card"], labels=False, max_width=360),
            tooltip=folium.GeoJsonTooltip(fields=["tip"], labels=False),
        ).add_to(group)
    group.add_to(m)
    return m


def _feature(plot: Mapping[str, Any], data: Mapping[str, Any], speaker: Speaker) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": plot["shape"].get("polygons", [])},
        "properties": {
            "card": _card(plot, data, speaker),
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


def _card(plot: Mapping[str, Any], data: Mapping[str, Any], speaker: Speaker) -> str:
    """The plot's popup: rank, reasons and the sum; our markup around encoded texts."""
    words, named = speaker.words, speaker.named
    rows = "".join(_row(part, data, speaker) for part in plot["parts"])
    points = words.fixed(plot["sum"] / 10, 1)
    total = f"<tr><td><b>{entities(words.say('map.sum'))}</b></td><td align=right><b>{points}</b></td></tr>"
    between = words.say("word.semicolon")
    notes = [
        (plot["excluded"], _colon(words, words.say("map.excluded"), between.join(plot["excluded"]))),
        (plot["unchecked"], _colon(words, words.say("map.not_checked"), between.join(plot["unchecked"]))),
        (plot["synthetic"], words.say("map.synthetic_plot")),
        (data["park"]["notice"], named(data["park"]["notice"])),
    ]
    notes += [(True, _colon(words, named(one["label"]), one["said"])) for one in plot["connections"]]
    notes += [(plot["connections"] and data["prices"], named(data["prices"].get("notice", "")))]
    notes += [(True, line) for line in _land(plot["land"], data, speaker)] if plot["land"] else []
    said = "".join(f"<br>{entities(note)}" for present, note in notes if present)
    head = (
        f"<b>{entities(plot['id'])}</b> {entities(named(plot['name']))}<br>"
        f"{entities(_rank(plot, data, words))}, {score(plot, words)}"
    )
    return f"{head}<table>{rows}{total}</table>{said}"


def _rank(plot: Mapping[str, Any], data: Mapping[str, Any], words: Words) -> str:
    if plot["rank"] is None:
        return words.say("map.not_ranked")
    ranked = words.figure(data["counts"]["ranked"])
    return words.say("map.ranked", rank=words.figure(plot["rank"]), n=ranked)


def _land(land: Mapping[str, Any], data: Mapping[str, Any], speaker: Speaker) -> list[str]:
    """What is left of a plot's land and what took the rest, line by line, in the words of the page."""
    words = speaker.words
    lost = [_colon(words, speaker.named(one["title"]), _lost(one, words)) for one in land["losses"]]
    notice = [speaker.named(data["norms"]["notice"])] if lost and data["norms"].get("notice") else []
    return [_colon(words, words.say("map.land"), land["said"]), *lost, *land["overrides"], *notice]


def _lost(one: Mapping[str, Any], words: Words) -> str:
    covers, alone = (words.amount(one[name], "ha") for name in ("taken", "alone"))
    said = [
        words.known("severity", one["severity"]),
        f"{words.say('map.covers')} {covers}",
        f"{words.say('map.covers_alone')} {alone}",
    ]
    return f"{words.say('word.comma').join(said)} ({one['act']})"


def _colon(words: Words, what: str, said: str) -> str:
    return words.say("word.colon", what=what, said=said)


def _row(part: Mapping[str, Any], data: Mapping[str, Any], speaker: Speaker) -> str:
    criterion, words = data["criteria"][part["criterion"]], speaker.words
    points = "?" if part["worth"] is None else words.fixed(part["points"] / 10, 1)
    where = (
        f" &rarr; {entities(speaker.named(part['feature']))}" if part["feature"] and not part["none"] else ""
    )
    measured = _colon(words, speaker.named(criterion["label"]), _amount(part, criterion, speaker))
    return f"<tr><td>{entities(measured)}{where}</td><td align=right>{points}</td></tr>"


def _amount(part: Mapping[str, Any], criterion: Mapping[str, Any], speaker: Speaker) -> str:
    words = speaker.words
    if part["category"]:
        known = words.cell(part["category"])
        return known if known != part["category"] else speaker.named(known)
    if part["none"]:
        return words.say("map.none_there")
    if part["amount"] is None:
        return words.say("word.unknown")
    return words.amount(part["amount"], criterion["unit"])
