"""What is judged and how: criteria by degree, constraints by a bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from pydantic import Field, ValidationError, model_validator

from siteplan import units
from siteplan.amounts import QUANTITY, STATUSES, Measure
from siteplan.errors import SiteplanError
from siteplan.models import Amount, Document, Titled, Weight, near
from siteplan.uncertainty import Spread
from siteplan.worth import Value

_TEXTS = ("attribute", "status", "hall")


class _Judged(Titled):
    """What criteria and constraints share: a measure, its unit (empty for categories), and words."""

    measure: Measure

    def _check_texts(self, place: str, texts: Iterable[str]) -> None:
        """Refuse texts that a status never is."""
        wrong = [text for text in texts if text not in STATUSES] if self.measure.kind == "status" else []
        if wrong:
            known = ", ".join(STATUSES)
            raise ValueError(f"{place}: a status is never {wrong[0]!r}; it is {known}, or not known")

    def _check_unit(self) -> None:
        wanted = QUANTITY.get(self.measure.kind)
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


class Veto(Document):
    """A bound beyond which a plot is excluded, however good it is otherwise."""

    at_most: Amount | None = None
    at_least: Amount | None = None
    one_of: tuple[str, ...] | None = Field(default=None, min_length=1)


class Criterion(_Judged):
    """A measure judged by degree: what an amount is worth, how much that weighs, how unsure it is.

    The weight is left out where the plan's `weights` say how to come to it.
    """

    value: Value
    weight: Weight | None = None
    veto: Veto | None = None
    spread: Spread | None = None

    @property
    def bound(self) -> Constraint | None:
        """The veto as a constraint of the same measure."""
        if self.veto is None:
            return None
        same = {key: getattr(self, key) for key in ("name", "title", "unit", "measure")}
        return Constraint(**same, **dict(self.veto))

    def _check_veto_texts(self) -> None:
        """Refuse texts that no amount can be: of a number, or that the table of categories does not know."""
        texts = self.veto.one_of if self.veto is not None else None
        if not texts:
            return
        if self.value.shape != "category":
            raise ValueError("veto: one_of is for texts; bound a number by at_most or at_least")
        unknown = [text for text in texts if text not in self.value.worths]
        if unknown and self.value.other is None:
            raise ValueError(
                f"veto: {unknown[0]!r} is not in value.worths{near(unknown[0], self.value.worths)}"
            )

    @model_validator(mode="after")
    def _sure(self) -> Self:
        if self.spread is not None and self.value.shape in ("category", "relative"):
            raise ValueError(f"spread: needs an amount and anchors; the value is {self.value.shape}")
        try:
            _ = self.bound
        except ValidationError as wrong:
            said = [str(detail.get("ctx", {}).get("error", detail["msg"])) for detail in wrong.errors()]
            raise ValueError(f"veto: {'; '.join(said)}") from None
        self._check_veto_texts()
        return self

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.value.shape == "category":
            if self.measure.kind not in _TEXTS:
                raise ValueError(f"value: a category table needs an attribute, not {self.measure.kind}")
            if self.unit is not None:
                raise ValueError("unit: categories have none; leave the key out")
            self._check_texts("value.worths", self.value.worths)
        elif self.measure.kind == "status":
            raise ValueError("value: a status is text; give a category table")
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
        elif self.measure.kind not in _TEXTS:
            raise ValueError(f"one_of needs an attribute, not {self.measure.kind}")
        self._check_texts("one_of", self.one_of or ())
        if None not in (low := self.at_least, high := self.at_most) and low > high:  # type: ignore[operator]
            raise ValueError(f"at_least {low:g} is above at_most {high:g}; no plot can meet both")
        return self
