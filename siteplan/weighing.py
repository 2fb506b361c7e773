"""How a planner comes to weights: stated ranks, points, judgements, or several people's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError

from siteplan import weights
from siteplan.findings import Finding
from siteplan.judgements import Ahp, misnamed
from siteplan.models import Document, Weight, repeated
from siteplan.uncertainty import Doubts

_FAR = 0.20  # of weight that an expert would move from the mean; then the mean hides a quarrel


class Equal(Document):
    """Every criterion weighs the same."""

    method: Literal["equal"]

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each criterion's share."""
        return dict.fromkeys(names, 1.0 / len(names))

    def problems(self, names: Sequence[str]) -> list[str]:
        """Return what does not fit the criteria."""
        return []

    def findings(self, names: Sequence[str]) -> list[Finding]:
        """Return what the planner should know of these weights."""
        return []

    @property
    def words(self) -> str:
        """Where the weights come from."""
        return "equal"


class RankOrder(Equal):
    """An order, from the most important; the weights are the mean of all that keep it."""

    method: Literal["rank-order"]  # type: ignore[assignment]
    order: tuple[str, ...] = Field(min_length=1)

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each criterion's share."""
        return dict(zip(self.order, map(float, weights.rank_order_centroid(len(names))), strict=True))

    def problems(self, names: Sequence[str]) -> list[str]:
        """Return what does not fit the criteria."""
        return misnamed("order", self.order, names)

    @property
    def words(self) -> str:
        """Where the weights come from."""
        return f"rank order {' > '.join(self.order)} (centroid)"


class Swing(Equal):
    """Points for the swing from worst to best of each criterion: 100 for the one that matters most."""

    method: Literal["swing"]  # type: ignore[assignment]
    points: dict[str, Annotated[float, Field(ge=0, le=100)]] = Field(min_length=1)

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each criterion's share."""
        return dict(zip(self.points, map(float, weights.shares([*self.points.values()])), strict=True))

    def problems(self, names: Sequence[str]) -> list[str]:
        """Return what does not fit the criteria."""
        most = max(self.points.values())
        short = (
            f"points: the most are {most:g}; give 100 to the swing that matters most, and others beside it"
        )
        return [*misnamed("points", tuple(self.points), names), *([short] if most != 100 else [])]

    @property
    def words(self) -> str:
        """Where the weights come from."""
        return "swing points"


One = Annotated[Equal | RankOrder | Swing | Ahp, Field(discriminator="method")]


class Expert(Document):
    """One of several people, and how they weigh."""

    name: str = Field(min_length=1)
    weights: One


class Experts(Equal):
    """Several people, each in their own way; their mean counts."""

    method: Literal["experts"]  # type: ignore[assignment]
    experts: tuple[Expert, ...] = Field(min_length=2)
    mean: Literal["arithmetic", "geometric"] = "arithmetic"

    def each(self, names: Sequence[str]) -> list[list[float]]:
        """Return every expert's shares, in the order of the criteria."""
        return [[one.weights.shares(names)[name] for name in names] for one in self.experts]

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each criterion's share."""
        mean = weights.together(self.each(names), geometric=self.mean == "geometric")
        return dict(zip(names, map(float, mean), strict=True))

    def problems(self, names: Sequence[str]) -> list[str]:
        """Return what does not fit the criteria."""
        twice = [f"experts: {name!r} stands twice" for name in repeated(one.name for one in self.experts)]
        found = [
            f"expert {one.name!r}: {said}" for one in self.experts for said in one.weights.problems(names)
        ]
        if self.mean == "geometric" and not (twice or found) and not np.all(self.each(names)):
            found.append("mean: an expert's weight of 0 makes a geometric mean 0; give it as arithmetic")
        return twice + found

    def findings(self, names: Sequence[str]) -> list[Finding]:
        """Return each expert's contradictions, and who is far from the mean."""
        found = [
            Finding(said.level, f"{said.where} of {one.name}", said.message, said.remedy)
            for one in self.experts
            for said in one.weights.findings(names)
        ]
        mean = [*self.shares(names).values()]
        for one, away in zip(self.experts, weights.disagreement(self.each(names), mean), strict=True):
            if away > _FAR:
                message = f"{one.name} would move {away:.0%} of the weight from the mean of the experts"
                found.append(Finding("warning", "plan, weights", message, "look at each ranking by itself"))
        return found

    @property
    def words(self) -> str:
        """Where the weights come from."""
        return (
            f"{self.mean} mean of {len(self.experts)} experts: {', '.join(one.name for one in self.experts)}"
        )


Weighing = Annotated[Equal | RankOrder | Swing | Ahp | Experts, Field(discriminator="method")]


def shares(stated: Mapping[str, float | None], weighing: Weighing | None) -> dict[str, float]:
    """Return each criterion's share of all weights, from the weights stated or the way to come to them."""
    if weighing is not None:
        given = weighing.shares([*stated])
        return {name: given[name] for name in stated}
    total = math.fsum(weight or 0.0 for weight in stated.values())
    return {name: (weight or 0.0) / total for name, weight in stated.items()}


def misweighed(
    stated: Mapping[str, float | None], weighing: Weighing | None, doubts: Doubts | None
) -> list[str]:
    """Return whether every criterion has its weight from one place, and the doubts fit them."""
    if weighing is None:
        found = [
            f"{name}: weight is missing; give one, or [weights] for all"
            for name, weight in stated.items()
            if weight is None
        ]
        if not found and not any(stated.values()):
            found = ["criteria: all weights are zero; give at least one a weight above 0"]
    else:
        found = [
            f"{name}: weight is stated, and [weights] say another; leave one out"
            for name, weight in stated.items()
            if weight is not None
        ]
        found += [f"weights: {said}" for said in weighing.problems([*stated])]
    if doubts is None:
        return found
    known = dict.fromkeys(stated, 1.0) if found else shares(stated, weighing)
    return found + [f"robustness: {said}" for said in doubts.problems(known)]


def unread(data: Any) -> list[str]:
    """Return what `misweighed` would of a plan that cannot be read, as far as its parts can."""
    criteria = data.get("criteria") if isinstance(data, Mapping) else None
    if not isinstance(criteria, list) or not all(isinstance(one, Mapping) for one in criteria):
        return []
    if not criteria or not all(isinstance(one.get("name"), str) for one in criteria):
        return []
    weighing, doubts = _readable(Weighing, data.get("weights")), _readable(Doubts, data.get("robustness"))
    stated: dict[str, float | None]
    if weighing is None and data.get("weights") is not None:
        stated = {one["name"]: 1.0 for one in criteria}
    else:
        stated = {one["name"]: _weight(one.get("weight")) for one in criteria}
    return misweighed(stated, weighing, doubts)


def _readable(kind: Any, data: Any) -> Any:
    """A part of a plan by itself; None where it cannot be read."""
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError:
        return None


def _weight(given: Any) -> float | None:
    """A stated weight; what is no weight is told by itself, and counts as one here."""
    weight = _readable(Weight, given)
    return 1.0 if weight is None and given is not None else weight
