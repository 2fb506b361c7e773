"""One piece of the plots on its way: what is known of it already, what is scored, what is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from siteplan.batch import parts
from siteplan.batch.earlier import Earlier, sample
from siteplan.batch.engine import Engine
from siteplan.errors import OutputError, SiteplanError
from siteplan.findings import Finding, Report
from siteplan.reading.pieces import Piece


@dataclass(frozen=True, eq=False)
class Task:
    """A checked piece before it is scored.

    Attributes
    ----------
    number, report
        Of the piece.
    crs
        Of its shapes.
    keys
        Fingerprint of every plot.
    known
        Positions of the plots whose rows are taken over, and those rows.
    fresh
        Positions of the plots that are scored: all others, and a sample of the known as proof.
    plots
        Those plots.
    """

    number: int
    report: Report
    crs: Any
    keys: NDArray[np.uint64]
    known: NDArray[np.intp]
    rows: pa.Table | None
    fresh: NDArray[np.intp]
    plots: gpd.GeoDataFrame

    @classmethod
    def of(cls, piece: Piece, plots: gpd.GeoDataFrame, columns: list[str], earlier: Earlier) -> Task:
        """Look up what of a piece is known already."""
        keys = parts.inputs(plots, columns)
        places = earlier.found(keys)
        known = np.flatnonzero(places >= 0)
        rows = earlier.rows(places[known]) if len(known) else None
        again = known[sample(len(known))] if len(known) else known
        fresh = np.sort(np.concatenate([np.flatnonzero(places < 0), again]))
        return cls(piece.number, piece.report, plots.crs, keys, known, rows, fresh, plots.iloc[fresh])

    @property
    def input(self) -> str:
        """SHA-256 of the fingerprints of the piece, and of what was set aside or repaired in it."""
        report = self.report
        told = [asdict(one) for one in report.counts], [(one.fid, one.reason) for one in report.quarantine]
        return hashlib.sha256(self.keys.tobytes() + json.dumps(told).encode()).hexdigest()

    @property
    def reused(self) -> int:
        """How many rows are taken over."""
        return len(self.known)


@dataclass(frozen=True, eq=False)
class Answer:
    """What scoring a task came to: rows in the order of its plots, or why there are none."""

    rows: pa.Table | None
    findings: tuple[Finding, ...] = ()
    refused: tuple[str, ...] = ()


class Scoring(Protocol):
    """What scores tasks: it takes them one after another and gives each back with its answer."""

    def __call__(self, engine: Engine, tasks: Iterator[Task]) -> Iterator[tuple[Task, Answer]]: ...


def in_process(engine: Engine, tasks: Iterator[Task]) -> Iterator[tuple[Task, Answer]]:
    """Score tasks in this process; the kernels use all its cores."""
    for task in tasks:
        yield task, scored(engine, task.plots, task.keys[task.fresh])


def scored(engine: Engine, plots: gpd.GeoDataFrame, keys: NDArray[np.uint64]) -> Answer:
    """Score the fresh plots of a task; what is refused is told, so that other pieces go on."""
    if not len(plots):
        return Answer(None)
    try:
        found = engine.scored(plots)
    except SiteplanError as refused:
        return Answer(None, refused=refused.problems or (refused.message,))
    return Answer(parts.table(found.plots, keys), found.findings)


def joined(task: Task, answer: Answer) -> pa.Table:
    """Return the rows of a piece in its order, known and fresh together.

    Raises
    ------
    OutputError
        If a known row that was computed again came out otherwise.
    """
    if task.rows is None:
        return answer.rows
    if answer.rows is None:
        return task.rows
    again = np.flatnonzero(np.isin(task.fresh, task.known))
    there = np.searchsorted(task.known, task.fresh[again])
    if not _same(answer.rows.take(pa.array(again)), task.rows.take(pa.array(there))):
        raise OutputError(
            f"part {task.number}: rows of the earlier result come out otherwise when they are scored again; "
            "run again with --fresh"
        )
    new = np.setdiff1d(np.arange(len(task.fresh)), again)
    both = pa.concat_tables([task.rows, answer.rows.take(pa.array(new))])
    order = np.argsort(np.concatenate([task.known, task.fresh[new]]), kind="stable")
    return both.take(pa.array(order))


def _same(one: pa.Table, other: pa.Table) -> bool:
    """Whether rows are equal to the last digit, missing and endless ones too."""
    return bool(one.schema.equals(other.schema) and one.combine_chunks().equals(other.combine_chunks()))
