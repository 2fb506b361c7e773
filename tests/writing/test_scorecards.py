from __future__ import annotations

import csv
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import world
import zoo

from siteplan import writing
from siteplan.errors import OutputError
from siteplan.reading.scorecards import read_scorecard
from siteplan.scorecard import Scorecard, score
from siteplan.writing import atomic, scorecards
from siteplan.writing.atomic import alone

FILES = ["contributions.csv", "scores.csv", "scores.gpkg", "scorecard.json"]


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return score(world.plots(), world.layers(), world.plan())


@pytest.fixture(scope="module")
def other() -> Scorecard:
    return score(world.plots().assign(name="other").iloc[:3], world.layers(), world.plan())


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_four_files_whole_and_nothing_else(card: Scorecard, tmp_path: Path):
    out = tmp_path / "deep" / "out"
    written = writing.write_scorecard(card, out)

    assert sorted(path.name for path in written) == sorted(FILES)
    assert written[-1].name == "scorecard.json"
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)


def test_folders_and_files_may_be_given_as_text(card: Scorecard, tmp_path: Path):
    plan = tmp_path / "plan.toml"
    plan.touch()
    written = writing.write_scorecard(card, str(tmp_path / "out"), plan=str(plan))
    assert sorted(path.name for path in written) == sorted(FILES)
    said = json.loads((tmp_path / "out" / "scorecard.json").read_text(encoding="utf-8"))
    assert said["plan_file"] == "../plan.toml"


def test_the_digests_are_those_of_the_files(card: Scorecard, tmp_path: Path):
    writing.write_scorecard(card, tmp_path)
    files = json.loads((tmp_path / "scorecard.json").read_text(encoding="utf-8"))["files"]

    assert sorted(files) == sorted(FILES[:-1])
    for name, digest in files.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest


def test_the_same_bytes_again(card: Scorecard, tmp_path: Path):
    writing.write_scorecard(card, tmp_path / "one")
    writing.write_scorecard(score(world.plots(), world.layers(), world.plan()), tmp_path / "two")

    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_what_is_written_reads_back(card: Scorecard, tmp_path: Path):
    writing.write_scorecard(card, tmp_path)
    back = read_scorecard(tmp_path)

    pd.testing.assert_frame_equal(
        pd.DataFrame(back.card.plots.drop(columns="geometry")),
        pd.DataFrame(card.plots.drop(columns="geometry")),
        check_dtype=False,
    )
    pd.testing.assert_frame_equal(back.card.contributions, card.contributions, check_dtype=False)
    assert back.card.plots.geometry.geom_equals(card.plots.geometry).all()
    assert back.card.plots.crs == card.plots.crs
    assert (back.card.plan, back.card.provenance) == (card.plan, card.provenance)
    assert back.altered == ()
    assert back.park is None
    assert repr(back.card) == repr(card)
    assert str(back.card.explain("c")) == str(card.explain("c"))


def test_csv_for_people(card: Scorecard, tmp_path: Path):
    writing.write_scorecard(card, tmp_path)
    scores = rows(tmp_path / "scores.csv")

    assert [row["plot"] for row in scores] == ["d", "a", "c", "b"]
    assert [row["rank"] for row in scores] == ["1", "2", "3", "4"]
    assert float(scores[1]["score"]) == pytest.approx(0.535)
    reasons = rows(tmp_path / "contributions.csv")
    assert len(reasons) == 20
    assert reasons[13]["contribution"] == ""


def test_scores_and_tie_ins_for_a_map(card: Scorecard, tmp_path: Path):
    writing.write_scorecard(card, tmp_path)
    layers = dict(pyogrio.list_layers(tmp_path / "scores.gpkg"))
    ties = gpd.read_file(tmp_path / "scores.gpkg", layer="tie_ins")

    assert layers == {"scores": "Polygon", "tie_ins": "Point"}
    assert len(ties) == 8
    assert ties.crs == 4326


def test_no_spreadsheet_sees_a_formula(tmp_path: Path):
    names = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "＝1", "a;=1+1", *zoo.NAMES]
    shapes = {name: world.square(200 * number, 0) for number, name in enumerate(names)}
    plots = world.table(shapes, "plot", name=names, free_power=1.0)
    layers = world.layers() | {"gas": world.table(shapes, name=names)}
    writing.write_scorecard(score(plots, layers, world.plan()), tmp_path)

    cells = [
        cell
        for file in ("scores.csv", "contributions.csv")
        for row in rows(tmp_path / file)
        for cell in row.values()
    ]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r", "＝") or cell[:2] == "-2"]
    assert not [cell for cell in cells if any(ord(sign) < 32 or sign in "\u202e\u200b" for sign in cell)]
    assert list(read_scorecard(tmp_path).card.plots.index) == [name.strip() for name in names]


def test_an_endless_distance_survives(tmp_path: Path):
    far = {**world.PLAN["criteria"][0], "measure": {"kind": "distance", "layer": "gas", "may_be_empty": True}}
    card = score(world.plots(), {"gas": world.layers()["gas"].iloc[:0]}, world.only(far))
    writing.write_scorecard(card, tmp_path)

    json.loads((tmp_path / "scorecard.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert np.isinf(read_scorecard(tmp_path).card.contributions["amount"]).all()


def test_all_excluded_and_all_unknown_survive(tmp_path: Path):
    never = {"name": "never", "unit": "ha", "measure": {"kind": "area"}, "at_least": 5}
    plan = world.only(world.PLAN["criteria"][3], constraints=[never])
    card = score(world.plots().assign(free_power=np.nan), {}, plan)
    writing.write_scorecard(card, tmp_path)
    back = read_scorecard(tmp_path).card

    assert repr(back) == repr(card)
    assert back.plots["rank"].isna().all()


def test_categories_survive(tmp_path: Path):
    road = {
        "measure": {"kind": "attribute", "column": "road_class"},
        "value": {"shape": "category", "worths": {"paved": 1, "gravel": 0}},
    }
    card = score(world.plots(), {}, world.only(road))
    writing.write_scorecard(card, tmp_path)
    back = read_scorecard(tmp_path).card

    assert back.contributions["category"].fillna("-").to_list() == ["paved", "gravel", "-", "paved"]
    assert str(back.explain("a")) == str(card.explain("a"))


class Stop(BaseException):
    """Stands for a kill in the middle of writing."""


def stop(*arguments: Any, **keywords: Any) -> Any:
    raise Stop


def refuse(*arguments: Any, **keywords: Any) -> Any:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("place", ["_geopackage", "_csv", "_json", "publish", "_exchange"])
@pytest.mark.parametrize("blow", [stop, refuse])
def test_an_end_in_the_middle_leaves_the_old_result(
    place: str,
    blow: Any,
    card: Scorecard,
    other: Scorecard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    writing.write_scorecard(card, tmp_path)
    (tmp_path / "mine.txt").write_text("left alone")
    before = content(tmp_path)
    monkeypatch.setattr(scorecards, place, blow)

    with pytest.raises(Stop if blow is stop else OutputError):
        writing.write_scorecard(other, tmp_path)
    assert content(tmp_path) == before


def test_an_end_in_the_middle_of_the_first_time_leaves_nothing(
    card: Scorecard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scorecards, "_geopackage", stop)

    with pytest.raises(Stop):
        writing.write_scorecard(card, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*")) or not (tmp_path / "out").exists()


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_end_while_the_files_are_moved_in_puts_the_old_ones_back(
    after: int, card: Scorecard, other: Scorecard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    writing.write_scorecard(card, tmp_path)
    (tmp_path / "map.html").write_text("the map of the old result")
    before = content(tmp_path)
    publish, moved = scorecards.publish, []

    def some(draft: Path, path: Path) -> None:
        if len(moved) == after:
            raise Stop
        moved.append(path.name)
        publish(draft, path)

    monkeypatch.setattr(scorecards, "publish", some)
    with pytest.raises(Stop):
        writing.write_scorecard(other, tmp_path)
    assert content(tmp_path) == before


def test_a_new_result_takes_the_old_map_away(card: Scorecard, tmp_path: Path):
    writing.write_scorecard(card, tmp_path)
    (tmp_path / "map.html").write_text("the map of the old result")
    writing.write_scorecard(card, tmp_path)

    assert sorted(content(tmp_path)) == sorted(FILES)


def test_what_a_killed_run_left_is_cleared(card: Scorecard, tmp_path: Path):
    (tmp_path / ".siteplan-dead").mkdir()
    (tmp_path / ".siteplan-dead" / "scores.csv").write_text("half")
    writing.write_scorecard(card, tmp_path)

    assert sorted(content(tmp_path)) == sorted(FILES)


def test_two_runs_do_not_mix(card: Scorecard, tmp_path: Path):
    with alone(tmp_path), pytest.raises(OutputError, match="another run is writing there"):
        writing.write_scorecard(card, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_result_does_not_replace_its_own_input(card: Scorecard, tmp_path: Path):
    (tmp_path / "scorecard.json").write_text("a plan of that name")

    with pytest.raises(OutputError, match="would replace its own input"):
        writing.write_scorecard(card, tmp_path, plan=tmp_path / "scorecard.json")
    assert content(tmp_path) == {"scorecard.json": b"a plan of that name"}


def test_a_folder_that_may_not_be_written(card: Scorecard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def denied(*arguments: Any, **keywords: Any) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(atomic.tempfile, "mkdtemp", denied)
    monkeypatch.setattr(atomic.tempfile, "mkstemp", denied)
    with pytest.raises(OutputError, match="out: cannot be written: Permission denied"):
        writing.write_scorecard(card, tmp_path / "out")
    with pytest.raises(OutputError, match=r"map\.html: cannot be written: Permission denied"):
        writing.atomic_text(tmp_path / "map.html", "x")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_stays_as_it_was(card: Scorecard, tmp_path: Path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(OutputError, match="cannot be written"):
        writing.write_scorecard(card, tmp_path)
    tmp_path.chmod(stat.S_IRWXU)

    assert not list(tmp_path.iterdir())


def test_a_file_in_the_place_of_the_folder(card: Scorecard, tmp_path: Path):
    (tmp_path / "out").write_text("a file")

    for out in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match=r"out: is a file|deeper: cannot be written"):
            writing.write_scorecard(card, out)
    assert (tmp_path / "out").read_text() == "a file"


def test_files_that_siteplan_did_not_write_are_left_alone(card: Scorecard, tmp_path: Path):
    (tmp_path / "scores.csv").write_text("mine")

    with pytest.raises(OutputError, match=r"holds scores\.csv but no scorecard\.json"):
        writing.write_scorecard(card, tmp_path)
    assert content(tmp_path) == {"scores.csv": b"mine"}


def test_text_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "new" / "map.html"
    writing.atomic_text(path, "old\n")
    assert path.read_bytes() == b"old\n"

    monkeypatch.setattr(atomic, "publish", stop)
    with pytest.raises(Stop):
        writing.atomic_text(path, "new\n")
    monkeypatch.setattr(atomic, "publish", refuse)
    with pytest.raises(OutputError, match=r"map\.html: cannot be written: No space left on device"):
        writing.atomic_text(path, "new\n")
    assert content(path.parent) == {"map.html": b"old\n"}


def test_written_files_have_the_mode_of_any_other_file(card: Scorecard, tmp_path: Path):
    writing.write_scorecard(card, tmp_path)
    (tmp_path / "plain").touch()
    wanted = (tmp_path / "plain").stat().st_mode

    assert {path.stat().st_mode for path in tmp_path.iterdir()} == {wanted}


def test_geodata_keep_the_time_they_had(card: Scorecard, tmp_path: Path):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2020-02-02T00:00:00.000Z"})
    try:
        writing.write_scorecard(card, tmp_path)
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2020-02-02T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
