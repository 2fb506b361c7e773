"""Scorecard and park as plain data: the JSON that the page draws.

Text leaves here with its invisible characters spelled out, and is text ever after: the page knows
no other way to show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from siteplan import crs
from siteplan.maps import classes, connections, land, offer, wording
from siteplan.maps.outlines import inside, shape
from siteplan.maps.values import attributes, flag, text
from siteplan.weighing import Experts
from siteplan.words import LANGUAGES, Words, words

if TYPE_CHECKING:
    from siteplan.plan import Plan
    from siteplan.scorecard import Scorecard
    from siteplan.sources import Source
    from siteplan.tables import Park

_PLAN = ("name", "title", "author", "as_of", "note")
_SOURCE = ("origin", "source", "licence", "credit", "as_of", "confidence", "note")
_PLANNED = {"planned", "project", "design", "construction", "under construction", "proposed"}
_LONGEST_CRS = 40  # a CRS without a short name is a page of WKT; the provenance keeps it


def payload(
    card: Scorecard, park: Park, languages: Sequence[str] = LANGUAGES, language: str | None = None
) -> dict[str, Any]:
    """Return everything the page shows, as text, numbers, lists and dicts.

    Parameters
    ----------
    card, park
        What was scored and what surrounds it.
    languages
        The languages the page can be read in; every plot's sentences are told in each.
    language
        The one it opens in; if not given, the reader's own, or the first where the page has not that.

    Returns
    -------
    data
        `languages` (what the page says in each), `language`, `settled` (whether it was asked for),
        `glossary`, `counts`, `park`, `plan`, `made`, `criteria`, `weighings`, `classes`, `net_classes`,
        `columns`, `plots` (an `Offer`, which `siteplan.maps.columns` packs for the page), `layers`,
        `regimes`, `prices`, `norms`. Shown scores are whole tenths of a point of 100.

    Raises
    ------
    OutputError
        If a plot's contributions do not add up to its score, or the page has not the language asked for.
    """
    first = wording.chosen(languages, language)
    glossary = wording.glossary(park, languages)
    codes = dict.fromkeys([first, *languages])
    speakers = [wording.Speaker(words(code), glossary, card.sayings) for code in codes]
    columns = _columns(park.plots, park.catalogue.plots)
    plots = offer.offer(card, park, [column["name"] for column in columns], speakers)
    scores = plots.tenths[plots.rank > 0] / 10
    return {
        "languages": {code: wording.page_texts(code) for code in dict.fromkeys(languages)},
        "language": first,
        "settled": language is not None,
        "glossary": glossary,
        "counts": counts(plots),
        "park": _about(park),
        "plan": {key: text(getattr(card.plan, key)) for key in _PLAN},
        "made": _made(card),
        "criteria": list(offer.criteria(card, park).values()),
        "weighings": weighings(card.plan),
        "classes": [vars(one) for one in classes.score_classes(scores.tolist())],
        "net_classes": [vars(one) for one in classes.area_classes(plots.net[plots.rank > 0].tolist())],
        "columns": [{key: text(value) for key, value in column.items()} for column in columns],
        "plots": plots,
        "layers": [_layer(name, park) for name in park.layers],
        "regimes": _regimes(park),
        "prices": connections.prices(card),
        "norms": land.norms(card),
    }


def weighings(plan: Plan) -> list[dict[str, Any]]:
    """Return each expert's own shares, in the order of the criteria, where experts weighed."""
    if not isinstance(plan.weights, Experts):
        return []
    each = plan.weights.each([criterion.name for criterion in plan.criteria])
    return [
        {"name": text(expert.name), "shares": shares}
        for expert, shares in zip(plan.weights.experts, each, strict=True)
    ]


def counts(plots: offer.Offer) -> dict[str, int]:
    """Return how many plots there are, and how many of them are ranked, excluded or uncertain."""
    return {
        "plots": len(plots),
        "ranked": int((plots.rank > 0).sum()),
        "excluded": sum(map(bool, plots.excluded)),
        "uncertain": int(plots.unknown.sum()),
    }


def summary(counted: dict[str, int], words: Words) -> str:
    """Return the counts as a sentence; page/panel.js says the same."""
    if not counted["plots"]:
        return words.say("map.no_plots")
    what, *parts = [words.count(f"map.sum_{key}", count) for key, count in counted.items() if count]
    return words.say("word.colon", what=what, said=words.say("word.comma").join(parts)) if parts else what


def _about(park: Park) -> dict[str, Any]:
    catalogue = park.catalogue
    return {
        "title": text(catalogue.title),
        "notice": text(catalogue.notice),
        "as_of": text(catalogue.as_of),
        "sources": [
            {"title": text(entry.title) or name.replace("_", " "), **_source(entry)}
            for name, entry in (("plots", catalogue.plots), *catalogue.layers.items())
        ],
    }


def _made(card: Scorecard) -> dict[str, str]:
    provenance = card.provenance.to_dict()
    metric = text(provenance["metric_crs"])
    return {
        "version": text(provenance["siteplan"]),
        "crs": metric if len(metric) <= _LONGEST_CRS else "",
    }


def _source(entry: Source) -> dict[str, str]:
    return {key: text(getattr(entry, key)) for key in _SOURCE}


def _columns(frame: gpd.GeoDataFrame, entry: Source) -> list[dict[str, str]]:
    """The columns a reader may want, with titles, units and kinds."""
    units = frame.attrs.get("units", {})
    return [
        {"name": name, "title": column.title, "unit": units.get(name, ""), "kind": column.kind}
        for name, column in entry.columns.items()
        if column.shown and name in frame.columns and name not in offer.OWN
    ]


def _layer(name: str, park: Park) -> dict[str, Any]:
    entry = park.catalogue.layers[name]
    columns = _columns(park.layers[name], entry)
    return {
        "name": name,
        "title": text(entry.title) or name.replace("_", " "),
        "role": entry.role,
        **_source(entry),
        "columns": [{key: text(value) for key, value in column.items()} for column in columns],
        "features": _features(park.layers[name], [column["name"] for column in columns]),
    }


def _features(frame: gpd.GeoDataFrame, names: list[str]) -> list[dict[str, Any]]:
    records = frame.drop(columns="geometry").to_dict("records")
    shapes = crs.to_degrees(frame).geometry.to_numpy()
    return [
        {
            "name": text(record.get("name")),
            "synthetic": flag(record.get("synthetic")),
            "status": text(record.get("status")),
            "planned": text(record.get("status")).lower() in _PLANNED,
            "attributes": attributes(record, names),
            "shape": drawn,
            "at": inside(geometry) if "polygons" in drawn else None,
        }
        for record, geometry in zip(records, shapes, strict=True)
        if (drawn := shape(geometry))
    ]


def _regimes(park: Park) -> dict[str, list[dict[str, Any]]]:
    """Lines of each regime, by its id."""
    regimes: dict[str, list[dict[str, Any]]] = {}
    for line in park.regimes:
        words = {key: text(value) for key, value in line.to_dict().items()}
        regimes.setdefault(line.id, []).append({**words, "new_only": line.new_residents_only})
    return regimes
