from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import plan

from siteplan import weights
from siteplan.errors import PlanError

JUDGEMENTS = [
    [1, 4, 3, 1, 3, 4],
    [1 / 4, 1, 7, 3, 1 / 5, 1],
    [1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6],
    [1, 1 / 3, 5, 1, 1, 1 / 3],
    [1 / 3, 5, 5, 1, 1, 3],
    [1 / 4, 1, 6, 3, 1 / 3, 1],
]
"""Saaty's choice of a school, as Wang & Chin 2011 use it: weights, eigenvalue 7.41987, ratio 0.229."""

NAMES = ["a", "b", "c", "d", "e", "f"]


def weighed(said: dict[str, object], names: list[str] | None = None, **rest: object):
    return plan({name: {} for name in names or ["a", "b", "c"]}, weights=said, **rest)


def refused(said: dict[str, object], names: list[str] | None = None) -> str:
    with pytest.raises(PlanError) as caught:
        weighed(said, names)
    return str(caught.value)


def test_judgements_of_the_literature():
    found = weights.ahp(JUDGEMENTS)
    assert found.weights == pytest.approx([0.3208, 0.1395, 0.0348, 0.1285, 0.2374, 0.1391], abs=5e-5)
    assert found.eigenvalue == pytest.approx(7.41987, abs=5e-6)
    assert found.ratio == pytest.approx(0.229, abs=5e-4)


def test_contradicting_judgements_are_a_warning_that_names_the_worst():
    by = weighed({"method": "ahp", "order": NAMES, "matrix": JUDGEMENTS}, NAMES)
    (finding,) = by.findings
    assert finding.level == "warning"
    assert "consistency ratio 0.229, above 0.1" in finding.message
    away = {
        (row, column): abs(np.log(JUDGEMENTS[row][column] * by.shares[NAMES[column]] / by.shares[NAMES[row]]))
        for row in range(6)
        for column in range(row + 1, 6)
    }
    row, column = max(away, key=lambda pair: away[pair])
    assert f"{NAMES[row]!r} to {NAMES[column]!r}: {JUDGEMENTS[row][column]:.3g}" in finding.message
    assert finding.remedy.startswith(f"{by.shares[NAMES[row]] / by.shares[NAMES[column]]:.3g} ")
    assert by.weights is not None
    assert by.weights.words == "pairwise judgements (AHP), consistency ratio 0.229"


def test_agreeing_judgements_say_nothing():
    matrix = [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]
    by = weighed({"method": "ahp", "order": ["a", "b", "c"], "matrix": matrix})
    assert [*by.shares.values()] == pytest.approx([0.6370, 0.2583, 0.1047], abs=5e-5)
    assert by.findings == ()


@pytest.mark.parametrize("third", [0.33, 0.333, 1 / 3])
def test_a_third_may_be_written_to_two_decimals(third: float):
    matrix = [[1, 3, 7], [third, 1, 3], [0.14, third, 1]]
    by = weighed({"method": "ahp", "order": ["a", "b", "c"], "matrix": matrix})
    assert by.shares == pytest.approx(
        dict(zip("abc", weights.ahp([[1, 3, 7], [1 / 3, 1, 3], [1 / 7, 1 / 3, 1]]).weights, strict=True))
    )


@given(st.lists(st.floats(0.2, 5), min_size=2, max_size=7))
def test_judgements_that_follow_from_weights_give_them_back(drawn: list[float]):
    given_ = np.array(drawn) / sum(drawn)
    found = weights.ahp(given_[:, None] / given_)
    assert found.weights == pytest.approx(given_, rel=1e-6)
    assert found.ratio == pytest.approx(0, abs=1e-9)


@given(st.integers(1, 12))
def test_the_centroid_falls_and_sums_to_one(criteria: int):
    found = weights.rank_order_centroid(criteria)
    assert found.sum() == pytest.approx(1)
    assert (np.diff(found) < 0).all()


def test_equal_ordered_and_swung_weights():
    assert weighed({"method": "equal"}).shares == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    ordered = weighed({"method": "rank-order", "order": ["b", "c", "a"]})
    assert [*ordered.shares] == ["a", "b", "c"]
    assert ordered.shares == pytest.approx({"b": 11 / 18, "c": 5 / 18, "a": 2 / 18})
    swung = weighed({"method": "swing", "points": {"a": 100, "b": 60, "c": 40}})
    assert swung.shares == pytest.approx({"a": 0.5, "b": 0.3, "c": 0.2})


def test_several_people_and_who_is_far_from_their_mean():
    said = {
        "method": "experts",
        "experts": [
            {"name": "Anna", "weights": {"method": "equal"}},
            {"name": "Boris", "weights": {"method": "swing", "points": {"a": 100, "b": 0, "c": 0}}},
        ],
    }
    by = weighed(said)
    assert by.shares == pytest.approx({"a": 2 / 3, "b": 1 / 6, "c": 1 / 6})
    assert [one.message for one in by.findings] == [
        "Anna would move 33% of the weight from the mean of the experts",
        "Boris would move 33% of the weight from the mean of the experts",
    ]
    assert by.weights is not None
    assert by.weights.words == "arithmetic mean of 2 experts: Anna, Boris"
    assert "an expert's weight of 0 makes a geometric mean 0" in refused({**said, "mean": "geometric"})


def test_an_expert_s_mistake_stands_where_the_file_has_it():
    text = refused(
        {
            "method": "experts",
            "experts": [
                {"name": "Li", "weights": {"method": "swing", "points": {"a": 500}}},
                {"weights": {"method": "equal"}},
            ],
            "mean": "harmonic",
        }
    )
    assert "weights.experts[1] 'Li'.weights.points.a: must be at most 100, not 500" in text
    assert "weights.experts[2].name: is missing" in text
    assert "weights.mean: " in text
    assert "weights.experts: is missing" in refused({"method": "experts"})
    assert "weights.experts: must be a list" in refused({"method": "experts", "experts": 5})


def test_a_geometric_mean():
    said = {
        "method": "experts",
        "mean": "geometric",
        "experts": [
            {"name": "A", "weights": {"method": "swing", "points": {"a": 100, "b": 25}}},
            {"name": "B", "weights": {"method": "swing", "points": {"a": 25, "b": 100}}},
        ],
    }
    assert weighed(said, ["a", "b"]).shares == pytest.approx({"a": 0.5, "b": 0.5})


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"method": "literature"}, "'literature' is not known; give one of"),
        ({"method": "rank-order", "order": ["a", "b"]}, "weights: order: c missing; name every criterion"),
        ({"method": "rank-order", "order": ["a", "b", "d"]}, "there is no criterion 'd'"),
        ({"method": "rank-order", "order": ["a", "b", "c", "c"]}, "order: 'c' stands twice"),
        (
            {"method": "swing", "points": {"a": 90, "b": 10, "c": 1}},
            "give 100 to the swing that matters most",
        ),
        (
            {"method": "ahp", "order": ["a", "b", "c"], "matrix": [[1, 2, 3], [1, 1, 1], [1 / 3, 1, 1]]},
            "not reciprocal: 'a' to 'b' is 2 but back 1, not 0.5",
        ),
        (
            {"method": "ahp", "order": ["a", "b", "c"], "matrix": [[1, 2], [0.5, 1]]},
            "needs 3 rows of 3 numbers",
        ),
        (
            {"method": "ahp", "order": ["a", "b"], "matrix": [[2, 1], [1, 1]]},
            "'a' to itself is 2, not 1",
        ),
        ({"method": "ahp", "order": ["a"], "matrix": [[-1]]}, "must be at least"),
    ],
)
def test_bad_weights_are_named(said: dict[str, object], problem: str):
    assert problem in refused(said)


def test_weights_have_one_place():
    with pytest.raises(PlanError, match="a: weight is stated, and \\[weights\\] say another"):
        plan({"a": 2, "b": {}}, weights={"method": "equal"})


def test_robustness_is_checked_against_the_criteria():
    with pytest.raises(PlanError, match="robustness: order: there is no criterion 'x'"):
        weighed({"method": "equal"}, robustness={"order": ["a", "x"]})


def test_a_plan_with_weights_comes_back_as_it_was():
    by = weighed({"method": "swing", "points": {"a": 100, "b": 60, "c": 40}}, robustness={"top": 2})
    assert type(by).from_dict(by.to_dict()) == by
