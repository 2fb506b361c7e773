"""The texts of one language as they lie in its file, held against those of the first language."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from siteplan.errors import OutputError

LANGUAGES = ("en", "ru", "zh")
"""The first is the one the others are held against."""

FORMS = {"en": ("one", "other"), "ru": ("one", "few", "many"), "zh": ("other",)}
"""The forms in which each language counts."""

Texts = Mapping[str, str | Mapping[str, str]]

_OWN = ("number", "unit", "money")
"""Sections whose entries are each language's own business."""


@cache
def texts(language: str) -> Texts:
    """Return every text of a language by "section.key"; where it is counted, one text for each form.

    Raises
    ------
    OutputError
        If siteplan does not speak the language, or a text is missing, unknown, lacks a form, or
        has other places to fill than in the first language: every problem at once.
    """
    if language not in LANGUAGES:
        raise OutputError(f"siteplan does not speak {language!r}; give one of {', '.join(LANGUAGES)}")
    found = flat(_read(language))
    first = found if language == LANGUAGES[0] else flat(_read(LANGUAGES[0]))
    if wrong := problems(language, found, first):
        raise OutputError(f"words/{language}.json: not every text is there", wrong)
    return found


def _read(language: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        (files("siteplan.words") / f"{language}.json").read_text(encoding="utf-8")
    )
    return read


def flat(sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the texts of all sections by "section.key".

    Examples
    --------
    >>> flat({"map": {"north": "North"}})
    {'map.north': 'North'}
    """
    return {f"{name}.{key}": text for name, section in sections.items() for key, text in section.items()}


def problems(language: str, found: Texts, first: Texts) -> list[str]:
    """Return what keeps a language from saying all that the first one says."""
    missing = [f"{key}: is missing" for key in first if key not in found and not _own(key)]
    unknown = [f"{key}: is not among the texts of {LANGUAGES[0]}" for key in found if key not in first]
    told = [
        f"{key}: {wrong}" for key in found if key in first for wrong in _unlike(language, key, found, first)
    ]
    return [*missing, *(one for one in unknown if not _own(one)), *told]


def _own(key: str) -> bool:
    return key.partition(".")[0] in _OWN


def _unlike(language: str, key: str, found: Texts, first: Texts) -> list[str]:
    """What is wrong with one text."""
    text, other = found[key], first[key]
    if isinstance(text, str) and isinstance(other, str):
        return [*([] if text else ["is empty"]), *_places(_fields(text), _fields(other))]
    if isinstance(text, str) or isinstance(other, str):
        return ["is counted in one language and not in the other"]
    forms = FORMS[language]
    wrong = [] if set(text) == set(forms) else [f"has the forms {', '.join(text)}, not {', '.join(forms)}"]
    wanted = set().union(*map(_fields, other.values())) | {"n"}
    # "the only one" says its number without a figure
    return wrong + [problem for form in text.values() for problem in _places(_fields(form) | {"n"}, wanted)]


def _places(here: set[str], there: set[str]) -> list[str]:
    return [] if here == there else [f"fills {sorted(here)}, not {sorted(there)}"]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
