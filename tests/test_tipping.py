"""Where a rank tips, held against every weight and every unknown tried out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from judged import plan, random_worths, ranking

from siteplan import tipping


def plots(names: str) -> pd.Index:
    return pd.Index([*names], name="plot")


@pytest.mark.parametrize("seed", [*range(20), 41])
def test_limits_are_those_of_every_weight_tried_out(seed: int):
    """Worths to one digit: of 6 and of 41 several plots pass the first at the same weight."""
    random = np.random.default_rng(seed)
    worths = random_worths(int(random.integers(2, 7)), int(random.integers(2, 5)), seed)
    by = plan({name: float(random.integers(1, 4)) for name in worths})
    totals = ranking(worths, by)[1].sort_values("rank", kind="stable")
    worths, first, shares = worths.loc[totals.index], str(totals.index[0]), pd.Series(by.shares)

    for name, limit in tipping.limits(worths, by.shares, first).iterrows():
        tried = np.linspace(0, 1, 201)
        weights = np.outer((1 - tried) / (1 - shares[name]), shares)
        weights[:, list(shares.index).index(name)] = tried
        scores = pd.DataFrame(weights @ worths.to_numpy().T, index=tried, columns=worths.index)
        leads = scores[first] >= scores.max(axis=1) - 1e-12
        inside = (tried >= limit["low"] - 1e-12) & (tried <= limit["high"] + 1e-12)
        assert (leads == inside).all()
        for end, rival, away in (("low", "below", -1e-6), ("high", "above", 1e-6)):
            if limit[rival]:
                beyond = shares * (1 - limit[end] - away) / (1 - shares[name])
                beyond[name] = limit[end] + away
                there = worths @ beyond
                assert there[limit[rival]] == pytest.approx(there.max(), abs=1e-12)


def test_of_several_that_pass_at_once_the_fastest_is_first_beyond():
    """All three are equal now; with more x it is c that leads, and b that is never first."""
    worths = pd.DataFrame({"x": [0.5, 0.6, 0.9], "y": [0.5, 0.4, 0.1]}, index=plots("abc"))
    found = tipping.limits(worths, {"x": 0.5, "y": 0.5}, "a")
    assert found[["low", "below", "high", "above"]].to_numpy().tolist() == [
        [0.0, "", 0.5, "c"],
        [0.5, "c", 1.0, ""],
    ]


@pytest.mark.parametrize("criteria", [2, 5, 7, 12])
@pytest.mark.parametrize("count", [2, 3, 17])
def test_equal_plots_never_cost_each_other_the_first_place(criteria: int, count: int):
    """Sums of the same numbers differ in the last digit by the row of a matrix they stand in."""
    random = np.random.default_rng(criteria)
    row, weights = random.random(criteria), random.random(criteria) + 0.1
    worths = pd.DataFrame([row] * count).rename(index="p{}".format, columns="c{}".format)
    shares = dict(zip(worths, weights / weights.sum(), strict=True))
    found = tipping.limits(worths, shares, "p0")
    assert (found[["below", "above"]] == "").all(axis=None)
    assert (found[["low", "high"]] == [0.0, 1.0]).all(axis=None)


def test_the_rounding_of_a_worth_costs_nobody_the_first_place():
    worths = pd.DataFrame({"x": [0.3, 0.1 + 0.2], "y": [0.9, 0.2]}, index=plots("ab"))
    found = tipping.limits(worths, {"x": 0.5, "y": 0.5}, "a")
    assert (found[["below", "above"]] == "").all(axis=None)


@pytest.mark.parametrize("seed", range(12))
def test_best_and_worst_places_are_those_of_every_unknown_tried_out(seed: int):
    random = np.random.default_rng(seed)
    worths = random_worths(4, 3, seed, unknown=0.3)
    by = plan({name: float(random.integers(1, 4)) for name in worths})
    found = tipping.span(ranking(worths, by)[1])
    cells = [*zip(*np.nonzero(worths.isna().to_numpy()), strict=True)]
    assert len(cells) <= 7
    places = []
    for given in product((0.0, 1.0), repeat=len(cells)):
        filled = worths.to_numpy().copy()
        for cell, worth in zip(cells, given, strict=True):
            filled[cell] = worth
        scores = (filled @ [by.shares[name] for name in worths]).round(12)
        places.append(1 + (scores[None, :] > scores[:, None]).sum(axis=1))
    assert found["rank_low"].to_list() == np.min(places, axis=0).tolist()
    assert found["rank_high"].to_list() == np.max(places, axis=0).tolist()
