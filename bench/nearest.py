"""Plot edge to nearest feature, ten layers: ours against geopandas and shapely's tree of segments."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from bench import worlds
from bench.timing import peak_mib, row, turns
from siteplan.nearest import LayerIndex, PackedPlots, plain

PLOTS = 100_000
SAMPLE = 10_000
MILLION = 1_000_000


def measure() -> list[dict[str, Any]]:
    """Time 100 000 plots to ten layers, and a million in chunks."""
    plots = worlds.plots(PLOTS).geometry.to_numpy()
    layers = [worlds.layer(name).geometry.to_numpy() for name in worlds.NAMES]
    start = time.perf_counter()
    LayerIndex.of(layers[0]).nearest(PackedPlots.of(plots[:100]), way="compiled")
    first = time.perf_counter() - start
    ours, _ = turns(lambda: ask(plots, layers), {}, repeat=5)
    tree = once(lambda: [plain(plots, layer) for layer in layers])
    sample = worlds.plots(PLOTS).sample(SAMPLE, random_state=1)[["geometry"]]
    scaled = once(lambda: [sample.sjoin_nearest(worlds.layer(name)[["geometry"]]) for name in worlds.NAMES])
    scaled *= PLOTS / SAMPLE
    start = time.perf_counter()
    stream()
    million = time.perf_counter() - start
    peak = peak_mib("bench.nearest", "stream")
    many = f"100 000 plots to ten layers, packing and trees included; first compiled call {first:.1f} s"
    geopandas = f"sjoin_nearest on {SAMPLE} of the plots, once, scaled up"
    return [
        row("nearest-100k-geopandas", f"{many}; {geopandas}", ours, {"geopandas": scaled}, goal=100),
        row(
            "nearest-100k-strtree",
            f"{many}; segments in a tree, one thread",
            ours,
            {"strtree": tree},
            goal=10,
        ),
        row(
            "nearest-1m-geopandas",
            f"a million plots in chunks of 100 000, making them included; {geopandas}",
            million,
            {"geopandas": scaled * MILLION / PLOTS},
            goal=120,
            peak=peak,
        ),
    ]


def ask(plots: Any, layers: list[Any]) -> list[Any]:
    """Everything a caller pays for: plots packed once, a tree for each layer, the search."""
    packed = PackedPlots.of(plots)
    return [LayerIndex.of(layer).nearest(packed, way="compiled") for layer in layers]


def once(call: Callable[[], Any]) -> float:
    """Seconds of one call; the peers here take minutes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def stream() -> None:
    """A million plots, a chunk at a time, to layers indexed once."""
    layers = [LayerIndex.of(worlds.layer(name).geometry.to_numpy()) for name in worlds.NAMES]
    for chunk in range(MILLION // PLOTS):
        packed = PackedPlots.of(worlds.plots(PLOTS, seed=10 + chunk).geometry.to_numpy())
        found = [layer.nearest(packed, way="compiled") for layer in layers]
        assert np.isfinite([one.metres[0] for one in found]).all()
        assert shapely.is_valid(packed.shapes[0])
