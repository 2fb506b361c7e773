"""The page's own words, in one catalogue per language, and numbers as the page prints them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

_MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"


@cache
def part(name: str) -> str:
    """Return one of our own files of the page, with plain line ends."""
    text = (files("siteplan.maps") / "page" / name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def words(language: str = "en") -> dict[str, Any]:
    """Return every text of the page in a language, by key."""
    catalogue: dict[str, Any] = json.loads(part(f"words.{language}.json"))
    return catalogue


def counted(text: dict[str, str], number: int) -> str:
    r"""Return a text with its number, in the form the number asks for.

    Examples
    --------
    >>> counted({"one": "{n} plot", "other": "{n} plots"}, 3514)
    '3\u202f514 plots'
    """
    return text["one" if number == 1 else "other"].replace("{n}", figure(number, 0))


def figure(number: float, digits: int) -> str:
    r"""Return a number with a real minus sign and narrow spaces between thousands.

    Examples
    --------
    >>> figure(-12500.04, 1)
    '\u221212\u202f500.0'
    """
    plain = f"{abs(number):,.{digits}f}".replace(",", _THIN)
    return (_MINUS if number < 0 and float(f"{number:.{digits}f}") != 0 else "") + plain
