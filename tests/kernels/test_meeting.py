"""Boxes that meet, against every pair looked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from siteplan.kernels.compiling import plain
from siteplan.kernels.meeting import meeting

SPANS = st.integers(0, 40).flatmap(
    lambda count: arrays(float, (count, 4), elements=st.integers(0, 30).map(float))
)


def boxes(spans: np.ndarray) -> np.ndarray:
    """Corners in any order made boxes, some of them points and lines."""
    return np.column_stack([np.minimum(spans[:, :2], spans[:, 2:]), np.maximum(spans[:, :2], spans[:, 2:])])


def pairs(one: np.ndarray, other: np.ndarray) -> list[list[int]]:
    """Every pair looked at; boxes that touch meet."""
    low, high = one[:, None, :2] <= other[None, :, 2:], one[:, None, 2:] >= other[None, :, :2]
    return [np.flatnonzero(row).tolist() for row in (low & high).all(axis=2)]


def found(one: np.ndarray, other: np.ndarray, how: object = meeting) -> list[list[int]]:
    start, near = how(one, other)
    assert len(start) == len(one) + 1
    assert start[-1] == len(near)
    return [near[start[row] : start[row + 1]].tolist() for row in range(len(one))]


@given(SPANS, SPANS)
def test_every_pair_once(one, other):
    one, other = boxes(one), boxes(other)
    assert found(one, other) == pairs(one, other)


@pytest.mark.parametrize("corner", [0.0, 5_612_345.678])
def test_of_any_size(corner):
    """Boxes of a metre and of the whole land on either side; more pairs than there is room for at first."""
    random = np.random.default_rng(1)
    low = random.uniform(0, 10_000, (900, 2)) + corner
    one, other = (
        np.column_stack([low[some], low[some] + np.exp(random.uniform(0, 9, (450, 2)))])
        for some in (slice(450), slice(450, 900))
    )
    assert found(one, other) == pairs(one, other)
    assert sum(map(len, pairs(one, other))) > 2_000
    assert found(one[:60], other[:60], plain(meeting)) == pairs(one[:60], other[:60])


def test_a_box_that_is_none_meets_none():
    one = np.array([[0.0, 0, 10, 10]])
    assert found(one, np.array([[np.nan, 0, 5, 5], [1, 1, 2, 2]])) == [[1]]
    assert found(one, np.full((1, 4), np.nan)) == [[]]
    assert found(one[:0], one) == []
