"""Each vector primitive against its twin in numpy, number for number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from kernels import plainly
from numba import njit

from siteplan.kernels import lanes

SINGLE = np.float32


@njit
def bounds(boxes: Any, node: Any, west: Any, south: Any, east: Any, north: Any, limit: Any, out: Any) -> Any:
    return lanes.bounds_of_boxes(boxes, node, west, south, east, north, limit, out)


@njit
def from_point(edges: Any, block: Any, x: Any, y: Any) -> Any:
    return lanes.point_to_edges(edges, block, x, y)


@njit
def from_segment(edges: Any, block: Any, ax: Any, ay: Any, bx: Any, by: Any, inverse: Any) -> Any:
    return lanes.segment_to_edges(edges, block, ax, ay, bx, by, inverse)


@njit
def lowest(bits: Any) -> Any:
    return lanes.lowest_bit(bits)


def four_edges(rng: np.random.Generator, blocks: int) -> Any:
    """Edges near the origin, far from it, and some of no length."""
    edges = rng.uniform(-50, 50, (blocks, 5, lanes.EDGES)) + rng.choice([0.0, 5e6])
    points = rng.random((blocks, lanes.EDGES)) < 0.2
    edges[:, 2:4] = np.where(points[:, None], edges[:, :2], edges[:, 2:4])
    square = ((edges[:, 2:4] - edges[:, :2]) ** 2).sum(axis=1)
    edges[:, 4] = np.divide(1, square, out=np.zeros_like(square), where=square > 0)
    return edges


@pytest.mark.parametrize("seed", range(20))
def test_bounds_of_boxes(seed: int):
    rng = np.random.default_rng(seed)
    boxes = np.sort(rng.uniform(-9, 9, (3, 2, 2, lanes.BOXES)), axis=1).reshape(3, 4, lanes.BOXES)
    boxes = boxes.astype(SINGLE)
    boxes[1, :, 5:] = np.inf  # a node with room for more children
    west, south, east, north = np.sort(rng.uniform(-9, 9, (2, 2)), axis=0).ravel().astype(SINGLE)
    limit, out = SINGLE(rng.uniform(0, 40)), np.empty(lanes.BOXES, SINGLE)
    for node in range(3):
        within = bounds(boxes, node, west, south, east, north, limit, out)
        wanted = np.empty_like(out)
        assert within == plainly.bounds_of_boxes(boxes, node, west, south, east, north, limit, wanted)
        np.testing.assert_array_equal(out, wanted)


@pytest.mark.parametrize("seed", range(20))
def test_point_to_edges(seed: int):
    rng = np.random.default_rng(seed)
    edges = four_edges(rng, 3)
    for block in range(3):
        x, y = edges[block, :2, 0] + rng.uniform(-60, 60, 2)

        assert from_point(edges, block, x, y) == plainly.point_to_edges(edges, block, x, y)
        assert from_point(edges, block, *edges[block, 2:4, 2]) == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_segment_to_edges(seed: int):
    rng = np.random.default_rng(seed)
    edges = four_edges(rng, 3)
    for block in range(3):
        a, b = edges[block, :2, 0] + rng.uniform(-300, 300, (2, 2))
        one = (*a, *b, 1 / ((b - a) @ (b - a)))

        assert from_segment(edges, block, *one) == plainly.segment_to_edges(edges, block, *one)


def test_lowest_bit():
    assert [lowest(1 << bit) for bit in range(63)] == list(range(63))
    assert [plainly.lowest_bit(1 << bit) for bit in range(63)] == list(range(63))
    assert [lowest(bits) for bits in (3, 6, 0b1010_0000, 255)] == [0, 1, 5, 0]
