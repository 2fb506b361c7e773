"""A batch can be stopped, killed and started again: its bytes are always those of an undisturbed run."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import batches
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
import world

from siteplan.batch import journal, parts, passage
from siteplan.batch.running import run
from siteplan.errors import OutputError, PlanError
from siteplan.reading.documents import read_plan
from siteplan.reading.parks import read_park
from siteplan.scorecard import score

LAST = 35
"""Moments at which a run opens, moves or removes a file of its result."""

# Every run is a copy of one process that has all it needs, and kills itself without warning just before
# the n-th time that a file is opened, moved or removed in OUT.
_FATE = """
import os, signal, sys
sys.path[:0] = {paths!r}
from pathlib import Path
import batches
def fate(event, given):
    if event in ("open", "os.rename", "os.remove") and given and "/out" in str(given[0]):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
for moment in map(int, sys.argv[2:]):
    if not (child := os.fork()):
        left = [moment]
        sys.addaudithook(fate)
        batches.ran(batches.job(Path(sys.argv[1])))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def killed(folder: Path, *moments: int) -> list[bool]:
    """Run the folder's batch again and again, each dying at its moment; False where it ended before."""
    code = _FATE.format(paths=[str(Path(batches.__file__).parent), str(Path.cwd())])
    command = [sys.executable, "-c", code, str(folder), *map(str, moments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ends = [int(line) for line in done.stdout.split()]
    assert set(ends) <= {0, -9}, done.stderr
    return [end == -9 for end in ends]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A finished run: its folder, and what came out."""
    folder = tmp_path_factory.mktemp("whole")
    assert batches.ran(batches.job(folder)).summary is not None
    return folder, batches.result(folder / "out")


def copied(whole: tuple[Path, dict[str, str]], folder: Path) -> Path:
    """The same inputs without a result."""
    for name in ("park", "plan"):
        shutil.copytree(whole[0] / name, folder / name)
    return folder


def test_ranks_and_scores_are_those_of_score(whole):
    folder, _ = whole
    park, plan = read_park(folder / "park"), read_plan(folder / "plan" / "plan.toml")
    card = score(park.plots, park.layers, plan)

    ranking = pd.read_parquet(folder / "out" / "ranking.parquet")
    excluded = ranking["rank"].isna()
    theirs = card.plots.loc[ranking["plot"]]
    assert ranking["plot"].tolist() == [*card.ranked.index]
    assert ranking.loc[~excluded, "rank"].tolist() == theirs["rank"].dropna().tolist()
    np.testing.assert_array_equal(ranking["score"], theirs["score"])
    assert 0 < excluded.sum() < len(ranking)


def test_the_summary_counts_and_names_the_best(whole):
    summary = json.loads((whole[0] / "out" / "summary.json").read_text())

    assert summary["counts"]["plots"] == summary["counts"]["ranked"] + summary["counts"]["excluded"] == 18
    assert summary["best"][0]["rank"] == 1
    assert summary["sentence"].startswith("18 plots: ")
    assert len(summary["parts"]) == 5


def test_a_part_is_geoparquet_with_covering_boxes(whole):
    path = whole[0] / "out" / "parts" / "part-00000.parquet"

    table = gpd.read_parquet(path, bbox=(0, 0, 1, 1))
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    part = parts.open_part(path)
    assert table.empty
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["geometry_types"] == ["Polygon"]
    plots = read_park(whole[0] / "park").plots[:4]
    assert part.crs == plots.crs
    assert part.geometry.geom_equals(plots.geometry).all()


def test_a_stopped_run_goes_on_where_it_was(whole, tmp_path):
    job = batches.job(copied(whole, tmp_path))

    first = batches.ran(job, parts=2)
    second = batches.ran(job)

    assert first.stopped
    assert first.summary is None
    assert second.counts["parts_done_before"] >= 2
    assert second.counts["parts"] == 5 - second.counts["parts_done_before"]
    assert batches.result(tmp_path / "out") == whole[1]


def test_a_finished_run_does_nothing_again(whole):
    again = batches.ran(batches.job(whole[0]))

    assert again.counts["parts_done_before"] == 5
    assert again.counts["plots_scored"] == 0
    assert batches.result(whole[0] / "out") == whole[1]


def test_killed_three_times_the_bytes_are_the_same(whole, tmp_path):
    copied(whole, tmp_path)
    chance = random.Random(8)

    assert any(killed(tmp_path, *(chance.randint(1, LAST) for _ in range(3))))
    assert batches.ran(batches.job(tmp_path)).summary is not None
    assert batches.result(tmp_path / "out") == whole[1]


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(1, LAST + 2))
def test_killed_at_any_moment_the_bytes_are_the_same(whole, tmp_path, moment: int):
    copied(whole, tmp_path)
    assert killed(tmp_path, moment, max(moment // 2, 1))[0] or moment > LAST

    assert batches.ran(batches.job(tmp_path)).summary is not None
    assert batches.result(tmp_path / "out") == whole[1]


def test_a_torn_line_and_a_damaged_part_are_done_again(whole, tmp_path):
    shutil.copytree(whole[0], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "out" / journal.NAME
    path.write_bytes(path.read_bytes()[:-40])
    (tmp_path / "out" / "parts" / "part-00001.parquet").write_bytes(b"PAR1")

    outcome = batches.ran(batches.job(tmp_path))

    assert outcome.counts["parts"] == 2
    assert batches.result(tmp_path / "out") == whole[1]


def test_another_plan_is_refused_with_what_changed(whole, tmp_path):
    shutil.copytree(whole[0], tmp_path, dirs_exist_ok=True)
    world.write_plan(tmp_path / "plan", constraints=batches.CONSTRAINTS, note="second thoughts")

    with pytest.raises(OutputError, match="--fresh") as refused:
        batches.ran(batches.job(tmp_path))

    assert any(problem.startswith("changed: plan") for problem in refused.value.problems)
    assert batches.result(tmp_path / "out") == whole[1]
    assert batches.ran(batches.job(tmp_path, fresh=True)).counts["plots_scored"] == 18


def test_a_second_run_is_refused_with_the_process_that_holds_the_folder(whole, tmp_path):
    copied(whole, tmp_path)
    (tmp_path / "out").mkdir()

    with journal.held(tmp_path / "out"), pytest.raises(OutputError, match=r"process \d+"):
        batches.ran(batches.job(tmp_path))


def changed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One plot gone, one new, one amount and one shape changed, and another order."""
    frame = frame.drop(index="p3")
    frame.loc["p7", "free_power"] = 39.5
    frame.loc["p9", "geometry"] = world.at(world.square(10, 10, 40))
    new = frame.iloc[:1].rename(index={"p0": "new"}).assign(name="new")
    return gpd.GeoDataFrame(pd.concat([frame.iloc[::-1], new]), crs=frame.crs).rename_axis(index="plot")


@pytest.mark.parametrize("since", [False, True])
def test_only_changed_plots_are_scored_and_the_bytes_are_those_of_a_full_run(whole, tmp_path, since: bool):
    shutil.copytree(whole[0], tmp_path, dirs_exist_ok=True)
    batches.park(tmp_path, changed(batches.plots()))
    rows = 9 if since else batches.ROWS
    full = batches.job(tmp_path, out="full", fresh=True, rows=rows)
    assert batches.ran(full).counts["plots_scored"] == 18

    since_then = {"out": "next", "since": tmp_path / "out"} if since else {}
    job = batches.job(tmp_path, rows=rows, **since_then)
    outcome = batches.ran(job)

    assert outcome.counts["plots_scored"] == 3
    assert outcome.counts["plots_reused"] == 15
    assert outcome.counts["plots_proved"] >= 10
    assert batches.result(job.out) == batches.result(full.out)
    assert not (job.out / "earlier").exists()


def test_stopped_while_rows_are_taken_over_it_goes_on(whole, tmp_path):
    shutil.copytree(whole[0], tmp_path, dirs_exist_ok=True)
    batches.park(tmp_path, changed(batches.plots()))

    assert batches.ran(batches.job(tmp_path), parts=1).stopped
    assert batches.ran(batches.job(tmp_path)).counts["plots_reused"] > 0

    batches.ran(batches.job(tmp_path, out="full"))
    assert batches.result(tmp_path / "out") == batches.result(tmp_path / "full")


def test_rows_that_do_not_follow_are_not_taken_over(whole, tmp_path):
    shutil.copytree(whole[0], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "out" / "parts" / "part-00000.parquet"
    crs, engine, rows = parts.open_part(path).crs, parts.engine_of(path), parts.read(path)
    wrong = rows.set_column(rows.schema.get_field_index("score"), "score", [[0.5] * len(rows)])
    parts.write(wrong, path, crs=crs, engine=engine)

    with pytest.raises(OutputError, match="come out otherwise"):
        batches.ran(batches.job(tmp_path, out="next", since=tmp_path / "out", rows=18))


def test_another_plan_since_scores_everything(whole, tmp_path):
    shutil.copytree(whole[0], tmp_path, dirs_exist_ok=True)
    world.write_plan(tmp_path / "plan", constraints=batches.CONSTRAINTS, note="second thoughts")

    outcome = batches.ran(batches.job(tmp_path, out="next", since=tmp_path / "out", rows=18))

    assert outcome.counts["plots_reused"] == 0
    assert outcome.counts["plots_scored"] == 18


def test_a_piece_that_is_refused_keeps_the_others_and_gives_no_ranking(tmp_path):
    frame = batches.plots()
    frame.loc["p5", "geometry"] = shapely.affinity.translate(world.at(world.square(0, 0)), 3e6, 0)
    batches.park(tmp_path, frame)

    outcome = batches.ran(batches.job(tmp_path))

    assert outcome.summary is None
    assert any("part 1: " in problem and "outside the region" in problem for problem in outcome.problems)
    assert outcome.counts["parts"] == 4
    assert not (tmp_path / "out" / "ranking.parquet").exists()


def test_a_column_that_is_not_there_is_refused_in_words(tmp_path):
    measure = {"kind": "attribute", "column": "fre_power"}
    worth = {"shape": "linear", "best": 40, "worst": 0}
    criterion = {"name": "power", "weight": 1, "unit": "MW", "measure": measure, "value": worth}
    world.write_plan(tmp_path / "plan", criteria=[criterion])

    with pytest.raises(PlanError) as refused:
        batches.ran(batches.job(tmp_path))
    assert "column 'fre_power', wanted by power, is not there" in refused.value.problems[0]


def test_an_identifier_in_two_parts_is_found(tmp_path):
    frame = batches.plots()
    batches.park(tmp_path, frame.rename(index={"p17": "p1"}).rename_axis(index="plot"))

    outcome = batches.ran(batches.job(tmp_path, rows=9))

    assert outcome.problems == ["plots: 1 identifiers stand more than once: p1; each must be unique"]


def test_records_set_aside_are_kept_up_to_a_bound_and_all_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(passage, "KEPT", 3)
    frame = batches.plots()
    frame.loc[["p0", "p1", "p6", "p7", "p16"], "geometry"] = shapely.Polygon()
    batches.park(tmp_path, frame, quarantine_limit=0.5)

    outcome = batches.ran(batches.job(tmp_path))

    assert outcome.summary is not None
    assert outcome.summary["counts"]["quarantined"] == 5
    kept = [gpd.read_file(path) for path in sorted((tmp_path / "out" / "quarantine").glob("*"))]
    assert [len(one) for one in kept] == [2, 1]


def test_too_many_records_set_aside_refuse_the_whole(tmp_path):
    frame = batches.plots()
    frame.loc[["p0", "p1", "p6", "p7", "p16"], "geometry"] = shapely.Polygon()
    batches.park(tmp_path, frame)

    outcome = batches.ran(batches.job(tmp_path, rows=18))

    assert "5 of 18 records are set aside" in outcome.problems[0]


def test_a_full_disk_is_said_and_leaves_nothing_half_written(whole, tmp_path, monkeypatch):
    copied(whole, tmp_path)

    def full(rows, path, **more):
        path.write_bytes(b"PAR1")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parts, "write", full)
    with pytest.raises(OutputError, match="No space left on device"):
        batches.ran(batches.job(tmp_path))
    monkeypatch.undo()

    assert [*(tmp_path / "out" / "parts").iterdir()] == []
    batches.ran(batches.job(tmp_path))
    assert batches.result(tmp_path / "out") == whole[1]


def test_a_folder_of_something_else_is_refused(tmp_path):
    out = tmp_path / "out"
    (out / "parts").mkdir(parents=True)

    with pytest.raises(OutputError, match="holds parts but no journal"):
        batches.ran(batches.job(tmp_path))


def test_a_plan_that_wants_all_plots_is_refused_before_anything_is_written(tmp_path):
    relative = {"shape": "relative", "by": "min-max", "better": "more"}
    criterion = {"name": "size", "weight": 1, "unit": "ha", "measure": {"kind": "area"}, "value": relative}
    world.write_plan(tmp_path / "plan", criteria=[criterion])

    with pytest.raises(PlanError, match="piece by piece"):
        run(batches.job(tmp_path), tell=print, stop=lambda: False)
    assert not (tmp_path / "out").exists()
