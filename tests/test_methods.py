"""Published cases, through the functions that stand between siteplan and the library."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
import pytest
from judged import SITING

from siteplan import methods
from siteplan.methods import Untold

MATRIX = np.array([column for _, column in SITING.values()], dtype=float).T
SENSES = [1 if best is max else -1 for best, _ in SITING.values()]

WASPAS = [
    [581818, 54.49, 3, 5500],
    [595454, 49.73, 3, 4500],
    [586060, 51.24, 3, 5000],
    [522727, 45.71, 3, 5800],
    [561818, 52.66, 3, 5200],
    [543030, 74.46, 4, 5600],
    [522727, 75.42, 4, 5800],
    [486970, 62.62, 4, 5600],
    [509394, 65.87, 4, 6400],
    [513333, 70.67, 4, 6000],
]
"""Chakraborty, Zavadskas & Antucheviciene 2015, ECECSR 49(1), 5-22, example 2."""


@pytest.mark.parametrize(
    ("weights", "distances", "ranks"),
    [
        ([1] * 8, [0.692, 0.700, 0.290, 0.423, 0.280, 0.346], [5, 6, 2, 4, 1, 3]),
        ([2] * 4 + [1] * 4, [0.701, 0.600, 0.386, 0.365, 0.317, 0.459], [6, 2, 3, 4, 1, 5]),
        ([1] * 4 + [2] * 4, [0.683, 0.800, 0.193, 0.480, 0.243, 0.232], [5, 6, 2, 4, 1, 3]),
        ([1] * 4 + [3.2] * 4, [0.678, 0.857, 0.138, 0.513, 0.222, 0.167], [5, 6, 1, 4, 2, 3]),
    ],
)
def test_vikor_and_the_weighted_sum_of_the_siting(
    weights: list[float], distances: list[float], ranks: list[int]
):
    """Opricovic & Tzeng 2007, EJOR 178(2), 514-529: S in three decimals, and the compromise rank."""
    found = methods.vikor(MATRIX, weights, SENSES)
    total = methods.weighted_sum(MATRIX, weights, SENSES, scale="min-max")

    assert found["S"].round(3).to_list() == pytest.approx(distances, abs=1e-9)
    assert (1 - total).round(3) == pytest.approx(distances, abs=1e-9)
    assert found["Q"].rank().astype(int).to_list() == ranks


def test_vikor_of_the_siting_in_full():
    found = methods.vikor(MATRIX, [1] * 8, SENSES)
    assert found["R"].round(3).to_list() == pytest.approx([0.125, 0.125, 0.121, 0.125, 0.067, 0.125])
    assert found["Q"].round(3).to_list() == pytest.approx([0.991, 1, 0.473, 0.670, 0, 0.578], abs=1.1e-3)


def test_topsis_of_the_siting():
    """By vector scaling; computed for this project, equal in two libraries."""
    found = methods.topsis(MATRIX, [1] * 8, SENSES, scale="vector")
    assert found.round(3) == pytest.approx([0.337, 0.123, 0.877, 0.400, 0.799, 0.848], abs=1e-9)


def test_topsis_of_the_literature():
    """Tzeng & Huang 2011, Multiple Attribute Decision Making."""
    matrix = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]
    found = methods.topsis(matrix, [0.3, 0.4, 0.3], [1, 1, 1], scale="vector")
    assert found.round(4) == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=1e-9)


def test_waspas_from_its_two_halves():
    weights, senses = [0.467, 0.160, 0.095, 0.278], [-1, -1, -1, 1]
    total = methods.weighted_sum(WASPAS, weights, senses, scale="linear")
    product = methods.weighted_product(WASPAS, weights, senses, scale="linear")

    assert total == pytest.approx(
        [0.8590, 0.8194, 0.8430, 0.9420, 0.8645, 0.8315, 0.8552, 0.8983, 0.9067, 0.8784], abs=1.1e-4
    )
    assert (total + product) / 2 == pytest.approx(
        [0.8584, 0.8169, 0.8419, 0.9417, 0.8638, 0.8278, 0.8503, 0.8949, 0.9027, 0.8740], abs=1.1e-4
    )


def test_critic_of_the_literature():
    """Diakoulaki, Mavrotas & Papayannakis 1995, Computers & Operations Research 22(7)."""
    matrix = [
        [61, 1.08, 4.33],
        [20.7, 0.26, 4.34],
        [16.3, 1.98, 2.53],
        [9, 3.29, 1.65],
        [5.4, 2.77, 2.33],
        [4, 4.12, 1.21],
        [-6.1, 3.52, 2.10],
        [-34.6, 3.31, 0.98],
    ]
    assert methods.critic(matrix) == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=5e-9)


def test_merec_of_the_literature():
    """Keshavarz-Ghorabaee and others 2021, Symmetry 13(4), 525."""
    matrix = [
        [450, 8000, 54, 145],
        [10, 9100, 2, 160],
        [100, 8200, 31, 153],
        [220, 9300, 1, 162],
        [5, 8400, 23, 158],
    ]
    assert methods.merec(matrix, [1, 1, -1, -1]).round(4) == pytest.approx([0.5752, 0.0141, 0.4016, 0.0091])


def test_promethee_counts_who_is_better_in_what():
    matrix = [[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]]
    assert methods.promethee(matrix, [3, 1], [1, 1]) == pytest.approx([0.5, 0, -0.5])


@pytest.mark.parametrize("method", [methods.topsis, methods.vikor, methods.promethee])
def test_one_plot_or_equal_plots_have_no_missing_numbers(method: object):
    for matrix in ([[0.5, 0.5]], [[0.5, 0.2], [0.5, 0.2]]):
        with contextlib.suppress(Untold):
            found = np.asarray(method(matrix, [1, 1], [1, 1]), dtype=float)  # type: ignore[operator]
            assert np.isfinite(found).all()


def test_too_many_plots_for_pairs_are_refused():
    with pytest.raises(ValueError, match="2001 plots are more than the 2000"):
        methods.promethee(np.zeros((2001, 1)), [1], [1])


@pytest.mark.parametrize(
    ("matrix", "weights", "senses"),
    [([[np.nan]], [1], [1]), ([[1.0]], [-1], [1]), ([[1.0]], [1], [2]), ([[1.0]], [1, 1], [1])],
)
def test_what_is_no_matrix_is_refused(matrix: list[list[float]], weights: list[float], senses: list[int]):
    with pytest.raises(ValueError, match=r"missing|weights|directions|matrix"):
        methods.weighted_sum(matrix, weights, senses)


@pytest.mark.parametrize(
    "weigh", [methods.critic, lambda matrix: methods.merec(matrix, [1, 1]), methods.entropy]
)
def test_weights_of_a_matrix_with_gaps_are_refused(weigh: Callable[[object], object]):
    """A column with a gap had no weight, without a word."""
    with pytest.raises(ValueError, match="the matrix has missing or infinite numbers"):
        weigh([[1.0, 2.0], [np.nan, 3.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match=r"a matrix has plots by criteria; this has the shape \(2,\)"):
        weigh([1.0, 2.0])


def test_what_no_logarithm_or_power_takes_is_refused():
    with pytest.raises(ValueError, match="parts of a sum are 0 or more"):
        methods.entropy([[1.0, 2.0], [-1.0, 3.0]])
    with pytest.raises(ValueError, match="a number below 0 has no power"):
        methods.weighted_product([[-1.0, 2.0], [1.0, 3.0]], [1, 1], [1, 1])
    scaled = methods.weighted_product([[-1.0, 2.0], [1.0, 3.0]], [1, 1], [1, 1], scale="min-max")
    assert scaled.tolist() == [0, 1]
    with pytest.raises(Untold, match="no more than the rounding"):
        methods.entropy([[1.0, 2.0], [1.0 + 1e-9, 2.0]])
