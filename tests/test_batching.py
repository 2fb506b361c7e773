"""The commands batch and diff: what they print, and with which exit code they leave."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import batches
import pytest
import world

from siteplan.batch import passage
from siteplan.cli import main


def code(*arguments: object) -> int:
    """Exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return int(left.value.code or 0)


def command(folder: Path, *more: object, out: str = "out") -> list[object]:
    job = batches.job(folder, out=out)
    return ["batch", job.plan, "--park", job.park, "--out", job.out, "--rows", 4, *more]


def test_a_batch_tells_its_parts_as_json_lines_and_ends_with_0(tmp_path, capsys):
    assert code(*command(tmp_path, "--json")) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["start", *["part"] * 5, "done"]
    assert lines[-2]["plots"] == 18
    assert lines[-1]["plots_scored"] == 18
    assert lines[-3]["eta_seconds"] is not None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_the_part_and_leaves_with_75(tmp_path, capsys, monkeypatch, number):
    told = passage.Passage._told

    def signalled(self, part: int, rows: int) -> None:
        told(self, part, rows)
        if part == 0:  # a second Ctrl-C would be obeyed at once
            os.kill(os.getpid(), number)

    monkeypatch.setattr(passage.Passage, "_told", signalled)
    assert code(*command(tmp_path)) == 75
    assert "start the same command again" in capsys.readouterr().out
    monkeypatch.undo()

    assert code(*command(tmp_path, "--quiet")) == 0


def test_a_refused_part_ends_with_1_and_its_problem(tmp_path, capsys):
    frame = batches.plots()
    batches.park(tmp_path, frame.rename(index={"p17": "p1"}).rename_axis(index="plot"))

    assert code(*command(tmp_path)) == 1
    assert "p1; each must be unique" in capsys.readouterr().err


def test_another_file_takes_the_place_of_the_plots(tmp_path, capsys):
    batches.park(tmp_path)
    world.write(world.plots(), tmp_path, "others", "gpkg")

    assert code(*command(tmp_path, "--plots", tmp_path / "others.gpkg")) == 0
    assert "4 plots: " in capsys.readouterr().out


def test_a_scheduler_without_dask_is_mistyped(tmp_path, capsys):
    assert code(*command(tmp_path, "--scheduler", "tcp://x:1")) == 2
    assert "--engine dask" in capsys.readouterr().err


def test_diff_says_what_moved(tmp_path, capsys):
    world.write_plan(tmp_path / "plan")
    batches.ran(batches.job(tmp_path, out="old", rows=18))
    later = batches.plots()
    later.loc["p1", "free_power"] = 40.0
    batches.park(tmp_path, later)
    batches.ran(batches.job(tmp_path, out="new", rows=18))

    assert code("diff", tmp_path / "old", tmp_path / "new") == 0
    assert "p1: rank" in capsys.readouterr().out
    assert code("diff", tmp_path / "old", tmp_path / "new", "--json") == 0
    assert json.loads(capsys.readouterr().out)["moved"]
