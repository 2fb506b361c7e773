"""Dask workers give the bytes of one process, also when one of them is killed."""

from __future__ import annotations

import os
import signal

import batches
import pytest

from siteplan.batch import cluster, work
from siteplan.errors import OutputError

pytest.importorskip("distributed")
# What Dask's own processes leave open when a worker is killed is not ours to close.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_killed_worker_costs_time_and_nothing_else(tmp_path, monkeypatch):
    batches.ran(batches.job(tmp_path, out="one"))
    through = cluster._Flight.through

    def murderous(flight, tasks):
        workers = flight.client.run(os.getpid)
        assert len(workers) == 2
        for place, done in enumerate(through(flight, tasks)):
            if place == 0:
                os.kill(next(iter(workers.values())), signal.SIGKILL)
            yield done

    monkeypatch.setattr(cluster._Flight, "through", murderous)
    outcome = batches.ran(batches.job(tmp_path, out="many", engine="dask"))

    assert outcome.counts["parts"] == 5
    assert batches.result(tmp_path / "many") == batches.result(tmp_path / "one")


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(cluster, "Client", None)

    with (
        pytest.raises(OutputError, match=r"pip install siteplan\[dask\]"),
        cluster.opened(None, compiled=False),
    ):
        pass


def test_what_is_refused_is_an_answer(tmp_path):
    import world

    from siteplan.batch.engine import Engine
    from siteplan.batch.parts import inputs

    engine = Engine.of(world.layers(), world.plan(), region=tuple(world.REGION), way="plain")
    plots = world.plots()
    keys = inputs(plots, ["free_power"])

    answer = work.scored(engine, plots.drop(columns="free_power"), keys)

    assert answer.rows is None
    assert "free_power" in answer.refused[0]
