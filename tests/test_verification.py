from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import world

from siteplan.errors import OutputError, SiteplanError
from siteplan.reading.parks import read_park
from siteplan.scorecard import score
from siteplan.verification import verify
from siteplan.writing import write_scorecard


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("once")
    path = world.write_park(folder / "park", "geojson")
    park = read_park(path)
    write_scorecard(score(park.plots, park.layers, world.plan()), folder / "out", park=path)
    return folder


@pytest.fixture
def out(once: Path, tmp_path: Path) -> Path:
    """A result of one's own to spoil, beside its park."""
    return shutil.copytree(once, tmp_path / "mine") / "out"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_untouched_result_follows(out: Path):
    verification = verify(out)

    assert verification.differences == ()
    assert str(verification) == "the result follows from its inputs: 4 tables and 336 cells agree"


def test_a_result_may_move_with_its_park(out: Path):
    moved = out.parent.rename(out.parent.parent / "elsewhere")

    assert verify(moved / "out").differences == ()
    (moved / "park").rename(moved / "garden")
    with pytest.raises(SiteplanError, match="there is no such file"):
        verify(moved / "out")
    assert verify(moved / "out", park=moved / "garden" / "park.toml").differences == ()


def test_a_result_without_a_park_asks_for_it(tmp_path: Path):
    write_scorecard(score(world.plots(), world.layers(), world.plan()), tmp_path)

    with pytest.raises(OutputError, match="give it with --park"):
        verify(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "plots.geojson",
            '"free_power": 10.0',
            '"free_power": 10.5',
            "plots: the table is not the one that was scored",
        ),
        ("plots.geojson", '"id": "a"', '"id": "e"', "plots: the table is not the one"),
        ("gas.geojson", '"id": "g1"', '"id": "g9"', "gas: the table is not the one"),
        ("gas.geojson", '"coordinates": [128.', '"coordinates": [129.', "gas: the table is not the one"),
        ("wetland.geojson", '"name": "W1"', '"name": "W3"', "wetland: the table is not the one"),
    ],
)
def test_changed_inputs_are_named(file: str, old: str, new: str, said: str, out: Path):
    replace(out.parent / "park" / file, old, new)
    verification = verify(out)

    assert any(said in line for line in verification.differences)
    assert str(verification).startswith("the result does not follow from its inputs\n  - ")


def test_a_moved_feature_moves_numbers(out: Path):
    path = out.parent / "park" / "gas.geojson"
    gas = world.layers()["gas"]
    gas.geometry = gas.geometry.translate(5, 0)
    path.write_text(world.geojson(gas.to_crs(4326).reset_index(names="id")), encoding="utf-8")
    text = str(verify(out))

    assert "score of 3 plots differs" in text
    assert "amount of 3 contributions differs: ('a', 'gas')" in text


@pytest.mark.parametrize(("file", "old", "new"), [("pipe.geojson", '"name": "Pipe"', '"name": "Tube"')])
def test_layers_that_the_plan_does_not_use_do_not_matter(file: str, old: str, new: str, out: Path):
    replace(out.parent / "park" / file, old, new)

    assert verify(out).differences == ()


def test_an_unused_column_does_not_matter(out: Path):
    replace(out.parent / "park" / "plots.geojson", '"road_class": "gravel"', '"road_class": "mud"')

    assert verify(out).differences == ()


@pytest.mark.parametrize(("key", "number"), [("score", 0.9), ("rank", 3), ("score_high", 1.0)])
def test_forged_scores_are_found(key: str, number: float, out: Path):
    path = out / "scorecard.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["plots"][0][key] = number
    path.write_text(json.dumps(data), encoding="utf-8")

    assert f"{key} of 1 plots differs: a" in verify(out).differences


@pytest.mark.parametrize("key", ["excluded_by", "completeness", "area_ha", "unchecked", "name"])
def test_forged_reasons_are_found(key: str, out: Path):
    path = out / "scorecard.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["plots"][0][key] = "forged" if isinstance(data["plots"][0][key], str) else 0.123
    path.write_text(json.dumps(data), encoding="utf-8")

    assert verify(out).differences


@pytest.mark.parametrize(
    "key", ["amount", "value", "weight", "contribution", "feature", "feature_name", "tie_in_lon"]
)
def test_forged_contributions_are_found(key: str, out: Path):
    path = out / "scorecard.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    row = data["contributions"][0]
    row[key] = "forged" if isinstance(row[key], str) else row[key] + 0.01
    path.write_text(json.dumps(data), encoding="utf-8")

    assert verify(out).differences


def test_a_forged_plan_is_found(out: Path):
    path = out / "scorecard.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["plan"]["title"] = "Another plan"
    path.write_text(json.dumps(data), encoding="utf-8")

    assert verify(out).differences


@pytest.mark.parametrize("name", ["scores.csv", "contributions.csv"])
def test_altered_and_missing_files_are_found(name: str, out: Path):
    replace(out / name, "a", "b")
    assert f"{name}: missing, or changed since it was written" in verify(out).differences
    (out / name).unlink()
    assert f"{name}: missing, or changed since it was written" in verify(out).differences


def test_a_forged_sureness_is_found(once: Path, tmp_path: Path):
    """The draws follow from the seed, and so does every share of them."""
    park = shutil.copytree(once / "park", tmp_path / "park") / "park.toml"
    read = read_park(park)
    out = tmp_path / "out"
    card = score(read.plots, read.layers, world.plan(robustness={"draws": 200}))
    write_scorecard(card, out, park=park)
    assert verify(out).differences == ()

    path = out / "scorecard.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["robustness"]["plots"]["cells"][0][0] += 0.1
    path.write_text(json.dumps(document), encoding="utf-8")
    assert verify(out).differences == ("robustness: other draws, or drawn from something else",)
