"""All pieces on their way: the next is read and the last is written while one is scored."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from siteplan import checks
from siteplan.batch import journal, parts, ranking, work
from siteplan.batch.earlier import Earlier
from siteplan.batch.engine import Engine
from siteplan.batch.folder import QUARANTINE
from siteplan.batch.job import Job, Outcome
from siteplan.batch.journal import PARTS, Entry, Journal
from siteplan.batch.work import Answer, Scoring, Task
from siteplan.errors import SourceError
from siteplan.park import Plots
from siteplan.reading.pieces import Around, Piece, count, read_pieces
from siteplan.writing.atomic import DRAFT, publish, saying
from siteplan.writing.quarantine import geopackage

KEPT = 10_000
"""Records set aside of which more than their number is kept."""

_SHOWN = 5

Event = dict[str, Any]
_Thing = TypeVar("_Thing")


class Passage:
    """One run through all pieces: read ahead, scored, written behind."""

    def __init__(  # noqa: PLR0913, PLR0917 (what a run consists of, put together in one place)
        self,
        job: Job,
        engine: Engine,
        around: Around,
        source: Plots,
        book: Journal,
        done: dict[int, Entry],
        earlier: Earlier,
        tell: Callable[[Event], None],
        stop: Callable[[], bool],
    ) -> None:
        self.job, self.engine, self.around, self.source = job, engine, around, source
        self.book, self.entries, self.earlier, self.tell, self.stop = book, dict(done), earlier, tell, stop
        self.before, self.seen = set(done), set[int]()
        self.set_aside = {number: entry.counts["quarantined"] for number, entry in done.items()}
        self.outcome = Outcome()
        self.refused: dict[str, list[int]] = {}
        self.outcome.counts["parts_done_before"] = len(done)
        self.started = time.monotonic()
        self.columns = list(engine.plan.columns)
        self.total = count(around, source)

    def all(self, scoring: Scoring) -> Outcome:
        """Go through all pieces."""
        with saying(self.job.out):
            (self.job.out / PARTS).mkdir(exist_ok=True)
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
            tasks = ahead(self._tasks(), reader)
            written: Future[None] | None = None
            try:
                for task, answer in scoring(self.engine, tasks):
                    if written is not None:
                        written.result()
                    written = writer.submit(self._finish, task, answer)
            finally:
                if written is not None:
                    written.result()
        self.outcome.problems += [_of_parts(numbers, what) for what, numbers in self.refused.items()]
        if not self.outcome.stopped and not self.outcome.problems:
            self._forget_what_is_gone()
        return self.outcome

    def _forget_what_is_gone(self) -> None:
        """Drop parts that the source has no records for any more: a table in a database may have shrunk."""
        gone = self.entries.keys() - self.seen
        for number in gone:
            del self.entries[number]
            (self.job.out / QUARANTINE / f"part-{number:05d}.gpkg").unlink(missing_ok=True)
        if gone:
            self.book.forget(gone)

    def _refuse(self, number: int, *problems: str) -> None:
        for problem in problems:
            self.refused.setdefault(problem, []).append(number)

    def _tasks(self) -> Iterator[Task]:
        """Pieces that are not done, checked and looked up."""
        skipped: Container[int] = self.before if self.source.file else ()
        pieces = read_pieces(self.around, self.source, self.job.rows, skipped)
        for number in itertools.count():
            if self.stop():
                self.outcome.stopped = True
                return
            try:
                piece = next(pieces, None)
            except SourceError as failure:
                if number == 0:
                    raise
                self._refuse(number, str(failure))
                return
            if piece is None:
                return
            self.seen.add(piece.number)
            if piece.number in self.before and self.source.file:
                continue
            if (task := self._task(piece)) is not None:
                yield task

    def _task(self, piece: Piece) -> Task | None:
        """A piece to be scored, or None where it is refused, or done in a database that has not changed."""
        self.set_aside[piece.number] = sum(count.quarantined for count in piece.report.counts)
        if piece.plots is None:
            self._refuse(piece.number, *map(str, piece.report.of("error")))
            return None
        # Another piece would be as wrong: that is no reason to hear them all.
        checks.refuse_missing_columns(piece.plots, self.engine.plan)
        task = Task.of(piece, piece.plots, self.columns, self.earlier)
        known = self.entries.get(piece.number)
        if known is not None and known.input == task.input:
            return None
        return task

    def _finish(self, task: Task, answer: Answer) -> None:
        """Write a part, then its line in the journal."""
        if answer.refused:
            self._refuse(task.number, *answer.refused)
            return
        rows = work.joined(task, answer)
        if rows is None:  # all its records were set aside: there is a line, but no file
            self._set_aside(task)
            entry = self._entry(task, answer, 0, "")
        else:
            entry = self._entry(task, answer, len(rows), self._written(task, rows))
        self.book.add(entry)
        self.entries[task.number] = entry
        counts = self.outcome.counts
        counts["parts"] += 1
        counts["plots_reused"] += task.reused
        counts["plots_scored"] += entry.rows - task.reused
        counts["plots_proved"] += len(task.fresh) - (entry.rows - task.reused)
        self._told(task.number, entry.rows)

    def _written(self, task: Task, rows: pa.Table) -> str:
        """Write a part and what was set aside; the digest of its file."""
        name = journal.part_name(task.number)
        path = self.job.out / PARTS / name
        with saying(path):
            draft = path.with_name(f"{DRAFT}{name}")
            try:
                parts.write(rows, draft, crs=task.crs, engine=self.engine.fingerprint)
                digest = journal.digest_of(draft)
                self._set_aside(task)
                publish(draft, path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        return digest

    def _entry(self, task: Task, answer: Answer, rows: int, digest: str) -> Entry:
        """What the journal says of a part."""
        keys = ("read", "used", "repaired", "quarantined")
        counts = {key: sum(getattr(one, key) for one in task.report.counts) for key in keys}
        found = [asdict(ranking.short(one)) for one in (*task.report.findings, *answer.findings)]
        return Entry(task.number, rows, digest, task.input, counts, tuple(found))

    def _told(self, number: int, rows: int) -> None:
        spent = time.monotonic() - self.started
        counts = self.outcome.counts
        plots = counts["plots_scored"] + counts["plots_reused"]
        self.tell(
            {
                "event": "part",
                "part": number,
                "rows": rows,
                "plots": plots,
                "plots_per_second": round(plots / spent) if spent else None,
                "eta_seconds": self._left(plots, spent),
            }
        )

    def _left(self, plots: int, spent: float) -> int | None:
        """Seconds that the rest will take at this pace; None where nobody knows how many there are."""
        if self.total is None or not plots:
            return None
        before = sum(entry.rows for number, entry in self.entries.items() if number in self.before)
        return round(max(self.total - before - plots, 0) * spent / plots)

    def _set_aside(self, task: Task) -> None:
        """Keep the first records that were set aside, counted over all pieces."""
        # The next piece is read, and counted, meanwhile.
        before = sum(count for number, count in [*self.set_aside.items()] if number < task.number)
        kept = task.report.quarantine[: max(KEPT - before, 0)]
        folder = self.job.out / QUARANTINE
        path = folder / f"part-{task.number:05d}.gpkg"
        if not kept:
            path.unlink(missing_ok=True)
        else:
            with saying(folder):
                folder.mkdir(exist_ok=True)
                with tempfile.TemporaryDirectory(prefix=DRAFT, dir=folder) as made:
                    draft = Path(made) / "set-aside.gpkg"
                    geopackage(kept, draft)
                    publish(draft, path)


def _of_parts(numbers: list[int], problem: str) -> str:
    """A problem with the parts it is of; the same of a hundred parts is heard once."""
    if len(numbers) == 1:
        return f"part {numbers[0]}: {problem}"
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    return f"parts {', '.join(map(str, sorted(numbers)[:_SHOWN]))}{more}: {problem}"


def ahead(things: Iterator[_Thing], reader: ThreadPoolExecutor) -> Iterator[_Thing]:
    """Fetch the next thing in a thread while the last one is worked on."""
    fetched = reader.submit(next, things, None)
    while (thing := fetched.result()) is not None:
        fetched = reader.submit(next, things, None)
        yield thing
