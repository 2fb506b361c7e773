"""Other ways to rank where there is little to go by: equal plots, constant columns, zeros, one plot."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from judged import SITING, siting

from siteplan import methods

MORE = [1] * 8
DIRECTIONS = [1 if best is max else -1 for best, _ in SITING.values()]
MATRIX = np.array([column for _, column in SITING.values()]).T

EQUAL, FIRST_FOUR, LAST_FOUR = [1] * 8, [2] * 4 + [1] * 4, [1] * 4 + [2] * 4


def places(results: object, *, least: bool = False) -> list[int]:
    numbers = np.asarray(results, dtype=float) * (1 if least else -1)
    return [1 + int((numbers < one - 1e-12).sum()) for one in numbers]


@pytest.mark.parametrize(
    ("weights", "closeness"),
    [
        (EQUAL, [0.337, 0.123, 0.877, 0.400, 0.799, 0.848]),
        (FIRST_FOUR, [0.344, 0.216, 0.784, 0.448, 0.767, 0.739]),
        (LAST_FOUR, [0.334, 0.066, 0.934, 0.382, 0.809, 0.917]),
    ],
)
def test_topsis_of_the_siting_has_another_winner(weights: list[float], closeness: list[float]):
    """The same matrix by TOPSIS as published, with vector scaling: A3 is first, not A5."""
    found = methods.topsis(MATRIX, weights, DIRECTIONS, scale="vector")

    assert found == pytest.approx(closeness, abs=6e-4)
    assert places(found)[2] == 1


def test_entropy_knows_that_nothing_times_the_logarithm_of_nothing_is_nothing():
    # Shares 1/2, 1/2, 0, 0: entropy log 2 of log 4, so half of it is missing; shares 1/4: nothing is missing.
    assert methods.entropy([[1, 3], [1, 3], [0, 3], [0, 3]]).tolist() == [1.0, 0.0]
    table = [[1, 1], [1, 0], [0, 0], [0, 0]]
    assert methods.entropy(table) == pytest.approx([1 / 3, 2 / 3])


worths = arrays.arrays(
    float,
    st.tuples(st.integers(2, 7), st.integers(1, 5)),
    elements=st.integers(0, 4).map(lambda quarter: quarter / 4),
)
CALLS = [
    methods.weighted_sum,
    methods.weighted_product,
    lambda *asked: methods.topsis(*asked, scale="vector"),
    methods.topsis,
    lambda *asked: methods.vikor(*asked).to_numpy(),
    methods.promethee,
]


@settings(deadline=None, max_examples=150)
@given(worths, st.data())
def test_every_method_gives_numbers_or_says_that_it_cannot(matrix: np.ndarray, data: st.DataObject):
    """Constant columns, zero columns, zero weights, equal plots: all of them are likely here."""
    weights = data.draw(
        st.lists(st.integers(0, 3), min_size=matrix.shape[1], max_size=matrix.shape[1]).filter(any)
    )
    for call in CALLS:
        try:
            found = call(matrix, weights, [1] * matrix.shape[1])
        except methods.Untold:
            continue
        else:
            assert np.isfinite(found).all()
    for weigh in (
        methods.critic,
        lambda given_: methods.merec(given_, [1] * matrix.shape[1]),
        methods.entropy,
    ):
        try:
            shares = weigh(matrix)
        except methods.Untold:
            continue
        else:
            assert shares.sum() == pytest.approx(1)
            assert (shares >= 0).all()


@settings(deadline=None, max_examples=60)
@given(worths, st.data())
def test_what_never_differs_and_what_never_weighs_changes_no_method(matrix: np.ndarray, data: st.DataObject):
    extra = np.column_stack([matrix, np.full(len(matrix), 0.5), np.linspace(0, 1, len(matrix))])
    weights = [1.0] * matrix.shape[1]
    for call in CALLS:
        try:
            alone = places(
                np.asarray(call(matrix, weights, [1] * len(weights))).T[-1:].ravel()[: len(matrix)]
            )
        except methods.Untold:
            with pytest.raises(methods.Untold):
                call(extra, [*weights, 2.0, 0.0], [1] * (len(weights) + 2))
            continue
        more = np.asarray(call(extra, [*weights, 2.0, 0.0], [1] * (len(weights) + 2)))
        assert places(more.T[-1:].ravel()[: len(matrix)]) == alone


@settings(deadline=None, max_examples=60)
@given(worths)
def test_promethee_counts_how_often_a_plot_is_better(matrix: np.ndarray):
    weights = np.arange(1, matrix.shape[1] + 1) / sum(range(1, matrix.shape[1] + 1))
    net = np.zeros(len(matrix))
    for one, other in itertools.permutations(range(len(matrix)), 2):
        net[one] += (weights * np.sign(matrix[one] - matrix[other])).sum() / (len(matrix) - 1)

    assert methods.promethee(matrix, weights, [1] * len(weights)) == pytest.approx(net, abs=1e-12)


def test_the_weighted_product_of_a_zero_is_zero_unless_it_weighs_nothing():
    matrix = [[0.0, 1.0], [0.5, 0.5]]

    assert methods.weighted_product(matrix, [1, 1], [1, 1]) == pytest.approx([0.0, 0.5])
    assert methods.weighted_product(matrix, [0, 1], [1, 1]).tolist() == [1.0, 0.5]


def test_two_plots_that_mirror_each_other_leave_vikor_nothing_to_go_by():
    with pytest.raises(methods.Untold, match="as far from the best"):
        methods.vikor([[1.0, 0.0], [0.0, 1.0]], [1, 1], [1, 1])


def test_vikor_goes_by_the_worst_criterion_where_the_whole_is_equal():
    answer = methods.vikor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], [1, 1], [1, 1])

    assert answer["S"].tolist() == [0.5, 0.5, 0.5]
    assert answer["Q"].tolist() == [0.5, 0.5, 0.0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: methods.topsis([[0.5, 1.0], [0.5, 1.0]], [1, 1], [1, 1]), "do not differ"),
        (lambda: methods.topsis([[0.5, 1.0], [0.5, 0.0]], [1, 0], [1, 1]), "do not differ"),
        (lambda: methods.topsis([[0.5, 1.0]], [1, 1], [1, 1]), "do not differ"),
        (lambda: methods.vikor([[0.5], [0.5]], [1], [1]), "do not differ"),
        (lambda: methods.promethee([[0.5, 1.0]], [1, 1], [1, 1]), "no other"),
        (lambda: methods.promethee(np.zeros((2001, 1)), [1], [1]), "2001 plots are more"),
        (lambda: methods.critic([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), "all say the same"),
        (lambda: methods.critic([[1.0, 2.0], [1.0, 2.0]]), "do not differ"),
        (lambda: methods.merec([[1.0, 0.0], [1.0, 2.0]], [1, 1]), "logarithms, and 1 of 4"),
        (lambda: methods.entropy([[1.0], [1.0]]), "do not differ"),
    ],
)
def test_what_a_method_cannot_tell(call, said: str):
    with pytest.raises(methods.Untold, match=said):
        call()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (([[1.0, 2.0]], [1], [1, 1]), "weights"),
        (([[1.0, np.nan]], [1, 1], [1, 1]), "missing or infinite"),
        (([[1.0, np.inf]], [1, 1], [1, 1]), "missing or infinite"),
        (([[1.0, 2.0]], [1, 1], [1, 0]), "directions"),
        (([[1.0, 2.0]], [0, 0], [1, 1]), "above 0"),
        (([[1.0, 2.0]], [2, -1], [1, 1]), "0 or more"),
        (([[1.0, 2.0]], [1, 1], [1, -1]), "need a scale"),
    ],
)
def test_what_is_no_question(asked: tuple[object, object, object], said: str):
    with pytest.raises(ValueError, match=said):
        methods.weighted_sum(*asked)


def test_the_siting_by_worths_of_min_max_is_the_siting_by_its_numbers():
    """What a scorecard gives the methods are worths already: no scale is needed, and none changes them."""
    by_worth = methods.weighted_sum(siting().to_numpy(), EQUAL, MORE)

    assert by_worth == pytest.approx(methods.weighted_sum(MATRIX, EQUAL, DIRECTIONS, scale="min-max"))
