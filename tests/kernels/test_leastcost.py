"""Costs spread as scikit-image's MCP_Geometric spreads them, and every way back costs what it says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from siteplan.kernels import compiling
from siteplan.kernels.leastcost import SOURCE, STEPS, UNREACHED, Spread, spread, trace
from siteplan.kernels.tiles import SIDE


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> Iterator[None]:
    """Also the short ways back, which Python would walk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "affordable", lambda _: False)
        yield


BIG = 3 * SIDE + 5
"""Cells along a grid that has inner tiles, border tiles and cut-off ones."""


def plain(resistance: NDArray[np.float64], sources: NDArray[np.int64]) -> NDArray[np.float64]:
    """The plain twin: MCP_Geometric, which wants impassable cells below zero and refuses to start there."""
    passable = (resistance > 0) & np.isfinite(resistance)
    starts = [divmod(int(s), resistance.shape[1]) for s in sources if passable.flat[s]]
    if not starts:
        return np.full(resistance.shape, np.inf)
    return MCP_Geometric(np.where(passable, resistance, -1.0).astype(float)).find_costs(starts)[0]


def holds(resistance: NDArray[np.floating], sources: NDArray[np.int64], cell: float = 1.0) -> Spread:
    """Everything a spread promises."""
    before = resistance.copy()
    found = spread(resistance, sources, cell=cell)
    assert np.array_equal(resistance, before, equal_nan=True)
    expected = plain(resistance, sources) * cell
    reached = np.isfinite(expected)
    assert np.array_equal(np.isfinite(found.cost), reached)
    np.testing.assert_allclose(found.cost[reached], expected[reached], rtol=1e-9)
    assert np.array_equal(found.came_from == UNREACHED, ~reached)
    assert set(np.flatnonzero(found.came_from == SOURCE)) == {int(s) for s in sources if reached.flat[s]}
    ways_cost_what_they_say(resistance, found, cell)
    return found


def ways_cost_what_they_say(resistance: NDArray[np.floating], found: Spread, cell: float) -> None:
    """Every way ends at a source (`trace` raises if it does not) and its steps add up to the cost."""
    cells, offsets = trace(found.came_from, np.arange(found.cost.size))
    lengths = np.diff(offsets)
    reached = found.came_from.ravel() != UNREACHED
    assert np.array_equal(lengths > 0, reached)
    assert np.array_equal(cells[offsets[:-1][reached]], np.flatnonzero(reached))
    assert (found.came_from.flat[cells[offsets[1:][reached] - 1]] == SOURCE).all()
    rows, columns = np.divmod(cells, found.cost.shape[1])
    over = resistance.astype(float).flat[cells]
    steps = np.hypot(np.diff(rows), np.diff(columns)) * (over[1:] + over[:-1]) / 2 * cell
    inside = np.ones(max(len(cells) - 1, 0), bool)
    inside[offsets[1:-1][(offsets[1:-1] > 0) & (offsets[1:-1] < len(cells))] - 1] = False
    way = np.repeat(np.arange(len(lengths)), lengths)[: len(steps)]
    assert np.isin(np.hypot(np.diff(rows), np.diff(columns))[inside].round(6), [1.0, 1.414214]).all()
    total = np.bincount(way[inside], steps[inside], minlength=len(lengths))
    np.testing.assert_allclose(total[reached], found.cost.ravel()[reached], rtol=1e-9)


@st.composite
def grounds(draw: st.DrawFn) -> tuple[NDArray[np.floating], NDArray[np.int64]]:
    """Grids of one tile and of several, of one row or column too, with holes and sources anywhere."""
    rows, columns = draw(st.tuples(*[st.one_of(st.integers(1, 9), st.integers(SIDE - 2, 2 * SIDE + 3))] * 2))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    kind = draw(st.sampled_from(["uniform", "equal", "few", "contrast", "smooth"]))
    shape = (rows, columns)
    ground = {
        "uniform": lambda: random.uniform(1, 10, shape),
        "equal": lambda: np.full(shape, 2.0),
        "few": lambda: random.choice([1.0, 2.0, 50.0], shape),
        "contrast": lambda: 10.0 ** random.integers(-6, 7, shape),
        "smooth": lambda: 2 + np.sin(np.arange(rows) / 7)[:, None] * np.cos(np.arange(columns) / 5),
    }[kind]()
    blocked = random.random(shape) < draw(st.sampled_from([0.0, 0.08, 0.35, 0.6]))
    ground[blocked] = draw(st.sampled_from([np.nan, np.inf, 0.0, -3.0]))
    sources = random.integers(0, rows * columns, draw(st.sampled_from([0, 1, 1, 3, 40])))
    return ground.astype(draw(st.sampled_from([np.float32, np.float64]))), sources


@given(grounds(), st.sampled_from([1.0, 30.0, 0.25]))
@settings(max_examples=150, deadline=None)
def test_costs_are_those_of_the_plain_twin(
    ground: tuple[NDArray[np.floating], NDArray[np.int64]], cell: float
) -> None:
    holds(*ground, cell=cell)


def test_lines_of_sources_over_many_tiles() -> None:
    """A row of sources once hid the rows above it: no cell of the row itself became cheaper."""
    random = np.random.default_rng(3)
    ground = random.uniform(1, 10, (BIG, BIG)).astype(np.float32)
    ground[random.random(ground.shape) < 0.08] = np.nan
    level = np.arange(70 * BIG + 20, 70 * BIG + 120)
    upright = np.arange(100, BIG) * BIG + 30
    holds(ground, np.concatenate([level, upright, level]))


def serpentine(rows: int, columns: int) -> NDArray[np.float64]:
    """One corridor, a cell wide, from the upper left corner to and fro down to the last row."""
    ground = np.ones((rows, columns))
    ground[1::2] = np.nan
    ground[1::4, -1] = 1.0
    ground[3::4, 0] = 1.0
    return ground


@pytest.mark.parametrize("turned", [False, True])
def test_a_maze_of_one_corridor(turned: bool) -> None:
    ground = serpentine(BIG - 4, BIG)
    found = holds(np.ascontiguousarray(ground.T) if turned else ground, np.array([0]))
    # a step round each corner is saved by cutting it diagonally, impassable or not
    assert np.isfinite(found.cost).sum() == np.isfinite(ground).sum()


def test_read_by_eye() -> None:
    """Cells of 10 m, a wall with a gap at its right end; resistance 1, so that cost is distance."""
    wall = np.array([[1.0, 1.0, 1.0, 1.0], [np.nan, np.nan, np.nan, 1.0], [1.0, 1.0, 1.0, 1.0]])
    found = spread(wall, [0], cell=10.0)
    down = 20 + 20 * np.sqrt(2)
    np.testing.assert_allclose(found.cost[0], [0, 10, 20, 30])
    np.testing.assert_allclose(found.cost[2], [down + 20, down + 10, down, 30 + 10 * np.sqrt(2)])
    cells, offsets = trace(found.came_from, [8, 4, 0])
    assert cells.tolist() == [8, 9, 10, 7, 2, 1, 0, 0]
    assert offsets.tolist() == [0, 7, 7, 8]


def test_a_diagonal_step_passes_between_two_impassable_cells() -> None:
    assert spread(np.array([[1.0, np.nan], [np.nan, 3.0]]), [0]).cost[1, 1] == pytest.approx(2 * np.sqrt(2))


def test_sources_on_impassable_cells_are_ignored() -> None:
    found = spread(np.array([[np.nan, 1.0, 0.0]]), [0, 2])
    assert np.isinf(found.cost).all()
    assert (found.came_from == UNREACHED).all()


@pytest.mark.parametrize("cheap", ["snake", "field"])
def test_steps_lost_in_rounding_still_lead_to_the_source(cheap: str) -> None:
    """Beyond a cell of 1e12, a step of 1e-6 adds nothing: cell and neighbour cost the same."""
    ground = serpentine(61, 2 * SIDE) * 1e-6 if cheap == "snake" else np.full((61, 2 * SIDE), 1e-6)
    ground[0, 1] = 1e12
    ground[1, 0] = np.nan
    ground[1, 1] = np.nan
    found = holds(ground, np.array([0]))
    assert len(np.unique(found.cost)) < 10


def test_equal_ways_come_from_the_first_direction_as_one_reads() -> None:
    """All eight neighbours of a source on even ground, and the corner cells of the next ring."""
    ways = spread(np.ones((3, 3)), [0, 2, 6, 8]).came_from
    assert [STEPS[ways[0, 1]], STEPS[ways[1, 0]], STEPS[ways[1, 1]]] == [(0, -1), (-1, 0), (-1, -1)]


def test_the_same_bytes_in_every_run_and_every_layout() -> None:
    random = np.random.default_rng(5)
    ground = random.uniform(1, 10, (BIG, BIG)).astype(np.float32)
    sources = random.integers(0, ground.size, 30)
    first = spread(ground, sources)
    for again in (spread(ground, sources[::-1]), spread(np.asfortranarray(ground), np.tile(sources, 2))):
        assert first.cost.tobytes() == again.cost.tobytes()
        assert first.came_from.tobytes() == again.came_from.tobytes()
    assert first.cost.tobytes() == spread(ground.astype(float), sources).cost.tobytes()


def test_the_order_of_tiles_does_not_show() -> None:
    """The costs of a mirrored grid are the mirrored costs, to the last bit: each step is one sum."""
    random = np.random.default_rng(6)
    ground = random.uniform(1, 10, (BIG, BIG + 9))
    at = np.arange(ground.size).reshape(ground.shape)
    sources = random.integers(0, ground.size, 5)
    mirrored = np.flatnonzero(np.isin(at[::-1, ::-1], sources))
    straight = spread(ground, sources).cost
    assert np.array_equal(straight, spread(ground[::-1, ::-1], mirrored).cost[::-1, ::-1])


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_an_empty_grid(shape: tuple[int, int]) -> None:
    found = spread(np.empty(shape), [])
    assert found.cost.shape == found.came_from.shape == shape
    cells, offsets = trace(found.came_from, [])
    assert len(cells) == 0
    assert offsets.tolist() == [0]


def test_what_is_refused() -> None:
    ground = np.ones((2, 3))
    with pytest.raises(ValueError, match=r"sources: 6 is outside a grid of 6 cells; give 0 to 5"):
        spread(ground, [0, 6])
    with pytest.raises(ValueError, match=r"sources: -1 is outside"):
        spread(ground, [-1])
    with pytest.raises(ValueError, match=r"sources: float64 numbers; give whole flat positions"):
        spread(ground, [0.5])
    with pytest.raises(ValueError, match=r"resistance: 1 dimensions; give rows and columns"):
        spread(np.ones(3), [0])
    for cell in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"cell: .* is no side of a cell"):
            spread(ground, [0], cell=cell)
    with pytest.raises(ValueError, match=r"targets: 6 is outside"):
        trace(spread(ground, [0]).came_from, [6])
    with pytest.raises(ValueError, match=r"came_from: 1 dimensions; give rows and columns"):
        trace(np.zeros(3, np.uint8), [0])


@pytest.mark.parametrize("ways", [[[4, 3]], [[3, 8]], [[7, 8]], [[9, 8]], [[254, 8]]], ids=str)
def test_directions_that_lead_nowhere_are_refused(ways: list[list[int]]) -> None:
    """A circle, two ways out of the grid, two numbers that are no direction."""
    with pytest.raises(ValueError, match=r"the way back from cell 0 leads to no source"):
        trace(np.array(ways, np.uint8), [0])
