"""Weights from pairwise judgements: the document, what may be wrong with it, and how well it agrees."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator

from siteplan import weights
from siteplan.findings import Finding
from siteplan.models import Document, near, repeated

_TWO_DECIMALS = 0.005 + 1e-9  # 0.33 stands for a third, 0.14 for a seventh
_ROUNDED = 0.1  # of an inverse, at the most: 0.01 does not stand for 1/200
_MOST = 1e6
_RANGE = "must be more than 0 and at most a million"


def _fraction(given: Any) -> Any:
    """A number, also where it is written as "1/3"."""
    above, slash, below = given.partition("/") if isinstance(given, str) else ("", "", "")
    try:
        return float(above) / float(below) if slash else given
    except (ValueError, ZeroDivisionError):
        return given


Ratio = Annotated[float, BeforeValidator(_fraction)]
"""How many times as important one is as another; a number, or in a file also "1/3"."""


class Judgement(Document):
    """One comparison: `more` is `times` as important as `than`; 1 says that both are the same."""

    more: str
    than: str
    times: Ratio

    @property
    def words(self) -> str:
        """The judgement in words."""
        return f"{self.more!r} {self.times:g} times {self.than!r}"


class Ahp(Document):
    """Every two criteria compared: weights are the principal eigenvector of the judgements.

    Attributes
    ----------
    judgements
        One for each two criteria.
    order, matrix
        Or the same as a table: row i, column j says how many times as important the i-th criterion of
        the order is as the j-th. Of a judgement and its inverse the larger counts: 3, not 0.33.
    """

    method: Literal["ahp"]
    judgements: tuple[Judgement, ...] = ()
    order: tuple[str, ...] = ()
    matrix: tuple[tuple[Ratio, ...], ...] = ()

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each criterion's share."""
        found = dict(zip(self._listed, map(float, self.judged.weights), strict=True))
        return {name: found[name] for name in names}

    def problems(self, names: Sequence[str]) -> list[str]:
        """Return what does not fit the criteria, and what the judgements cannot mean: everything at once."""
        if bool(self.judgements) == bool(self.matrix):
            return ["give either judgements = [{ more, than, times }, ..] or order and matrix"]
        if self.matrix:
            return [*misnamed("order", self.order, names), *self._askew()]
        beside = ["order: goes with a matrix; leave it out beside judgements"] if self.order else []
        return [*beside, *self._strange(names), *self._wrong(), *self._twice(), *self._missing(names)]

    def findings(self, names: Sequence[str]) -> list[Finding]:
        """Return a warning where the judgements contradict each other, or nobody can tell whether they do."""
        found = self.judged
        if math.isnan(found.ratio):
            message = (
                f"whether judgements of {len(names)} criteria contradict each other is not known: "
                f"Saaty's random index ends at {weights.COMPARED} criteria"
            )
            return [
                Finding("warning", "plan, weights", message, "compare groups of criteria, or give points")
            ]
        if found.ratio <= weights.CONSISTENT:
            return []
        said = [self._said(row, column, found.given[row, column]) for row, column in found.worst]
        others = [
            self._said(row, column, agreed)
            for (row, column), agreed in zip(found.worst, found.agreeing, strict=True)
        ]
        alike = "" if len(said) == 1 else f"; {len(said)} judgements disagree alike, which is off is not told"
        message = (
            f"the judgements contradict each other: consistency ratio {found.ratio:.3f}, above "
            f"{weights.CONSISTENT:g}; most of all that {', that '.join(said)}{alike}"
        )
        remedy = f"look again: by the others {', or '.join(others)}"
        return [Finding("warning", "plan, weights", message, remedy)]

    @property
    def words(self) -> str:
        """Where the weights come from."""
        ratio = self.judged.ratio
        known = "not known" if math.isnan(ratio) else f"{ratio:.3f}"
        return f"pairwise judgements (AHP), consistency ratio {known}"

    @property
    def judged(self) -> weights.Judged:
        """What the judgements come to, criteria as they are listed, or first named."""
        at = {name: row for row, name in enumerate(self._listed)}
        ratios = np.ones((len(at), len(at)))
        for one, other, times in self._pairs():
            ratios[at[one], at[other]], ratios[at[other], at[one]] = times, 1.0 / times
        return weights.ahp(ratios)

    @property
    def _listed(self) -> tuple[str, ...]:
        return self.order or tuple(
            dict.fromkeys(name for one in self.judgements for name in (one.more, one.than))
        )

    def _pairs(self) -> Iterator[tuple[str, str, float]]:
        """Each judgement once, as that which is the larger number."""
        for one in self.judgements:
            yield one.more, one.than, one.times
        for i, j in combinations(range(len(self.matrix)), 2):
            more, than = (i, j) if self.matrix[i][j] >= self.matrix[j][i] else (j, i)
            yield self.order[more], self.order[than], self.matrix[more][than]

    def _said(self, row: int, column: int, times: float) -> str:
        """A judgement from the one that is more important."""
        one, other = self._listed[row], self._listed[column]
        one, other, times = (one, other, times) if times >= 1 else (other, one, 1.0 / times)
        same = times < 1.005
        return f"{one!r} and {other!r} are the same" if same else f"{one!r} is {times:.3g} times {other!r}"

    def _askew(self) -> list[str]:
        """What is wrong with the table by itself."""
        size = len(self.order)
        if not size:
            return []
        if len(self.matrix) != size or any(len(row) != size for row in self.matrix):
            return [f"matrix: needs {size} rows of {size} numbers, in the order of the criteria"]
        found = [
            f"matrix: {name!r} to itself is {self.matrix[at][at]:g}, not 1"
            for at, name in enumerate(self.order)
            if self.matrix[at][at] != 1
        ]
        for i, j in combinations(range(size), 2):
            pair = f"matrix: {self.order[i]!r} to {self.order[j]!r} is {self.matrix[i][j]:g}"
            there, back = self.matrix[i][j], self.matrix[j][i]
            if not (min(there, back) > 0 and max(there, back) <= _MOST):
                found.append(f"{pair} and back {back:g}; each {_RANGE}")
            elif not _inverse(there, back):
                found.append(f"{pair} but back {back:g}, not {1 / there:.4g}; it is not reciprocal")
        return found

    def _strange(self, names: Sequence[str]) -> list[str]:
        return [_stranger("judgements", name, names) for name in self._named if name not in names]

    @property
    def _named(self) -> Iterable[str]:
        return dict.fromkeys(name for one in self.judgements for name in (one.more, one.than))

    def _wrong(self) -> list[str]:
        """What single judgements cannot mean."""
        found = []
        for one in self.judgements:
            if one.more == one.than:
                found.append(f"judgements: {one.more!r} is compared with itself")
            elif not 0 < one.times <= _MOST:
                found.append(f"judgements: {one.words}: times {_RANGE}")
            elif one.times < 1:
                found.append(
                    f"judgements: {one.words}: then {one.than!r} is the more important; turn it round"
                )
        return found

    def _twice(self) -> list[str]:
        """Pairs that are compared more than once, and whether that is a contradiction."""
        made: dict[frozenset[str], list[Judgement]] = {}
        for one in self.judgements:
            made.setdefault(frozenset((one.more, one.than)), []).append(one)
        found = []
        for pair, judged in made.items():
            if len(pair) == 2 and len(judged) > 1:
                both = len({one.more for one in judged}) > 1 and any(one.times != 1 for one in judged)
                what = "contradict each other" if both else "are of the same two"
                found.append(f"judgements: {', and '.join(one.words for one in judged)} {what}; keep one")
        return found

    def _missing(self, names: Sequence[str]) -> list[str]:
        made = {frozenset((one.more, one.than)) for one in self.judgements}
        missing = [pair for pair in combinations(names, 2) if frozenset(pair) not in made]
        if not missing:
            return []
        pairs = ", ".join(f"{one!r} with {other!r}" for one, other in missing)
        return [f"judgements: not compared: {pairs}; every two criteria must be"]


def _inverse(one: float, back: float) -> bool:
    """Whether two judgements are each other's inverse, the smaller perhaps written to two decimals."""
    great, small = max(one, back), min(one, back)
    return abs(small - 1 / great) <= _TWO_DECIMALS and abs(small * great - 1) <= _ROUNDED


def misnamed(key: str, given: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return whether each criterion stands there once, and nothing else does."""
    found = [_stranger(key, name, names) for name in dict.fromkeys(given) if name not in names]
    found += [f"{key}: {name!r} stands twice" for name in repeated(given)]
    missing = [name for name in names if name not in given]
    return found + ([f"{key}: {', '.join(missing)} missing; name every criterion"] if missing else [])


def _stranger(key: str, name: str, names: Sequence[str]) -> str:
    return f"{key}: there is no criterion {name!r}{near(name, names)}"
