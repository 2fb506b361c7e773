"""The folder of a result: whose it is, what of it is done, and what is cleared away."""

from __future__ import annotations

import shutil
from pathlib import Path

from siteplan.batch import journal, ranking
from siteplan.batch.job import Job
from siteplan.batch.journal import PARTS, Entry, Header, Journal
from siteplan.errors import OutputError, SourceError
from siteplan.writing.atomic import DRAFT, saying

RUN = "run.json"
EARLIER = "earlier"
QUARANTINE = "quarantine"


def refuse_foreign(out: Path) -> None:
    """Refuse a folder whose contents siteplan's batch did not write.

    Raises
    ------
    OutputError
        If it is one.
    """
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


def begun(book: Journal, header: Header, job: Job) -> tuple[dict[int, Entry], dict[str, bool]]:
    """Open the folder's journal, or begin one: what is done, and what was noticed.

    Raises
    ------
    OutputError
        If the folder holds a result of another plan, of other layers or of another version.
    """
    out, (old, entries) = job.out, book.read()
    if old is None and book.path.exists() and not job.fresh:
        raise OutputError(
            f"{book.path}: damaged, or of another version of siteplan; "
            "give another folder, or score everything again with --fresh"
        )
    with saying(out):
        if old == header and not job.fresh:
            _unfinish(out)
            done = book.whole(entries)
            book.begin(header, done)
            return done, {}
        if old is None or job.fresh:
            _unfinish(out)
            for name in (PARTS, QUARANTINE, EARLIER):
                shutil.rmtree(out / name, ignore_errors=True)
        elif changed := old.changed(header):
            raise OutputError(
                f"{out}: holds a result that follows from something else; "
                "give another folder, or score everything again with --fresh",
                [f"changed: {name}" for name in changed],
            )
        elif (out / PARTS).exists():
            # Rows that are still true are taken over from there; a part says by itself what it follows from.
            _unfinish(out)
            kept = out / EARLIER / str(len([*(out / EARLIER).glob("*")]))
            kept.parent.mkdir(exist_ok=True)
            (out / PARTS).replace(kept)
        _unfinish(out)
        shutil.rmtree(out / QUARANTINE, ignore_errors=True)
    book.begin(header)
    return {}, {"plots_changed": True} if old is not None and not job.fresh else {}


def _unfinish(out: Path) -> None:
    """Take away what says that a result is whole, before any of it is changed; the end makes it again."""
    for name in (ranking.SUMMARY, ranking.RANKING, RUN):
        (out / name).unlink(missing_ok=True)


def refuse_no_earlier(job: Job) -> None:
    """Refuse an earlier result that is none, before anything is touched.

    Raises
    ------
    SourceError
        If there is no result where one is said to be, or it is the one to be written.
    """
    if job.since is None:
        return
    if not (job.since / PARTS).is_dir():
        raise SourceError(f"{job.since}: holds no result of siteplan batch")
    if job.since.resolve() == job.out.resolve():
        raise SourceError(
            f"{job.since}: is the folder of the result itself, whose rows are taken over without --since"
        )


def earlier_folders(job: Job) -> list[Path]:
    """Return where rows may be taken over from."""
    folders = [] if job.fresh else sorted((job.out / EARLIER).glob("*"))
    if job.since is not None:
        folders.append(job.since / PARTS)
    return folders
