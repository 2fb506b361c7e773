from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import world
from judged import plan, random_worths, ranking
from typer.testing import CliRunner

from siteplan.cli import app
from siteplan.errors import PlanError
from siteplan.opinions import SUM, second_opinions
from siteplan.reweighing import Reweighing
from siteplan.scorecard import Scorecard, score
from siteplan.writing import write_scorecard


def card(worths: pd.DataFrame, excluded: dict[str, str] | None = None, **weights: float) -> Scorecard:
    """What opinions look at of a scorecard."""
    by = plan({name: weights.get(str(name), 1) for name in worths})
    contributions, totals = ranking(worths, by, excluded)
    return SimpleNamespace(plots=totals, contributions=contributions, plan=by)  # type: ignore[return-value]


def test_every_method_ranks_the_ranked_and_no_other():
    found = second_opinions(card(random_worths(9, 3, 1, unknown=0.2), {"p3": "sold"}))
    assert "p3" not in found.ranks.index
    assert found.ranks.shape == (8, 6)
    assert list(found.untold) == ["MEREC weights"]  # which takes logarithms of what is worth 0
    assert found.ranks.iloc[0].loc[SUM] == 1
    assert found.agreement.loc[SUM, SUM] == 1
    assert found.sentences[-1].startswith("For every method what is unknown is worth 0")


def test_where_all_agree_it_says_so():
    worths = pd.DataFrame({"x": [0.9, 0.5, 0.1], "y": [0.8, 0.4, 0.2]}, index=pd.Index([*"abc"], name="plot"))
    found = second_opinions(card(worths))
    assert found.sentences == ("All 6 methods put a first.",)
    assert (found.ranks.to_numpy() == np.array([[1], [2], [3]])).all()


def test_where_they_part_the_method_and_the_plots_are_named():
    """A zero anywhere is zero in a product."""
    worths = pd.DataFrame({"x": [1.0, 0.4], "y": [0.0, 0.5]}, index=pd.Index(["a", "b"], name="plot"))
    found = second_opinions(card(worths))
    assert "weighted product puts b first, the weighted sum a (there 2)." in found.sentences


@pytest.mark.parametrize("plots", [0, 1, 3])
def test_plots_that_do_not_differ_leave_no_missing_number(plots: int):
    found = second_opinions(card(random_worths(plots, 2, 1) * 0 + 0.5))
    assert found.ranks.notna().all().all()
    assert not plots or found.untold
    assert "nan" not in str(found).lower()
    json.dumps(found.to_dict(), allow_nan=False)


def test_weights_of_the_data_stand_beside_the_planner_s():
    found = second_opinions(card(random_worths(8, 3, 2) * 0.9 + 0.1, c0=2, c1=1, c2=0))
    assert found.weights["planner"].to_dict() == pytest.approx({"c0": 2 / 3, "c1": 1 / 3})
    assert found.weights.sum().to_list() == pytest.approx([1, 1, 1, 1])


def test_the_command_prints_ranks_and_sentences(tmp_path: Path):
    made = score(world.plots(), world.layers(), world.plan(robustness={"draws": 200}))
    write_scorecard(made, tmp_path)
    ran = CliRunner().invoke(app, ["opinions", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    assert "PROMETHEE II" in ran.stdout
    data = json.loads(CliRunner().invoke(app, ["opinions", str(tmp_path), "--json"]).stdout)
    assert len(data["ranks"]) == made.plots["rank"].notna().sum()


def test_the_same_weights_rank_the_same():
    made = score(world.plots(), world.layers(), world.plan())
    again = Reweighing(made)(made.plan.shares)
    for column in ("rank", "score", "score_high"):
        assert again[column].equals(made.plots[column])


def test_other_weights_rank_as_a_plan_with_them_does():
    by = world.plan()
    weights = {one.name: float(place) for place, one in enumerate(by.criteria)}
    changed = by.to_dict()
    for entry in changed["criteria"]:
        entry["weight"] = weights[entry["name"]]
    wanted = score(world.plots(), world.layers(), type(by).from_dict(changed)).plots
    found = Reweighing(score(world.plots(), world.layers(), by))(weights)
    assert found["rank"].equals(wanted["rank"])
    assert found["score_high"].to_list() == pytest.approx(wanted["score_high"].to_list(), nan_ok=True)


def test_bad_weights_are_named_all_at_once():
    again = Reweighing(score(world.plots(), world.layers(), world.plan()))
    with pytest.raises(PlanError) as caught:
        again({"rode": 1, "road": -1, "gas": float("nan")})
    assert "there is no criterion 'rode', did you mean 'road'?" in str(caught.value)
    assert "road: -1 is no weight" in str(caught.value)
    assert "gas: nan is no weight" in str(caught.value)
    with pytest.raises(PlanError, match="all weights are zero"):
        again({"road": 0})


@pytest.mark.parametrize("weight", [None, "3", True, 1e308, float("inf")])
def test_what_is_no_weight_is_refused_in_words(weight: object):
    again = Reweighing(score(world.plots(), world.layers(), world.plan()))
    with pytest.raises(PlanError, match="is no weight; give a number from 0 to 1e"):
        again({"road": weight, "gas": weight})  # type: ignore[dict-item]
