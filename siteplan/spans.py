"""Classes of objects as intervals and lists of texts, and the width of a zone for each class."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from siteplan.models import Document, Name

Metres = Annotated[float, Field(ge=0, le=1e5)]
Number = Annotated[float, Field(ge=-1e9, le=1e9)]


class Span(Document):
    """An interval of numbers; a bound that is not given is open.

    Examples
    --------
    >>> Span(above=1, up_to=20).holds(1), Span(above=1, up_to=20).holds(20)
    (False, True)
    """

    above: Number | None = None
    at_least: Number | None = Field(default=None, alias="from")
    up_to: Number | None = None
    below: Number | None = None

    @model_validator(mode="after")
    def _one_bound_a_side(self) -> Self:
        if None not in (self.above, self.at_least) or None not in (self.up_to, self.below):
            raise ValueError("give above or from for the lower bound, up_to or below for the upper one")
        low, high = self.low[0], self.high[0]
        if low > high or (low == high and (self.above is not None or self.below is not None)):
            raise ValueError(f"no number lies between {low:g} and {high:g}")
        if math.isinf(low) and math.isinf(high):
            raise ValueError("names no bound; leave the class out")
        return self

    @property
    def low(self) -> tuple[float, bool]:
        """The lower bound, and whether it belongs to the interval."""
        bound = self.above if self.above is not None else self.at_least
        return (-math.inf, False) if bound is None else (bound, self.above is None)

    @property
    def high(self) -> tuple[float, bool]:
        """The upper bound, and whether it belongs to the interval."""
        bound = self.below if self.below is not None else self.up_to
        return (math.inf, False) if bound is None else (bound, self.below is None)

    def holds(self, number: float) -> bool:
        """Return whether a number lies in the interval."""
        (low, with_low), (high, with_high) = self.low, self.high
        return (number >= low if with_low else number > low) and (
            number <= high if with_high else number < high
        )

    def meets(self, other: Span) -> bool:
        """Return whether some number lies in both intervals.

        Examples
        --------
        >>> Span(up_to=20).meets(Span(above=20)), Span(up_to=20).meets(Span(at_least=20))
        (False, True)
        """
        low, low_in = max(self.low, other.low, key=lambda bound: (bound[0], not bound[1]))
        high, high_in = min(self.high, other.high, key=lambda bound: (bound[0], bound[1]))
        return low < high or (low == high and low_in and high_in)

    @property
    def words(self) -> str:
        """The interval in words."""
        (low, with_low), (high, with_high) = self.low, self.high
        lower = "" if math.isinf(low) else f"{'from' if with_low else 'above'} {low:g}"
        upper = "" if math.isinf(high) else f"{'up to' if with_high else 'below'} {high:g}"
        return " ".join(filter(None, (lower, upper)))


Class = Span | Annotated[tuple[str, ...], Field(min_length=1)]


def _classes(given: Any) -> Any:
    """A table of classes as pairs, which unlike a table can be compared and hashed."""
    if not isinstance(given, Mapping):
        return given
    return tuple(
        (
            name,
            (wanted,) if isinstance(wanted, str) else tuple(wanted) if isinstance(wanted, list) else wanted,
        )
        for name, wanted in given.items()
    )


def _as_table(pairs: tuple[tuple[str, Class], ...]) -> dict[str, Any]:
    return {name: wanted.to_dict() if isinstance(wanted, Span) else list(wanted) for name, wanted in pairs}


Classes = Annotated[tuple[tuple[Name, Class], ...], BeforeValidator(_classes), PlainSerializer(_as_table)]


class Width(Document):
    """How far a zone reaches for one class of an object.

    Attributes
    ----------
    when
        The class: an interval of numbers or a list of texts by name, all of which must hold; a
        width without one is that of every object.
    metres
        Reach of the zone from what it is measured from; 0 is the object's own area.
    """

    when: Classes = ()
    metres: Metres

    @property
    def words(self) -> str:
        """The class in words."""
        return (
            " and ".join(
                f"{name} {wanted.words if isinstance(wanted, Span) else ' or '.join(wanted)}"
                for name, wanted in self.when
            )
            or "any"
        )

    def holds(self, classes: Mapping[str, float | str]) -> bool:
        """Return whether an object of these classes is meant; a class that is not known never is."""
        for name, wanted in self.when:
            given = classes.get(name)
            if given is None or isinstance(given, str) == isinstance(wanted, Span):
                return False
            if not (wanted.holds(float(given)) if isinstance(wanted, Span) else given in wanted):
                return False
        return True

    def meets(self, other: Width) -> bool:
        """Return whether some object is meant by both."""
        theirs = dict(other.when)
        return all(_meet(wanted, theirs[name]) for name, wanted in self.when if name in theirs)


def _meet(one: Class, other: Class) -> bool:
    if isinstance(one, Span) and isinstance(other, Span):
        return one.meets(other)
    if isinstance(one, Span) or isinstance(other, Span):
        return False
    return bool(set(one) & set(other))
