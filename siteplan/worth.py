"""What an amount is worth to the planner: value functions with the planner's own anchors."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, field_validator, model_validator
from pydantic_core import PydanticCustomError

from siteplan.models import Amount, Document

Worth = Annotated[float, Field(ge=0, le=1)]


def _range(given: Any) -> Any:
    """One amount as the range that holds nothing else."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return (given, given)
    if isinstance(given, list | tuple) and len(given) == 2:
        return given
    raise PydanticCustomError("range", "must be an amount, or a range [from, to]")


def _amount(span: tuple[float, float]) -> float | list[float]:
    return span[0] if span[0] == span[1] else list(span)


Range = Annotated[tuple[Amount, Amount], BeforeValidator(_range), PlainSerializer(_amount)]
"""From one amount to another; in a file also a single one."""


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


class Logistic(Document):
    """An S-shaped curve through one half at `half` and 0.9 at `high`; 0.1 as far on the other side."""

    shape: Literal["logistic"]
    half: Amount
    high: Amount

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if self.half == self.high:
            raise ValueError(f"half and high are both {self.half:g}; give two different amounts")
        return self


class Target(Document):
    """Worth 1 at `best`, an amount or a range [from, to], falling straight to 0 at `low` and `high`."""

    shape: Literal["target"]
    best: Range
    low: Amount | None = None
    high: Amount | None = None

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        start, end = self.best
        if self.low is None and self.high is None:
            raise ValueError("give low, high or both: the amounts that are worth 0")
        if start > end:
            raise ValueError(f"best runs from {start:g} to {end:g}; give the smaller amount first")
        wrong = []
        if self.low is not None and self.low >= start:
            wrong.append(f"low {self.low:g} must be below best {start:g}")
        if self.high is not None and self.high <= end:
            wrong.append(f"high {self.high:g} must be above best {end:g}")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class Relative(Document):
    """Worth by the place among the other plots, which makes every score depend on all of them."""

    shape: Literal["relative"]
    by: Literal["min-max", "percentile"]
    better: Literal["more", "less"]


class Category(Document):
    """Worth of each text; `other` for texts not listed, which are refused when it is absent."""

    shape: Literal["category"]
    worths: dict[str, Worth] = Field(min_length=1)
    other: Worth | None = None


Value = Annotated[
    Linear | Piecewise | Step | Exponential | Logistic | Target | Relative | Category,
    Field(discriminator="shape"),
]


def _ascending(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    amounts = [amount for amount, _ in points]
    if any(later <= earlier for earlier, later in pairwise(amounts)):
        raise ValueError(f"amounts must rise from point to point, not {amounts}")
    return points
