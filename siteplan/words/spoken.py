"""One language spoken: its texts filled in, its numbers, units, plurals and dates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from siteplan import units
from siteplan.errors import OutputError
from siteplan.words.catalogue import LANGUAGES, Texts, texts

_MINUS = "\N{MINUS SIGN}"
_KILOMETRE = 1000.0
_IN_CELLS = ("category", "offer", "availability")
_ANSWERS = ("yes", "no")


@dataclass(frozen=True)
class Words:
    """A language with its texts.

    Attributes
    ----------
    language
        One of `LANGUAGES`.
    texts
        By "section.key".
    plain
        Whether to write for a terminal: symbols of units as they are typed, no sign that a keyboard
        lacks.
    """

    language: str
    texts: Texts
    plain: bool = False

    def say(self, key: str, **fills: object) -> str:
        """Return a text with what belongs into it; what is filled in is not looked at again.

        Raises
        ------
        OutputError
            If the language has no such text, or a place in it was not filled.

        Examples
        --------
        >>> words("en").say("word.to", name="{0.__class__}")
        'to {0.__class__}'
        """
        text = self._text(key)
        if not isinstance(text, str):
            raise OutputError(f"words/{self.language}.json: {key!r} is counted; it needs a number")
        return self._filled(key, text, fills)

    def count(self, key: str, number: int, **fills: object) -> str:
        """Return a text in the form that a number asks for.

        Examples
        --------
        >>> [words("ru").count("word.months", n) for n in (1, 3, 11, 22)]
        ['1 месяц', '3 месяца', '11 месяцев', '22 месяца']
        """
        forms = self._text(key)
        if not isinstance(forms, Mapping):
            raise OutputError(f"words/{self.language}.json: {key!r} is not counted")
        return self._filled(key, forms[_form(self.language, number)], {"n": self.figure(number), **fills})

    def known(self, section: str, word: object) -> str:
        """Return what a section calls a word of siteplan's own; any other text as it stands.

        Examples
        --------
        >>> words("ru").known("status", "served"), words("ru").known("offer", "Ask Ivan")
        ('подключается', 'Ask Ivan')
        """
        said = self.texts.get(f"{section}.{word}", word)
        return str(said)

    def cell(self, word: str) -> str:
        """Return a word in a cell of a table: siteplan's own in the language, any other as it stands.

        Examples
        --------
        >>> words("ru").cell("sold"), words("ru").cell("yes"), words("ru").cell("peat")
        ('продан', 'да', 'peat')
        """
        keys = (f"{section}.{word}" for section in _IN_CELLS)
        own = f"word.{word}" if word in _ANSWERS else next((key for key in keys if key in self.texts), "")
        return self.say(own) if own else word

    def lower(self, key: str) -> str:
        """Return a text as it stands within a sentence."""
        return self.say(key).lower()

    def joined(self, between: str, **texts: str) -> str:
        """Return texts one after the other."""
        return self.say(between).join(texts.values())

    def _text(self, key: str) -> Any:
        if key not in self.texts:
            raise OutputError(f"words/{self.language}.json: there is no text {key!r}")
        return self.texts[key]

    def _filled(self, key: str, text: str, fills: Mapping[str, object]) -> str:
        try:
            return text.format_map(fills)
        except KeyError as missing:
            raise OutputError(f"words/{self.language}.json: nothing fills {missing} of {key!r}") from None

    def figure(self, number: float, *, apart_from: float | None = None) -> str:
        r"""Return a number as people write it: four digits, all whole ones.

        Examples
        --------
        >>> words("ru").figure(1234.56), words("ru").figure(0.5), plainly().figure(12345.0)
        ('1\u202f235', '0,5', '12345')
        """
        if math.isinf(number):
            return self.say("word.none_there")
        return self._local(units.shown(number, "1", apart_from=apart_from))

    def fixed(self, number: float, digits: int) -> str:
        r"""Return a number with so many decimals.

        Examples
        --------
        >>> words("ru").fixed(-12500.04, 1)
        '\u221212\u202f500,0'
        """
        return self._local(f"{round(number, digits) + 0.0:.{digits}f}")

    def _local(self, text: str) -> str:
        if self.plain:
            return text
        sign, text = (_MINUS, text[1:]) if text.startswith("-") else ("", text)
        whole, point, rest = text.partition(".")
        grouped = f"{int(whole):,}".replace(",", str(self.texts["number.thousands"]))
        return sign + grouped + (str(self.texts["number.decimal"]) if point else "") + rest

    def unit(self, symbol: str) -> str:
        """Return a unit as the language writes it; one it has no word for as it stands."""
        return symbol if self.plain else str(self.texts.get(f"unit.{symbol}", symbol))

    def amount(self, number: float, symbol: str, apart_from: float | None = None) -> str:
        r"""Return a number with its unit.

        Examples
        --------
        >>> words("ru").amount(9000.0, "m3/h"), plainly().amount(9000.0, "m3/h")
        ('9\u202f000\xa0м³/ч', '9000 m3/h')
        """
        said = self.figure(number, apart_from=apart_from)
        if symbol in ("1", "") or math.isinf(number):
            return said
        return f"{said}{self._space}{self.unit(symbol)}"

    @property
    def _space(self) -> str:
        return " " if self.plain else "\N{NO-BREAK SPACE}"

    def span(self, low: float, high: float) -> str:
        """Return a number, or two where it is not known."""
        first, last = self.figure(low), self.figure(high)
        return first if first == last else self.say("word.span", low=first, high=last)

    def share(self, part: float) -> str:
        r"""Return a share in percent.

        Examples
        --------
        >>> words("ru").share(0.25)
        '25\xa0%'
        """
        return f"{self.fixed(part * 100, 0)}{self._space}%"

    def length(self, metres: float, error: float = 0.0) -> str:
        """Return a length, with its error where rounding does not hide that.

        Examples
        --------
        >>> plainly().length(84.2, error=2.6), plainly().length(1437.0, error=2.6)
        ('84 m ±3 m', '1.4 km')
        """
        if metres >= _KILOMETRE:
            said, symbol, step = self.fixed(metres / _KILOMETRE, 1), "km", _KILOMETRE / 10
        else:
            said, symbol, step = self.fixed(metres, 0), "m", 1.0
        said = f"{said}{self._space}{self.unit(symbol)}"
        return said + (f" ±{self.fixed(error, 0)}{self._space}{self.unit('m')}" if error >= step / 2 else "")

    def money(self, low: float, high: float) -> str:
        r"""Return a range of RUB: three digits, all whole ones, one more to tell two ends apart.

        Examples
        --------
        >>> plainly().money(38.2e6, 61e6), words("zh").money(38.2e6, 61e6)
        ('38.2-61 M RUB', '3\u202f820–6\u202f100\xa0万卢布')
        """
        steps = _steps(self.language)
        many, unit = next((step for step in steps if high >= step[0]), steps[-1])
        for digits in (3, 4):
            first, last = _digits(low / many, digits), _digits(high / many, digits)
            if first != last:
                break
        between = "-" if self.plain else "\N{EN DASH}"
        said = self._local(first) + ("" if first == last else f"{between}{self._local(last)}")
        return f"{said}{self._space}{unit}"

    def sides(self, length: float, width: float) -> str:
        """Return the two sides of a rectangle, metres.

        Examples
        --------
        >>> plainly().sides(310.2, 190.0)
        '310 x 190 m'
        """
        times = "x" if self.plain else "\N{MULTIPLICATION SIGN}"
        return f"{self.fixed(length, 0)} {times} {self.fixed(width, 0)}{self._space}{self.unit('m')}"

    def months(self, number: float) -> str:
        r"""Return a number of months; one that is not whole in the unit of time.

        Examples
        --------
        >>> words("ru").months(12.0), words("ru").months(1.5)
        ('12 месяцев', '1,5\xa0мес.')
        """
        if number == int(number):
            return self.count("word.months", int(number))
        return self.amount(number, "months")

    def day(self, when: str | date | None) -> str:
        """Return a date as the language writes it; other text as it stands.

        Examples
        --------
        >>> words("ru").day("2026-11-23"), words("zh").day("2026-11-23"), words("en").day("last year")
        ('23.11.2026', '2026年11月23日', 'last year')
        """
        try:
            known = when if isinstance(when, date) else date.fromisoformat(str(when)[:10])
        except ValueError:
            return str(when or "")
        return self.say(
            "word.date",
            year=known.year,
            month=known.month,
            day=known.day,
        )


@cache
def _steps(language: str) -> list[tuple[float, str]]:
    """In how many RUB a language counts money, and what that is called; the largest first."""
    said = ((key.partition("."), text) for key, text in texts(language).items())
    return sorted(((float(key[2]), str(text)) for key, text in said if key[0] == "money"), reverse=True)


def _digits(number: float, digits: int) -> str:
    """A number with so many digits, all whole ones, none of them written as a power."""
    text = f"{number:.0f}" if abs(number) >= 10**digits else format(Decimal(f"{number:.{digits}g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _form(language: str, number: int) -> str:
    """Which form a number asks for (the plural rules of Unicode's CLDR, whole numbers)."""
    if language == "zh":
        return "other"
    if language == "en":
        return "one" if number == 1 else "other"
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"


@cache
def words(language: str = LANGUAGES[0]) -> Words:
    """Return a language as print and pages write it.

    Raises
    ------
    OutputError
        If siteplan does not speak it, or its catalogue is not whole.
    """
    return Words(language, texts(language))


@cache
def plainly() -> Words:
    """Return English as a terminal writes it."""
    return Words(LANGUAGES[0], texts(LANGUAGES[0]), plain=True)
