"""The page in its languages: siteplan's own words, and the park's texts as the park translates them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from siteplan.errors import OutputError
from siteplan.maps.values import text
from siteplan.words import Sayings, Words, words

if TYPE_CHECKING:
    from siteplan.tables import Park

SECTIONS = ("language", "number", "unit", "money", "word", "status", "severity", "availability", "offer",
            "category", "origin", "confidence", "column", "map")  # fmt: skip
"""Sections of the catalogue that the page says something from; all else is said here."""

Translations = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Speaker:
    """A language, and what the park's own texts are in it.

    Attributes
    ----------
    words
        siteplan's own.
    glossary
        The park's texts by the text they stand for and by language, with every character visible.
    sayings
        What siteplan's own sentences in the tables are made of.
    """

    words: Words
    glossary: Translations = field(default_factory=dict)
    sayings: Sayings = field(default_factory=Sayings)

    def named(self, given: Any) -> str:
        """Return somebody else's text in the language, as far as the park brings it."""
        shown = text(given)
        return self.glossary.get(shown, {}).get(self.words.language, shown)

    def retold(self, sentence: str) -> str:
        """Return a sentence of a table in the language, whoever said it."""
        return text(self.sayings.retold(sentence, self.words, self.named))

    def translated(self, row: Mapping[Any, Any], *names: str) -> dict[Any, Any]:
        """Return a row of which some cells are texts of somebody else's, and are told in the language."""
        return {**row, **{name: self.named(row[name]) for name in names}}


@cache
def part(name: str) -> str:
    """Return one of our own files of the page, with plain line ends."""
    content = (files("siteplan.maps") / "page" / name).read_text(encoding="utf-8")
    return content.replace("\r\n", "\n")


@cache
def page_texts(language: str) -> dict[str, dict[str, Any]]:
    """Return what the page itself says in a language, by section and key."""
    found: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for key, said in words(language).texts.items():
        section, _, word = key.partition(".")
        if section in found:
            found[section][word] = said
    return found


def chosen(languages: Sequence[str], language: str | None) -> str:
    """Return the language a page is drawn in: the one asked for, or the first that it has.

    Raises
    ------
    OutputError
        If there is none, or the one asked for is not among them.
    """
    if not languages:
        raise OutputError("a map without a language says nothing; give languages")
    if language is not None and language not in languages:
        raise OutputError(f"the map is to open in {language!r}, and has only {', '.join(languages)}")
    return words(language or languages[0]).language


def glossary(park: Park, languages: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the park's own texts in the page's languages: its glossary, and names that its tables have."""
    found: dict[str, dict[str, str]] = {}
    for said, others in park.glossary.texts.items():
        if kept := {code: text(one) for code, one in others.items() if code in languages}:
            found[text(said)] = kept
    for frame in (park.plots, *park.layers.values()):
        for code in languages:
            _add_names(found, frame, code)
    return found


def _add_names(found: dict[str, dict[str, str]], frame: gpd.GeoDataFrame, language: str) -> None:
    """Names from a column of their own, as OpenStreetMap's "name:ru", here `name_ru`."""
    column = f"name_{language}"
    if column not in frame.columns or "name" not in frame.columns:
        return
    for name, other in zip(frame["name"], frame[column], strict=True):
        shown, said = text(name), text(other)
        if shown and said and shown != said:
            found.setdefault(shown, {}).setdefault(language, said)
