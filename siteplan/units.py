"""Units and the spellings people use.

A number never travels without its unit: columns have one in the catalogue, amounts in the plan, and
they convert into each other only within one quantity.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from siteplan import letters
from siteplan.errors import SiteplanError


@dataclass(frozen=True)
class Unit:
    """A unit of one quantity.

    Attributes
    ----------
    symbol
        How siteplan writes the unit.
    quantity
        What it measures; only units of one quantity convert into each other.
    factor
        How many of the quantity's first unit make one of this.
    """

    symbol: str
    quantity: str
    factor: float


def _family(quantity: str, **factors: float) -> dict[str, Unit]:
    return {symbol: Unit(symbol, quantity, factor) for symbol, factor in factors.items()}


# Gas and water are both volume per time; they differ by custom (gas m3/h, water and sewage m3/day)
# and convert through the exact 24 hours of a day.
_UNITS: dict[str, Unit] = {
    **_family("length", m=1.0, km=1000.0, mm=0.001),
    **_family("area", ha=1.0, m2=1e-4, km2=100.0),
    **_family("volume per area", **{"m3/ha": 1.0, "m3/m2": 1e4}),
    **_family("share", **{"share": 1.0, "%": 0.01}),
    **_family("power", MW=1.0, kW=1e-3, GW=1e3),
    **_family("apparent power", MVA=1.0, kVA=1e-3),
    **_family("voltage", kV=1.0, V=1e-3),
    **_family("heat", **{"Gcal/h": 1.0}),
    **_family(
        "flow",
        **{"m3/h": 1.0, "m3/day": 1 / 24, "thousand m3/h": 1000.0, "thousand m3/day": 1000 / 24, "l/s": 3.6},
    ),
    **_family("pressure", MPa=1.0, bar=0.1, kPa=1e-3),
    **_family("money", RUB=1.0, **{"thousand RUB": 1e3, "million RUB": 1e6}),
    **_family("money per area", **{"RUB/ha": 1.0, "RUB/m2": 1e4, "million RUB/ha": 1e6}),
    **_family("time", months=1.0, years=12.0),
    **_family("duration", min=1.0, h=60.0),
    **_family("count", **{"1": 1.0}),
    **_family("mass flow", **{"t/year": 1.0, "thousand t/year": 1e3, "Mt/year": 1e6}),
}

# Spellings after `_plain`: lower case, no spaces or dots, superscripts as digits.
_SPELLINGS: dict[str, str] = {
    "м": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "км": "km", "мм": "mm",
    "га": "ha", "hectare": "ha", "hectares": "ha", "м2": "m2", "квм": "m2", "sqm": "m2", "км2": "km2",
    "percent": "%", "proportion": "share", "fraction": "share",
    "мвт": "MW", "квт": "kW", "гвт": "GW", "мва": "MVA", "ква": "kVA", "кв": "kV", "в": "V",
    "гкал/ч": "Gcal/h", "гкал/час": "Gcal/h",
    "м3/ч": "m3/h", "м3/час": "m3/h", "m3/hour": "m3/h",
    "м3/сут": "m3/day", "м3/сутки": "m3/day", "m3/d": "m3/day",
    "кубм/ч": "m3/h", "кубм/час": "m3/h", "кубм/сут": "m3/day", "л/с": "l/s", "л/сек": "l/s",
    "тысм3/сут": "thousand m3/day", "тыскубм/сут": "thousand m3/day", "тыскубм/ч": "thousand m3/h",
    "тысм3/ч": "thousand m3/h", "тысм3/час": "thousand m3/h", "1000m3/h": "thousand m3/h",
    "мпа": "MPa", "кпа": "kPa", "бар": "bar",
    "тыс₽": "thousand RUB", "млн₽": "million RUB", "₽/га": "RUB/ha", "₽/м2": "RUB/m2",
    "млн₽/га": "million RUB/ha",
    "руб": "RUB", "₽": "RUB", "тысруб": "thousand RUB", "млнруб": "million RUB",
    "м3/га": "m3/ha", "м3/м2": "m3/m2", "руб/га": "RUB/ha", "руб/м2": "RUB/m2", "млнруб/га": "million RUB/ha",
    "month": "months", "мес": "months", "месяцев": "months", "year": "years", "лет": "years", "год": "years",
    "мин": "min", "minutes": "min", "ч": "h", "час": "h", "hour": "h", "hours": "h",
    "count": "1", "шт": "1", "pcs": "1",
    "т/год": "t/year", "t/y": "t/year", "тыст/год": "thousand t/year", "млнт/год": "Mt/year",
}  # fmt: skip

_AMOUNT = re.compile(r"\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>\D.*)$", re.DOTALL)

_SUPERSCRIPTS = str.maketrans("²³", "23")


def _plain(text: str) -> str:
    return re.sub(r"[\s.]", "", text.translate(_SUPERSCRIPTS)).lower()


# Case matters where a known symbol is written exactly (MW is not mW, which siteplan does not know);
# a misspelt case is accepted only where no other unit could be meant.
_BY_PLAIN = {_plain(symbol): symbol for symbol in _UNITS} | _SPELLINGS


def unit(text: str) -> Unit:
    """Return the unit a spelling stands for.

    Raises
    ------
    SiteplanError
        If the spelling is unknown; the message lists what is known.

    Examples
    --------
    >>> unit("МВт")
    Unit(symbol='MW', quantity='power', factor=1.0)
    >>> unit("тыс. м³/ч").symbol
    'thousand m3/h'
    """
    stripped = text.strip()
    if stripped in _UNITS:
        return _UNITS[stripped]
    plain = _plain(text)
    # "MВт" with a Latin M is one unit to the eye; letters that look alike never tell two units apart.
    spellings = (plain, _plain(letters.cyrillic(text)), _plain(letters.latin(text)))
    symbol = next((_BY_PLAIN[one] for one in spellings if one in _BY_PLAIN), None)
    if symbol is None:
        raise SiteplanError(f"unknown unit {text!r}; known units: {', '.join(_UNITS)}")
    return _UNITS[symbol]


def factor(from_unit: str, to_unit: str) -> float:
    """Return how many `to_unit` make one `from_unit`.

    Raises
    ------
    SiteplanError
        If a unit is unknown or the two measure different quantities.

    Examples
    --------
    >>> factor("km", "m")
    1000.0
    >>> factor("m3/h", "m3/day")
    24.0
    """
    have, want = unit(from_unit), unit(to_unit)
    if have.quantity != want.quantity:
        raise SiteplanError(
            f"{have.symbol} ({have.quantity}) cannot be given in {want.symbol} ({want.quantity})"
        )
    return have.factor / want.factor


def shown(number: float, symbol: str, *, apart_from: float | None = None) -> str:
    """Return a number with its unit: four digits, all whole ones, or enough to tell it from another.

    Examples
    --------
    >>> shown(1234.56, "m"), shown(12345670.0, "RUB"), shown(1.99996, "MW", apart_from=2.0)
    ('1235 m', '12345670 RUB', '1.99996 MW')
    >>> shown(float("inf"), "m"), shown(3.0, "1")
    ('none there', '3')
    """
    if math.isinf(number):
        return "none there"
    text = f"{number:.0f}"
    for digits in range(4 if abs(number) < 1000 else len(text.lstrip("-")), 18):
        text = format(Decimal(f"{number:.{digits}g}"), "f")
        if apart_from is None or number == apart_from or float(text) != apart_from:
            break
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if symbol == "1" else f"{text} {symbol}"


def kind(text: str) -> str:
    """Return what a class is compared by: an amount in its quantity's first unit, or plain words.

    Examples
    --------
    >>> kind("10 кВ") == kind("10kV") == kind("10000 V"), kind("0.6 MPa") == kind("6 bar")
    (True, True)
    >>> kind("10 kV") == kind("10"), kind("Cast  iron") == kind("cast iron")
    (False, True)
    """
    if amount := _AMOUNT.match(text):
        with suppress(SiteplanError):
            known = unit(amount["unit"])
            number = float(amount["number"].replace(",", ".")) * known.factor
            return f"{number:.9g} {of_quantity(known.quantity)[0]}"
    return letters.compared(text)


def of_quantity(quantity: str) -> list[str]:
    """Return the symbols of all units that measure a quantity, the base unit first.

    Examples
    --------
    >>> of_quantity("area")
    ['ha', 'm2', 'km2']
    """
    return [known.symbol for known in _UNITS.values() if known.quantity == quantity]
