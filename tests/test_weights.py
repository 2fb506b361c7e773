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


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1, 2], [2, 1]], "inverse of its mirror image"),
        ([[1, -2], [-0.5, 1]], "positive"),
        ([[1, 2]], "as many"),
    ],
)
def test_what_is_no_table_of_judgements_is_refused(matrix: list[list[float]], said: str):
    with pytest.raises(ValueError, match=said):
        weights.ahp(matrix)


def judged(*judgements: tuple[str, str, float]) -> dict[str, object]:
    return {
        "method": "ahp",
        "judgements": [{"more": more, "than": than, "times": times} for more, than, times in judgements],
    }


def table(*rows: list[object], order: str = "abc") -> dict[str, object]:
    return {"method": "ahp", "order": [*order], "matrix": list(rows)}


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
    assert max(away, key=lambda pair: away[pair]) == (0, 2)
    assert "most of all that 'a' is 3 times 'c'" in finding.message
    assert "alike" not in finding.message
    assert by.weights is not None
    assert by.weights.words == "pairwise judgements (AHP), consistency ratio 0.229"


def test_the_one_wrong_judgement_is_named_with_what_the_others_say():
    """By all others a is 2 b, b is 2 c, c is 2 d; only a and c are the wrong way round."""
    (finding,) = weighed(
        judged(("a", "b", 2), ("c", "a", 4), ("a", "d", 8), ("b", "c", 2), ("b", "d", 4), ("c", "d", 2)),
        ["a", "b", "c", "d"],
    ).findings
    assert finding.message.endswith("most of all that 'c' is 4 times 'a'")
    assert finding.remedy == "look again: by the others 'a' is 4 times 'c'"


def test_of_three_criteria_no_judgement_can_be_called_the_worst():
    (finding,) = weighed(judged(("a", "b", 5), ("c", "a", 5), ("b", "c", 5))).findings
    assert finding.message == (
        "the judgements contradict each other: consistency ratio 2.759, above 0.1; most of all that "
        "'a' is 5 times 'b', that 'c' is 5 times 'a', that 'b' is 5 times 'c'; "
        "3 judgements disagree alike, which is off is not told"
    )
    assert finding.remedy == (
        "look again: by the others 'b' is 25 times 'a', or 'a' is 25 times 'c', or 'c' is 25 times 'b'"
    )


def test_judgements_in_words_are_those_of_the_table():
    agreed = [("a", "b", 3.0), ("a", "c", 5.0), ("b", "c", 3.0)]
    by = weighed(judged(*agreed))
    same = weighed(table([1, 3, 5], ["1/3", 1, 3], ["1/5", 0.33, 1])).shares
    assert [*by.shares] == ["a", "b", "c"]
    assert by.shares == pytest.approx(same, abs=1e-15)
    assert weighed(judged(*agreed[::-1])).shares == pytest.approx(same, rel=1e-12)
    assert by.weights is not None
    assert by.weights.words == "pairwise judgements (AHP), consistency ratio 0.033"
    assert type(by).from_dict(by.to_dict()) == by


def test_of_an_inverse_and_its_rounding_the_whole_number_counts():
    assert weighed(table([1, 0.33, 0.14], [3, 1, 0.33], [7, 3, 1])).shares == pytest.approx(
        weighed(table([1, "1/3", "1/7"], [3, 1, "1/3"], [7, 3, 1])).shares, abs=1e-15
    )
    assert "'a' to 'b' is 200 but back 0.01, not 0.005" in refused(
        table([1, 200], [0.01, 1], order="ab"), ["a", "b"]
    )


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ({"method": "ahp"}, ["give either judgements = [{ more, than, times }, ..] or order and matrix"]),
        (judged(("a", "b", 3)) | table([1, 3, 5]), ["give either judgements"]),
        (
            judged(("a", "b", 3)) | {"order": ["a"]},
            ["order: goes with a matrix", "not compared: 'a' with 'c'"],
        ),
        (
            judged(("a", "b", 3)),
            ["judgements: not compared: 'a' with 'c', 'b' with 'c'; every two criteria must be"],
        ),
        (
            judged(("a", "b", 3), ("b", "a", 5), ("a", "c", 5), ("b", "c", 1), ("c", "b", 1)),
            [
                "judgements: 'a' 3 times 'b', and 'b' 5 times 'a' contradict each other; keep one",
                "judgements: 'b' 1 times 'c', and 'c' 1 times 'b' are of the same two; keep one",
            ],
        ),
        (
            judged(("a", "b", 0), ("a", "c", 0.2), ("c", "b", 1e9), ("a", "a", 1), ("road", "c", 2)),
            [
                "judgements: there is no criterion 'road'",
                "judgements: 'a' 0 times 'b': times must be more than 0 and at most a million",
                "judgements: 'a' 0.2 times 'c': then 'c' is the more important; turn it round",
                "judgements: 'c' 1e+09 times 'b': times must be",
                "judgements: 'a' is compared with itself",
            ],
        ),
        (
            table([1, 3, 5], [0.5, 1, 3], [0.2, 4, 1], order="axa"),
            [
                "order: there is no criterion 'x'",
                "order: 'a' stands twice",
                "order: b, c missing; name every criterion",
                "matrix: 'a' to 'x' is 3 but back 0.5, not 0.3333; it is not reciprocal",
                "matrix: 'x' to 'a' is 3 but back 4, not 0.3333; it is not reciprocal",
            ],
        ),
        (
            table([1, 3, 5], [-3, 1, 3], [0.2, 0.33, 1]),
            ["'a' to 'b' is 3 and back -3; each must be more than 0"],
        ),
        (
            {"method": "ahp", "matrix": [[1, 1, 1]] * 3},
            ["refused, 1 mistake", "order: a, b, c missing; name every criterion"],
        ),
        (table([1, 3, "5/0"], [1, 1, 1], [1, 1, 1]), ["matrix[1][3]: must be a number"]),
    ],
)
def test_everything_wrong_with_judgements_is_said_at_once(said: dict[str, object], problems: list[str]):
    text = refused(said)
    assert [one for one in problems if one not in text] == []


def test_how_well_judgements_of_many_criteria_agree_is_not_known():
    names = [f"c{at}" for at in range(16)]
    pairs = [(one, other, 1.0) for at, one in enumerate(names) for other in names[at + 1 :]]
    by = weighed(judged(*pairs), names)
    (finding,) = by.findings
    assert finding.level == "warning"
    assert finding.message == (
        "whether judgements of 16 criteria contradict each other is not known: Saaty's random index ends at "
        "15 criteria"
    )
    assert by.weights is not None
    assert by.weights.words == "pairwise judgements (AHP), consistency ratio not known"


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
            "'a' to 'b' is 2 but back 1, not 0.5; it is not reciprocal",
        ),
        (
            {"method": "ahp", "order": ["a", "b", "c"], "matrix": [[1, 2], [0.5, 1]]},
            "needs 3 rows of 3 numbers",
        ),
        (
            {"method": "ahp", "order": ["a", "b"], "matrix": [[2, 1], [1, 1]]},
            "'a' to itself is 2, not 1",
        ),
        ({"method": "ahp", "order": ["a"], "matrix": [[-1]]}, "'a' to itself is -1, not 1"),
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
