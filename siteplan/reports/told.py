"""What workbook and passport both tell: amounts, notices and sources."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from siteplan.explanation import plain
from siteplan.words import Words

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.sources import Source
    from siteplan.tables import Park


def measured(amount: Any, category: Any, words: Words) -> float | str | None:
    """Return an amount as a cell has it: a number, a category, "none there", or nothing."""
    if plain(category):
        return words.cell(str(category))
    if pd.isna(amount):
        return None
    return float(amount) if math.isfinite(amount) else words.say("word.none_there")


def mark(card: Scorecard) -> str:
    """Return the first letters of the digest of all that a result follows from."""
    made = json.dumps(card.provenance.to_dict(), sort_keys=True, default=str)
    return hashlib.sha256(made.encode()).hexdigest()[:12]


def metric_crs(card: Scorecard) -> str:
    """Return the name of the CRS in which was measured; one without a code by its first words."""
    name = card.provenance.metric_crs
    return name if len(name) <= 40 else name[:37] + "..."


def notices(card: Scorecard, park: Park | None, words: Words) -> list[tuple[str, str]]:
    """Return what must be said beside a result: title and text."""
    plan, made = card.plan, card.provenance
    if park is None:
        told = [(words.say("workbook.notice"), words.say("workbook.no_park"))]
    else:
        about = park.catalogue
        told = [
            (words.say("workbook.park"), about.title),
            (words.say("workbook.notice"), about.notice),
            (words.say("workbook.as_of"), words.day(about.as_of)),
        ]
    told += [
        (words.say("workbook.plan"), plan.title or plan.name),
        (words.say("workbook.author"), plan.author),
        (words.say("workbook.as_of"), words.day(plan.as_of)),
        (words.say("workbook.note"), plan.note),
        (words.say("workbook.prices"), plan.prices.sentence if plan.prices else ""),
        (words.say("workbook.norms"), f"{plan.norms.title}. {plan.norms.notice}" if plan.norms else ""),
        (words.say("workbook.version"), f"siteplan {made.siteplan}"),
        (words.say("workbook.result"), mark(card)),
    ]
    return [(what, text) for what, text in told if text]


def sources(park: Park | None, words: Words, among: Iterable[str] | None = None) -> list[list[str]]:
    """Return where tables come from: title, origin, date, confidence, licence with source and credit.

    Parameters
    ----------
    park
        Whose tables.
    words
        The language.
    among
        Layers that are wanted, and then what several tables have in common is said once; all of
        them, each by itself, if not given.
    """
    if park is None:
        return []
    entries = {"plots": park.catalogue.plots, **park.catalogue.layers}
    if among is None:
        return [_source(name, entry, words) for name, entry in entries.items()]
    wanted, together = {"plots", *among}, dict[tuple[str, ...], list[str]]()
    for name, entry in entries.items():
        if name in wanted:
            title, *rest = _source(name, entry, words)
            together.setdefault(tuple(rest), []).append(title)
    return [[words.say("word.comma").join(titles), *rest] for rest, titles in together.items()]


def _source(name: str, entry: Source, words: Words) -> list[str]:
    terms = dict.fromkeys(filter(None, (entry.licence, entry.source, entry.credit, entry.note)))
    return [
        entry.title or name.replace("_", " "),
        words.known("origin", entry.origin),
        words.day(entry.as_of),
        words.known("confidence", entry.confidence or ""),
        "; ".join(terms),
    ]
