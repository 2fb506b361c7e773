"""What is left of a plot's land and what took the rest, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from siteplan.words import Words, plainly

NOTHING_HA = 1e-4
"""Less than this, a square metre, is no land to build on."""

_NO_WIDTH_M = 0.5


def sentence(land: Mapping[Any, Any], words: Words | None = None) -> str:
    """Return what is left of a plot's land, in one sentence.

    Examples
    --------
    >>> land = {"gross_ha": 10.0, "net_ha": 8.0, "net_high_ha": 8.0, "net_refused_ha": 6.5, "parts": 2.0}
    >>> land |= {"net_refused_high_ha": 6.5, "largest_piece_ha": 7.0, "rectangle_length_m": 310.0}
    >>> land |= {"rectangle_width_m": 190.0, "unknown": ""}
    >>> sentence(land)  # doctest: +NORMALIZE_WHITESPACE
    '8 of 10 ha can be built on, 6.5 ha of it with no consent; 2 parts, the largest 7 ha; largest
    rectangle 310 x 190 m'
    """
    words = words or plainly()
    gross, ha = words.amount(land["gross_ha"], "ha"), words.unit("ha")
    if land["net_high_ha"] < NOTHING_HA:
        return words.say("land.left", net=words.figure(0), gross=gross)
    said = [words.say("land.left", net=_span(land["net_ha"], land["net_high_ha"], words), gross=gross)]
    if abs(land["net_ha"] - land["net_refused_ha"]) >= NOTHING_HA:
        free = _span(land["net_refused_ha"], land["net_refused_high_ha"], words)
        said[0] += words.say("land.no_consent", free=f"{free} {ha}")
    if land["parts"] > 1:
        largest = words.amount(land["largest_piece_ha"], "ha")
        said.append(words.count("land.parts", int(land["parts"]), largest=largest))
    if land["rectangle_width_m"] >= _NO_WIDTH_M:
        said.append(words.say("land.rectangle", size=rectangle(land, words)))
    if land["unknown"]:
        said.append(words.say("land.unknown", what=land["unknown"]))
    return words.say("word.semicolon").join(said)


def _span(low: float, high: float, words: Words) -> str:
    """A number, or two where it is not known."""
    return words.span(*(number if number >= NOTHING_HA else 0.0 for number in (low, high)))


def rectangle(land: Mapping[Any, Any], words: Words) -> str:
    """Return the sides of the largest rectangle."""
    return words.sides(land["rectangle_length_m"], land["rectangle_width_m"])


def act(row: Mapping[Any, Any], words: Words | None = None) -> str:
    """Return by which act a zone takes land, how its width is known, and how sure that is.

    Examples
    --------
    >>> act({"act": "SP 62", "clause": "annex", "status": "assumed", "confidence": "unverified"})
    'SP 62, annex; assumed, confidence unverified'
    """
    words = words or plainly()
    confidence = words.known("confidence", row["confidence"])
    sure = [
        words.known("known_as", row["status"]),
        confidence and words.say("land.confidence", confidence=confidence),
    ]
    comma = words.say("word.comma")
    known = (comma.join(filter(None, said)) for said in ([row["act"], row["clause"]], sure))
    return words.say("word.semicolon").join(filter(None, known))


def overridden(row: Mapping[Any, Any], words: Words | None = None) -> str:
    """Return what a planner decided about a patch of a plot, in one sentence.

    Examples
    --------
    >>> row = {"effect": "buildable", "area_ha": 0.5, "changed_ha": 0.2, "changed_refused_ha": 0.2}
    >>> row |= {"author": "A. Planner", "date": "2026-05-01", "patch": "o1", "reason": "main was moved"}
    >>> overridden(row)
    '0.5 ha buildable whatever zones say, 0.2 ha more net land: main was moved (A. Planner, 2026-05-01, o1)'
    """
    words = words or plainly()
    held = row["effect"] == "lost"
    does = words.say("land.held_back") if held else words.say("land.given_back", grown=_grown(row, words))
    said = {key: row[key] for key in ("reason", "author", "patch")} | {"date": words.day(row["date"])}
    return words.say("land.overridden", area=words.amount(row["area_ha"], "ha"), does=does, **said)


def _grown(row: Mapping[Any, Any], words: Words) -> str:
    given, refused = (words.amount(row[name], "ha") for name in ("changed_ha", "changed_refused_ha"))
    if given == refused:
        return words.say("land.grown", given=given)
    return words.say("land.grown_refused", given=given, refused=refused)


def table(losses: pd.DataFrame) -> pd.DataFrame:
    """Return the losses of a plot as text: which zone takes what, in its turn and by itself, by which act."""
    words = plainly()
    return pd.DataFrame(
        {
            "zone": losses["title"],
            "land is": [words.known("severity", severity) for severity in losses["severity"]],
            "covers": [words.amount(area, "ha") for area in losses["taken_ha"]],
            "by itself": [words.amount(area, "ha") for area in losses["alone_ha"]],
            "act": [act(row) for row in losses.to_dict("records")],
        }
    )
