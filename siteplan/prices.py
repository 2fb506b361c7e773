"""Unit costs as data: what a metre of line, a crossing, a tie-in costs, from whom, as of when, how sure.

The sum follows the НЦС method (укрупнённые нормативы цены строительства): unit cost x quantity x
regional coefficient x climate coefficient. A table of prices is somebody's assumption; it says so
wherever one of its numbers is shown.

References
----------
The order of the product is that of the worked example in НЦС 81-02-12-2020: 1178.45 thousand RUB
x 4.38 = 5161.61; x 0.74 x 1.02 = 3895.98 thousand RUB without VAT (read at dokipedia.ru/document/5346556).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from siteplan import letters, units
from siteplan.errors import SiteplanError
from siteplan.models import Document, Sheet
from siteplan.words import Words, plainly

Utility = Literal["power", "gas", "water", "sewer", "heat", "telecom", "rail", "road"]
Confidence = Literal["high", "medium", "low", "estimate", "unverified"]
Money = Annotated[float, Field(ge=0, le=1e15)]

_UTILITIES = set(get_args(Utility))
_PER = {"line": "length", "crossing": "count", "tie_in": "count"}


class Sourced(Document):
    """A number with where it comes from, its date, and how sure it is."""

    source: str = Field(min_length=1)
    as_of: date
    confidence: Confidence
    note: str = ""


class UnitCost(Sourced):
    """One price: low, base and high, with VAT or without it, as the whole table is.

    Attributes
    ----------
    utility, price_class
        What it is for; `class` in the file names the class of a utility, such as "10 kV"; spellings
        of one amount are one class.
    item
        "line" by length of the route, "crossing" each, "tie_in" once a connection, "capacity" by
        demand.
    what
        For a crossing: the name of what is crossed.
    low, base, high, unit, per
        The price: so many `unit` (money) per `per` ("km", "1" for each, "MW").
    """

    utility: Utility
    price_class: str = Field(default="", alias="class")
    item: Literal["line", "crossing", "tie_in", "capacity"]
    what: str = ""
    low: Money
    base: Money
    high: Money
    unit: str
    per: str = "1"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.low <= self.base <= self.high:
            raise ValueError(
                f"low {self.low:g}, base {self.base:g}, high {self.high:g}: must not fall in this order"
            )
        if (self.item == "crossing") != bool(self.what):
            raise ValueError("what names the thing crossed: needed for a crossing, and only there")
        if _quantity(self.unit) != "money":
            raise ValueError(
                f"unit: {self.unit!r} is no money; give {' or '.join(units.of_quantity('money'))}"
            )
        wanted, per = _PER.get(self.item), _quantity(self.per)
        if not per or wanted not in (None, per):
            known = f" {' or '.join(units.of_quantity(wanted))}" if wanted else " a unit that siteplan knows"
            raise ValueError(f"per: a {self.item.replace('_', '-')} is priced per{known}, not {self.per!r}")
        return self

    def of(self, amount: float, unit: str) -> Estimate:
        """Return the price of an amount, RUB."""
        share = amount * units.factor(unit, self.per) * units.factor(self.unit, "RUB")
        return Estimate(self.low * share, self.base * share, self.high * share)


def _quantity(unit: str) -> str:
    """What a unit measures; empty for one that siteplan does not know."""
    try:
        return units.unit(unit).quantity
    except SiteplanError:
        return ""


class Coefficient(Sourced):
    """A factor on every price of some utilities, all of them where none is named: region, climate."""

    kind: str = Field(min_length=1)
    factor: Annotated[float, Field(gt=0, le=100)]
    utilities: tuple[Utility, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """Low, base and high, RUB.

    Examples
    --------
    >>> Estimate(1.0, 2.0, 3.0) + Estimate(1.0, 1.0, 1.0)
    Estimate(low=2.0, base=3.0, high=4.0)
    """

    low: float
    base: float
    high: float

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.low + other.low, self.base + other.base, self.high + other.high)

    def times(self, factor: float) -> Estimate:
        """Return all three multiplied."""
        return Estimate(self.low * factor, self.base * factor, self.high * factor)


NOTHING = Estimate(0.0, 0.0, 0.0)


class Prices(Sheet):
    """A table of unit costs and the coefficients that fit it to a place.

    Attributes
    ----------
    title, notice
        Shown once with every explanation and map that gives an amount of money; the notice says
        what the table is not.
    illustrative
        Whether the numbers only show the method; said wherever one of them is shown.
    as_of
        The price level.
    vat
        Whether VAT is in the prices; said beside every amount of money.
    """

    called: ClassVar[str] = "prices"

    title: str = Field(min_length=1)
    notice: str = ""
    illustrative: bool = False
    as_of: date
    vat: bool = False
    costs: tuple[UnitCost, ...] = Field(min_length=1)
    coefficients: tuple[Coefficient, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        seen: set[tuple[str, str, str, str]] = set()
        twice = []
        for cost in self.costs:
            key = (cost.utility, units.kind(cost.price_class), cost.item, cost.what)
            named = (cost.utility, cost.price_class, cost.item, cost.what)
            twice += [" ".join(filter(None, named))] if key in seen else []
            seen.add(key)
        problems = [f"costs: {', '.join(twice)} stands more than once; one price each"] if twice else []
        problems += [
            f"coefficients: {kind} stands more than once for {utility}; one factor each"
            for kind, utility in self._twice()
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _twice(self) -> list[tuple[str, str]]:
        """Coefficients of one kind that would both apply: the kind, and one utility or "every utility"."""
        twice = []
        for later, earlier in combinations(reversed(self.coefficients), 2):
            both = set(later.utilities or _UTILITIES) & set(earlier.utilities or _UTILITIES)
            if both and letters.compared(later.kind) == letters.compared(earlier.kind):
                named = "every utility" if both == _UTILITIES else ", ".join(sorted(both))
                twice.append((later.kind, named))
        return list(dict.fromkeys(twice))

    @property
    def name(self) -> str:
        """How the table is called beside an amount of money: "illustrative prices 2024 without VAT"."""
        return self.said(plainly())

    def said(self, words: Words) -> str:
        """Return the table's name in a language."""
        vat = words.say("price.with_vat" if self.vat else "price.without_vat")
        kind = "price.illustrative" if self.illustrative else "price.name"
        return words.say(kind, year=self.as_of.year, vat=vat)

    @property
    def sentence(self) -> str:
        """What the table is, and what it is not."""
        return f"{self.title.rstrip('.')}. {self.notice}".rstrip()

    def cost(self, utility: str, price_class: str, item: str, what: str = "") -> UnitCost | None:
        """Return the price of an item: the class's own, else the utility's without a class, else none."""
        found = self._classes(utility, item, what)
        return found.get(units.kind(price_class)) or found.get("")

    def stands_in(self, utility: str, price_class: str, item: str, what: str = "") -> bool:
        """Return whether a price without a class stands in though other classes have their own."""
        found = self._classes(utility, item, what)
        return bool(price_class) and len(found) > 1 and "" in found and units.kind(price_class) not in found

    def _classes(self, utility: str, item: str, what: str) -> dict[str, UnitCost]:
        return {
            units.kind(one.price_class): one
            for one in self.costs
            if (one.utility, one.item, one.what) == (utility, item, what)
        }

    def factor(self, utility: str) -> float:
        """Return the product of the coefficients for a utility.

        Examples
        --------
        >>> stated = {"source": "read", "as_of": "2020-01-01", "confidence": "low"}
        >>> cost = {"utility": "power", "item": "line", "unit": "RUB", "per": "m", **stated}
        >>> cost |= {"low": 1, "base": 1, "high": 1}
        >>> rows = [
        ...     {"kind": "region", "factor": 0.74, **stated},
        ...     {"kind": "climate", "factor": 1.02, **stated},
        ... ]
        >>> prices = Prices.from_dict(
        ...     {"title": "t", "as_of": "2020-01-01", "costs": [cost], "coefficients": rows}
        ... )
        >>> round(5161.61 * prices.factor("power"), 2)  # НЦС 81-02-12-2020, the worked example
        3895.98
        """
        return math.prod(
            one.factor for one in self.coefficients if not one.utilities or utility in one.utilities
        )
