"""Whether a written result still follows from its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from siteplan.errors import OutputError
from siteplan.provenance import Provenance
from siteplan.reading.parks import read_park
from siteplan.reading.scorecards import read_scorecard
from siteplan.scorecard import Scorecard, score

# Another version of a library may differ in the last digits; nothing else may.
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Verification:
    """What a second computation says about a written result.

    Attributes
    ----------
    differences
        One line for everything that does not follow; empty when all does.
    tables, numbers
        How many tables and numbers were compared.
    """

    differences: tuple[str, ...]
    tables: int
    numbers: int

    def __str__(self) -> str:
        if self.differences:
            return "\n".join(
                ["the result does not follow from its inputs", *(f"  - {line}" for line in self.differences)]
            )
        return f"the result follows from its inputs: {self.tables} tables and {self.numbers} numbers agree"


def verify(out: str | Path, *, park: str | Path | None = None) -> Verification:
    """Compute a written result again from its inputs, and compare.

    Parameters
    ----------
    out
        The folder that `score` wrote.
    park
        The catalogue, where it is not in the recorded place.

    Raises
    ------
    SourceError, OutputError, DataError
        If the result or its inputs cannot be read.
    """
    written = read_scorecard(out)
    source = park or written.park
    if source is None:
        raise OutputError(f"{out}: the result does not say which park it came from; give it with --park")
    read = read_park(source)
    again = score(read.plots, read.layers, written.card.plan)
    differences = [f"{name}: missing, or changed since it was written" for name in written.altered]
    differences += _inputs(written.card.provenance, again.provenance)
    numbers, wrong = _numbers(written.card, again)
    return Verification((*differences, *wrong), len(again.provenance.tables), numbers)


def _inputs(then: Provenance, now: Provenance) -> list[str]:
    before = {table.name: table.fingerprint for table in then.tables}
    after = {table.name: table.fingerprint for table in now.tables}
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    lines = [f"{name}: the table is not the one that was scored" for name in changed]
    if then.metric_crs != now.metric_crs:
        lines.append(f"metric CRS was {then.metric_crs}, is {now.metric_crs}")
    return lines


def _numbers(then: Scorecard, now: Scorecard) -> tuple[int, list[str]]:
    tables = (
        ("score", then.plots[["rank", "score", "score_high"]], now.plots[["rank", "score", "score_high"]]),
        ("contribution", _keyed(then.contributions), _keyed(now.contributions)),
    )
    lines, count = [], 0
    for what, before, after in tables:
        if set(before.index) != set(after.index):
            lines.append(f"{what}s: other plots or criteria than were scored")
            continue
        old = before.to_numpy(dtype=float, na_value=np.nan)
        new = after.reindex(before.index).to_numpy(dtype=float, na_value=np.nan)
        count += old.size
        same = np.isclose(old, new, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True).all(axis=1)
        moved = before.index[~same]
        if len(moved):
            some = ", ".join(str(key) for key in moved[:5])
            lines.append(f"{len(moved)} {what}s differ: {some}")
    return count, lines


def _keyed(contributions: pd.DataFrame) -> pd.DataFrame:
    return contributions.set_index(["plot", "criterion"])[["amount", "value", "weight", "contribution"]]
