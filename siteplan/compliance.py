"""Whether a whole park has what it must have: met, not met, or unknown, each with its act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from siteplan import crs, safe, units
from siteplan.evidence import FOUND, Flat, Found
from siteplan.findings import Finding
from siteplan.requirements import Requirement, Requirements, Stated
from siteplan.tables import Park

_SHOWN = ("title", "answer", "found", "wanted", "because", "note", "act", "confidence")
_ROUNDING = 1e-9  # of the bound: sums of converted amounts are not exact


@dataclass(frozen=True)
class Compliance:
    """A park held against requirements; prints itself as a table.

    Attributes
    ----------
    requirements
        What was asked.
    answers
        One row per requirement: `requirement`, `title`, `answer` (met, not_met, unknown), `low` and
        `high` in `unit`, `found` and `wanted` in words, `because`, `act`, `clause`, `as_of`,
        `confidence`, `source`, `note`.
    findings
        Tables and rows that could not be counted, and why; what they hold is unknown, never zero.
    """

    requirements: Requirements
    answers: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    @property
    def sentence(self) -> str:
        """How many are met, not met, unknown."""
        counts = self.answers["answer"].value_counts()
        met, not_met, unknown = (int(counts.get(answer, 0)) for answer in ("met", "not_met", "unknown"))
        return f"{self.requirements.title}: {met} met, {not_met} not met, {unknown} unknown."

    def __str__(self) -> str:
        lines = [self.sentence]
        for row in self.answers.to_dict("records"):
            lines.append(
                f"  {row['answer'].replace('_', ' '):>7}  {row['title']}: {row['found']} ({row['wanted']})"
            )
            lines.append(f"           {row['because']}; {row['act']}, {row['confidence']}")
            lines += [f"           {row['note']}"] if row["note"] else []
        said = [*map(safe.visible, lines), *map(str, self.findings)]
        return "\n".join([*said, *filter(None, [self.requirements.notice])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.answers[list(_SHOWN)]
        notice = f"<p>{safe.entities(self.requirements.notice)}</p>" if self.requirements.notice else ""
        findings = "".join(f"<p>{safe.entities(finding)}</p>" for finding in self.findings)
        answers = safe.html_table(table.columns, table.to_numpy())
        return f"<p>{safe.entities(self.sentence)}</p>{answers}{findings}{notice}"


def check_requirements(park: Park, requirements: Requirements) -> Compliance:
    """Hold a park against requirements.

    Parameters
    ----------
    park
        As read.
    requirements
        What it must have.

    Returns
    -------
    compliance
        An answer to each; what the tables do not say stays unknown, unless what they do say is
        enough already, or could not be enough in any case.
    """
    metric = crs.estimate(park.plots)
    flat = Flat(
        park,
        crs.project(park.plots, metric),
        {name: crs.project(layer, metric) for name, layer in park.layers.items()},
    )
    found = [FOUND[one.measure.kind](flat, one) for one in requirements.requirements]
    rows = [_answered(one, said) for one, said in zip(requirements.requirements, found, strict=True)]
    findings = tuple(finding for said in found for finding in said.findings)
    return Compliance(requirements, pd.DataFrame(rows), findings)


def _answered(one: Requirement, found: Found) -> dict[str, Any]:
    symbol = units.unit(one.unit).symbol if one.unit else ""
    return {
        "requirement": one.name,
        "title": one.title,
        "answer": _answer(one, found),
        "low": found.low,
        "high": found.high,
        "unit": symbol,
        "found": _words(one, found, symbol),
        "wanted": one.bound,
        "because": found.because,
        **{key: getattr(one, key) for key in ("act", "clause", "confidence", "source", "note")},
        "as_of": one.as_of.isoformat(),
    }


def _answer(one: Requirement, found: Found) -> str:
    if isinstance(one.measure, Stated):
        known = {1.0: "met", 0.0: "not_met"}
        return known[found.low] if found.low == found.high else "unknown"
    low, high = found.low, found.high
    if one.at_least is not None:
        least = one.at_least - abs(one.at_least) * _ROUNDING
        return "met" if low >= least else "unknown" if high >= least else "not_met"
    most = np.inf if one.at_most is None else one.at_most + abs(one.at_most) * _ROUNDING
    return "met" if high <= most else "unknown" if low <= most else "not_met"


def _words(one: Requirement, found: Found, symbol: str) -> str:
    if isinstance(one.measure, Stated):
        return ("yes" if found.low else "no") if found.low == found.high else "unknown"
    bound = one.at_least if one.at_least is not None else one.at_most
    low, high = (units.shown(amount, symbol, apart_from=bound) for amount in (found.low, found.high))
    if found.low == found.high:
        return low
    if not np.isfinite(found.high):
        return f"{low} or more" if found.low else "unknown"
    return f"{low} to {high}"
