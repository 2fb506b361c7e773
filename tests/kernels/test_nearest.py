"""The compiled search against its plain twin, on random worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from siteplan.nearest import LayerIndex, PackedPlots


def star(rng: np.random.Generator, centre: Any, reach: float, corners: int) -> shapely.Polygon:
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = reach * rng.uniform(0.5, 1, corners)
    return shapely.Polygon(centre + np.c_[radius * np.cos(angle), radius * np.sin(angle)])


def feature(rng: np.random.Generator, centre: Any) -> shapely.Geometry:
    match rng.integers(5):
        case 0:
            return shapely.Point(centre)
        case 1:
            steps = rng.normal(0, 50, (rng.integers(2, 30), 2))
            return shapely.LineString(centre + np.cumsum(steps, 0))
        case 2:
            return star(rng, centre, rng.uniform(10, 400), rng.integers(3, 30)).buffer(0)
        case 3:
            return shapely.MultiPoint(centre + rng.normal(0, 100, (4, 2)))
        case _:
            return shapely.Point(centre).buffer(200).difference(shapely.Point(centre).buffer(120))


def a_world(seed: int) -> tuple[Any, Any, np.random.Generator]:
    """Plots of 5 to 80 m, and features of all kinds, near the origin or far from it."""
    rng = np.random.default_rng(seed)
    away = rng.choice([0.0, 5e6])
    plots = [
        star(rng, rng.uniform(0, 1000, 2) + away, rng.uniform(5, 80), rng.integers(3, 9)).buffer(0)
        for _ in range(40)
    ]
    plots += [
        shapely.box(away, away, away + 400, away + 400).difference(
            shapely.box(*(away + np.array([50, 50, 350, 350])))
        )
    ]
    plots += [shapely.MultiPolygon([shapely.box(*(away + np.array([x, 0, x + 9, 9]))) for x in (0, 500)])]
    shapes = [feature(rng, rng.uniform(-200, 1200, 2) + away) for _ in range(rng.integers(1, 60))]
    kept = [np.array([one for one in some if not one.is_empty], dtype=object) for some in (plots, shapes)]
    return kept[0], kept[1], rng


def filters(rng: np.random.Generator, features: int, plots: int) -> list[dict[str, Any]]:
    level = np.where(rng.random(features) < 0.1, np.nan, rng.uniform(0, 10, features))
    both = {"level": level, "at_least": rng.uniform(0, 10, plots)}
    counts = {"counts": rng.random(features) < 0.7}
    return [{}, counts, both, {**counts, **both}]


@pytest.mark.parametrize("seed", range(25))
def test_both_ways_give_the_same_answer(seed: int):
    plots, shapes, rng = a_world(seed)
    index, packed = LayerIndex.of(shapes), PackedPlots.of(plots)
    for given in filters(rng, len(shapes), len(plots)):
        plain, fast = (index.nearest(packed, way=way, **given) for way in ("plain", "compiled"))
        assert np.allclose(plain.metres, fast.metres, rtol=0, atol=1e-6)
        there = fast.feature >= 0
        assert (there == (plain.feature >= 0)).all()
        reached = shapes[fast.feature[there]]
        assert np.allclose(shapely.distance(plots[there], reached), fast.metres[there], rtol=0, atol=1e-6)
        tie_in = shapely.points(fast.x[there], fast.y[there])
        assert shapely.distance(tie_in, reached).max(initial=0) < 1e-6
        run = np.hypot(fast.x - fast.start_x, fast.y - fast.start_y)
        assert np.allclose(run[there], fast.metres[there], rtol=0, atol=1e-6)


def test_threads_change_nothing():
    plots, shapes, _ = a_world(3)
    index, packed = LayerIndex.of(shapes), PackedPlots.of(np.tile(plots, 300))
    one, two = (index.nearest(packed, way="compiled", threads=threads) for threads in (1, 2))
    assert all(np.array_equal(getattr(one, key), getattr(two, key), equal_nan=True) for key in vars(one))


def test_a_layer_and_its_empty_choice():
    plots, shapes, _ = a_world(4)
    index, packed = LayerIndex.of(shapes), PackedPlots.of(plots)
    none = index.nearest(packed, counts=np.zeros(len(shapes), dtype=bool), way="compiled")
    assert np.isinf(none.metres).all()
    assert (none.feature == -1).all()
    some = index.nearest(PackedPlots.of(plots[5:6]), way="compiled")
    assert some.metres[0] == index.nearest(packed, way="compiled").metres[5]
