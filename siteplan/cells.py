"""One cell of somebody's table: as text, number, date or flag; strictly, never by guessing.

What cannot be read is given back as text that no contract takes for the thing wanted, so that the
table's check names it with its row.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime

import numpy as np
import pandas as pd

from siteplan import letters

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]|$)")

_WORDS = {
    "true": True,
    "1": True,
    "yes": True,
    "да": True,
    "false": False,
    "0": False,
    "no": False,
    "нет": False,
}

AVAILABILITY = {
    "Да": "yes",
    "Нет": "no",
    "Возможно создание": "can_be_built",
    "yes": "yes",
    "no": "no",
    "can_be_built": "can_be_built",
}
"""The words for what a plot has, and how they are kept: three values, not two."""


def missing(cell: object) -> bool:
    """Return whether a cell holds nothing; a list, which JSON may bring, is something.

    Examples
    --------
    >>> missing(None), missing(float("nan")), missing([]), missing("")
    (True, True, False, False)
    """
    return bool(np.ndim(cell) == 0 and pd.isna(cell))  # type: ignore[arg-type, call-overload]


def text(cell: object) -> str | None:
    """Return a cell as text, a blank one as missing.

    A whole number keeps no ".0" that gaps elsewhere in its column gave it.

    Examples
    --------
    >>> text(3.0), text(" "), text("a ")
    ('3', None, 'a ')
    """
    if missing(cell):
        return None
    whole = isinstance(cell, float | np.floating) and cell.is_integer()
    words = str(int(cell)) if whole else str(cell)  # type: ignore[call-overload]
    return words if words.strip() else None


def identifier(cell: object) -> str | None:
    """Return a cell as an identifier: text without blanks around it."""
    words = text(cell)
    return words.strip() if words else None


def blank(cell: object) -> bool:
    """Return whether a cell says in words or signs that nothing is known.

    "нет" is not among them: it may mean that there is none, or that nothing is known.

    Examples
    --------
    >>> blank("н/д"), blank(" — "), blank("нет")
    (True, True, False)
    """
    return missing(cell) or (isinstance(cell, str) and letters.compared(cell) in _NOTHING)


def date(cell: object) -> str | None:
    """Return a date as 2026-11-23, from that (a time may follow) or from 23.11.2026.

    Examples
    --------
    >>> date("2026-11-23T10:00:00"), date("23.11.2026"), date("11/23/2026")
    ('2026-11-23', '2026-11-23', '11/23/2026?')
    """
    words = identifier(cell)
    if words is None or blank(words):
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(words).date().isoformat() if _ISO.match(words) else _russian(words)
    return f"{words}?"


def _russian(words: str) -> str:
    return datetime.strptime(words, "%d.%m.%Y").date().isoformat()  # noqa: DTZ007


def flag(cell: object) -> object:
    """Return a cell as true or false, from the words people use; anything else as text."""
    words = identifier(cell)
    return None if words is None or blank(words) else _FLAGS.get(letters.compared(words), f"{words}?")


def availability(cell: object) -> str | None:
    """Return a cell of the Investment Map of Russia as yes, no or can_be_built; anything else as text.

    Examples
    --------
    >>> availability("Да"), availability("Возможно  создание"), availability("н/д"), availability("скоро")
    ('yes', 'can_be_built', None, 'скоро?')
    """
    words = identifier(cell)
    return None if words is None or blank(words) else _AVAILABLE.get(letters.compared(words), f"{words}?")


_FLAGS = {letters.compared(word): said for word, said in _WORDS.items()}
_AVAILABLE = {letters.compared(word): said for word, said in AVAILABILITY.items()}
_SIGNS = ("", "-", "–", "—", "−", "--", "н/д", "н.д.", "нд", "n/a", "na", "#н/д", "#n/a", "nan", "null")
_SAID = ("нет данных", "нет сведений", "не указано", "неизвестно", "no data", "unknown")
_NOTHING = {letters.compared(word) for word in (*_SIGNS, *_SAID)}
