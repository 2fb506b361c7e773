"""The ranked table as it stands in the file: what a reader without scripts sees, and screen readers read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from siteplan.maps.wording import Speaker
from siteplan.safe import entities
from siteplan.words import Words


def rows(plots: Iterable[Mapping[str, Any]], speaker: Speaker) -> str:
    """Return table rows for plots; every text in them is fully entity-encoded."""
    return "\n".join(_row(number, plot, speaker) for number, plot in enumerate(plots))


def _row(number: int, plot: Mapping[str, Any], speaker: Speaker) -> str:
    words = speaker.words
    rank = (
        words.say("map.excluded_short") if plot["excluded"] else "" if plot["rank"] is None else plot["rank"]
    )
    area = "" if plot["area"] is None else words.fixed(plot["area"], 1)
    return (
        f'<tr data-plot="{number}"><td class="number">{entities(rank)}</td>'
        f'<td><button type="button" class="row" dir="auto">{entities(plot["short"])}</button>'
        f'<span class="of" dir="auto">{entities(_name(plot, speaker))}</span></td>'
        f'<td class="number">{area}</td><td class="number">{score(plot, words)}</td></tr>'
    )


def _name(plot: Mapping[str, Any], speaker: Speaker) -> str:
    """The name, where it says more than the number, and the status."""
    name = "" if plot["name"] in (plot["id"], plot["short"]) else speaker.named(plot["name"])
    status = plot["status"]
    said = speaker.words.known("offer", status)
    return " · ".join(part for part in (name, said if said != status else speaker.named(status)) if part)


def score(plot: Mapping[str, Any], words: Words) -> str:
    """Return a plot's score in points of 100, an interval where amounts are unknown.

    Examples
    --------
    >>> from siteplan.words import words
    >>> score({"score": 542, "high": 637}, words("en"))
    '54.2–63.7'
    """
    if plot["score"] is None:
        return "–"
    low = words.fixed(plot["score"] / 10, 1)
    if plot["high"] is None or plot["high"] == plot["score"]:
        return low
    return f"{low}–{words.fixed(plot['high'] / 10, 1)}"
