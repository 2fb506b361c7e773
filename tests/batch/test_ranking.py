"""Every plot of a country is ranked within a memory that grows by its name and a few numbers."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from siteplan.batch import ranking

PLOTS = 400_000
BYTES = 40
"""For each plot: more than four numbers of eight at once."""


def every(score: list[float]) -> ranking.Every:
    values = np.array(score)
    names = pa.array([f"p{place}" for place in range(len(values))], pa.large_string())
    return ranking.Every(names, values, values, np.zeros(len(values), dtype=np.int32), 0)


def test_equal_scores_share_the_better_rank_and_excluded_plots_have_none():
    order, rank = every([0.2, 0.7, np.nan, 0.7 + 1e-14, 0.1]).ranks()

    assert order.tolist() == [1, 3, 0, 4, 2]
    assert rank.tolist() == [1, 1, 3, 4, 0]


@pytest.mark.parametrize("score", [[], [np.nan, np.nan]])
def test_of_nothing_nothing_is_ranked(score: list[float]):
    assert every(score).ranks()[1].tolist() == [0] * len(score)


def test_ranks_are_those_of_pandas():
    values = np.random.default_rng(1).integers(0, 50, 1_000) / 50
    order, rank = every(values.tolist()).ranks()

    wanted = pd.Series(values).rank(method="min", ascending=False).to_numpy()
    assert (rank == wanted[order]).all()


def test_ranking_takes_few_numbers_for_each_plot(monkeypatch):
    monkeypatch.setattr(ranking, "_SLICE", 10_000)
    plots = every(np.random.default_rng(1).random(PLOTS).tolist())

    tracemalloc.start()
    try:
        plots.ranks()
        plots.refuse_repeated()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak / PLOTS < BYTES


def test_names_of_all_parts_are_put_together():
    """Also where Arrow keeps them in several pieces, or as part of something larger."""
    whole = pa.array(["a", "ёж", "", "地块", "last"], pa.string())
    names = ranking._Names(4)
    for column in (
        pa.chunked_array([whole.slice(1, 1), whole.slice(2, 2)]),
        pa.chunked_array([whole.slice(4)]),
    ):
        names.add(column)

    assert names.array().to_pylist() == ["ёж", "", "地块", "last"]
