from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
import ruled
from hypothesis import given
from hypothesis import strategies as st

from siteplan.errors import PlanError
from siteplan.norms import SEVERITIES, Norms
from siteplan.spans import Span

SHIPPED = Path(__file__).parents[1] / "geodata" / "norms" / "russia.toml"


def shipped() -> Norms:
    return Norms.from_dict(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("rule", "classes", "metres"),
    [
        ("power_line_zone", {"voltage": 0.4}, 2),
        ("power_line_zone", {"voltage": 1}, 2),
        ("power_line_zone", {"voltage": 10}, 10),
        ("power_line_zone", {"voltage": 35}, 15),
        ("power_line_zone", {"voltage": 110}, 20),
        ("power_line_zone", {"voltage": 220}, 25),
        ("power_line_zone", {"voltage": 330}, 30),
        ("power_line_zone", {"voltage": 500}, 30),
        ("power_line_zone", {"voltage": 750}, 40),
        ("power_line_zone", {"voltage": 1150}, 55),
        ("gas_main_distance", {"pressure": 9.8, "diameter": 1420}, 350),
        ("gas_main_distance", {"pressure": 5.4, "diameter": 300}, 100),
        ("gas_main_distance", {"pressure": 2.5, "diameter": 700}, 125),
        ("water_protection", {"length": 9.9}, 50),
        ("water_protection", {"length": 10}, 100),
        ("water_protection", {"length": 50}, 200),
        ("roadside", {"category": "III"}, 50),
        ("sanitary_zone", {"hazard_class": "I"}, 1000),
        ("substation_zone", {"voltage": 10}, 10),
        ("substation_zone", {"voltage": 330}, 30),
        ("road_housing", {"category": "IV"}, 50),
        ("gas_regulator_zone", {}, 10),
        ("spring_protection", {}, 50),
    ],
)
def test_the_shipped_rules_give_the_widths_that_were_found(rule: str, classes: dict[str, Any], metres: float):
    """As noted in the public copies that each rule names as its source."""
    assert shipped().rule(rule).reach(classes) == metres


@pytest.mark.parametrize(
    ("rule", "classes", "widest"),
    [
        ("substation_zone", {"voltage": 500}, 30),
        ("gas_main_distance", {"pressure": 12, "diameter": 300}, 350),
        ("gas_main_distance", {"pressure": 9.8, "diameter": 1700}, 350),
        ("gas_main_distance", {"pressure": 0.6, "diameter": 300}, 350),
        ("road_housing", {"category": "V"}, 100),
    ],
)
def test_no_width_is_made_up_for_a_class_that_nobody_read_of(
    rule: str, classes: dict[str, Any], widest: float
):
    """Such an object gets the widest reach, and is told to have got it."""
    asked = shipped().rule(rule)
    assert asked.reach(classes) is None
    assert asked.widest_of(classes) == widest


def test_classes_between_those_that_were_read_are_labelled():
    for rule in ("power_line_zone", "substation_zone", "gas_main_distance"):
        assert "is ours" in shipped().rule(rule).note, rule


def test_every_shipped_rule_says_where_it_comes_from():
    norms = shipped()
    assert {rule.severity for rule in norms.rules} == set(SEVERITIES)
    assert "not legal advice" in norms.notice
    for rule in norms.rules:
        assert rule.act, rule.name
        assert rule.source, rule.name
        recalled = rule.source.startswith("recalled")
        assert not recalled or rule.confidence == "unverified", rule.name


def test_plants_restrict_housing_not_industry():
    assert shipped().rule("sanitary_zone").severity == "information"


def test_a_gas_main_has_two_zones():
    assert {rule.zone for rule in shipped().of("gas_main")} == {"protection zone", "minimum distance"}


def test_plain_data_and_back():
    norms = shipped()
    assert Norms.from_dict(norms.to_dict()) == norms


def test_a_class_that_nobody_knows_gets_no_width():
    rule = ruled.norms().rule("main_distance")
    assert rule.reach({"pressure": 9.8}) is None
    assert rule.reach({}) is None
    assert rule.reach({"pressure": "high", "diameter": 300}) is None


def test_the_widest_of_what_is_known():
    rule = ruled.norms().rule("main_distance")
    assert rule.widest_of({}) == 150
    assert rule.widest_of({"pressure": 9.8}) == 150
    assert rule.widest_of({"pressure": 2.0}) == 75
    assert rule.widest_of({"pressure": 0.6, "diameter": 100}) == 150


def test_own_rules_take_the_place_of_those_of_their_name():
    own = {**ruled.LINE, "widths": [{"metres": 33}], "units": {}, "note": "agreed with the operator"}
    other = {**ruled.PLANT, "name": "own_zone", "object": "quarry"}
    norms = ruled.norms().with_own(ruled.norms(own, other))
    assert [rule.name for rule in norms.rules] == ["line_zone", "main_distance", "sanitary_zone", "own_zone"]
    assert norms.rule("line_zone").reach({}) == 33


def test_own_rules_that_contradict_are_refused():
    own = {**ruled.LINE, "name": "line_own", "severity": "exclusion"}
    with pytest.raises(PlanError, match="'line_zone' and 'line_own' contradict each other"):
        ruled.norms().with_own(ruled.norms(own))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"act": ""}, "act: must not be empty"),
        ({"act": None}, "act: is missing"),
        (
            {"severity": "forbidden"},
            "severity: input should be 'exclusion', 'consent', 'condition' or 'information'",
        ),
        ({"widths": []}, "widths: needs at least 1"),
        ({"widths": [{"metres": -1}]}, "metres: must be at least 0, not -1"),
        ({"units": {}}, "units: voltage needs one where it is a number"),
        ({"units": {"voltage": "kilovolt"}}, "units.voltage: unknown unit 'kilovolt'"),
        ({"measured_from": "axis"}, "half_width means nothing where the width is measured from the axis"),
        (
            {
                "widths": [
                    *ruled.LINE["widths"],
                    {"when": {"voltage": {"from": 15, "up_to": 35}}, "metres": 12},
                ]
            },
            "widths 'voltage up to 20' (10 m) and 'voltage from 15 up to 35' (12 m) overlap",
        ),
        (
            {"widths": [{"when": {"voltage": {"above": 5, "up_to": 5}}, "metres": 1}]},
            "no number lies between 5 and 5",
        ),
        ({"widths": [{"when": {"voltage": {"above": 5, "from": 5}}, "metres": 1}]}, "give above or from"),
        ({"widths": [{"when": {"voltage": {}}, "metres": 1}]}, "names no bound"),
    ],
)
def test_mistakes_in_a_rule_are_named(change: dict[str, Any], words: str):
    rule = {**copy.deepcopy(ruled.LINE), **change}
    rule = {key: cell for key, cell in rule.items() if cell is not None}
    with pytest.raises(PlanError) as refused:
        ruled.norms(rule)
    assert "rules[1] 'line_zone'" in str(refused.value)
    assert words in str(refused.value)


def test_the_planners_cause_is_no_name_of_a_rule():
    with pytest.raises(PlanError, match="'override' is the cause of what a planner holds back"):
        ruled.norms({**ruled.LINE, "name": "override"})


def test_two_rules_about_one_zone_that_disagree_are_both_named():
    other = {
        **ruled.LINE,
        "name": "other",
        "widths": [{"when": {"voltage": {"from": 20, "below": 35}}, "metres": 11}],
    }
    with pytest.raises(PlanError) as refused:
        ruled.norms(ruled.LINE, other)
    assert (
        "rules 'line_zone' and 'other' contradict each other: both give the protection zone of power_line, "
        "10 m (consent) for voltage up to 20 and 11 m (consent) for voltage from 20 below 35"
    ) in str(refused.value)


def test_two_rules_about_one_zone_for_different_classes_agree():
    other = {**ruled.LINE, "name": "other", "widths": [{"when": {"voltage": {"above": 110}}, "metres": 25}]}
    assert len(ruled.norms(ruled.LINE, other).rules) == 2


def test_a_name_stands_once():
    with pytest.raises(PlanError, match="'line_zone' stands twice"):
        ruled.norms(ruled.LINE, ruled.LINE)


bounds = st.integers(-3, 3)
spans = st.builds(
    lambda low, high, with_low, with_high: (low, high, with_low, with_high),
    bounds, bounds, st.booleans(), st.booleans(),
).filter(lambda span: span[0] < span[1] or (span[0] == span[1] and span[2] and span[3]))  # fmt: skip


def span(low: float, high: float, with_low: bool, with_high: bool) -> Span:
    lower = {"at_least": low} if with_low else {"above": low}
    upper = {"up_to": high} if with_high else {"below": high}
    return Span(**lower, **upper)


@given(spans, spans)
def test_spans_meet_where_some_number_lies_in_both(one: Any, other: Any):
    first, second = span(*one), span(*other)
    numbers = [step / 4 for step in range(-16, 17)]
    assert first.meets(second) == any(first.holds(number) and second.holds(number) for number in numbers)
    assert first.meets(second) == second.meets(first)
