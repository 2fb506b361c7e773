from __future__ import annotations

import copy
import json
import tomllib

import pytest
import world
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from strategies import plans

from siteplan.errors import PlanError
from siteplan.plan import Plan


def refused(**changes: object) -> str:
    """What is said about the plan by eye with its first criterion changed."""
    data = copy.deepcopy(world.PLAN)
    data["criteria"][0] = {**data["criteria"][0], **changes}
    with pytest.raises(PlanError) as error:
        Plan.from_dict({**data, "criteria": data["criteria"]}, where="plan.toml")
    return str(error.value)


@given(plans())
def test_plain_data_and_back_is_the_same_plan(plan: Plan):
    assert Plan.from_dict(plan.to_dict()) == plan
    assert Plan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan


@given(plans())
def test_shares_are_shares(plan: Plan):
    assert sum(plan.shares.values()) == pytest.approx(1, abs=1e-12)
    assert all(0 <= share <= 1 for share in plan.shares.values())
    assert list(plan.shares) == [criterion.name for criterion in plan.criteria]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "criteria", "measure", "value", "kind", "shape", "weight", "unit"])
                | st.text(max_size=5),
                inner,
                max_size=5,
            )
        ),
        max_leaves=15,
    )
)
def test_whatever_stands_in_a_plan_is_a_plan_or_is_refused(data: object):
    problems: tuple[str, ...] = ()
    try:
        Plan.from_dict(data)
    except PlanError as refusal:
        problems = refusal.problems or ("nothing is said",)
    assert "nothing is said" not in problems


def test_a_plan_is_frozen_all_the_way_down():
    plan = world.plan()

    with pytest.raises(ValidationError):
        plan.name = "other"
    with pytest.raises(ValidationError):
        plan.criteria[0].weight = 9
    with pytest.raises(ValidationError):
        plan.criteria[0].value.best = 9
    assert isinstance(plan.criteria, tuple)


def test_a_plan_from_toml_is_the_plan():
    assert Plan.from_dict(tomllib.loads(world.toml(world.PLAN))) == world.plan()


def test_reading_a_plan_leaves_the_data_alone():
    data = copy.deepcopy(world.PLAN)
    Plan.from_dict(data)

    assert data == world.PLAN


def test_every_mistake_at_once():
    data = copy.deepcopy(world.PLAN)
    data["criteria"][0]["weight"] = -1
    data["criteria"][1]["value"]["wurst"] = 5
    data["criteria"][2]["unit"] = "ha"
    data["criteria"][3].pop("unit")
    data["criteria"][4]["measure"] = {"kind": "volume"}
    data["colour"] = "red"

    with pytest.raises(PlanError) as error:
        Plan.from_dict(data, where="plans/x.toml")

    text = str(error.value)
    assert text.splitlines()[0] == "plans/x.toml: refused, 6 mistakes"
    assert "criteria[1] 'gas'.weight" in text
    assert "criteria[2] 'road'.value.wurst: unknown key, did you mean 'worst'?" in text
    assert "criteria[3] 'dry'" in text
    assert "is a unit of area, but overlap is measured in share (share, %)" in text
    assert "criteria[4] 'power'" in text
    assert "unit is missing" in text
    assert "'volume' is not known; give one of" in text
    assert "colour: unknown key" in text


def test_every_mistake_of_weights_and_doubts_beside_those_of_criteria():
    """Neither a bad criterion nor a bad weighting hides what is wrong with the other, or with the doubts."""
    data = copy.deepcopy(world.PLAN)
    del data["criteria"][0]["weight"]
    data["criteria"][1]["value"]["wurst"] = 5
    data["criteria"][2]["weight"] = -1
    data["weights"] = {
        "method": "ahp",
        "order": ["gas", "raod"],
        "matrix": [[1, 3], [0.5, 1]],
    }
    data["robustness"] = {"order": ["gas", "x"], "between": {"gas": [0.7, 1], "road": [0.6, 1]}}
    with pytest.raises(PlanError) as error:
        Plan.from_dict(data)
    said = str(error.value).splitlines()
    assert said[0] == f"plan: refused, {len(said) - 1} mistakes"
    for one in (
        "criteria[2] 'road'.value.wurst: unknown key, did you mean 'worst'?",
        "criteria[3] 'dry'.weight: must be at least 0, not -1",
        "power: weight is stated, and [weights] say another; leave one out",
        "weights: order: there is no criterion 'raod', did you mean 'road'?",
        "weights: order: road, dry, power, size missing; name every criterion",
        "weights: matrix: 'gas' to 'raod' is 3 but back 0.5, not 0.3333; it is not reciprocal",
        "robustness: order: there is no criterion 'x'",
        "robustness: between, with order: the least shares sum to 1.3, more than 1",
    ):
        assert f"  - {one}" in said
    assert len(said) == len(set(said))


def test_weights_that_cannot_be_read_hide_no_doubts_and_invent_no_missing_weights():
    data = copy.deepcopy(world.PLAN)
    for entry in data["criteria"]:
        del entry["weight"]
    data |= {"weights": {"method": "literature"}, "robustness": {"order": ["x"]}}
    with pytest.raises(PlanError) as error:
        Plan.from_dict(data)
    assert [one.split(":")[0] for one in error.value.problems] == ["weights", "robustness"]


def test_a_weight_of_zero_is_one_beside_other_mistakes():
    nothing = [{**entry, "weight": 0} for entry in world.PLAN["criteria"]]
    with pytest.raises(PlanError, match="all weights are zero") as error:
        world.plan(criteria=nothing, metric_crs="")
    assert len(error.value.problems) == 2


def test_mistakes_of_a_whole_plan_are_told_one_by_one():
    with pytest.raises(PlanError) as error:
        world.plan(criteria=[{**entry, "weight": None} for entry in world.PLAN["criteria"][:3]])
    assert error.value.problems == tuple(
        f"{name}: weight is missing; give one, or [weights] for all" for name in ("gas", "road", "dry")
    )


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), "heavy", [1], 1e300])
def test_a_weight_is_a_number_of_sense(weight: object):
    assert "'gas'.weight" in refused(weight=weight)


def test_a_weight_is_stated_or_comes_from_the_plan():
    assert "gas: weight is missing; give one, or [weights] for all" in refused(weight=None)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"shape": "linear", "best": 5, "worst": 5}, "best and worst are both 5"),
        ({"shape": "linear", "best": 0.0, "worst": -0.0}, "best and worst are both"),
        ({"shape": "linear", "best": 5}, "worst: is missing"),
        ({"shape": "linear", "best": float("nan"), "worst": 1}, "finite"),
        ({"shape": "piecewise", "points": [[1, 0.5]]}, "points"),
        ({"shape": "piecewise", "points": [[1, 0.5], [1, 0.6]]}, "amounts must rise"),
        ({"shape": "piecewise", "points": [[2, 0.5], [1, 0.6]]}, "amounts must rise"),
        ({"shape": "piecewise", "points": [[1, 0.5], [2, 1.5]]}, "1.5"),
        ({"shape": "step", "steps": [], "beyond": 0}, "steps"),
        ({"shape": "step", "steps": [[1, 1]]}, "beyond: is missing"),
        ({"shape": "exponential", "best": 3, "half": 3}, "best and half are both 3"),
        ({"shape": "category", "worths": {"a": 1}}, "needs an attribute"),
        ({"best": 5, "worst": 6}, "needs its 'shape' key"),
        ({"shape": "curve"}, "'curve' is not known"),
        ("linear", "must be a table"),
    ],
)
def test_value_functions_that_mean_nothing(value: object, said: str):
    assert said in refused(value=value)


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("ha", "is a unit of area"),
        ("parsec", "unknown unit"),
        (None, "unit is missing"),
        ("", "unknown unit"),
    ],
)
def test_numbers_need_the_unit_of_what_is_measured(unit: str | None, said: str):
    assert said in refused(unit=unit)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({}, "give a bound"),
        ({"at_most": 1, "one_of": ["a"]}, "give a bound"),
        ({"at_most": 1, "at_least": 2}, "at_least 2 is above at_most 1"),
        ({"one_of": ["a"]}, "one_of needs an attribute"),
        ({"one_of": []}, "one_of"),
        ({"at_most": float("inf")}, "finite"),
    ],
)
def test_constraints_that_mean_nothing(bounds: dict[str, object], said: str):
    constraint = {"name": "far", "unit": "m", "measure": {"kind": "distance", "layer": "gas"}, **bounds}

    with pytest.raises(PlanError, match=said):
        world.plan(constraints=[constraint])


def test_a_bound_of_zero_is_a_bound():
    wet = {"name": "wet", "unit": "%", "measure": {"kind": "overlap", "layer": "wetland"}, "at_most": 0}

    assert world.plan(constraints=[wet]).constraints[0].at_most == 0


def test_names_differ_and_weights_weigh():
    twice = [world.PLAN["criteria"][0]] * 2
    nothing = [{**entry, "weight": 0} for entry in world.PLAN["criteria"]]

    with pytest.raises(PlanError, match="criterion 'gas' stands twice"):
        world.plan(criteria=twice)
    with pytest.raises(PlanError, match="all weights are zero"):
        world.plan(criteria=nothing)
    with pytest.raises(PlanError, match="criteria"):
        world.plan(criteria=[])


def test_an_empty_metric_crs_is_none_at_all():
    with pytest.raises(PlanError, match="metric_crs"):
        world.plan(metric_crs="")


def test_what_a_plan_needs():
    plan = world.plan(
        constraints=[
            {"name": "near_gas", "unit": "km", "measure": {"kind": "distance", "layer": "gas"}, "at_most": 1}
        ]
    )

    assert plan.layers == {"gas": ["gas", "near_gas"], "road": ["road"], "wetland": ["dry"]}
    assert plan.columns == {"free_power": ["power"]}
