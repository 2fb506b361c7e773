"""A result's own texts in the reader's language, before sentences are made of them.

Only texts that people wrote are looked up in the glossary: titles, names, acts. Words of ours (a status,
a unit, a severity) are left for `siteplan.words`, which knows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from siteplan.explanation import Explanation
from siteplan.glossary import Glossary
from siteplan.models import Document

if TYPE_CHECKING:
    from siteplan.plan import Plan
    from siteplan.tables import Park

_TABLE = ("title", "source", "credit", "note")
_REGIME = ("regime", "measure", "rate", "unit", "period", "threshold", "act", "note")
_ROWS = ("label", "feature_name", "category", "class")
_LOSSES = ("title", "act", "clause")

Text = TypeVar("Text", bound=Document)


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
    """Return a plan whose title, author and note, and those of its norms and prices, read in a language."""
    tables = {
        name: _said(table, ("title", "notice"), glossary, language)
        for name, table in (("norms", plan.norms), ("prices", plan.prices))
        if table is not None
    }
    title = glossary.said(plan.title or plan.name, language)
    return _said(plan, ("author", "note"), glossary, language).model_copy(update={"title": title, **tables})


def explanation_in(explanation: Explanation, plan: Plan, glossary: Glossary, language: str) -> Explanation:
    """Return an explanation whose labels, names and acts read in a language; `plan` does already."""
    return replace(
        explanation,
        rows=_columns(explanation.rows, _ROWS, glossary, language),
        connections=_columns(explanation.connections, _ROWS, glossary, language),
        losses=_columns(explanation.losses, _LOSSES, glossary, language),
        prices=plan.prices.sentence if explanation.prices and plan.prices else explanation.prices,
    )


def _said(sheet: Text, fields: Sequence[str], glossary: Glossary, language: str) -> Text:
    texts = {name: getattr(sheet, name) for name in fields}
    return sheet.model_copy(
        update={name: glossary.said(text, language) for name, text in texts.items() if text}
    )


def _columns(frame: pd.DataFrame, names: Sequence[str], glossary: Glossary, language: str) -> pd.DataFrame:
    def said(cell: object) -> object:
        return glossary.said(cell, language) if isinstance(cell, str) else cell

    return frame.assign(**{name: frame[name].map(said) for name in names if name in frame})
