"""Why a plot moved is read from two results."""

from __future__ import annotations

from pathlib import Path

import batches
import pytest
import world

from siteplan.batch.differences import compared
from siteplan.errors import SourceError
from siteplan.reading.documents import read_plan
from siteplan.reading.parks import read_park
from siteplan.scorecard import score
from siteplan.writing import write_scorecard


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two batches of the world by eye: `b` gets 40 MW, `c` is gone, `e` is new."""
    folder = tmp_path_factory.mktemp("diff")
    batches.park(folder, world.plots())
    world.write_plan(folder / "plan")
    batches.ran(batches.job(folder, out="old"))
    later = world.plots()
    later.loc["b", "free_power"] = 40.0
    batches.park(folder, later.rename(index={"c": "e"}).rename_axis(index="plot"))
    batches.ran(batches.job(folder, out="new"))
    return folder


def test_a_plot_moved_because_an_amount_changed(folder):
    found = compared(folder / "old", folder / "new")

    assert (found.new, found.gone) == (("e",), ("c",))
    (moved,) = found.moved
    assert moved.plot == "b"
    (why,) = moved.why
    assert (why.criterion, why.before, why.after) == ("power", "20 MW", "40 MW")
    assert why.by == pytest.approx(0.1)
    assert "1 plots moved" in found.text(5)
    assert found.to_dict()["moved"][0]["why"][0]["criterion"] == "power"


def test_the_same_result_has_no_differences(folder):
    found = compared(folder / "new", folder / "new")

    assert (found.moved, found.new, found.gone, found.weights) == ((), (), (), ())


def test_a_batch_is_compared_with_a_scorecard_and_weights_are_told(folder, tmp_path):
    park, plan = read_park(folder / "park"), read_plan(folder / "plan" / "plan.toml")
    heavier = plan.model_copy(
        update={
            "criteria": tuple(
                one.model_copy(update={"weight": 12.0}) if one.name == "power" else one
                for one in plan.criteria
            )
        }
    )
    write_scorecard(score(park.plots, park.layers, plan), tmp_path / "same")
    write_scorecard(score(park.plots, park.layers, heavier), tmp_path / "heavier")

    assert compared(folder / "new", tmp_path / "same").moved == ()
    found = compared(folder / "new", tmp_path / "heavier")
    assert "power: 0.2 -> 0.6" in found.weights
    assert found.moved


def test_a_folder_without_a_result_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no finished result"):
        compared(tmp_path, tmp_path)
