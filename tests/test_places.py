from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siteplan.kernels.acceptability import Loose, chance
from siteplan.places import certain, places, ranked


def worths(random: np.random.Generator, plots: int, criteria: int) -> tuple[np.ndarray, Loose]:
    """Worths of which many are equal, and some are drawn, from a table or from 0 to 1."""
    offsets = np.concatenate([[0], np.cumsum(random.integers(0, 3, plots))]).astype(np.int64)
    many = int(offsets[-1])
    loose = Loose(
        offsets,
        random.integers(0, criteria, many),
        random.integers(0, 2**63, many).astype(np.uint64),
        random.integers(-1, 2, many),
        random.random((2, 16)),
    )
    return random.random((plots, criteria)).round(1), loose


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 12), st.integers(1, 4), st.integers(1, 60), st.integers(0, 2**32 - 1), st.data())
def test_both_ways_count_the_same(plots: int, criteria: int, draws: int, seed: int, data: st.DataObject):
    random = np.random.default_rng(seed)
    values, loose = worths(random, plots, criteria)
    weights = random.dirichlet(np.ones(criteria), draws).round(2)
    most = data.draw(st.integers(1, plots))
    for totals in (True, False):
        plain, fast = (
            places(values, weights, loose, most=most, totals=totals, compiled=way) for way in (False, True)
        )
        assert (plain.counts == fast.counts).all()
        assert (plain.winner == fast.winner).all()
        assert totals is (plain.total is not None)
        assert plain.total is None or (plain.total == fast.total).all()


@given(st.integers(1, 8), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_places_are_the_ranks_of_pandas(plots: int, criteria: int, seed: int):
    random = np.random.default_rng(seed)
    values, weights = random.random((plots, criteria)).round(1), random.dirichlet(np.ones(criteria), 20)
    rank = pd.DataFrame(weights @ values.T).round(12).rank(axis=1, method="min", ascending=False)
    counted = places(values, weights, compiled=False)

    wanted = np.stack([(rank == place + 1).sum() for place in range(plots)], axis=1)
    assert (counted.counts == wanted).all()
    assert counted.counts.sum(axis=1).tolist() == [20] * plots
    assert counted.total is not None
    assert counted.total.tolist() == rank.sum().astype(int).tolist()


def test_crowded_scores_are_counted_the_same_and_take_no_square_of_time():
    """All plots but one within a millionth, as of an exponential worth far away."""
    random = np.random.default_rng(5)
    even, weights = random.random((8_000, 2)), random.dirichlet(np.ones(2), 20)
    crowded = even * 1e-6
    crowded[0] = 1.0

    def seconds(values: np.ndarray) -> float:
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            places(values, weights, most=10, compiled=True)
            taken.append(time.perf_counter() - start)
        return min(taken)

    assert seconds(crowded) < 15 * seconds(even)
    few, plain = (places(crowded[:500], weights, compiled=way) for way in (True, False))
    assert (few.counts == plain.counts).all()
    assert (few.winner == plain.winner).all()


def test_equal_scores_share_the_better_place():
    assert ranked(np.array([[0.5, 0.1 + 0.2, 0.3, 0.9]])).tolist() == [[1, 2, 2, 0]]


def test_a_weighted_sum_of_scikit_criteria_ranks_alike():
    """The oracle breaks no ties, and there are none among random numbers."""
    pytest.importorskip("skcriteria")
    script = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import numpy as np, skcriteria\n"
        "from skcriteria.agg import simple\n"
        "from siteplan.places import places\n"
        "random = np.random.default_rng(3)\n"
        "values, weights = random.random((30, 5)), random.dirichlet(np.ones(5), 20)\n"
        "counts = np.zeros((30, 30), int)\n"
        "for one in weights:\n"
        "    matrix = skcriteria.mkdm(values, [1] * 5, weights=one)\n"
        "    counts[np.arange(30), simple.WeightedSumModel().evaluate(matrix).rank_ - 1] += 1\n"
        "assert (places(values, weights).counts == counts).all()\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_chances_are_even_and_go_by_key_and_draw_alone():
    draws = np.arange(20_000, dtype=np.uint64)
    found = chance(np.array([[3], [4]], np.uint64), draws)

    assert found.min() >= 0
    assert found.max() < 1
    assert found.mean(axis=1) == pytest.approx(0.5, abs=4 / np.sqrt(12 * 20_000))
    assert abs(np.corrcoef(found)[0, 1]) < 4 / np.sqrt(20_000)
    assert chance(np.array([4], np.uint64), draws[777:778])[0] == found[1, 777]


@pytest.mark.parametrize(("values", "weights"), [((0, 2), (5, 2)), ((3, 2), (5, 3))])
def test_what_does_not_go_together_is_refused(values: tuple[int, int], weights: tuple[int, int]):
    with pytest.raises(ValueError, match="do not go together"):
        places(np.zeros(values), np.ones(weights))


def test_nothing_is_drawn_where_all_is_certain():
    values, weights = np.array([[0.2], [0.9]]), np.ones((7, 1))
    assert places(values, weights, certain(2)).counts.tolist() == [[0, 7], [7, 0]]
