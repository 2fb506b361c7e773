from __future__ import annotations

import numpy as np
import pytest
from judged import plan

from siteplan.uncertainty import Doubts
from siteplan.weightings import drawn
from siteplan.weights import rank_order_centroid

NAMES = ["a", "b", "c", "d"]
DRAWS = 20_000


def doubts(**said: object) -> Doubts:
    return Doubts.model_validate({"draws": DRAWS, **said})


def test_any_weights_are_drawn_evenly():
    """Of k weights drawn evenly each has the mean 1/k and the variance (k - 1) / (k^2 (k + 1))."""
    weights = drawn(NAMES, doubts())
    variance = 3 / (16 * 5)

    assert weights.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert weights.mean(axis=0) == pytest.approx(0.25, abs=4 * np.sqrt(variance / DRAWS))
    assert weights.var(axis=0) == pytest.approx(variance, rel=0.05)


def test_weights_in_a_stated_order_have_the_centroid_as_their_mean():
    """Barron & Barrett 1996: the mean of all weights in an order is the rank-order centroid."""
    weights = drawn(NAMES, doubts(order=("c", "a", "d", "b")))

    assert (np.diff(weights[:, [2, 0, 3, 1]], axis=1) <= 0).all()
    assert weights[:, [2, 0, 3, 1]].mean(axis=0) == pytest.approx(rank_order_centroid(4), abs=0.005)


def test_an_order_of_some_leaves_the_others_free():
    weights = drawn(NAMES, doubts(order=("b", "a")))

    assert (weights[:, 1] >= weights[:, 0]).all()
    assert weights[:, 2:].mean(axis=0) == pytest.approx(0.25, abs=0.01)


def test_bounded_weights_stay_within():
    weights = drawn(NAMES, doubts(between={"a": (0.3, 0.5), "d": (0.0, 0.1)}))

    assert len(weights) == DRAWS
    assert weights[:, 0].min() >= 0.3
    assert weights[:, 0].max() <= 0.5
    assert weights[:, 3].max() <= 0.1
    assert weights.sum(axis=1) == pytest.approx(1, abs=1e-12)


def test_narrow_bounds_are_walked_into_evenly():
    """Two weights within a thousandth, the other two sharing the rest evenly: known means and spread."""
    narrow = {"a": (0.2, 0.2005), "b": (0.3, 0.3005)}
    weights = drawn(NAMES, doubts(draws=4_000, between=narrow))

    assert weights[:, 0].min() >= 0.2 - 1e-9
    assert weights[:, 0].max() <= 0.2005 + 1e-9
    assert weights[:, 2].mean() == pytest.approx(0.24975, abs=4 * 0.1443 / np.sqrt(4_000))
    assert weights[:, 2].std() == pytest.approx(0.4995 / np.sqrt(12), rel=0.06)


def test_a_fixed_weight_stays_where_it_is():
    weights = drawn(NAMES, doubts(draws=200, between={"a": (0.4, 0.4)}, order=("b", "c")))

    assert weights[:, 0] == pytest.approx(0.4, abs=1e-9)
    assert (weights[:, 1] >= weights[:, 2] - 1e-9).all()
    assert weights[:, 3].std() > 0.05


def test_the_same_seed_draws_the_same():
    first, again, other = (drawn(NAMES, doubts(draws=100, seed=seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert not (first == other).any()


def test_one_criterion_has_all_the_weight():
    assert drawn(["a"], doubts(draws=100)).tolist() == [[1.0]] * 100


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"order": ("a", "x")}, "order: there is no criterion 'x'"),
        ({"order": ("a", "a")}, "order: 'a' stands twice"),
        ({"between": {"a": (0.5, 0.2)}}, "between.a: from 0.5 to 0.2; the least must not be above"),
        ({"between": {"d": (0.5, 0.6)}}, "'d' weighs nothing in the plan"),
        ({"between": {"a": (0.7, 1), "b": (0.6, 1)}}, "between: the least shares sum to 1.3, more than 1"),
        (
            {"between": {"a": (0, 0.2), "b": (0, 0.2), "c": (0, 0.2)}},
            "between: the greatest shares sum to 0.6, less than 1",
        ),
        (
            {"order": ("a", "b"), "between": {"a": (0, 0.2), "b": (0.4, 1)}},
            "order and between contradict each other: 'a' would weigh at least 0.4 and at most 0.2",
        ),
    ],
)
def test_contradictions_are_named(said: dict[str, object], problem: str):
    found = doubts(**said).problems({"a": 0.5, "b": 0.3, "c": 0.2, "d": 0.0})
    assert any(one.startswith(problem) or problem in one for one in found), found


def test_what_is_drawn_is_told_in_words():
    assert doubts().words == "any weights"
    assert doubts(order=("a", "b"), between={"c": (0.1, 0.4)}).words == "order a > b; c 0.1 to 0.4"


def test_a_plan_whose_own_weights_are_not_drawn_is_warned_of():
    by = plan({"a": 1, "b": 3}, robustness={"order": ["a", "b"], "between": {"a": [0.4, 1]}})
    (finding,) = by.findings
    assert finding.level == "warning"
    assert finding.message == (
        "the plan's own weights are not among those that are drawn: a weighs 0.25, not 0.4 to 1; "
        "a weighs 0.25, less than b with 0.75"
    )
    third = {"order": ["a", "b", "c"], "between": {"c": [0.2, 0.33], "b": [0, 0.33]}}
    assert plan({"a": 1, "b": 1, "c": 1}, robustness=third).findings == ()
