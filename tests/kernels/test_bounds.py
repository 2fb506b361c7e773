"""No kernel reads or writes outside of its arrays: compiled code would do so without a word.

Here Python runs them, and numpy checks every index. What `way="plain"` and `compiling.affordable` give
to Python anyway (lines over a grid, cuts, boxes that meet) is held to it by tests of its own.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from kernels.plainly import run_plainly
from kernels.test_joining import exercise
from kernels.test_nearest import a_world, filters

from siteplan.kernels import compiling
from siteplan.kernels.directions import walk
from siteplan.kernels.leastcost import spread, trace
from siteplan.kernels.tiles import SIDE
from siteplan.land.remaining import net_area
from siteplan.nearest import LayerIndex, PackedPlots


@pytest.fixture(autouse=True)
def _plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "affordable", lambda _: False)
    run_plainly(monkeypatch)


def test_an_index_outside_raises():
    """More steps than there is room for, which `trace` never asks for."""
    with pytest.raises(IndexError, match="out of bounds"):
        walk(np.zeros((3, 3), np.uint8), np.array([8]), np.array([0, 2]), np.empty(1, np.int64))


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 3 * SIDE + 1), (2 * SIDE - 1, 1), (2, 2), (SIDE, SIDE), (SIDE + 1, SIDE + 3)]
)
def test_spreading_over_awkward_shapes(shape: tuple[int, int]):
    random, size = np.random.default_rng(4), shape[0] * shape[1]
    flat = np.arange(size).reshape(shape)
    border = np.concatenate([flat[0], flat[-1], flat[:, 0], flat[:, -1]])
    walls = random.uniform(1, 10, shape)
    walls[SIDE // 2 :: SIDE, 1:] = np.nan
    holes = np.where(random.random(shape) < 0.4, np.nan, 2.0)
    lost = np.full(shape, 1e-6)
    lost.flat[1::7] = 1e12
    for ground in (walls, holes, lost, np.full(shape, np.nan)):
        for sources in ([], [size - 1], border):
            trace(spread(ground, sources).came_from, flat.ravel())
            spread(ground[::-1].T, sources)
    spread(walls, flat.ravel())


@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_search(seed: int):
    plots, shapes, rng = a_world(seed)
    index, packed = LayerIndex.of(shapes), PackedPlots.of(plots)
    for given in filters(rng, len(shapes), len(plots)):
        found = index.nearest(packed, way="compiled", threads=1, **given)
        assert np.allclose(
            found.metres, index.nearest(packed, way="plain", **given).metres, rtol=0, atol=1e-6
        )
    LayerIndex.of(shapes[:1]).nearest(PackedPlots.of(plots[:1]), way="compiled", threads=1)


def test_places_on_a_network():
    exercise()


@pytest.mark.parametrize("seed", range(3))
def test_net_areas(seed: int):
    """Forty zones on top of each other among them, which is more than there is room for."""
    plots, shapes, random = a_world(seed)
    crowd = shapely.points(plots[0].centroid.coords[0] + random.uniform(-5, 5, (40, 2)))
    zones = gpd.GeoDataFrame(
        {
            "cause": "zone",
            "title": "",
            "severity": "exclusion",
            "layer": "drawn",
            "feature": "",
            "metres": random.choice([0.0, 20.0, 60.0], len(shapes) + len(crowd)),
        },
        geometry=[*shapes, *crowd],
    )
    ground = gpd.GeoDataFrame(geometry=plots[:12])
    areas = net_area(ground, zones, way="compiled", threads=1)
    assert areas.to_numpy() == pytest.approx(net_area(ground, zones, way="plain").to_numpy(), abs=1e-3)
