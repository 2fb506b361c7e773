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

_SHOWN = ("title", "answer", "found", "wanted", "because", "act", "confidence")


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
        `confidence`, `source`.
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
        **{key: getattr(one, key) for key in ("act", "clause", "confidence", "source")},
        "as_of": one.as_of.isoformat(),
    }


def _answer(one: Requirement, found: Found) -> str:
    if isinstance(one.measure, Stated):
        known = {1.0: "met", 0.0: "not_met"}
        return known[found.low] if found.low == found.high else "unknown"
    if one.at_least is not None:
        return "met" if found.low >= one.at_least else "unknown" if found.high >= one.at_least else "not_met"
    most = one.at_most if one.at_most is not None else np.inf
    return "met" if found.high <= most else "unknown" if found.low <= most else "not_met"


def _words(one: Requirement, found: Found, symbol: str) -> str:
    if isinstance(one.measure, Stated):
        return ("yes" if found.low else "no") if found.low == found.high else "unknown"
    if found.low == found.high:
        return units.shown(found.low, symbol)
    if not np.isfinite(found.high):
        return f"{units.shown(found.low, symbol)} or more" if found.low else "unknown"
    return f"{units.shown(found.low, symbol)} to {units.shown(found.high, symbol)}"
