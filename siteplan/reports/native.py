"""A result's own texts in the reader's language, before sentences are made of them.

Only texts that people wrote are looked up in the glossary: titles, names, acts. Words of ours (a status,
a unit, a severity) are left for `siteplan.words`, which knows them; sentences of ours are told again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from siteplan import scoring
from siteplan.connect import table as connecting
from siteplan.glossary import Glossary
from siteplan.land import table as landing
from siteplan.models import Document
from siteplan.words import Words

if TYPE_CHECKING:
    from siteplan.plan import Plan
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

_TABLE = ("title", "source", "credit", "note")
_REGIME = ("regime", "measure", "rate", "unit", "period", "threshold", "act", "note")
_ROWS = ("label", "feature_name", "category", "class")
_LOSSES = ("title", "act", "clause")
_DECIDED = ("reason", "author")

Text = TypeVar("Text", bound=Document)
Table = TypeVar("Table", bound=pd.DataFrame)


def park_in(park: Park, language: str) -> Park:
    """Return a park whose catalogue and regimes read in a language, as far as its glossary goes."""
    glossary, about = park.glossary, park.catalogue
    layers = {name: _said(layer, _TABLE, glossary, language) for name, layer in about.layers.items()}
    plots = _said(about.plots, _TABLE, glossary, language)
    catalogue = _said(about, ("title", "notice"), glossary, language)
    catalogue = catalogue.model_copy(update={"layers": layers, "plots": plots})
    regimes = tuple(_said(line, _REGIME, glossary, language) for line in park.regimes)
    return replace(park, catalogue=catalogue, regimes=regimes)


def plan_in(plan: Plan, glossary: Glossary, language: str) -> Plan:
    """Return a plan whose titles, author and notes, and those of its norms and prices, read in a language."""
    tables = {
        name: _said(table, ("title", "notice"), glossary, language)
        for name, table in (("norms", plan.norms), ("prices", plan.prices))
        if table is not None
    }
    title = glossary.said(plan.title or plan.name, language)
    criteria = tuple(_said(one, ("title", "note"), glossary, language) for one in plan.criteria)
    told = _said(plan, ("author", "note"), glossary, language)
    return told.model_copy(update={"title": title, "criteria": criteria, **tables})


def card_in(card: Scorecard, glossary: Glossary, words: Words) -> Scorecard:
    """Return a result whose labels, names, acts and sentences read in a language."""
    language = words.language

    def named(text: str) -> str:
        return glossary.said(text, language)

    def retold(text: str) -> str:
        return card.sayings.retold(text, words, named)

    connections = _columns(_columns(card.connections, _ROWS, named), connecting.SAID, retold)
    return replace(
        card,
        plots=_columns(_columns(card.plots, ("name",), named), scoring.SAID, retold),
        contributions=_columns(card.contributions, _ROWS, named),
        plan=plan_in(card.plan, glossary, language),
        connections=connections,
        land=_columns(card.land, landing.TEXTS, retold),
        losses=_columns(card.losses, _LOSSES, named),
        overrides=_columns(card.overrides, _DECIDED, named),
        robustness=card.robustness and card.robustness.named(named),
    )


def _said(sheet: Text, fields: Sequence[str], glossary: Glossary, language: str) -> Text:
    texts = {name: getattr(sheet, name) for name in fields}
    return sheet.model_copy(
        update={name: glossary.said(text, language) for name, text in texts.items() if text}
    )


def _columns(frame: Table, names: Sequence[str], told: Callable[[str], str]) -> Table:
    """A table with the texts of some columns told otherwise, each different one once."""
    return frame.assign(**{name: _each(frame[name], told) for name in names if name in frame})


def _each(texts: pd.Series, told: Callable[[str], str]) -> pd.Series:
    said = {text: told(text) for text in texts.dropna().unique() if isinstance(text, str)}
    return texts.map(lambda cell: said.get(cell, cell) if isinstance(cell, str) else cell)
