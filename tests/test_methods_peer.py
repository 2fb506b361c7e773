"""The same methods by scikit-criteria, on matrices that nobody published.

In a file of its own: importing scikit-criteria takes four seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from skcriteria import mkdm
from skcriteria.agg.simple import WeightedProductModel, WeightedSumModel
from skcriteria.agg.topsis import TOPSIS
from skcriteria.agg.vikor import VIKOR
from skcriteria.preprocessing import invert_objectives, scalers, weighters

from siteplan import methods

Matrix = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(params=range(5))
def asked(request: pytest.FixtureRequest) -> Matrix:
    """A matrix of positive numbers of very different sizes, weights, and directions."""
    random = np.random.default_rng(request.param)
    plots, criteria = int(random.integers(3, 30)), int(random.integers(2, 8))
    matrix = random.random((plots, criteria)) * 10.0 ** random.integers(0, 4, criteria) + 0.01
    weights = random.random(criteria) + 0.05
    return matrix, weights / weights.sum(), random.choice([1, -1], criteria)


def peer(asked: Matrix, *steps: Any) -> Any:
    """The problem as scikit-criteria puts it, through its steps."""
    matrix, weights, directions = asked
    told = mkdm(matrix, list(directions), weights=weights)
    for step in steps:
        told = step.transform(told) if hasattr(step, "transform") else step.evaluate(told)
    return told


def test_weighted_sum_of_min_max(asked: Matrix):
    scaled = (
        invert_objectives.NegateMinimize(),
        scalers.MinMaxScaler(target="matrix"),
        WeightedSumModel(),
    )

    found = methods.weighted_sum(*asked, scale="min-max")

    assert found == pytest.approx(peer(asked, *scaled).e_.score)


def test_weighted_product_of_linear_scaling(asked: Matrix):
    """scikit-criteria gives logarithms; the reciprocal of the least is min / x but for a factor."""
    scaled = (invert_objectives.InvertMinimize(), WeightedProductModel())
    theirs = np.asarray(peer(asked, *scaled).e_.score)

    ours = np.log10(methods.weighted_product(*asked, scale="linear"))

    assert ours - ours[0] == pytest.approx(theirs - theirs[0])


def test_topsis_of_vector_scaling(asked: Matrix):
    scaled = (invert_objectives.NegateMinimize(), scalers.VectorScaler(target="matrix"), TOPSIS())

    assert methods.topsis(*asked, scale="vector") == pytest.approx(peer(asked, *scaled).e_.similarity)


def test_vikor(asked: Matrix):
    theirs = peer(asked, VIKOR(v=0.3, use_compromise_set=False)).e_

    found = methods.vikor(*asked, v=0.3)

    assert found["R"].to_numpy() == pytest.approx(theirs.r_k)
    assert found["S"].to_numpy() == pytest.approx(theirs.s_k)
    assert found["Q"].to_numpy() == pytest.approx(theirs.q_k)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda matrix, _: methods.critic(matrix), lambda: weighters.CRITIC(scale=True)),
        (methods.merec, weighters.MEREC),
        (lambda matrix, _: methods.entropy(matrix), weighters.EntropyWeighter),
    ],
    ids=["critic", "merec", "entropy"],
)
def test_weights_from_the_data(asked: Matrix, ours: Callable[..., Any], theirs: Callable[[], Any]):
    matrix, weights, directions = asked
    alike = (matrix, weights, np.abs(directions))  # CRITIC and entropy look at no direction

    assert ours(matrix, np.abs(directions)) == pytest.approx(peer(alike, theirs()).weights, rel=1e-6)
