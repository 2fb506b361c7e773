"""A batch from beginning to end: unattended, resumable, the same bytes however often it was stopped."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from siteplan import provenance, tables
from siteplan.batch import journal, parts, ranking, work
from siteplan.batch.earlier import Earlier
from siteplan.batch.engine import Engine, way_for
from siteplan.batch.journal import PARTS, Entry, Header, Journal
from siteplan.batch.work import Answer, Task
from siteplan.errors import DataError, OutputError, SourceError
from siteplan.park import Plots
from siteplan.reading.documents import read_plan
from siteplan.reading.pieces import Around, Piece, count, read_around, read_pieces
from siteplan.writing.atomic import DRAFT, atomic_text, publish, saying
from siteplan.writing.quarantine import geopackage

ROWS = 50_000
KEPT = 10_000
"""Records set aside of which more than their number is kept."""

RUN = "run.json"
EARLIER = "earlier"
QUARANTINE = "quarantine"

Event = dict[str, Any]
_Thing = TypeVar("_Thing")


class Scoring(Protocol):
    """What scores tasks: it takes them one after another and gives each back with its answer."""

    def __call__(self, engine: Engine, tasks: Iterator[Task]) -> Iterator[tuple[Task, Answer]]: ...


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes
    ----------
    plan, park
        The plan's file, and the catalogue of what lies around the plots.
    plots
        A file that takes the place of the catalogue's plots, of the same columns.
    out
        The folder of the result.
    rows
        Most plots in a part.
    engine, scheduler
        "threads" in this process, or "dask" on workers; the address of their scheduler, or two
        workers on this machine.
    fresh
        Score everything, whatever the folder holds.
    since
        An earlier result whose rows are taken over where nothing they follow from has changed.
    """

    plan: Path
    park: Path
    out: Path
    plots: Path | None = None
    rows: int = ROWS
    engine: Literal["threads", "dask"] = "threads"
    scheduler: str | None = None
    fresh: bool = False
    since: Path | None = None


@dataclass
class Outcome:
    """How a run ended.

    Attributes
    ----------
    summary
        What came out; None where the run was stopped or parts of it were refused.
    stopped
        Whether somebody asked it to stop; it goes on where it was when it is started again.
    problems
        What was refused, all of it.
    counts
        Parts and plots: `done` before, `scored` now, `reused` from an earlier result, `proved` of
        those by scoring them again.
    """

    summary: dict[str, Any] | None = None
    stopped: bool = False
    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: {
            "parts_done_before": 0,
            "parts": 0,
            "plots_scored": 0,
            "plots_reused": 0,
            "plots_proved": 0,
        }
    )


def run(job: Job, *, tell: Callable[[Event], None], stop: Callable[[], bool]) -> Outcome:
    """Score every plot of a park into a folder.

    Parameters
    ----------
    job
        What is to be done.
    tell
        Is told of every part as it is finished.
    stop
        Is asked before every part.

    Raises
    ------
    SiteplanError
        If the plan, the layers or the folder are refused, the source cannot be read at all, or the
        disk is full. What a single piece is refused for is in the outcome.
    """
    started = time.monotonic()
    plan, around = read_plan(job.plan), read_around(job.park)
    source = _source(job, around)
    engine = Engine.of(
        around.layers, plan, region=around.catalogue.region, rasters=around.rasters, way=way_for(job.rows)
    )
    header = _header(job, engine, around, source)
    _refuse_foreign(job.out)
    with journal.held(job.out):
        clear(job.out)
        book = Journal(job.out)
        done, notes = _begun(book, header, job)
        tell({"event": "start", "parts_done": len(done), "engine": job.engine, **notes})
        earlier = Earlier.of(_earlier_folders(job), engine.fingerprint)
        batch = _Run(job, engine, around, source, book, done, earlier, tell, stop)
        outcome = batch.all()
        if not outcome.stopped and not outcome.problems:
            _put_together(job, batch, header, outcome)
        _record(job, header, outcome, time.monotonic() - started)
    return outcome


def _source(job: Job, around: Around) -> Plots:
    """Where the plots lie."""
    if job.plots is None:
        return around.catalogue.plots
    if not job.plots.exists():
        raise SourceError(f"{job.plots}: is not there")
    place = os.path.relpath(job.plots.resolve(), around.folder.resolve())
    return around.catalogue.plots.model_copy(update={"file": place, "database": None, "layer": None})


def _header(job: Job, engine: Engine, around: Around, source: Plots) -> Header:
    path = around.folder / source.place
    if source.file and not path.is_file():
        raise SourceError(f"{path}: is not there")
    return Header(
        siteplan=version("siteplan"),
        plan=provenance.plan_digest(engine.plan),
        layers={table.name: table.fingerprint for table in engine.tables},
        metric_crs=engine.metric_crs,
        way=engine.ready.way,
        libraries=provenance.libraries(),
        engine=engine.fingerprint,
        source=path.name if source.file else source.place,
        digest=journal.digest_of(path) if source.file else "",
        rows=job.rows,
    )


def _refuse_foreign(out: Path) -> None:
    """Refuse a folder whose contents siteplan's batch did not write."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is a file; give a folder for the results")
    if (out / "scorecard.json").exists():
        raise OutputError(f"{out}: holds a result of siteplan score; give another folder")
    if (out / PARTS).exists() and not (out / journal.NAME).exists():
        raise OutputError(f"{out}: holds {PARTS} but no {journal.NAME}; give another folder, or remove them")


def clear(out: Path) -> None:
    """Clear what a killed run left unfinished."""
    for left in out.glob(f"**/{DRAFT}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _begun(book: Journal, header: Header, job: Job) -> tuple[dict[int, Entry], Event]:
    """Open the folder's journal, or begin one: what is done, and what was noticed."""
    out, (old, entries) = job.out, book.read()
    with saying(out):
        if old == header and not job.fresh:
            done = book.whole(entries)
            book.begin(header, done)
            return done, {}
        if old is None or job.fresh:
            for name in (PARTS, QUARANTINE, EARLIER):
                shutil.rmtree(out / name, ignore_errors=True)
        elif changed := old.changed(header):
            raise OutputError(
                f"{out}: holds a result of another plan or other layers; "
                "give another folder, or score everything again with --fresh",
                [f"changed: {name}" for name in changed],
            )
        elif (out / PARTS).exists():
            # Rows that are still true are taken over from there; a part says by itself what it follows from.
            kept = out / EARLIER / str(len([*(out / EARLIER).glob("*")]))
            kept.parent.mkdir(exist_ok=True)
            (out / PARTS).replace(kept)
        for name in (ranking.SUMMARY, ranking.RANKING, RUN):
            (out / name).unlink(missing_ok=True)
        shutil.rmtree(out / QUARANTINE, ignore_errors=True)
    book.begin(header)
    return {}, {"plots_changed": True} if old is not None and not job.fresh else {}


def _earlier_folders(job: Job) -> list[Path]:
    """Where rows may be taken over from."""
    folders = [] if job.fresh else sorted((job.out / EARLIER).glob("*"))
    if job.since is not None:
        if not (job.since / PARTS).is_dir():
            raise SourceError(f"{job.since}: holds no result of siteplan batch")
        folders.append(job.since / PARTS)
    return folders


class _Run:
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
        self.before = set(done)
        self.set_aside = {number: entry.counts["quarantined"] for number, entry in done.items()}
        self.outcome = Outcome()
        self.outcome.counts["parts_done_before"] = len(done)
        self.started = time.monotonic()
        self.columns = list(engine.plan.columns)
        self.total = count(around, source)

    def all(self) -> Outcome:
        """Go through all pieces."""
        with saying(self.job.out):
            (self.job.out / PARTS).mkdir(exist_ok=True)
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
            tasks = ahead(self._tasks(), reader)
            written: Future[None] | None = None
            try:
                for task, answer in self._scoring()(self.engine, tasks):
                    if written is not None:
                        written.result()
                    written = writer.submit(self._finish, task, answer)
            finally:
                if written is not None:
                    written.result()
        return self.outcome

    def _scoring(self) -> Scoring:
        if self.job.engine == "threads":
            return in_process
        from siteplan.batch.cluster import Cluster  # noqa: PLC0415 (an extra)

        scoring: Scoring = Cluster(self.job.scheduler)
        return scoring

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
                self.outcome.problems.append(f"part {number}: {failure}")
                return
            if piece is None:
                return
            if piece.number in self.before and self.source.file:
                continue
            if (task := self._task(piece)) is not None:
                yield task

    def _task(self, piece: Piece) -> Task | None:
        """A piece to be scored, or None where it is refused, or done in a database that has not changed."""
        self.set_aside[piece.number] = sum(count.quarantined for count in piece.report.counts)
        if piece.plots is None:
            errors = piece.report.of("error")
            self.outcome.problems += [f"part {piece.number}: {error}" for error in errors]
            return None
        task = Task.of(piece, piece.plots, self.columns, self.earlier)
        known = self.entries.get(piece.number)
        if known is not None and known.input == task.input:
            return None
        return task

    def _finish(self, task: Task, answer: Answer) -> None:
        """Write a part, then its line in the journal."""
        if answer.refused:
            self.outcome.problems += [f"part {task.number}: {problem}" for problem in answer.refused]
            return
        rows = work.joined(task, answer)
        name = journal.part_name(task.number)
        path = self.job.out / PARTS / name
        with saying(path):
            draft = path.with_name(f"{DRAFT}{name}")
            try:
                if rows is None:
                    raise DataError(f"part {task.number}: no usable plot")
                parts.write(rows, draft, crs=task.crs, engine=self.engine.fingerprint)
                digest = journal.digest_of(draft)
                self._set_aside(task)
                publish(draft, path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        entry = self._entry(task, answer, len(rows), digest)
        self.book.add(entry)
        self.entries[task.number] = entry
        counts = self.outcome.counts
        counts["parts"] += 1
        counts["plots_reused"] += task.reused
        counts["plots_scored"] += len(rows) - task.reused
        counts["plots_proved"] += len(task.fresh) - (len(rows) - task.reused)
        self._told(task.number, len(rows))

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
        before = sum(count for number, count in self.set_aside.items() if number < task.number)
        kept = task.report.quarantine[: max(KEPT - before, 0)]
        if not kept:
            return
        folder = self.job.out / QUARANTINE
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=DRAFT, dir=folder) as made:
            draft = Path(made) / "set-aside.gpkg"
            geopackage(kept, draft)
            publish(draft, folder / f"part-{task.number:05d}.gpkg")


def in_process(engine: Engine, tasks: Iterator[Task]) -> Iterator[tuple[Task, Answer]]:
    """Score tasks in this process; the kernels use all its cores."""
    for task in tasks:
        yield task, work.scored(engine, task.plots, task.keys[task.fresh])


def ahead(things: Iterator[_Thing], reader: ThreadPoolExecutor) -> Iterator[_Thing]:
    """Fetch the next thing in a thread while the last one is worked on."""
    fetched = reader.submit(next, things, None)
    while (thing := fetched.result()) is not None:
        fetched = reader.submit(next, things, None)
        yield thing


def _put_together(job: Job, batch: _Run, header: Header, outcome: Outcome) -> None:
    """Rank all plots and sum up, or say why not."""
    entries = [batch.entries[number] for number in sorted(batch.entries)]
    read, aside = (sum(entry.counts[key] for entry in entries) for key in ("read", "quarantined"))
    where = tables.place(batch.source)
    limit = batch.around.catalogue.quarantine_limit
    outcome.problems += [str(one) for one in tables.too_many(aside, read, limit, where)]
    every = ranking.Every.of(job.out, entries)
    try:
        every.refuse_repeated()
    except DataError as refused:
        outcome.problems += refused.problems
    if outcome.problems:
        return
    ranks = ranking.write_ranking(every, job.out)
    findings = (*batch.around.report.findings, *batch.engine.findings)
    told = ranking.summary(every, ranks, header, batch.engine.plan, entries, findings)
    shutil.rmtree(job.out / EARLIER, ignore_errors=True)
    for path in (job.out / PARTS).glob("*"):
        if path.name not in told["parts"]:
            path.unlink()
    ranking.write_summary(told, job.out)
    outcome.summary = told


def _record(job: Job, header: Header, outcome: Outcome, seconds: float) -> None:
    """Write what is not the same from run to run."""
    told = {
        "siteplan": header.siteplan,
        "libraries": header.libraries,
        "engine": job.engine,
        "rows": job.rows,
        "source": header.source,
        "seconds": round(seconds, 3),
        "finished": outcome.summary is not None,
        "stopped": outcome.stopped,
        "problems": outcome.problems,
        **outcome.counts,
    }
    atomic_text(job.out / RUN, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
