from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import world

from siteplan.errors import OutputError, PlanError, SiteplanError, SourceError
from siteplan.reading.scorecards import read_scorecard
from siteplan.scorecard import score
from siteplan.writing import write_scorecard


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("once")
    park = world.write_park(folder / "park")
    write_scorecard(score(world.plots(), world.layers(), world.plan()), folder / "out", park=park)
    return folder


@pytest.fixture
def out(once: Path, tmp_path: Path) -> Path:
    """A result of one's own to spoil, beside its park."""
    return shutil.copytree(once, tmp_path / "mine") / "out"


def change(out: Path, how: Any) -> None:
    path = out / "scorecard.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    how(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def test_the_park_is_recorded_relative_to_the_result(out: Path):
    document = json.loads((out / "scorecard.json").read_text(encoding="utf-8"))

    assert document["park"] == "../park/park.toml"
    assert read_scorecard(str(out)).park.resolve() == (out.parent / "park" / "park.toml").resolve()


def test_brackets_in_names_are_names(tmp_path: Path):
    """A line break was put between them, and the result could not be read any more."""
    name = "Area [gross], [net]]], [[x"
    constraint = {"name": "large", "title": name, "unit": "ha", "measure": {"kind": "area"}, "at_least": 1e6}
    plan = world.plan(constraints=[constraint], robustness={"draws": 100})
    plots = world.plots().rename(index={"a": name})
    card = score(plots, world.layers(), plan)
    write_scorecard(card, tmp_path / "out", park=world.write_park(tmp_path / "park"))

    read = read_scorecard(tmp_path / "out").card
    assert read.plots.index.tolist() == card.plots.index.tolist()
    assert read.plots["excluded_by"].tolist() == card.plots["excluded_by"].tolist()
    assert read.sayings == card.sayings


@pytest.mark.parametrize("told", [[["amount", [10**400, "m"], {}]], [["no such way", [], {}]]])
def test_sayings_that_nobody_says_are_damage(out: Path, told: Any):
    change(out, lambda data: data.update(sayings=told))

    with pytest.raises(OutputError, match=r"scorecard\.json: damaged, score again"):
        read_scorecard(out)


def test_a_folder_without_a_result(tmp_path: Path):
    with pytest.raises(SourceError, match=r"holds no scorecard\.json; make one with: siteplan score"):
        read_scorecard(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"format": 2}',
        '{"format": 1}',
        '{"format": 1, "plots": []}',
        "[" * 100_000,
    ],
)
def test_what_is_no_scorecard(text: str, out: Path):
    (out / "scorecard.json").write_text(text)

    with pytest.raises(SiteplanError, match=r"scorecard\.json"):
        read_scorecard(out)


@pytest.mark.parametrize(
    "how",
    [
        lambda data: data.pop("plots"),
        lambda data: data.update(plots=5),
        lambda data: data.update(plots=[]),
        lambda data: data["plots"][0].pop("plot"),
        lambda data: data["plots"][0].update(rank="first"),
        lambda data: data["plots"][0].update(score="high"),
        lambda data: data.update(contributions=[]),
        lambda data: data["contributions"][0].update(amount="far"),
        lambda data: data.update(provenance={}),
        lambda data: data["provenance"].update(extra=1),
        lambda data: data["provenance"].update(tables=[1]),
        lambda data: data.update(files=[]),
        lambda data: data.update(park=5),
        lambda data: data["plan"].pop("name"),
        lambda data: data["plots"].pop(),
    ],
)
def test_a_damaged_scorecard_is_refused_in_words(how: Any, out: Path):
    change(out, how)

    with pytest.raises((OutputError, SourceError, PlanError), match="out"):
        read_scorecard(out)


def test_a_file_that_is_not_of_the_result_is_not_looked_at(out: Path):
    change(out, lambda data: data.update(files={"../../x": "0"}))

    assert read_scorecard(out).altered == ("../../x",)


def test_missing_and_changed_files_are_named(out: Path):
    (out / "scores.csv").write_text("changed")
    (out / "contributions.csv").unlink()

    assert set(read_scorecard(out).altered) == {"scores.csv", "contributions.csv"}


def test_without_its_shapes_there_is_no_result(out: Path):
    (out / "scores.gpkg").unlink()

    with pytest.raises(SourceError, match=r"scores\.gpkg: there is no such file"):
        read_scorecard(out)
