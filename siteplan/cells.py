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


def number(cell: object) -> object:
    """Return a cell from which a number can be made; what is none in a planner's eyes, as text.

    Examples
    --------
    >>> number(" 1.5"), number(True), number("1_000")
    (' 1.5', 'True?', '1_000?')
    """
    if isinstance(cell, bool | np.bool_) or (isinstance(cell, str) and "_" in cell):
        return f"{cell!s}?"
    if isinstance(cell, str) and not cell.strip():
        return None
    return cell if np.ndim(cell) == 0 else str(cell)  # type: ignore[arg-type]


def date(cell: object) -> str | None:
    """Return a date as 2026-11-23, from that (a time may follow) or from 23.11.2026.

    Examples
    --------
    >>> date("2026-11-23T10:00:00"), date("23.11.2026"), date("11/23/2026")
    ('2026-11-23', '2026-11-23', '11/23/2026?')
    """
    words = identifier(cell)
    if words is None:
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(words).date().isoformat() if _ISO.match(words) else _russian(words)
    return f"{words}?"


def _russian(words: str) -> str:
    return datetime.strptime(words, "%d.%m.%Y").date().isoformat()  # noqa: DTZ007


def flag(cell: object) -> object:
    """Return a cell as true or false, from the words people use; anything else as text."""
    words = identifier(cell)
    return None if words is None else _WORDS.get(words.lower(), f"{words}?")
