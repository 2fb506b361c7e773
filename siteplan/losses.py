"""What is left of a plot's land and what took the rest, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from siteplan import units

SEVERITIES = {
    "exclusion": "excluded",
    "consent": "with consent",
    "condition": "under a condition",
    "information": "to know",
}
"""What each severity does to land, in a word or two."""

NOTHING_HA = 1e-4
"""Less than this, a square metre, is no land to build on."""

_NO_WIDTH_M = 0.5


def sentence(land: Mapping[Any, Any]) -> str:
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
    if land["net_high_ha"] < NOTHING_HA:
        return f"0 of {units.shown(land['gross_ha'], 'ha')} can be built on"
    net, gross = _span(land["net_ha"], land["net_high_ha"]), units.shown(land["gross_ha"], "ha")
    said = [f"{net} of {gross} can be built on"]
    if abs(land["net_ha"] - land["net_refused_ha"]) >= NOTHING_HA:
        free = _span(land["net_refused_ha"], land["net_refused_high_ha"])
        said[0] += f", {free} ha of it with no consent"
    if land["parts"] > 1:
        said.append(f"{land['parts']:.0f} parts, the largest {units.shown(land['largest_piece_ha'], 'ha')}")
    if land["rectangle_width_m"] >= _NO_WIDTH_M:
        said.append(f"largest rectangle {land['rectangle_length_m']:.0f} x {land['rectangle_width_m']:.0f} m")
    if land["unknown"]:
        said.append(f"not known for certain: {land['unknown']}")
    return "; ".join(said)


def _span(low: float, high: float) -> str:
    """A number, or two where it is not known."""
    first, last = (units.shown(number if number >= NOTHING_HA else 0.0, "1") for number in (low, high))
    return first if first == last else f"{first} to {last}"


def act(row: Mapping[Any, Any]) -> str:
    """Return by which act a zone takes land, how its width is known, and how sure that is.

    Examples
    --------
    >>> act({"act": "SP 62", "clause": "annex", "status": "assumed", "confidence": "unverified"})
    'SP 62, annex; assumed, confidence unverified'
    """
    sure = [row["status"], row["confidence"] and f"confidence {row['confidence']}"]
    known = [[row["act"], row["clause"]], sure]
    return "; ".join(filter(None, (", ".join(filter(None, words)) for words in known)))


def overridden(row: Mapping[Any, Any]) -> str:
    """Return what a planner decided about a patch of a plot, in one sentence.

    Examples
    --------
    >>> row = {"effect": "buildable", "area_ha": 0.5, "changed_ha": 0.2, "changed_refused_ha": 0.2}
    >>> row |= {"author": "A. Planner", "date": "2026-05-01", "patch": "o1", "reason": "main was moved"}
    >>> overridden(row)
    '0.5 ha buildable whatever zones say, 0.2 ha more net land: main was moved (A. Planner, 2026-05-01, o1)'
    """
    does = "held back" if row["effect"] == "lost" else f"buildable whatever zones say, {_grown(row)}"
    said = f"{row['reason']} ({row['author']}, {row['date']}, {row['patch']})"
    return f"{units.shown(row['area_ha'], 'ha')} {does}: {said}"


def _grown(row: Mapping[Any, Any]) -> str:
    given, refused = (units.shown(row[name], "ha") for name in ("changed_ha", "changed_refused_ha"))
    more = f"{given} more net land"
    return more if given == refused else f"{more}, {refused} more with no consent"


def table(losses: pd.DataFrame) -> pd.DataFrame:
    """Return the losses of a plot as text: which zone takes what, in its turn and by itself, by which act."""
    return pd.DataFrame(
        {
            "zone": losses["title"],
            "land is": [SEVERITIES[severity] for severity in losses["severity"]],
            "covers": [units.shown(area, "ha") for area in losses["taken_ha"]],
            "by itself": [units.shown(area, "ha") for area in losses["alone_ha"]],
            "act": [act(row) for row in losses.to_dict("records")],
        }
    )
