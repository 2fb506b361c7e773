from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siteplan.kernels import along, compiling, straight


@pytest.fixture(autouse=True, scope="module", params=["compiled", "plain"])
def _way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways to run a kernel give these answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "affordable", lambda _: request.param == "plain")
        yield


ROWS, COLUMNS = 9, 12
# Nearer to a border than rounding can tell is on it.
_ANY = st.floats(-5, 15).map(lambda x: round(x, 9)) | st.integers(-2, 13).map(float)
_LINES = st.lists(st.tuples(_ANY, _ANY, _ANY, _ANY), min_size=1, max_size=5)


@given(_LINES)
@settings(max_examples=200)
def test_cells_are_those_that_shapely_cuts(drawn: list[tuple[float, float, float, float]]):
    """Plain shapely, one cell after another: no length is lost, and none is in the wrong cell."""
    ends = np.array(drawn)
    line, flat, length = straight.cells(ends, ROWS, COLUMNS)
    for row, (ax, ay, bx, by) in enumerate(drawn):
        shape = shapely.LineString([(ax, ay), (bx, by)])
        mine = dict(zip(flat[line == row].tolist(), length[line == row].tolist(), strict=True))
        assert sum(mine.values()) == pytest.approx(
            shape.intersection(shapely.box(0, 0, COLUMNS, ROWS)).length, abs=1e-9
        )
        for cell, inside in mine.items():
            box = shapely.box(cell % COLUMNS, cell // COLUMNS, cell % COLUMNS + 1, cell // COLUMNS + 1)
            assert shape.distance(box) < 1e-9
            assert inside == pytest.approx(shape.intersection(box).length, abs=1e-9)


@given(_LINES)
@settings(max_examples=100)
def test_cells_of_a_line_are_joined_by_sides(drawn: list[tuple[float, float, float, float]]):
    line, flat, _ = straight.cells(np.array(drawn), ROWS, COLUMNS)
    for row in range(len(drawn)):
        cells = flat[line == row]
        steps = np.abs(np.diff(cells // COLUMNS)) + np.abs(np.diff(cells % COLUMNS))
        assert (steps == 1).all()
        assert (cells < ROWS * COLUMNS).all()


def test_points_corners_and_what_lies_outside():
    ends = np.array(
        [[2.5, 1.5, 2.5, 1.5], [12, 9, 12, 9], [-1, -1, -1, -1], [13, 0, 13, 9], [0, 0, 3, 3], [3, 3, 0, 0]]
    )
    line, flat, length = straight.cells(ends, ROWS, COLUMNS)

    assert flat[line == 0].tolist() == [14]
    assert flat[line == 1].tolist() == [107]
    assert not np.isin([2, 3], line).any()
    assert length[line == 4].sum() == pytest.approx(np.hypot(3, 3))
    assert length[line == 5].sum() == pytest.approx(np.hypot(3, 3))
    assert straight.cells(np.empty((0, 4)), ROWS, COLUMNS)[0].tolist() == []


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
@settings(max_examples=80)
def test_pulled_lines_are_never_dearer_and_enter_nothing_barred(seed: int, steps: int):
    rng = np.random.default_rng(seed)
    values = rng.choice([0.5, 1.0, 3.0, np.nan], size=(20, 20), p=[0.2, 0.5, 0.2, 0.1])
    way = [tuple(rng.integers(0, 20, 2))]
    for _ in range(steps):
        row, column = np.clip(np.array(way[-1]) + rng.integers(-1, 2, 2), 0, 19)
        way.append((row, column))
    for row, column in way:
        values[row, column] = rng.choice([1.0, 2.0])
    xy = np.array(way)[:, ::-1] + 0.5
    both, offsets = np.vstack([xy, xy[::-1]]), np.array([0, len(xy), 2 * len(xy)])
    keep = straight.pull(values, both, offsets)
    ends = np.array([0, keep[: len(xy)].sum(), keep.sum()])
    before = along.line_costs(values, both, offsets, cell=1.0)
    after = along.line_costs(values, both[keep], ends, cell=1.0)

    assert keep[[0, len(xy) - 1, len(xy), -1]].all()
    assert np.isfinite(after).all()
    assert (after <= before * (1 + 1e-9)).all()


def test_in_the_open_two_vertices_remain():
    way = np.cumsum(np.tile([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], (60, 1)), axis=0) + 0.5

    assert straight.pull(np.ones((200, 200)), way, np.array([0, len(way)])).sum() == 2


def test_round_a_wall_the_bend_remains():
    wall = np.ones((20, 20))
    wall[:15, 10] = np.nan
    down, right = np.arange(15), np.arange(18)
    way = np.vstack(
        [
            np.stack([np.full(15, 2), down], 1),
            np.stack([2 + right[1:], np.full(17, 15)], 1),
            np.stack([np.full(15, 19), 14 - down], 1),
        ]
    )
    keep = straight.pull(wall, way + 0.5, np.array([0, len(way)]))

    assert 3 <= keep.sum() <= 5
