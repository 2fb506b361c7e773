from __future__ import annotations

from itertools import pairwise

import connected
import numpy as np
import pandas as pd
import pytest
import world
from hypothesis import given
from hypothesis import strategies as st
from judged import plan, ranking

from siteplan import valuing
from siteplan.criteria import Criterion
from siteplan.errors import PlanError
from siteplan.scorecard import score

AMOUNTS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)


def worths(value: dict[str, object], amounts: list[float]) -> list[float]:
    measured = pd.DataFrame({"amount": amounts, "category": None}, dtype=object).astype({"amount": float})
    (one,) = plan({"x": {"weight": 1, "value": value}}).criteria
    return valuing.value(measured, one).to_list()


def refused(value: dict[str, object]) -> str:
    with pytest.raises(PlanError) as caught:
        plan({"x": {"weight": 1, "value": value}})
    return str(caught.value)


def test_logistic_goes_through_its_anchors():
    value = {"shape": "logistic", "half": 500, "high": 200}
    found = worths(value, [500, 200, 800, -np.inf, np.inf, np.nan])
    assert found[:5] == pytest.approx([0.5, 0.9, 0.1, 1, 0], abs=1e-12)
    assert np.isnan(found[5])


def test_target_is_best_in_its_range():
    value = {"shape": "target", "best": [4, 6], "low": 2, "high": 10}
    assert worths(value, [1, 2, 3, 4, 5, 6, 8, 10, np.inf, -np.inf])[:10] == [
        0,
        0,
        0.5,
        1,
        1,
        1,
        0.5,
        0,
        0,
        0,
    ]
    assert worths({"shape": "target", "best": 4, "low": 2}, [3, 4, 400, np.inf]) == [0.5, 1, 1, 1]
    assert worths({"shape": "target", "best": 4, "high": 8}, [-3, 4, 6, np.inf]) == [1, 1, 0.5, 0]


def test_relative_values_depend_on_the_others():
    more = {"shape": "relative", "by": "min-max", "better": "more"}
    assert worths(more, [10, 20, 30, np.nan, np.inf])[:3] == [0, 0.5, 1]
    assert worths(more, [10, 20, 30, np.nan, np.inf])[4] == 1
    less = {**more, "better": "less"}
    assert worths(less, [10, 20, 30, np.inf]) == [1, 0.5, 0, 0]
    rank = {"shape": "relative", "by": "percentile", "better": "more"}
    assert worths(rank, [10, 20, 20, 40]) == [0.125, 0.5, 0.5, 0.875]
    assert worths({**rank, "better": "less"}, [10, 20, 20, np.inf]) == [0.875, 0.5, 0.5, 0.125]
    for alike in (more, less, rank, {**rank, "better": "less"}):
        assert worths(alike, [7, 7]) == [1, 1]
        assert worths(alike, [300, 300 + 6e-14, 300]) == [1, 1, 1]
    assert np.isnan(worths(more, [np.nan])[0])


def test_relative_to_the_plots_that_are_not_excluded():
    """The excluded p2 would stretch the scale; it is judged by the ends of the others."""
    frame = pd.DataFrame({"x": [0.2, 0.4, 1.0]}, index=pd.Index(["p0", "p1", "p2"], name="plot"))
    by = plan({"x": {"weight": 1, "value": {"shape": "relative", "by": "min-max", "better": "more"}}})
    contributions, totals = ranking(frame, by, {"p2": "sold"})
    assert contributions["value"].to_list() == [0, 1, 1]
    assert totals["rank"].to_list()[:2] == [2, 1]


def test_relative_values_of_tiny_endless_and_shifted_amounts():
    more: dict[str, object] = {"shape": "relative", "by": "min-max", "better": "more"}
    less = {**more, "better": "less"}
    assert worths(more, [1e-307, 2e-307]) == [1, 1]
    assert worths(more, [np.inf, -np.inf]) == [1, 0]
    assert worths(less, [5, 5, np.inf]) == [1, 1, 0]
    assert worths(less, [0, 1, np.inf, np.nan])[:3] == [1, 0, 0]
    assert worths(more, [1e6, 1e6 + 0.123, 1e6 + 1])[1] == pytest.approx(0.123, abs=1e-9)


@given(AMOUNTS, st.sampled_from(["min-max", "percentile"]), st.sampled_from(["more", "less"]))
def test_relative_values_lie_between_0_and_1_and_keep_the_order(amounts: list[float], by: str, better: str):
    found = worths({"shape": "relative", "by": by, "better": better}, amounts)
    assert all(0 <= one <= 1 for one in found)
    ordered = [one for _, one in sorted(zip(amounts, found, strict=True), reverse=better == "less")]
    assert all(later >= earlier - 1e-12 for earlier, later in pairwise(ordered))


@given(AMOUNTS, st.floats(-100, 100), st.floats(0.1, 50))
def test_logistic_and_target_lie_between_0_and_1(amounts: list[float], middle: float, away: float):
    for value in (
        {"shape": "logistic", "half": middle, "high": middle + away},
        {"shape": "target", "best": middle, "low": middle - away, "high": middle + away},
    ):
        assert all(0 <= one <= 1 for one in worths(value, amounts))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"shape": "logistic", "half": 5, "high": 5}, "half and high are both 5"),
        ({"shape": "target", "best": 5}, "give low, high or both"),
        ({"shape": "target", "best": [6, 4], "low": 1}, "best runs from 6 to 4"),
        ({"shape": "target", "best": 5, "low": 5}, "low 5 must be below best 5"),
        ({"shape": "target", "best": [4, 6], "high": 5}, "high 5 must be above best 6"),
        ({"shape": "relative", "better": "more"}, "by: is missing"),
    ],
)
def test_impossible_values_are_refused(value: dict[str, object], problem: str):
    assert problem in refused(value)


@pytest.mark.parametrize("best", ["near", [1], [1, 2, 3], {"a": 1}, None, True])
def test_a_best_that_is_no_amount_is_one_mistake(best: object):
    text = refused({"shape": "target", "best": best, "low": -5})
    assert "refused, 1 mistake\n" in text
    assert "criteria[1] 'x'.value.best: must be an amount, or a range [from, to]" in text


def test_the_wrong_end_of_a_range_is_named():
    text = refused({"shape": "target", "best": [3, float("inf")], "low": -5})
    assert text.endswith("criteria[1] 'x'.value.best[2]: must be a finite number, not inf")
    both = refused({"shape": "target", "best": [3, 4], "low": 3, "high": 4})
    assert "low 3 must be below best 3; high 4 must be above best 4" in both


def test_a_range_of_one_amount_is_written_as_one():
    for best, written in ((5, 5), ([5, 5], 5), ([5, 8], [5, 8])):
        by = plan({"x": {"weight": 1, "value": {"shape": "target", "best": best, "high": 9}}})
        assert by.to_dict()["criteria"][0]["value"]["best"] == written
        assert type(by).from_dict(by.to_dict()) == by


@pytest.mark.parametrize(
    ("value", "lowest"),
    [
        ({"shape": "linear", "best": 900, "worst": 100}, 0),
        ({"shape": "linear", "best": 100, "worst": 900}, 0),
        ({"shape": "piecewise", "points": [[0, 0.2], [500, 0.6], [900, 1]]}, 0.2),
        ({"shape": "step", "steps": [[200, 0.1], [500, 0.5]], "beyond": 1}, 0.1),
        ({"shape": "exponential", "best": 900, "half": 500}, 0),
        ({"shape": "logistic", "half": 500, "high": 900}, 0),
        ({"shape": "target", "best": 500, "low": 100}, 0),
        ({"shape": "relative", "by": "min-max", "better": "more"}, 0),
        ({"shape": "relative", "by": "percentile", "better": "more"}, 0.125),
        ({"shape": "relative", "by": "percentile", "better": "less"}, 0.125),
    ],
)
@pytest.mark.parametrize(
    "measure",
    [
        {"kind": "route_length", "connection": "power"},
        {"kind": "network_distance", "network": "roads", "layer": "gas"},
    ],
)
def test_what_is_not_reachable_is_worth_the_least(value: dict, lowest: float, measure: dict):
    """However the planner turns the function round."""
    amount = pd.DataFrame({"amount": [200, 500, 800, np.inf], "category": None})
    entry = {"name": "x", "weight": 1, "unit": "m", "value": value}
    reached = Criterion.model_validate({**entry, "measure": measure})
    assert valuing.value(amount, reached).iloc[3] == lowest


def test_what_is_not_there_is_far():
    """Nothing of a layer, by air: where far is good, nothing is better."""
    assert worths({"shape": "linear", "best": 900, "worst": 100}, [500, np.inf]) == [0.5, 1]


def test_a_plot_without_power_is_not_the_best_where_long_routes_are():
    route = {
        "unit": "m",
        "measure": {"kind": "route_length", "connection": "power"},
        "value": {"shape": "linear", "best": 500, "worst": 0},
    }
    by = connected.plan(route, power={"reach": 120})
    rows = score(world.plots(), connected.layers(), by).contributions.set_index("plot")
    assert rows["amount"].map(np.isinf).to_dict() == {"a": False, "b": False, "c": True, "d": True}
    assert rows.loc[["c", "d"], "value"].to_list() == [0, 0]


def test_a_spread_needs_an_amount_and_anchors():
    said = {"weight": 1, "spread": {"share": 0.2}}
    with pytest.raises(PlanError, match="the value is relative"):
        plan({"x": {**said, "value": {"shape": "relative", "by": "min-max", "better": "more"}}})
    with pytest.raises(PlanError, match=r"give share .* or amount"):
        plan({"x": {"weight": 1, "spread": {"share": 0.2, "amount": 3}}})


def test_a_veto_excludes_and_says_why():
    """A plot far from the road is out by the criterion's own bound, and keeps its contributions."""
    criteria = [
        {
            "name": "road",
            "title": "Road",
            "weight": 1,
            "unit": "m",
            "measure": {"kind": "distance", "layer": "road"},
            "value": {"shape": "linear", "best": 0, "worst": 5000},
            "veto": {"at_most": 400},
        }
    ]
    by = world.plan(criteria=criteria, constraints=[])
    card = score(world.plots(), world.layers(), by)
    rows = card.contributions.set_index("plot")["amount"]
    out = card.plots["excluded_by"] != ""

    assert 0 < out.sum() < len(out)
    assert out.to_list() == (rows.loc[card.plots.index] > 400).to_list()
    assert card.plots.loc[out, "excluded_by"].str.startswith("Road: ").all()
    assert card.plots.loc[out, "excluded_by"].str.endswith(", at most 400 m").all()
    assert card.contributions["contribution"].notna().all()
    assert type(by).from_dict(by.to_dict()) == by


@pytest.mark.parametrize(
    ("veto", "problem"),
    [({}, "veto: give a bound"), ({"at_least": 5, "at_most": 1}, "veto: at_least 5 is above at_most 1")],
)
def test_an_empty_veto_is_refused(veto: dict[str, object], problem: str):
    with pytest.raises(PlanError, match=problem):
        plan({"x": {"weight": 1, "veto": veto}})


def test_a_veto_by_texts_needs_texts_that_can_be():
    with pytest.raises(PlanError, match="veto: one_of is for texts"):
        plan({"x": {"weight": 1, "veto": {"one_of": ["paved"]}}})
    surface = {
        "name": "surface",
        "weight": 1,
        "measure": {"kind": "attribute", "column": "surface"},
        "value": {"shape": "category", "worths": {"paved": 1.0, "mud": 0.0}},
    }
    assert world.only({**surface, "veto": {"one_of": ["paved"]}}).bounds[0].one_of == ("paved",)
    with pytest.raises(PlanError, match=r"'pavd' is not in value\.worths, did you mean 'paved'"):
        world.only({**surface, "veto": {"one_of": ["pavd"]}})


AREA = {
    "unit": "ha",
    "measure": {"kind": "area"},
    "value": {"shape": "relative", "by": "percentile", "better": "more"},
}
ROAD = {
    "unit": "m",
    "measure": {"kind": "distance", "layer": "road"},
    "value": {"shape": "relative", "by": "min-max", "better": "less"},
}


def test_relative_criteria_are_told_on_the_card():
    """The road is 300, 700, 300 and 700 m away."""
    card = score(world.plots(), world.layers(), world.only(ROAD))
    assert card.plots["score"].to_list() == [1, 0, 1, 0]
    assert [(one.level, one.where) for one in card.findings] == [("note", "plan, criterion 'c0'")]


def test_a_relative_criterion_that_tells_none_apart_is_warned_of():
    same = score(world.plots(), world.layers(), world.only(AREA))
    alone = score(world.plots().iloc[:1], world.layers(), world.only(AREA))
    assert same.plots["score"].to_list() == [1] * 4
    assert [one.level for one in same.findings] == ["note", "warning"]
    assert same.findings[1].message.startswith("all 4 plots compared have 1 ha, ")
    assert alone.findings[1].message.startswith("the only plot compared has 1 ha, ")


def test_of_excluded_plots_nothing_is_compared():
    """Without those 700 m away from the road nothing differs, in the plan's unit."""
    far = {"name": "far", "unit": "m", "measure": {"kind": "distance", "layer": "road"}, "at_most": 500}
    card = score(world.plots(), world.layers(), world.only({**ROAD, "unit": "km"}, constraints=[far]))
    assert card.findings[1].message.startswith("all 2 plots compared have 0.3 km, ")
    never = {"name": "never", "unit": "ha", "measure": {"kind": "area"}, "at_least": 5}
    none = score(world.plots(), world.layers(), world.only(ROAD, constraints=[never]))
    assert none.findings[1].message.startswith("no plot that is not excluded has a known amount")


@pytest.mark.parametrize(
    "value",
    [
        {"shape": "linear", "best": 0, "worst": 1000},
        {"shape": "piecewise", "points": [[0, 1], [1000, 0]]},
        {"shape": "target", "best": 0, "high": 1000},
        {"shape": "relative", "by": "min-max", "better": "less"},
        {"shape": "relative", "by": "min-max", "better": "more"},
        {"shape": "exponential", "best": 0, "half": 1},
        {"shape": "logistic", "half": 500, "high": 0},
    ],
)
def test_no_worth_is_less_than_nothing_by_its_sign(value: dict):
    """Minus zero would print as -0.000."""
    found = worths(value, [0.0, -0.0, 500.0, 1000.0, 1e9])
    assert not np.signbit(found).any(), found
