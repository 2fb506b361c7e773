"""How sure ranks are: 10 000 plots by 12 criteria under 10 000 weightings, against a loop over a library."""

from __future__ import annotations

import time
import warnings
from functools import partial
from typing import Any

import numpy as np

from bench.timing import peak_mib, row, turns
from siteplan.places import places

PLOTS, CRITERIA, DRAWS, TOP = 10_000, 12, 10_000, 50
SAMPLE = 50
GOAL_TOP, GOAL_ALL = 200.0, 25.0


def measure() -> list[dict[str, Any]]:
    """Time the first places and all places; the library ranks a sample of the draws, scaled."""
    values, weights = job()
    first = partial(places, values, weights, most=TOP, totals=False, compiled=True)
    every = partial(places, values, weights, compiled=True)
    ours, _ = turns(first, {}, repeat=5)
    ours_all, _ = turns(every, {}, repeat=3)
    looped, ranks = loop(values, weights[:SAMPLE])
    held(values, weights[:SAMPLE], ranks)
    what = f"{PLOTS} plots, {CRITERIA} criteria, {DRAWS} weightings"
    peers = {f"scikit-criteria, a loop ({SAMPLE} draws, scaled)": looped * DRAWS / SAMPLE}
    return [
        row(
            "robustness-top",
            f"{what}: how often each plot takes each of the first {TOP} places",
            ours,
            peers,
            goal=GOAL_TOP,
            peak=peak_mib("bench.robustness", "search_top"),
        ),
        row(
            "robustness-all",
            f"{what}: how often each plot takes each place",
            ours_all,
            peers,
            goal=GOAL_ALL,
            peak=peak_mib("bench.robustness", "search_all"),
        ),
    ]


def job() -> tuple[Any, Any]:
    """Worths and weights at random."""
    random = np.random.default_rng(1)
    return random.random((PLOTS, CRITERIA)), random.dirichlet(np.ones(CRITERIA), DRAWS)


def loop(values: Any, weights: Any) -> tuple[float, Any]:
    """Seconds that scikit-criteria takes to rank by each weighting, and the ranks."""
    with warnings.catch_warnings(action="ignore"):
        import skcriteria
        from skcriteria.agg import simple

        model = simple.WeightedSumModel()
        model.evaluate(skcriteria.mkdm(values, [1] * CRITERIA, weights=weights[0]))
        start = time.perf_counter()
        ranks = [
            model.evaluate(skcriteria.mkdm(values, [1] * CRITERIA, weights=one)).rank_ for one in weights
        ]
        return time.perf_counter() - start, np.array(ranks)


def held(values: Any, weights: Any, ranks: Any) -> None:
    """Refuse to compare times of different answers: no two scores are equal among these."""
    counts = np.zeros((PLOTS, TOP), np.int64)
    for draw in ranks:
        (plot,) = np.nonzero(draw <= TOP)
        counts[plot, draw[plot] - 1] += 1
    found = places(values, weights, most=TOP, totals=False, compiled=True)
    if (found.counts != counts).any():
        raise AssertionError("the library ranks otherwise")


def search_top() -> None:
    """What is measured, alone: for its memory."""
    places(*job(), most=TOP, totals=False, compiled=True)


def search_all() -> None:
    """The same with all places."""
    places(*job(), compiled=True)
