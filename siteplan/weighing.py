"""How a planner comes to weights: stated ranks, points, judgements, or several people's."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from siteplan import weights
from siteplan.findings import Finding
from siteplan.models import Document, near, repeated

Importance = Annotated[float, Field(ge=1 / 1e6, le=1e6)]
_TWO_DECIMALS = 0.005 + 1e-9  # 0.33 stands for a third, 0.14 for a seventh
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
        return _misnamed("order", self.order, names)

    @property
    def words(self) -> str:
        """Where the weights come from."""
        return f"rank order {' > '.join(self.order)} (centroid)"


class Swing(Equal):
    """Points for the swing from worst to best of each criterion: 100 for the one that matters most."""

    method: Literal["swing"]  # type: ignore[assignment]
    points: dict[str, Annotated[float, Field(ge=0, le=100)]] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_hundred(self) -> Self:
        if max(self.points.values()) != 100:
            raise ValueError("points: give 100 to the swing that matters most, and others beside it")
        return self

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each criterion's share."""
        return dict(zip(self.points, map(float, weights.shares([*self.points.values()])), strict=True))

    def problems(self, names: Sequence[str]) -> list[str]:
        """Return what does not fit the criteria."""
        return _misnamed("points", tuple(self.points), names)

    @property
    def words(self) -> str:
        """Where the weights come from."""
        return "swing points"


class Ahp(Equal):
    """Pairwise judgements: how many times as important the row's criterion is as the column's."""

    method: Literal["ahp"]  # type: ignore[assignment]
    order: tuple[str, ...] = Field(min_length=1)
    matrix: tuple[tuple[Importance, ...], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _reciprocal(self) -> Self:
        size = len(self.order)
        if len(self.matrix) != size or any(len(row) != size for row in self.matrix):
            raise ValueError(f"matrix: needs {size} rows of {size} numbers, in the order of the criteria")
        wrong = [
            f"{name!r} to itself is {self.matrix[at][at]:g}, not 1"
            for at, name in enumerate(self.order)
            if self.matrix[at][at] != 1
        ]
        wrong += [
            f"{self.order[row]!r} to {self.order[column]!r} is {self.matrix[row][column]:g} but back "
            f"{self.matrix[column][row]:g}, not {1 / self.matrix[row][column]:.4g}"
            for row, column in combinations(range(size), 2)
            if not _inverse(self.matrix[row][column], self.matrix[column][row])
        ]
        if wrong:
            raise ValueError(f"matrix: not reciprocal: {'; '.join(wrong)}")
        return self

    @property
    def judged(self) -> weights.Judged:
        """What the judgements come to; those above the diagonal count."""
        upper = np.triu(np.asarray(self.matrix), 1)
        mirrored = upper + np.eye(len(upper)) + np.tril(1.0 / np.where(upper > 0, upper, np.inf).T, -1)
        return weights.ahp(mirrored)

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each criterion's share."""
        return dict(zip(self.order, map(float, self.judged.weights), strict=True))

    def problems(self, names: Sequence[str]) -> list[str]:
        """Return what does not fit the criteria."""
        return _misnamed("order", self.order, names)

    def findings(self, names: Sequence[str]) -> list[Finding]:
        """Return a warning where the judgements contradict each other."""
        found = self.judged
        if not found.ratio > weights.CONSISTENT:
            return []
        row, column = found.worst
        given, agreeing = self.matrix[row][column], found.agreeing
        return [
            Finding(
                "warning",
                "plan, weights",
                f"the judgements contradict each other: consistency ratio {found.ratio:.3f}, above "
                f"{weights.CONSISTENT:g}; most of all {self.order[row]!r} to {self.order[column]!r}: "
                f"{given:.3g}",
                f"{agreeing:.3g} there would agree with the others",
            )
        ]

    @property
    def words(self) -> str:
        """Where the weights come from."""
        return f"pairwise judgements (AHP), consistency ratio {self.judged.ratio:.3f}"


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
        found = [f"{one.name}: {said}" for one in self.experts for said in one.weights.problems(names)]
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


def _inverse(one: float, back: float) -> bool:
    """Whether two judgements are each other's inverse, the smaller perhaps written to two decimals."""
    great, small = max(one, back), min(one, back)
    return abs(small - 1 / great) <= _TWO_DECIMALS


def _misnamed(key: str, given: tuple[str, ...], names: Sequence[str]) -> list[str]:
    """Whether each criterion stands there once, and nothing else does."""
    found = [
        f"{key}: there is no criterion {name!r}{near(name, names)}" for name in given if name not in names
    ]
    found += [f"{key}: {name!r} stands twice" for name in repeated(given)]
    missing = [name for name in names if name not in given]
    return found + ([f"{key}: {', '.join(missing)} missing; name every criterion"] if missing else [])
