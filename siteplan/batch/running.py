"""A batch from beginning to end: unattended, resumable, the same bytes however often it was stopped."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from pathlib import Path

from siteplan import provenance, tables
from siteplan.batch import folder, journal, ranking
from siteplan.batch.earlier import Earlier
from siteplan.batch.engine import Engine, way_for
from siteplan.batch.job import Job, Outcome
from siteplan.batch.journal import PARTS, Header, Journal
from siteplan.batch.passage import Event, Passage
from siteplan.batch.work import Scoring, in_process
from siteplan.errors import DataError, SourceError
from siteplan.park import Plots
from siteplan.reading.documents import read_plan
from siteplan.reading.pieces import Around, read_around
from siteplan.writing.atomic import atomic_text


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
    folder.refuse_no_earlier(job)
    plan = read_plan(job.plan)
    with _scoring(job) as scoring:
        around = read_around(job.park)
        source, way = _source(job, around), way_for(job.rows)
        region, rasters = around.catalogue.region, around.rasters
        engine = Engine.of(around.layers, plan, region=region, rasters=rasters, way=way)
        header = _header(job, engine, around, source)
        folder.refuse_foreign(job.out)
        with journal.held(job.out):
            folder.clear(job.out)
            book = Journal(job.out)
            done, notes = folder.begun(book, header, job)
            tell({"event": "start", "parts_done": len(done), "engine": job.engine, **notes})
            earlier = Earlier.of(folder.earlier_folders(job), engine.fingerprint)
            batch = Passage(job, engine, around, source, book, done, earlier, tell, stop)
            outcome = batch.all(scoring)
            if not outcome.stopped and not outcome.problems:
                _put_together(job, batch, header, outcome)
            _record(job, header, outcome, time.monotonic() - started)
    return outcome


def _scoring(job: Job) -> AbstractContextManager[Scoring]:
    """What scores the pieces, to be opened early: workers start while the layers are read."""
    if job.engine == "threads":
        return nullcontext(in_process)
    from siteplan.batch import cluster  # noqa: PLC0415 (an extra)

    opened: AbstractContextManager[Scoring] = cluster.opened(
        job.scheduler, compiled=way_for(job.rows) == "compiled"
    )
    return opened


def _source(job: Job, around: Around) -> Plots:
    """Where the plots lie."""
    if job.plots is None:
        return around.catalogue.plots
    _refuse_no_file(job.plots)
    place = os.path.relpath(job.plots.resolve(), around.folder.resolve())
    return around.catalogue.plots.model_copy(update={"file": place, "database": None, "layer": None})


def _refuse_no_file(path: Path) -> None:
    if path.is_dir():
        raise SourceError(f"{path}: is a folder; give a file of plots")
    if not path.is_file():
        raise SourceError(f"{path}: is not there")


def _header(job: Job, engine: Engine, around: Around, source: Plots) -> Header:
    path = around.folder / source.place
    if source.file:
        _refuse_no_file(path)
    return Header(
        siteplan=version("siteplan"),
        plan=provenance.plan_digest(engine.plan),
        layers={table.name: table.fingerprint for table in engine.tables},
        metric_crs=engine.metric_crs,
        way=engine.ready.way,
        libraries=provenance.libraries(),
        engine=engine.fingerprint,
        source=path.name if source.file else source.place,
        digest=journal.digest_of_source(path) if source.file else "",
        catalogue=_told_of_plots(around, source),
        rows=job.rows,
    )


def _told_of_plots(around: Around, source: Plots) -> str:
    """SHA-256 of what the catalogue says of the plots, wherever they lie, and of what regimes follow from."""
    catalogue = around.catalogue
    told: dict[str, object] = {
        "plots": source.model_dump(mode="json", exclude={"file"}),
        "region": catalogue.region,
        "limits": catalogue.limits.model_dump(mode="json"),
    }
    if granted := catalogue.regimes:
        zones, lines = around.layers[granted.zones], around.folder / granted.file
        told["regimes"] = granted.model_dump(mode="json")
        told["lines"] = journal.digest_of(lines) if lines.is_file() else ""
        told["zones"] = provenance.fingerprint(zones, zones.columns.intersection([granted.column]))
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _put_together(job: Job, batch: Passage, header: Header, outcome: Outcome) -> None:
    """Rank all plots and sum up, or say why not."""
    entries = [batch.entries[number] for number in sorted(batch.entries)]
    read, aside = (sum(entry.counts[key] for entry in entries) for key in ("read", "quarantined"))
    where = tables.place(batch.source)
    limit = batch.around.catalogue.quarantine_limit
    outcome.problems += [str(one) for one in tables.too_many(aside, read, limit, where)]
    every = ranking.Every.of(job.out, entries)
    if not len(every) and not outcome.problems:
        outcome.problems.append(f"{where}: none of {read} records is a usable plot; give at least one")
    try:
        every.refuse_repeated()
    except DataError as refused:
        outcome.problems += refused.problems
    if outcome.problems:
        return
    ranks = ranking.write_ranking(every, job.out)
    findings = (*batch.around.report.findings, *batch.engine.findings)
    told = ranking.summary(every, ranks, header, batch.engine.plan, entries, findings)
    shutil.rmtree(job.out / folder.EARLIER, ignore_errors=True)
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
    atomic_text(job.out / folder.RUN, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
