"""Seeded worlds for the benchmarks: plots in clusters, and ten layers around them.

A region of 200 x 200 km in UTM 52N. Plots are 5- to 9-gons of 20 to 200 m across, gathered around
settlements as real plots are. The layers have the sizes of a region's networks: a few power lines
and pipelines of hundreds of kilometres, many short water pipes and roads, points of every density,
and protected areas of about 150 vertices each.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

CRS = "EPSG:32652"
SIDE = 200_000.0
CORNER = np.array([300_000.0, 5_600_000.0])

LINES = {
    # name: (features, segments, metres of one segment)
    "power_hv": (400, 48_000, 400.0),
    "gas": (150, 30_000, 500.0),
    "rail": (25, 20_000, 250.0),
    "water": (8_000, 48_000, 60.0),
    "sewer": (3_000, 12_000, 60.0),
    "road": (16_500, 49_000, 300.0),
}
POINTS = {"substation": 1_000, "gas_station": 5_000, "telecom": 100_000}
PROTECTED = (500, 75_000)
NAMES = (*LINES, *POINTS, "protected")


def plots(count: int, *, seed: int = 1) -> gpd.GeoDataFrame:
    """Plots in clusters, in no order; their index is text."""
    random = np.random.default_rng([seed, count])
    centres = _clustered(random, count)
    corners = random.integers(5, 10, count)
    owner = np.repeat(np.arange(count), corners)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(corners) - corners, corners)
    turn = (step + random.uniform(0, 0.7, len(owner))) / corners[owner] * 2 * np.pi
    radius = random.uniform(10, 100, count)[owner] * random.uniform(0.6, 1, len(owner))
    vertices = centres[owner] + np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None]
    shapes = shapely.polygons(shapely.linearrings(vertices, indices=owner))
    return _table(shapes, "plot")


def layer(name: str, *, seed: int = 2) -> gpd.GeoDataFrame:
    """One of the layers in `NAMES`."""
    random = np.random.default_rng([seed, NAMES.index(name)])
    if name in LINES:
        return _table(_walks(random, *LINES[name]), "feature")
    if name in POINTS:
        return _table(shapely.points(_clustered(random, POINTS[name])), "feature")
    return _table(_areas(random, *PROTECTED), "feature")


def _clustered(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Points around settlements of every size, one in ten of them anywhere."""
    towns = np.random.default_rng(0).uniform(0.02 * SIDE, 0.98 * SIDE, (120, 2))
    spread = np.random.default_rng(3).uniform(800, 6_000, 120)
    town = random.integers(0, len(towns), count)
    places = towns[town] + random.normal(0, 1, (count, 2)) * spread[town, None]
    alone = random.random(count) < 0.1
    places[alone] = random.uniform(0, SIDE, (int(alone.sum()), 2))
    return CORNER + np.clip(places, 0, SIDE)


def _walks(random: np.random.Generator, features: int, segments: int, metres: float) -> NDArray[np.object_]:
    """Lines that keep their direction more or less, as pipelines and roads do."""
    cuts = np.sort(random.choice(np.arange(1, segments), features - 1, replace=False))
    steps = np.diff(np.concatenate([[0], cuts, [segments]]))
    owner = np.repeat(np.arange(features), steps)
    starts = _clustered(random, features)
    bend = random.normal(0, 0.25, segments)
    heading = random.uniform(0, 2 * np.pi, features)[owner] + _running(bend, steps) * 0.6
    move = np.column_stack([np.cos(heading), np.sin(heading)]) * random.uniform(0.3, 1.7, segments)[:, None]
    path = np.column_stack([_running(move[:, axis] * metres, steps) for axis in (0, 1)]) + starts[owner]
    vertices = np.concatenate([starts, path])
    order = np.argsort(np.concatenate([np.arange(features), owner]), kind="stable")
    folded = CORNER + SIDE - np.abs(SIDE - np.mod(vertices[order] - CORNER, 2 * SIDE))
    return shapely.linestrings(folded, indices=np.repeat(np.arange(features), steps + 1))


def _running(values: NDArray[np.float64], counts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Cumulated sums that start anew for every feature."""
    total = np.cumsum(values)
    starts = np.cumsum(counts) - counts
    return total - np.repeat(total[starts] - values[starts], counts)


def _areas(random: np.random.Generator, features: int, vertices: int) -> NDArray[np.object_]:
    """Protected areas with ragged borders, overlapping here and there."""
    each = vertices // features
    turn = np.linspace(0, 2 * np.pi, each, endpoint=False)
    waves = sum(
        random.uniform(0, 0.3 / wave, (features, 1))
        * np.sin(wave * turn + random.uniform(0, 7, (features, 1)))
        for wave in (2, 3, 5, 9, 17)
    )
    radius = random.uniform(300, 4_000, (features, 1)) * (1 + waves)
    centres = random.uniform(0, SIDE, (features, 1, 2)) + CORNER
    rings = centres + radius[:, :, None] * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    return shapely.polygons(rings)


def _table(shapes: NDArray[np.object_], key: str) -> gpd.GeoDataFrame:
    ids = pd.Index([f"{key[0]}{row}" for row in range(len(shapes))], name=key, dtype="str")
    return gpd.GeoDataFrame({"name": ids}, geometry=shapes, index=ids, crs=CRS)
