"""Pieces scored by Dask workers: they only score, while this process reads and writes.

Workers of this machine start while the layers are read. The engine is sent to every worker once. A
piece is part of the task it is in, so that a worker that dies takes nothing with it: the scheduler
gives its pieces to another.
"""

from __future__ import annotations

import logging
import pickle
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from concurrent.futures import Future as FutureOf
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from siteplan.batch import work
from siteplan.batch.engine import Engine
from siteplan.batch.work import Answer, Scoring, Task
from siteplan.errors import OutputError

try:
    import dask
    from distributed import Client, Future, LocalCluster, WorkerPlugin, as_completed
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker

    _LOST = (CancelledError, CommClosedError, KilledWorker)
except ImportError:  # the extra is not installed
    Client, WorkerPlugin = None, object

WORKERS = 2
IN_FLIGHT = 2
"""Pieces for each worker that are under way at once: one that is scored, and one that waits."""

_TRIES = 3
_PAUSE = 0.02
_PATIENCE = 30.0
_METHOD = "distributed.worker.multiprocessing-method"


@contextmanager
def opened(scheduler: str | None, *, compiled: bool) -> Iterator[Scoring]:
    """Have workers score tasks, which come back in whatever order.

    Parameters
    ----------
    scheduler
        Its address; None starts two worker processes on this machine.
    compiled
        Whether pieces are so large that compiled kernels score them.

    Raises
    ------
    OutputError
        If Dask is not installed, or no scheduler answers.
    """
    if Client is None:
        raise OutputError("--engine dask needs Dask; install it with: pip install siteplan[dask]")
    if scheduler is not None:
        with _connected(scheduler) as client:
            yield partial(_scored, client)
        return
    method = _served(compiled)
    with dask.config.set({_METHOD: method}), ThreadPoolExecutor(1) as starter:
        started = starter.submit(_workers)
        try:
            yield partial(_scored_here, started)
        finally:
            if started.exception() is None:  # what has not begun cannot be ended
                started.result().close()


def _connected(scheduler: str) -> Client:
    try:
        return Client(scheduler, timeout="30s")
    except (OSError, ValueError) as wrong:
        raise OutputError(f"{scheduler}: no Dask scheduler answers there: {wrong}") from None


def _served(compiled: bool) -> str:
    """Start the process that workers are copies of, and return how they are made."""
    if sys.platform != "linux":
        return "spawn"
    from multiprocessing import forkserver  # noqa: PLC0415 (not everywhere)

    forkserver.set_forkserver_preload(["distributed", "siteplan.batch.warm" if compiled else work.__name__])
    with _deaf():
        forkserver.ensure_running()
    return "forkserver"


@contextmanager
def _deaf() -> Iterator[None]:
    """Keep Ctrl-C, which a terminal sends to all processes, from those that start meanwhile, for ever.

    The run ends by itself after the parts at hand, and its workers with it.
    """
    if threading.current_thread() is not threading.main_thread():  # no other may say what signals do
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _workers() -> LocalCluster:
    # One thread each: the kernels use the cores by themselves.
    return LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)


def _scored_here(
    started: FutureOf[LocalCluster], engine: Engine, tasks: Iterator[Task]
) -> Iterator[tuple[Task, Answer]]:
    """Score tasks on workers of this machine as soon as they are there."""
    with Client(started.result()) as client:
        client.register_plugin(_Quiet())
        yield from _scored(client, engine, tasks)


def _scored(client: Client, engine: Engine, tasks: Iterator[Task]) -> Iterator[tuple[Task, Answer]]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")
        yield from _Flight(client, engine).through(tasks)


class _Quiet(WorkerPlugin):  # type: ignore[misc]  # Dask is untyped where it is not installed
    """Keeps workers from complaining, with a traceback, that the scheduler has gone when all parts are done.

    It goes while they tell it that they are alive. What fails in a task comes back with the task.
    """

    def setup(self, worker: object) -> None:  # noqa: ARG002 (Dask gives it)
        """Begin, in a worker, which is deaf to Ctrl-C from now on where it was not before: see `_deaf`."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        logging.getLogger("distributed.worker").addFilter(_worth_saying)


def _worth_saying(record: logging.LogRecord) -> bool:
    wrong = record.exc_info[1] if record.exc_info else None
    return not (isinstance(wrong, CommClosedError) and "heartbeat" in record.getMessage())


@dataclass(frozen=True, eq=False)
class Parcel:
    """Anything pickled once, however often it is passed on, and unpacked once in each process.

    Dask would take it apart and put it together again on its way through the scheduler.
    """

    packed: bytes

    @classmethod
    def of(cls, thing: object) -> Parcel:
        """Pack something."""
        return cls(pickle.dumps(thing, protocol=5))

    def __reduce__(self) -> tuple[type[Parcel], tuple[bytes]]:
        return Parcel, (self.packed,)

    @cached_property
    def thing(self) -> Any:
        """What is in it."""
        return pickle.loads(self.packed)  # noqa: S301 (this program packed it)


def _unpacked(engine: Parcel, piece: Parcel) -> Answer:
    """Score a piece, in a worker."""
    return work.scored(engine.thing, *piece.thing)


class _Flight:
    """Tasks under way."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self.client, self.engine = client, Parcel.of(engine)
        self.sent = self._scattered()
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
                self._wait()
                yield from self._arrived(next(self.arriving))

    def _wait(self) -> None:
        """Wait for a piece; not for ever, where no worker is left."""
        seen = asked = time.monotonic()
        while not self.arriving.has_ready():
            time.sleep(_PAUSE)
            now = time.monotonic()
            if now - asked < 1:
                continue
            asked = now
            if self._workers(least=0):
                seen = now
            elif now - seen > _PATIENCE:
                raise _no_workers()

    def _scattered(self) -> Future:
        """Send the engine to every worker."""
        try:
            self.client.wait_for_workers(1, timeout=_PATIENCE)
            return self.client.scatter(self.engine, broadcast=True, hash=False)
        except (TimeoutError, ValueError):  # ValueError: the last one left meanwhile
            raise _no_workers() from None

    def _workers(self, least: int = 1) -> int:
        return max(len(self.client.scheduler_info(n_workers=-1)["workers"]), least)

    def _send(self, task: Task, attempt: int) -> None:
        piece, key = Parcel.of((task.plots, task.keys[task.fresh])), f"part-{task.number}-{attempt}"
        future = self.client.submit(_unpacked, self.sent, piece, pure=False, key=key)
        self.flying[future.key] = task, attempt
        self.arriving.add(future)

    def _arrived(self, future: Future) -> Iterator[tuple[Task, Answer]]:
        task, attempt = self.flying.pop(future.key)
        try:
            answer = future.result()
        except Exception as failure:  # (whatever it was, another worker may do better)
            if attempt == _TRIES and not isinstance(failure, _LOST):
                raise
            if attempt == _TRIES:
                raise OutputError(f"part {task.number}: was given up by the workers {_TRIES} times") from None
            # The last worker that held the engine may have died with it.
            self.sent = self._scattered()
            self._send(task, attempt + 1)
        else:
            yield task, answer


def _no_workers() -> OutputError:
    return OutputError(
        f"for {_PATIENCE:.0f} s there was no Dask worker; start one and run again: finished parts are kept"
    )
