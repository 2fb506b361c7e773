"""What a whole park must have, as data: each requirement with its act, its date and how sure it is.

::

    [[requirements]]
    name = "area"
    title = "Area of the park"
    measure = { kind = "park_area" }
    at_least = 8
    unit = "ha"
    act = "..."
    source = "..."
    as_of = 2026-11-25
    confidence = "low"
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from siteplan import units
from siteplan.errors import SiteplanError
from siteplan.models import Amount, Document, Name, Sheet, Where, repeated
from siteplan.park import Role
from siteplan.prices import Sourced
from siteplan.spans import Metres

Roles = Annotated[tuple[Role, ...], Field(min_length=1)]


class ParkArea(Document):
    """Area of the park's border; of its plots together where no layer has the role `border`. Hectares."""

    kind: Literal["park_area"]


class Total(Document):
    """Sum of a column over the features of one role, or over the plots where no role is named.

    Attributes
    ----------
    where
        Only the features with one of the given values in each of these columns.
    within
        Only the features within so many metres of the park; all of them unless given.
    """

    kind: Literal["total"]
    role: Role | None = None
    column: Name
    where: Where = ()
    within: Metres | None = None


class Reach(Document):
    """Distance from the park to the nearest feature of any of some roles, metres."""

    kind: Literal["reach"]
    roles: Roles
    where: Where = ()


class Share(Document):
    """Share of the plots' area whose column has one of some values, 0-1.

    Attributes
    ----------
    one_of
        The values, word for word.
    under
        In place of them, codes that stand for every code under them: 6.3 for 6.3.1, not for 6.30.
    """

    kind: Literal["share"]
    column: Name
    one_of: tuple[str, ...] = ()
    under: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.one_of) == bool(self.under):
            raise ValueError("give one_of, the values, or under, the codes that stand for those under them")
        return self

    def holds(self, text: str) -> bool:
        """Return whether a value is one of those asked for."""
        return text in self.one_of or any(f"{text}.".startswith(f"{code}.") for code in self.under)


class Stated(Document):
    """Something no table holds: whether the park's catalogue states it under `facts`."""

    kind: Literal["stated"]
    fact: Name


Measure = Annotated[ParkArea | Total | Reach | Share | Stated, Field(discriminator="kind")]

_QUANTITY = {"park_area": "area", "reach": "length", "share": "share"}


class Requirement(Sourced):
    """One thing a park must have.

    Attributes
    ----------
    name, title
        As a key and in words.
    measure
        What is looked at.
    at_least, at_most, unit
        The bound; a stated fact has none.
    act, clause
        Where it is written.
    """

    name: Name
    title: str = Field(min_length=1)
    measure: Measure
    at_least: Amount | None = None
    at_most: Amount | None = None
    unit: str | None = None
    act: str = Field(min_length=1)
    clause: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        bounds = (self.at_least is not None) + (self.at_most is not None)
        if isinstance(self.measure, Stated):
            if bounds or self.unit:
                raise ValueError("a stated fact is there or not; leave at_least, at_most and unit out")
            return self
        if bounds != 1 or self.unit is None:
            raise ValueError("give one bound, at_least or at_most, and its unit")
        try:
            quantity = units.unit(self.unit).quantity
        except SiteplanError as unknown:
            raise ValueError(str(unknown)) from None
        wanted = _QUANTITY.get(self.measure.kind, quantity)
        if quantity != wanted:
            raise ValueError(f"unit: {self.unit!r} is a unit of {quantity}, {self.measure.kind} of {wanted}")
        return self

    @property
    def bound(self) -> str:
        """The bound in words."""
        for words, number in (("at least", self.at_least), ("at most", self.at_most)):
            if number is not None:
                return f"{words} {units.shown(number, units.unit(self.unit or '1').symbol)}"
        return "stated"


class Requirements(Sheet):
    """What a park must have to be called one.

    Attributes
    ----------
    title, notice
        Shown with every answer; the notice says what the table is not.
    """

    called: ClassVar[str] = "requirements"

    title: str = Field(min_length=1)
    notice: str = ""
    requirements: tuple[Requirement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        if twice := repeated([one.name for one in self.requirements]):
            raise ValueError(f"requirements: {', '.join(twice)} stands twice; names must differ")
        return self
