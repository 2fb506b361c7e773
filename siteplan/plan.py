"""What the planner decides: which amounts count, what they are worth, how much each weighs.

A plan knows no geometry and no data; the same plan scores any park whose layers carry the names
it uses. Reference amounts ("best", "worst") are the planner's and stand in physical units, so
adding a plot never changes the score of another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from siteplan import units
from siteplan.errors import PlanError, SiteplanError
from siteplan.models import Document, Name, repeated

Worth = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=-1e15, le=1e15)]


class Distance(Document):
    """Straight line from the plot's edge to the nearest point of a layer, metres, 0 when touching."""

    kind: Literal["distance"]
    layer: str
    may_be_empty: bool = False


class Overlap(Document):
    """Share of the plot that a layer of polygons covers, 0-1."""

    kind: Literal["overlap"]
    layer: str
    may_be_empty: bool = False


class Length(Document):
    """Length of a layer's lines inside the plot, metres."""

    kind: Literal["length"]
    layer: str
    may_be_empty: bool = False


class Count(Document):
    """Number of features of a layer that touch the plot."""

    kind: Literal["count"]
    layer: str
    may_be_empty: bool = False


class Area(Document):
    """Area of the plot, hectares."""

    kind: Literal["area"]


class Attribute(Document):
    """A column of the plots table."""

    kind: Literal["attribute"]
    column: str


Measure = Annotated[Distance | Overlap | Length | Count | Area | Attribute, Field(discriminator="kind")]

_QUANTITY = {
    "distance": "length",
    "overlap": "share",
    "length": "length",
    "count": "count",
    "area": "area",
}


class Linear(Document):
    """Worth 1 at `best`, 0 at `worst`, straight between, flat beyond."""

    shape: Literal["linear"]
    best: Amount
    worst: Amount

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if self.best == self.worst:
            raise ValueError(
                f"best and worst are both {self.best:g}; "
                "the value would be undefined, give two different amounts"
            )
        return self


class Piecewise(Document):
    """Straight lines through (amount, worth) points, flat beyond the first and the last."""

    shape: Literal["piecewise"]
    points: tuple[tuple[Amount, Worth], ...] = Field(min_length=2)

    @field_validator("points")
    @classmethod
    def _ascending(cls, points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return _ascending(points)


class Step(Document):
    """Worth of amounts up to and including each bound; `beyond` for all larger ones."""

    shape: Literal["step"]
    steps: tuple[tuple[Amount, Worth], ...] = Field(min_length=1)
    beyond: Worth

    @field_validator("steps")
    @classmethod
    def _ascending(cls, steps: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return _ascending(steps)


class Exponential(Document):
    """Worth 1 at `best`, one half at `half`, a quarter as far again, and so on; never quite 0."""

    shape: Literal["exponential"]
    best: Amount = 0.0
    half: Amount

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if self.best == self.half:
            raise ValueError(f"best and half are both {self.best:g}; give two different amounts")
        return self


class Category(Document):
    """Worth of each text; `other` for texts not listed, which are refused when it is absent."""

    shape: Literal["category"]
    worths: dict[str, Worth] = Field(min_length=1)
    other: Worth | None = None


Value = Annotated[Linear | Piecewise | Step | Exponential | Category, Field(discriminator="shape")]


def _ascending(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    amounts = [amount for amount, _ in points]
    if any(later <= earlier for earlier, later in pairwise(amounts)):
        raise ValueError(f"amounts must rise from point to point, not {amounts}")
    return points


class _Judged(Document):
    """What criteria and constraints share: a measure, its unit, and words for the reader."""

    name: Name
    title: str = ""
    measure: Measure
    unit: str | None = None
    note: str = ""

    @property
    def label(self) -> str:
        """The title, or the name where no title is given."""
        return self.title or self.name.replace("_", " ")

    @property
    def symbol(self) -> str:
        """The unit of its amounts as siteplan writes it; empty for categories."""
        return units.unit(self.unit).symbol if self.unit else ""

    def _check_unit(self) -> None:
        wanted = _QUANTITY.get(self.measure.kind)
        if self.unit is None:
            raise ValueError("unit is missing; numbers need one" + (f" (a {wanted})" if wanted else ""))
        try:
            given = units.unit(self.unit)
        except SiteplanError as unknown:
            raise ValueError(f"unit: {unknown}") from None
        if wanted and given.quantity != wanted:
            raise ValueError(
                f"unit: {self.unit!r} is a unit of {given.quantity}, "
                f"but {self.measure.kind} is measured in {wanted} "
                f"({', '.join(units.of_quantity(wanted))})"
            )


class Criterion(_Judged):
    """A measure judged by degree: what an amount is worth, and how much that weighs."""

    value: Value
    weight: float = Field(ge=0, le=1e9)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.value.shape == "category":
            if self.measure.kind != "attribute":
                raise ValueError(f"value: a category table needs an attribute, not {self.measure.kind}")
            if self.unit is not None:
                raise ValueError("unit: categories have none; leave the key out")
        else:
            self._check_unit()
        return self


class Constraint(_Judged):
    """A measure judged by a bound: a plot that misses it is excluded, not scored low."""

    at_most: Amount | None = None
    at_least: Amount | None = None
    one_of: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        numeric = self.at_most is not None or self.at_least is not None
        if numeric == (self.one_of is not None):
            raise ValueError("give a bound: at_most and/or at_least for numbers, or one_of for texts")
        if numeric:
            self._check_unit()
        elif self.measure.kind != "attribute":
            raise ValueError(f"one_of needs an attribute, not {self.measure.kind}")
        if None not in (low := self.at_least, high := self.at_most) and low > high:  # type: ignore[operator]
            raise ValueError(f"at_least {low:g} is above at_most {high:g}; no plot can meet both")
        return self


class Plan(Document):
    """The criteria and constraints of one ranking.

    Attributes
    ----------
    name, title, author, as_of, note
        Who decided this, when, and why; all of it travels with the result.
    metric_crs
        The CRS in which everything is measured, for example "EPSG:32652". When absent it is
        estimated from the plots and recorded.
    criteria, constraints
        Judged in this order; the order changes no score.
    """

    name: str = Field(min_length=1)
    title: str = ""
    author: str = ""
    as_of: date | None = None
    note: str = ""
    metric_crs: str | None = Field(default=None, min_length=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    constraints: tuple[Constraint, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = [
            f"{kind} {name!r} stands twice; names must differ"
            for kind, names in (
                ("criterion", [criterion.name for criterion in self.criteria]),
                ("constraint", [constraint.name for constraint in self.constraints]),
            )
            for name in repeated(names)
        ]
        if not any(criterion.weight > 0 for criterion in self.criteria):
            problems.append("criteria: all weights are zero; give at least one a weight above 0")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, where: str = "plan") -> Self:
        """Read a plan from plain data.

        Raises
        ------
        PlanError
            With every mistake, its key and what would be right.
        """
        return cls.parse(data, where=where, error=PlanError)

    @property
    def shares(self) -> dict[str, float]:
        """Each criterion's weight as a share of all weights; the shares sum to 1."""
        total = math.fsum(criterion.weight for criterion in self.criteria)
        return {criterion.name: criterion.weight / total for criterion in self.criteria}

    @property
    def layers(self) -> dict[str, list[str]]:
        """Layers the plan needs, each with the names of the criteria and constraints that use it."""
        used: dict[str, list[str]] = {}
        for judged in (*self.criteria, *self.constraints):
            if layer := getattr(judged.measure, "layer", None):
                used.setdefault(layer, []).append(judged.name)
        return used

    @property
    def columns(self) -> dict[str, list[str]]:
        """Plot columns the plan needs, each with the names of the criteria and constraints that use it."""
        used: dict[str, list[str]] = {}
        for judged in (*self.criteria, *self.constraints):
            if isinstance(judged.measure, Attribute):
                used.setdefault(judged.measure.column, []).append(judged.name)
        return used
