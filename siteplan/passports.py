"""Connection passports in words: one sentence for each, in the order an investor asks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from siteplan.words import Words, plainly

# From here on the straight stretches of a way along roads are part of what is said of it.
_MUCH, _MUCH_M = 0.25, 100.0


def sentence(row: Mapping[Any, Any], words: Words | None = None) -> str:
    """Return a passport as one sentence.

    Parameters
    ----------
    row
        A row of a scorecard's connections.
    words
        The language to say it in; English for a terminal, if not given.

    Examples
    --------
    >>> row = {
    ...     "status": "served",
    ...     "reason": "",
    ...     "route_m": 1400.0,
    ...     "route_error_m": 3.0,
    ...     "route_excess": 0.0,
    ...     "straight_m": 1210.0,
    ...     "snap_m": float("nan"),
    ...     "target_snap_m": float("nan"),
    ...     "class": "10 kV",
    ...     "feature_name": "Substation Park-1",
    ...     "availability": "yes",
    ...     "free": 6.2,
    ...     "capacity": 40.0,
    ...     "demand": 3.0,
    ...     "unit": "MW",
    ...     "cost_low": 38e6,
    ...     "cost_high": 61e6,
    ...     "months": 0.0,
    ...     "missing": "",
    ...     "given_up": "",
    ...     "prices": "prices 2024 without VAT",
    ... }
    >>> sentence(row)
    '1.4 km to Substation Park-1, 10 kV, 6.2 of 40 MW free, 3 wanted, 38-61 M RUB, prices 2024 without VAT'
    """
    words = words or plainly()
    said = _served(row, words) if row["status"] == "served" else _not_served(row, words)
    notes = [
        _unproven(row["route_excess"], words) if row["status"] == "served" else "",
        words.say("connection.give_way", what=row["given_up"]) if row["given_up"] else "",
        _not_known(row, words),
    ]
    return words.say("word.semicolon").join([said, *filter(None, notes)])


def _served(row: Mapping[Any, Any], words: Words) -> str:
    way = words.length(row["route_m"], row["route_error_m"])
    parts = [
        words.say("connection.to", length=way, name=row["feature_name"], off_road=_off_road(row, words)),
        row["class"],
        _free(row, words),
    ]
    if row["availability"] == "can_be_built":
        parts.append(_built(row["months"], words))
    if not math.isnan(row["cost_low"]):
        parts += [words.money(row["cost_low"], row["cost_high"]), row["prices"]]
    return words.say("word.comma").join(filter(None, parts))


def _built(months: float, words: Words) -> str:
    if math.isnan(months):
        return words.say("connection.can_be_built")
    return words.say("connection.can_be_built_in", time=words.months(months))


def _unproven(excess: float, words: Words) -> str:
    """By how much a way that is not proven best may miss it."""
    return (
        words.say("connection.unproven", percent=words.fixed(math.ceil(excess * 100), 0))
        if excess > 0
        else ""
    )


def _off_road(row: Mapping[Any, Any], words: Words) -> str:
    """How much of a way along roads is not along any, where that is much."""
    off = row["snap_m"] + row["target_snap_m"]
    if off < _MUCH_M or not off > _MUCH * row["route_m"]:
        return ""
    return words.say("connection.off_road", length=words.length(off))


def _free(row: Mapping[Any, Any], words: Words) -> str:
    if not row["unit"] or math.isnan(row["free"]):
        return ""
    said = [_free_of(row, words)]
    if not math.isnan(row["demand"]):
        said.append(words.say("connection.wanted", demand=words.figure(row["demand"])))
    return words.say("word.comma").join(said)


def _free_of(row: Mapping[Any, Any], words: Words) -> str:
    if math.isnan(row["capacity"]):
        return words.say("connection.free", free=words.amount(row["free"], row["unit"]))
    whole = words.amount(row["capacity"], row["unit"])
    return words.say("connection.free_of", free=words.figure(row["free"]), whole=whole)


def _not_known(row: Mapping[Any, Any], words: Words) -> str:
    if not row["missing"] or row["status"] == "unknown":
        return ""
    return words.say("connection.not_known", what=row["missing"])


def _not_served(row: Mapping[Any, Any], words: Words) -> str:
    status = words.known("status", row["status"])
    said = words.say("connection.not_served", status=status, reason=row["reason"])
    if row["feature_name"] and row["status"] != "no_capacity" and not math.isnan(row["straight_m"]):
        away = words.length(row["straight_m"])
        said += words.say("word.semicolon") + words.say(
            "connection.away", name=row["feature_name"], length=away
        )
    return said
