"""Whether a written result still follows from its inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.details import DETAILS, keyed
from siteplan.errors import OutputError, SiteplanError
from siteplan.provenance import Provenance, plan_digest
from siteplan.reading.documents import read_plan, read_resident
from siteplan.reading.parks import read_park
from siteplan.reading.scorecards import Written, read_scorecard
from siteplan.robustness import Robustness
from siteplan.scorecard import score

# Another version of a library may differ in the last digits; nothing else may.
_TOLERANCE = 1e-9
_DIGITS = 9
_SHOWN = 5


@dataclass(frozen=True)
class Verification:
    """What a second computation says about a written result.

    Attributes
    ----------
    differences
        One line for everything that does not follow; empty when all does.
    tables, cells
        How many tables and cells of the result were compared.
    """

    differences: tuple[str, ...]
    tables: int
    cells: int

    def __str__(self) -> str:
        if self.differences:
            lines = [f"  - {line}" for line in self.differences]
            return "\n".join(["the result does not follow from its inputs", *lines])
        return f"the result follows from its inputs: {self.tables} tables and {self.cells} cells agree"


def verify(out: str | Path, *, park: str | Path | None = None) -> Verification:
    """Compute a written result again from its inputs, and compare every cell of it.

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
    card, again = written.card, score(read.plots, read.layers, written.card.plan, rasters=read.rasters)
    plots = _differences("plots", _plain(card.plots), _plain(again.plots))
    rows = _differences("contributions", _keyed(card.contributions), _keyed(again.contributions))
    for name in DETAILS:
        rows += _differences(name, keyed(name, getattr(card, name)), keyed(name, getattr(again, name)))
    if _rounded(card.robustness) != _rounded(again.robustness):
        rows.append("robustness: other draws, or drawn from something else")
    differences = [
        *(f"{name}: missing, or changed since it was written" for name in written.altered),
        *_plan(written),
        *_inputs(card.provenance, again.provenance),
        *plots,
        *rows,
    ]
    return Verification(
        tuple(differences),
        len(again.provenance.tables),
        again.plots.size + again.contributions.size + sum(getattr(again, name).size for name in DETAILS),
    )


def _rounded(sure: Robustness | None) -> Any:
    """What was drawn and counted, to the digits in which versions of libraries agree."""
    text = json.dumps(sure.to_dict() if sure else None)
    return json.loads(text, parse_float=lambda number: round(float(number), _DIGITS))


def _plan(written: Written) -> list[str]:
    """Whether the plan is the one that was scored, in the result and in its own file."""
    lines = []
    plan = written.card.plan
    if plan_digest(plan) != written.card.provenance.plan:
        lines.append("plan: the result holds another plan than the one that was scored")
    if written.plan is not None:
        try:
            now = read_plan(written.plan)
            if written.resident is not None:
                now = now.for_resident(read_resident(written.resident))
            if now != plan:
                lines.append(f"plan: {written.plan} says otherwise now")
        except SiteplanError as unreadable:
            lines.append(f"plan: {unreadable.message}")
    return lines


def _inputs(then: Provenance, now: Provenance) -> list[str]:
    before = {table.name: table.fingerprint for table in then.tables}
    after = {table.name: table.fingerprint for table in now.tables}
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    lines = [f"{name}: the table is not the one that was scored" for name in changed]
    if then.metric_crs != now.metric_crs:
        lines.append(f"metric CRS was {then.metric_crs}, is {now.metric_crs}")
    return lines


def _plain(plots: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(plots.drop(columns="geometry"))


def _keyed(contributions: pd.DataFrame) -> pd.DataFrame:
    return contributions.set_index(["plot", "criterion"])


def _differences(what: str, before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """One line for each column of a table in which something differs."""
    if set(before.index) != set(after.index) or set(before.columns) != set(after.columns):
        return [f"{what}: other rows or columns than were scored"]
    after = after.reindex(before.index)
    lines = []
    for column in before.columns:
        same = _same(before[column], after[column])
        moved = [str(key) for key in before.index[~same]]
        if moved:
            lines.append(f"{column} of {len(moved)} {what} differs: {', '.join(moved[:_SHOWN])}")
    return lines


def _same(before: pd.Series, after: pd.Series) -> NDArray[np.bool_]:
    if pd.api.types.is_numeric_dtype(after):
        old, new = (column.to_numpy(dtype=float, na_value=np.nan) for column in (before, after))
        return np.asarray(np.isclose(old, new, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True))
    then, now = (column.astype(object).where(column.notna(), "") for column in (before, after))
    return np.asarray(then == now)
