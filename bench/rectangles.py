"""The largest rectangle of 10 000 plots, against every degree on a fine grid."""

from __future__ import annotations

import time
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from bench.exhaustive import largest
from bench.timing import peak_mib, row
from siteplan.land.rectangles import largest_rectangle

PLOTS = 10_000
SAMPLE = 20
GOAL_S = 60.0
CORNER = np.array([300_000.0, 5_600_000.0])


def measure() -> list[dict[str, Any]]:
    """Time all plots, and hold a sample of them to the exhaustive search."""
    land = gpd.GeoSeries(plots(PLOTS))
    start = time.perf_counter()
    found = largest_rectangle(land)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    largest_rectangle(land.iloc[:36])
    few = time.perf_counter() - start
    start = time.perf_counter()
    slow = np.array([largest(shape) for shape in land.iloc[:SAMPLE]])
    scaled = (time.perf_counter() - start) * PLOTS / SAMPLE
    share = found.area_m2.to_numpy()[:SAMPLE] / slow
    what = (
        f"the largest rectangle of {PLOTS} plots with strips and notches cut out, once; 36 of them "
        f"{few:.2f} s; area against the exhaustive search on {SAMPLE} plots: least {share.min():.1%}, "
        f"mean {share.mean():.1%}; the goal is {GOAL_S:.0f} s"
    )
    return [
        row(
            "land-rectangles-10k",
            what,
            ours,
            {"exhaustive (sample, scaled)": scaled},
            goal=float(f"{scaled / GOAL_S:.3g}"),
            peak=peak_mib("bench.rectangles", "search"),
        )
    ]


def search() -> None:
    """What is measured, alone: for its memory."""
    largest_rectangle(gpd.GeoSeries(plots(PLOTS)))


def plots(count: int, *, seed: int = 1) -> Any:
    """Net land of plots of 1 to 20 ha: 5- to 9-gons, up to 3 strips, 2 notches and a round cut out."""
    random = np.random.default_rng([seed, count])
    return np.array([_plot(random) for _ in range(count)], dtype=object)


def _plot(random: np.random.Generator) -> shapely.Geometry:
    corners = int(random.integers(5, 10))
    turn = (np.arange(corners) + random.uniform(0, 0.8, corners)) / corners * 2 * np.pi
    outline = np.column_stack([np.cos(turn), np.sin(turn)]) * random.uniform(0.6, 1, (corners, 1))
    shape = shapely.Polygon(outline * [random.uniform(1, 2.5), 1] @ _turn(random))
    side = np.exp(random.uniform(np.log(100), np.log(450)))
    shape = shapely.transform(shape, lambda xy: xy * side / np.sqrt(shape.area))
    for _ in range(random.integers(0, 4)):
        strip = [-3 * side, random.uniform(2, 25), random.uniform(-0.4, 0.4) * side]
        axis = np.array([[strip[0], strip[2]], [-strip[0], strip[2]]]) @ _turn(random)
        shape = shape.difference(shapely.LineString(axis).buffer(strip[1], cap_style="flat"))
    for _ in range(random.integers(0, 3)):
        half = random.uniform(0.05, 0.3, 2) * side
        notch = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half @ _turn(random)
        shape = shape.difference(shapely.Polygon(notch + random.uniform(-0.6, 0.6, 2) * side))
    if random.random() < 0.3:
        middle = shapely.Point(random.uniform(-0.6, 0.6, 2) * side)
        shape = shape.difference(middle.buffer(random.uniform(0.05, 0.3) * side))
    return shapely.transform(shape, lambda xy: xy + CORNER)


def _turn(random: np.random.Generator) -> Any:
    angle = random.uniform(0, np.pi)
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
