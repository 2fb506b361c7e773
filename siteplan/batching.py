"""Commands for many plots: score a country's every night, and tell what moved since the last time."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from siteplan import lookups, terminal

if TYPE_CHECKING:
    from siteplan.batch.job import Outcome

app = typer.Typer()

STOPPED = 75
"""Exit code of a run that was asked to stop and can be gone on with: EX_TEMPFAIL of sysexits.h."""


class Engine(StrEnum):
    """Where pieces are scored."""

    threads = "threads"
    dask = "dask"


@app.command()
def batch(  # noqa: PLR0913, PLR0917 (a command has as many options as it has)
    plan: Annotated[Path, typer.Argument(help="The plan.toml: what counts, and how much.")],
    park: Annotated[
        Path, typer.Option("--park", "--layers", help="The catalogue whose layers lie around the plots.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the result; made when missing.")],
    plots: Annotated[
        Path | None, typer.Option(help="A file in the place of the catalogue's plots, of the same columns.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Most plots in a part; memory grows with it.")] = 50_000,
    engine: Annotated[Engine, typer.Option(help="Where parts are scored.")] = Engine.threads,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler; two local workers if not given.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Score everything, whatever OUT holds.")] = False,
    since: Annotated[
        Path | None, typer.Option(help="An earlier result, whose rows are taken over where nothing changed.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, as it goes.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Score millions of plots in parts; started again, it goes on where it was stopped.

    Exit codes: 0 done, 1 refused, 2 mistyped, 75 stopped by a signal (start it again to go on).
    """
    from siteplan.batch.job import Job
    from siteplan.batch.running import run

    if scheduler is not None and engine is not Engine.dask:
        raise typer.BadParameter("--scheduler is for --engine dask")
    job = Job(plan, park, out, plots, rows, engine.value, scheduler, fresh, since)

    def tell(event: dict[str, Any]) -> None:
        if as_json:
            typer.echo(json.dumps(event, ensure_ascii=False))
        elif not quiet and event["event"] == "part":
            rate = f"{event['plots_per_second']} plots/s"
            terminal.say(f"part {event['part']}: {event['rows']} plots, {event['plots']} so far, {rate}")

    with _stoppable() as asked:
        outcome = run(job, tell=tell, stop=lambda: bool(asked))
    _end(outcome, out, as_json=as_json, quiet=quiet)


@contextmanager
def _stoppable() -> Iterator[list[int]]:
    """Let SIGTERM and Ctrl-C be noticed rather than obeyed at once; a second Ctrl-C is obeyed."""
    asked: list[int] = []

    def noticed(number: int, _frame: object) -> None:
        if asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, noticed) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(outcome: Outcome, out: Path, *, as_json: bool, quiet: bool) -> None:
    """Say how it ended, and leave with the exit code of that."""
    if outcome.summary is not None:
        if as_json:
            told = {"event": "done", "sentence": outcome.summary["sentence"], **outcome.counts}
            typer.echo(json.dumps(told, ensure_ascii=False))
        elif not quiet:
            terminal.say(f"{outcome.summary['sentence']}\nresults: {out}")
        return
    word = "refused" if outcome.problems else "stopped"
    if as_json:
        told = {"event": word, "problems": outcome.problems, **outcome.counts}
        typer.echo(json.dumps(told, ensure_ascii=False))
    for problem in outcome.problems:
        terminal.complain(f"error: {problem}")
    if outcome.problems:
        terminal.complain(f"{out}: no ranking; the other parts are kept, mend these and start again")
        raise typer.Exit(1)
    if not quiet and not as_json:
        terminal.say(f"stopped; start the same command again to go on: {out}")
    raise typer.Exit(STOPPED)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Folder that `siteplan batch` or `siteplan score` wrote.")],
    new: Annotated[Path, typer.Argument(help="Another one.")],
    most: Annotated[int, typer.Option(help="How many plots are told.", min=1)] = 20,
    as_json: lookups.AsJson = False,
) -> None:
    """Tell which plots moved between two results, and why."""
    from siteplan.batch.differences import compared

    found = compared(old, new)
    if as_json:
        terminal.print_json(found.to_dict())
    else:
        terminal.say(found.text(most))
