"""What a batch is asked to do, and how that ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

ROWS = 50_000


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
