"""Dask workers give the bytes of one process, also when one of them is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import batches
import pytest

from siteplan.batch import cluster, work
from siteplan.errors import OutputError

pytest.importorskip("distributed")
# What Dask's own processes leave open when a worker is killed is not ours to close.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("killed", [1, 2])
def test_killed_workers_cost_time_and_nothing_else(tmp_path, monkeypatch, killed: int):
    batches.ran(batches.job(tmp_path, out="one"))
    through = cluster._Flight.through

    def murderous(flight, tasks):
        workers = flight.client.run(os.getpid)
        assert len(workers) == 2
        for place, done in enumerate(through(flight, tasks)):
            if place == 0:
                for process in [*workers.values()][:killed]:
                    os.kill(process, signal.SIGKILL)
            yield done

    monkeypatch.setattr(cluster._Flight, "through", murderous)
    outcome = batches.ran(batches.job(tmp_path, out="many", engine="dask"))

    assert outcome.counts["parts"] == 5
    assert batches.result(tmp_path / "many") == batches.result(tmp_path / "one")


def test_without_any_worker_a_run_gives_up(tmp_path, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with (
        LocalCluster(n_workers=0, dashboard_address=None) as empty,
        pytest.raises(OutputError, match="there was no Dask worker; start one and run again"),
    ):
        batches.ran(batches.job(tmp_path, engine="dask", scheduler=empty.scheduler_address))


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


def test_warm_workers_have_all_they_need():
    """What forked workers are copies of loads by itself, and has compiled kernels at hand."""
    code = "from siteplan.kernels import zoned; import siteplan.batch.warm; print('fast' in vars(zoned.net))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True"]


@pytest.mark.parametrize("event", ["start", "part"])
def test_ctrl_c_reaches_workers_and_ends_like_elsewhere(tmp_path, event: str):
    """Also while they start: a terminal sends it to all processes of a command."""
    job = batches.job(tmp_path)
    asked = [
        "batch",
        job.plan,
        "--park",
        job.park,
        "--out",
        job.out,
        "--rows",
        1,
        "--engine",
        "dask",
        "--json",
    ]
    code = "import sys; from siteplan.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, *map(str, asked)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}

    with subprocess.Popen(command, start_new_session=True, **pipes) as running:
        for line in running.stdout:
            if json.loads(line)["event"] == event:
                os.killpg(running.pid, signal.SIGINT)
                break
        _, complaints = running.communicate(timeout=120)

    assert (running.returncode, complaints) == (75, "")
