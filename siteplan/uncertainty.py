"""What a planner is not sure of: how far an amount may be off, and which weights are plausible."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from siteplan.findings import Finding
from siteplan.models import Document, near, repeated

_ROUNDED = 0.005  # a bound of 0.33 means a third

Part = Annotated[float, Field(ge=0, le=1)]


class Spread(Document):
    """How far a measured amount may be off, to either side.

    `uniform`: anywhere between equally likely; `triangular`: likelier near the amount; `normal`: the
    spread is two standard deviations, so that the amount lies within it 95 times of 100.
    """

    kind: Literal["uniform", "triangular", "normal"] = "uniform"
    share: float | None = Field(default=None, gt=0, le=10)
    amount: float | None = Field(default=None, gt=0, le=1e15)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.share is None) == (self.amount is None):
            raise ValueError("give share (of the amount, such as 0.2) or amount (in the criterion's unit)")
        return self


class Doubts(Document):
    """Which weights are drawn to see how sure a rank is, and how many.

    Attributes
    ----------
    draws, seed
        How many weightings are drawn, and what the draw starts from: the same seed gives the same.
    top
        A plot's share of draws among the first so many is told.
    order
        Criteria from the most to the least important; only weightings in that order are drawn.
    between
        Least and greatest share of a criterion. Where neither is given, any weights are drawn.
    """

    draws: int = Field(default=10_000, ge=100, le=1_000_000)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    top: int = Field(default=3, ge=1, le=1_000)
    order: tuple[str, ...] = ()
    between: dict[str, tuple[Part, Part]] = Field(default_factory=dict)

    def problems(self, shares: Mapping[str, float]) -> list[str]:
        """Return what of this does not go with the criteria of a plan, and what contradicts itself."""
        weighed = [name for name, share in shares.items() if share > 0]
        found = [f"{key}: {_stranger(name, shares)}" for key, name in self._named if name not in weighed]
        found += [f"order: {name!r} stands twice" for name in repeated(self.order)]
        found += [
            f"between.{name}: from {low:g} to {high:g}; the least must not be above the greatest"
            for name, (low, high) in self.between.items()
            if low > high
        ]
        return found + self._fitting(weighed)._contradictions(weighed)

    def findings(self, shares: Mapping[str, float]) -> list[Finding]:
        """Return a warning where the plan's own weights are none of those that are drawn."""
        wrong = [
            f"{name} weighs {shares[name]:.3g}, not {low:g} to {high:g}"
            for name, (low, high) in self.between.items()
            if not low - _ROUNDED <= shares[name] <= high + _ROUNDED
        ]
        wrong += [
            f"{above} weighs {shares[above]:.3g}, less than {below} with {shares[below]:.3g}"
            for above, below in pairwise(self.order)
            if shares[above] < shares[below] - _ROUNDED
        ]
        if not wrong:
            return []
        message = f"the plan's own weights are not among those that are drawn: {'; '.join(wrong)}"
        return [Finding("warning", "plan, robustness", message, "bring weights and robustness together")]

    def _fitting(self, weighed: list[str]) -> Doubts:
        """What of this can be meant, so that it can be held against itself."""
        order = tuple(name for name in dict.fromkeys(self.order) if name in weighed)
        between = {
            name: (low, high) for name, (low, high) in self.between.items() if name in weighed and low <= high
        }
        return self.model_copy(update={"order": order, "between": between})

    @property
    def words(self) -> str:
        """Which weights are drawn, in words."""
        said = [f"order {' > '.join(self.order)}"] if self.order else []
        said += [f"{name} {low:g} to {high:g}" for name, (low, high) in self.between.items()]
        return "; ".join(said) or "any weights"

    @property
    def _named(self) -> list[tuple[str, str]]:
        return [*(("order", name) for name in self.order), *(("between", name) for name in self.between)]

    def _contradictions(self, weighed: list[str]) -> list[str]:
        """Why no weights meet everything, each reason by the names it concerns."""
        low = {name: self.between.get(name, (0.0, 1.0))[0] for name in weighed}
        high = {name: self.between.get(name, (0.0, 1.0))[1] for name in weighed}
        # A criterion outweighs all that follow it: its least share is at least each of theirs.
        for above, below in reversed([*pairwise(self.order)]):
            low[above] = max(low[above], low[below])
        for above, below in pairwise(self.order):
            high[below] = min(high[below], high[above])
        found = [
            f"order and between contradict each other: {name!r} would weigh at least {low[name]:g} "
            f"and at most {high[name]:g}"
            for name in weighed
            if low[name] > high[name]
        ]
        if sum(low.values()) > 1 + 1e-9:
            found.append(f"{self._by}: the least shares sum to {sum(low.values()):g}, more than 1")
        if sum(high.values()) < 1 - 1e-9:
            found.append(f"{self._by}: the greatest shares sum to {sum(high.values()):g}, less than 1")
        return found

    @property
    def _by(self) -> str:
        return "between, with order" if self.order else "between"


def _stranger(name: str, shares: Mapping[str, float]) -> str:
    if name in shares:
        return f"{name!r} weighs nothing in the plan, and what weighs nothing is not drawn"
    return f"there is no criterion {name!r}{near(name, shares)}"
