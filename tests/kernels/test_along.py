"""What a line costs: the integral of resistance along it, drawn so that it is read by eye."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siteplan.kernels import compiling
from siteplan.kernels.along import line_cost, line_costs
from siteplan.kernels.leastcost import spread, trace


@pytest.fixture(autouse=True, scope="module", params=["compiled", "plain"])
def _way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways to run a kernel give these answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "affordable", lambda _: request.param == "plain")
        yield


NO = np.nan
GROUND = np.array([[1.0, 2.0, 4.0], [3.0, NO, 5.0], [1.0, 1.0, 1.0]])


@pytest.mark.parametrize(
    ("line", "cost"),
    [
        pytest.param([(0.5, 0.5), (2.5, 0.5)], 0.5 + 2 + 2, id="across three cells"),
        pytest.param([(2.5, 0.5), (0.5, 0.5)], 0.5 + 2 + 2, id="and back"),
        pytest.param([(0.5, 0.5), (0.5, 2.5)], 0.5 + 3 + 0.5, id="down"),
        pytest.param([(0.5, 0.5), (2.5, 0.5), (2.5, 2.5)], 4.5 + 2 + 5 + 0.5, id="round a corner"),
        pytest.param([(0.1, 0.2), (0.4, 0.6)], 0.5, id="within a cell, 3-4-5"),
        pytest.param([(0.5, 1.5), (1.5, 2.5)], (3 + 1) / np.sqrt(2), id="diagonally through a corner"),
        pytest.param([(0.5, 0.0001), (2.5, 0.0001)], 4.5, id="just inside the edge of the grid"),
        pytest.param([(0.0, 1.0), (1.0, 1.0)], 3.0, id="along a border, the dearer side below"),
        pytest.param([(1.0, 0.0), (1.0, 1.0)], 2.0, id="along a border, the dearer side to the right"),
        pytest.param([(0.0, 2.0), (1.0, 2.0)], 3.0, id="along a border, the dearer side above"),
        pytest.param([(1e-10, 1 + 1e-10), (1.0, 1 - 1e-10)], 3.0, id="along a border but for rounding"),
        pytest.param([(1.0, 1.0), (2.0, 1.0)], np.inf, id="along the edge of a no-go"),
        pytest.param([(0.5, 1.5), (1.1, 1.5)], np.inf, id="into a no-go"),
        pytest.param([(0.5, 1.5), (1.0, 1.5)], 1.5, id="up to a no-go"),
        pytest.param([(0.5, 0.5), (2.5, 2.5)], np.inf, id="through a no-go by its corners"),
        pytest.param([(0.5, 1.5), (1.5, 0.5)], (3 + 2) / np.sqrt(2), id="touching the corner of a no-go"),
        pytest.param([(0.5, 0.5), (0.5, -0.5)], np.inf, id="out of the grid"),
        pytest.param([(0.0, 0.0), (0.0, 1.0)], np.inf, id="along the edge of the grid: beyond is a no-go"),
        pytest.param([(3.0, 0.0), (3.0, 1.0)], np.inf, id="along its other edge"),
        pytest.param([(0.5, 0.5)], 0.0, id="one vertex"),
        pytest.param([(1.5, 1.5), (1.5, 1.5)], 0.0, id="no length, even in a no-go"),
        pytest.param([], 0.0, id="no vertex"),
    ],
)
def test_read_by_eye(line: list[tuple[float, float]], cost: float) -> None:
    assert line_cost(GROUND, line, cell=1.0) == pytest.approx(cost, rel=1e-12)
    assert line_cost(GROUND.astype(np.float32), line, cell=25.0) == pytest.approx(25 * cost, rel=1e-12)


def test_rounding_at_a_corner_lets_no_line_into_a_no_go() -> None:
    """Lines through the corner between two impassable cells, with slopes that no float holds."""
    ground = np.array([[1.0, NO], [NO, 1.0]])
    for slope in np.linspace(0.1, 0.9, 57):
        across, down = 0.9 * slope, 0.9 * (1 - slope)
        line = [(1 - across, 1 - down), (1 + across, 1 + down)]
        assert line_cost(ground, line, cell=1.0) == pytest.approx(2 * np.hypot(across, down))


coordinates = st.tuples(st.floats(0.01, 5.99), st.floats(0.01, 3.99))


@given(st.lists(coordinates, min_size=2, max_size=6), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_the_integral_is_that_of_a_fine_sum(line: list[tuple[float, float]], seed: int) -> None:
    """The plain twin: the middle of 20 000 pieces of each segment."""
    ground = np.random.default_rng(seed).uniform(1, 10, (4, 6))
    vertices = np.array(line)
    middles = (np.arange(20_000) + 0.5) / 20_000
    expected = spacing = 0.0
    for start, end in itertools.pairwise(vertices):
        points = start + middles[:, None] * (end - start)
        length = np.hypot(*(end - start))
        expected += length * ground[points[:, 1].astype(int), points[:, 0].astype(int)].mean()
        spacing += length / 20_000
    at_borders = (vertices == np.round(vertices)).any()
    if not at_borders:
        # a piece may lie on both sides of each of at most 12 crossings
        assert line_cost(ground, vertices, cell=1.0) == pytest.approx(expected, abs=10 * 12 * spacing + 1e-9)
    assert line_cost(ground, vertices[::-1], cell=1.0) == pytest.approx(line_cost(ground, vertices, cell=1.0))


def test_a_traced_way_costs_its_spread() -> None:
    """From centre to centre half of each step lies in each cell: the two definitions agree."""
    random = np.random.default_rng(8)
    ground = random.uniform(1, 10, (40, 60)).astype(np.float32)
    ground[random.random(ground.shape) < 0.2] = NO
    found = spread(ground, random.integers(0, ground.size, 4), cell=20.0)
    targets = np.flatnonzero(np.isfinite(found.cost))
    cells, offsets = trace(found.came_from, targets)
    rows, columns = np.divmod(cells, 60)
    costs = line_costs(ground, np.column_stack([columns, rows]) + 0.5, offsets, cell=20.0)
    np.testing.assert_allclose(costs, found.cost.ravel()[targets], rtol=1e-9)


def test_many_lines_at_once() -> None:
    lines = [[(0.5, 0.5), (2.5, 0.5)], [], [(0.5, 0.5)], [(0.5, 1.5), (1.5, 1.5)]]
    xy = np.array([vertex for line in lines for vertex in line])
    offsets = np.cumsum([0, *map(len, lines)])
    assert line_costs(GROUND, xy, offsets, cell=2.0).tolist() == [
        line_cost(GROUND, line, cell=2.0) for line in lines
    ]
    assert line_costs(GROUND, np.empty((0, 2)), [0], cell=1.0).tolist() == []


def test_what_is_refused() -> None:
    line = [(0.5, 0.5), (2.5, 0.5)]
    with pytest.raises(ValueError, match=r"resistance: 1 dimensions; give rows and columns"):
        line_cost(np.ones(3), line, cell=1.0)
    with pytest.raises(ValueError, match=r"xy: shape \(2, 3\); give one row of x and y for each vertex"):
        line_cost(GROUND, np.ones((2, 3)), cell=1.0)
    with pytest.raises(ValueError, match=r"xy: a coordinate is not finite"):
        line_cost(GROUND, [(0.5, NO), (1.0, 1.0)], cell=1.0)
    with pytest.raises(ValueError, match=r"cell: 0 is no side of a cell"):
        line_cost(GROUND, line, cell=0)
    for offsets in ([], [0], [1, 2], [0, 3], [0, 2, 1, 2]):
        with pytest.raises(ValueError, match=r"offsets: give numbers that rise from 0 to 2"):
            line_costs(GROUND, line, offsets, cell=1.0)
