"""What a passport says, as plain data: texts in one language, tables, and a drawing.

The template lays it out and says nothing by itself. Other people's text is cut where it is longer than
any reader wants, and may be broken anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from siteplan import safe
from siteplan.explanation import plain
from siteplan.glossary import Glossary
from siteplan.reports import code, sections, styles, told
from siteplan.reports.cutout import Cutout, Surroundings
from siteplan.reports.furniture import HEIGHT, WIDTH
from siteplan.reports.native import card_in, park_in
from siteplan.words import Words

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

_OWN = {"name", "synthetic", "regimes", "status", "geometry"}
_MOST = 600
_AS_THEY_ARE = {"svg", "address"}
_UNBROKEN = re.compile(r"(\S{24})(?=\S)")


@dataclass(frozen=True)
class Content:
    """Makes the data of every passport of a result.

    Attributes
    ----------
    card, park
        The result and what it was scored from.
    words
        The language.
    surroundings
        What the small maps are cut from.
    address
        Where the map can be opened; empty where it is not known.
    """

    card: Scorecard
    park: Park
    words: Words
    surroundings: Surroundings
    address: str = ""

    @cached_property
    def native(self) -> Scorecard:
        """The result in the reader's language."""
        return card_in(self.card, self.park.glossary, self.words)

    def of(self, plot: str) -> dict[str, Any]:
        """Return the data of one plot's passport."""
        words, glossary = self.words, self.park.glossary
        park = park_in(self.park, words.language)
        plan = self.native.plan
        explanation = self.native.explain(plot, words)
        drawing = self.surroundings.around(plot, words)
        drawn = drawing.layers if drawing else ()
        record = self._record(plot)
        name = self._name(explanation.total["name"], record)
        data = {
            "language": words.language,
            "document": {
                "title": f"{words.say('passport.title')} {plot}",
                "author": f"siteplan {self.card.provenance.siteplan}",
                "date": self._date(),
            },
            "kicker": f"{park.catalogue.title} · {words.say('passport.title')}",
            "plot": plot,
            "name": name,
            "banners": self._banners(explanation.total, record),
            "glance": sections.glance(explanation, words),
            "facts": self._facts(record),
            "map": drawing and self._map(plot, drawing),
            "sections": sections.of(explanation, plan, park, record, words, drawn),
            "footer": self._footer(plot),
            "page": words.say("passport.page", page="{page}", pages="{pages}"),
            "code": code.block(self.address, plot, words) if self.address else None,
        }
        return fitted(translated(data, glossary, words.language))  # type: ignore[no-any-return]  # a dict comes back as a dict

    def _record(self, plot: str) -> Mapping[str, Any]:
        """What the plots table says of a plot."""
        if plot not in self.park.plots.index:
            return {}
        row = self.park.plots.drop(columns="geometry").loc[plot]
        return {str(key): plain(cell) for key, cell in row.items()}

    def _name(self, name: str, record: Mapping[str, Any]) -> str:
        """The plot's name, in the reader's language where the data have it."""
        return str(record.get(f"name_{self.words.language}") or name)

    def _date(self) -> list[int] | None:
        when: date | None = self.card.plan.as_of or self.park.catalogue.as_of
        return [when.year, when.month, when.day] if when else None

    def _banners(self, total: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
        """What must be read first."""
        said = [self.words.say("passport.synthetic")] if record.get("synthetic") else []
        if total["excluded_by"]:
            excluded = self.words.say("passport.excluded")
            said.append(self.words.say("word.colon", what=excluded, said=total["excluded_by"]))
        if total["unchecked"]:
            unchecked = self.words.say("passport.unchecked")
            said.append(self.words.say("word.colon", what=unchecked, said=total["unchecked"]))
        return [*said, *([self.park.catalogue.notice] if self.park.catalogue.notice else [])]

    def _facts(self, record: Mapping[str, Any]) -> list[list[str]]:
        """What the plots table says of the plot, as far as it is shown."""
        entry, units = self.park.catalogue.plots, self.park.plots.attrs.get("units", {})
        facts = []
        if record.get("status"):
            status = self.words.known("offer", record["status"])
            facts.append([self.words.say("passport.status"), status])
        for name, column in entry.columns.items():
            value = record.get(name)
            if not column.shown or name in _OWN or value in (None, ""):
                continue
            title = column.title or self.words.known("column", name).replace("_", " ")
            facts.append([title, self._fact(value, units.get(name, ""), column.kind)])
        return facts

    def _fact(self, value: Any, unit: str, kind: str) -> str:
        if isinstance(value, bool):
            return self.words.say("word.yes" if value else "word.no")
        if isinstance(value, int | float):
            return self.words.amount(float(value), unit)
        if kind == "date":
            return self.words.day(str(value))
        return self.words.known("availability", value)

    def _map(self, plot: str, drawing: Cutout) -> dict[str, Any]:
        return {
            "width": WIDTH,
            "height": HEIGHT,
            "svg": drawing.svg,
            "alt": self.words.say("passport.map_alt", plot=plot),
            "labels": [
                {
                    "text": one.text,
                    "x": one.x,
                    "y": one.y,
                    "size": one.size,
                    "bold": one.bold,
                    "plain": one.plain,
                }
                for one in drawing.labels
            ],
            "legend": self._legend(drawing),
            "note": self.words.say("passport.map_note"),
        }

    def _legend(self, drawing: Cutout) -> list[dict[str, str]]:
        entries = self.park.catalogue.layers
        return [
            {
                "svg": styles.swatch(entries[name].role, point=name in drawing.points),
                "title": entries[name].title or name.replace("_", " "),
            }
            for name in drawing.layers
        ]

    def _footer(self, plot: str) -> str:
        made = self.words.say(
            "passport.made_by",
            version=self.card.provenance.siteplan,
            result=told.mark(self.card),
            crs=told.metric_crs(self.card),
        )
        return f"{plot} · {made}"


def translated(data: Any, glossary: Glossary, language: str) -> Any:
    """Return data in which every text that the park has translated stands in the language.

    Examples
    --------
    >>> forest = Glossary(texts={"Forest": {"ru": "Лес"}})
    >>> translated({"title": "Forest", "rows": [["Forest", 2]]}, forest, "ru")
    {'title': 'Лес', 'rows': [['Лес', 2]]}
    """
    if isinstance(data, dict):
        return {
            key: cell if key in _AS_THEY_ARE else translated(cell, glossary, language)
            for key, cell in data.items()
        }
    if isinstance(data, list | tuple):
        return [translated(cell, glossary, language) for cell in data]
    return glossary.said(data, language) if isinstance(data, str) else data


def fitted(data: Any) -> Any:
    """Return data whose texts are no longer than anyone reads, and can be broken anywhere.

    Drawings, addresses, numbers and names of keys stay as they are.

    Examples
    --------
    >>> fitted({"name": "A" * 1000, "svg": "B" * 1000})["name"][-1]
    '…'
    """
    if isinstance(data, dict):
        return {key: cell if key in _AS_THEY_ARE else fitted(cell) for key, cell in data.items()}
    if isinstance(data, list | tuple):
        return [fitted(cell) for cell in data]
    return _fitted(data) if isinstance(data, str) else data


def _fitted(text: str) -> str:
    shown = safe.visible(text)
    if len(shown) > _MOST:
        shown = shown[: _MOST - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return _UNBROKEN.sub("\\1\N{ZERO WIDTH SPACE}", shown)


def characters(words: Words) -> str:
    """Return every text that siteplan itself may say in a language."""
    texts: Iterable[str | Mapping[str, str]] = words.texts.values()
    return "".join(text if isinstance(text, str) else "".join(text.values()) for text in texts)


def plots_of(card: Scorecard, wanted: Sequence[str] | None) -> list[str]:
    """Return the plots whose passports are wanted: all in order of rank, where none is named."""
    return [str(plot) for plot in (card.ranked.index if wanted is None else wanted) if not pd.isna(plot)]
