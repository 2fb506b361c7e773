"""Pieces scored by Dask workers: they only score, while this process reads and writes.

The engine is sent to every worker once. A piece is part of the task it is in, so that a worker that
dies takes nothing with it: the scheduler gives its pieces to another.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from siteplan.batch import work
from siteplan.batch.engine import Engine
from siteplan.batch.work import Answer, Task
from siteplan.errors import OutputError

try:
    from distributed import Client, Future, LocalCluster, WorkerPlugin, as_completed
    from distributed.comm import CommClosedError
except ImportError:  # the extra is not installed
    Client, WorkerPlugin = None, object

WORKERS = 2
IN_FLIGHT = 2
"""Pieces for each worker that are under way at once: one that is scored, and one that waits."""

_TRIES = 3


@dataclass(frozen=True)
class Cluster:
    """Scores tasks on workers, in whatever order they come back.

    Attributes
    ----------
    scheduler
        Its address; None starts two worker processes on this machine.
    """

    scheduler: str | None = None

    def __call__(self, engine: Engine, tasks: Iterator[Task]) -> Iterator[tuple[Task, Answer]]:
        """Score tasks; see `siteplan.batch.passage.Scoring`."""
        if Client is None:
            raise OutputError("--engine dask needs Dask; install it with: pip install siteplan[dask]")
        with warnings.catch_warnings(), _connected(self.scheduler) as client:
            warnings.filterwarnings("ignore", message="Sending large graph")
            yield from _Flight(client, engine).through(tasks)


@contextmanager
def _connected(scheduler: str | None) -> Iterator[Client]:
    with ExitStack() as opened:
        if scheduler is None:
            # One thread each: the kernels use the cores by themselves.
            local = LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
            client = Client(opened.enter_context(local))
        else:
            try:
                client = Client(scheduler, timeout="30s")
            except (OSError, ValueError) as wrong:
                raise OutputError(f"{scheduler}: no Dask scheduler answers there: {wrong}") from None
        opened.enter_context(client)
        if scheduler is None:
            client.register_plugin(_Quiet())
        yield client


class _Quiet(WorkerPlugin):  # type: ignore[misc]  # Dask is untyped where it is not installed
    """Keeps workers from complaining, with a traceback, that the scheduler has gone when all parts are done.

    It goes while they tell it that they are alive. What fails in a task comes back with the task.
    """

    def setup(self, worker: object) -> None:  # noqa: ARG002 (Dask gives it)
        """Begin, in a worker."""
        logging.getLogger("distributed.worker").addFilter(_worth_saying)


def _worth_saying(record: logging.LogRecord) -> bool:
    wrong = record.exc_info[1] if record.exc_info else None
    return not (isinstance(wrong, CommClosedError) and "heartbeat" in record.getMessage())


class _Flight:
    """Tasks under way."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self.client, self.engine = client, engine
        self.sent = client.scatter(engine, broadcast=True, hash=False)
        self.flying: dict[str, tuple[Task, int]] = {}
        self.arriving = as_completed(with_results=False)

    def through(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Answer]]:
        """Keep as many under way as workers can use, and give each back as it arrives."""
        more = True
        while more or self.flying:
            while more and len(self.flying) < IN_FLIGHT * self._workers():
                task = next(tasks, None)
                more = task is not None
                if task is not None:
                    self._send(task, 1)
            if self.flying:
                yield from self._arrived(next(self.arriving))

    def _workers(self) -> int:
        return max(len(self.client.scheduler_info(n_workers=-1)["workers"]), 1)

    def _send(self, task: Task, attempt: int) -> None:
        future = self.client.submit(
            work.scored,
            self.sent,
            task.plots,
            task.keys[task.fresh],
            pure=False,
            key=f"part-{task.number}-{attempt}",
        )
        self.flying[future.key] = task, attempt
        self.arriving.add(future)

    def _arrived(self, future: Future) -> Iterator[tuple[Task, Answer]]:
        task, attempt = self.flying.pop(future.key)
        if future.status == "finished":
            yield task, future.result()
        elif attempt < _TRIES:
            # The last worker that held the engine may have died with it.
            self.sent = self.client.scatter(self.engine, broadcast=True, hash=False)
            self._send(task, attempt + 1)
        else:
            future.result()
            raise OutputError(f"part {task.number}: was given up by the workers {_TRIES} times")
