"""Plot edge to nearest feature, ten layers: against geopandas, shapely's tree of segments and PostGIS."""

from __future__ import annotations

from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from bench import postgis, worlds
from bench.timing import peak_mib, row, seconds, turns
from siteplan.nearest import LayerIndex, PackedPlots
from siteplan.plainly import plain

PLOTS = 100_000
SAMPLE = 10_000
MILLION = 1_000_000


def measure() -> list[dict[str, Any]]:
    """Time 100 000 plots to ten layers, and a million in chunks."""
    plots, sample = worlds.plots(PLOTS), worlds.plots(PLOTS).sample(SAMPLE, random_state=1)
    tables = [worlds.layer(name) for name in worlds.NAMES]
    shapes, layers = plots.geometry.to_numpy(), [table.geometry.to_numpy() for table in tables]
    few = PackedPlots.of(shapes[:100])
    first = seconds(lambda: LayerIndex.of(layers[0]).nearest(few, way="compiled"))
    ours, _ = turns(lambda: ask(shapes, layers), {}, repeat=5)
    tree = seconds(lambda: [plain(shapes, layer) for layer in layers])
    joined = seconds(lambda: [sample[["geometry"]].sjoin_nearest(table[["geometry"]]) for table in tables])
    scaled = joined * PLOTS / SAMPLE
    million, peak = seconds(stream), peak_mib("bench.nearest", "stream")
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
        _against_postgis(
            "100 000 plots to ten layers", shapes, sample.geometry, [table.geometry for table in tables]
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


def _against_postgis(first: str, plots: Any, sample: gpd.GeoSeries, layers: list[gpd.GeoSeries]) -> Any:
    """Ours for all plots against PostGIS for a sample of them, indexes of both there; both find the same."""
    packed, indexes = PackedPlots.of(plots), [LayerIndex.of(layer.to_numpy()) for layer in layers]
    few = PackedPlots.of(plots[:1])
    ready = seconds(
        lambda: (packed._along_the_curve, [index.nearest(few, way="compiled") for index in indexes])
    )
    asks = [partial(index.nearest, packed, way="compiled") for index in indexes]
    what = f"{first}; the search alone, packing and trees {ready:.1f} s apart"
    if not postgis.found():
        ours, _ = turns(lambda: [one() for one in asks], {})
        return row("nearest-100k-postgis", what, ours, {}, goal=30)
    asked = postgis.nearest(sample, layers, asks)
    metres = [one.metres for one in ask(sample.to_numpy(), [layer.to_numpy() for layer in layers])]
    assert np.allclose(asked.metres, metres, rtol=0, atol=1e-6)
    what += (
        f"; KNN lateral, and in a function on all cores, over segments under GiST, {SAMPLE} plots scaled up; "
        f"loading {asked.loading:.0f} s, indexing {asked.indexing:.0f} s apart"
    )
    times = {"postgis": asked.joined, "postgis on all cores": asked.in_parallel}
    scaled = {name: spent * PLOTS / len(sample) for name, spent in times.items()}
    return row("nearest-100k-postgis", what, asked.ours, scaled, goal=30)


def ask(plots: Any, layers: list[Any]) -> list[Any]:
    """Everything a caller pays for: plots packed once, a tree for each layer, the search."""
    packed = PackedPlots.of(plots)
    return [LayerIndex.of(layer).nearest(packed, way="compiled") for layer in layers]


def stream() -> None:
    """A million plots, a chunk at a time, to layers indexed once."""
    layers = [LayerIndex.of(worlds.layer(name).geometry.to_numpy()) for name in worlds.NAMES]
    for chunk in range(MILLION // PLOTS):
        packed = PackedPlots.of(worlds.plots(PLOTS, seed=10 + chunk).geometry.to_numpy())
        found = [layer.nearest(packed, way="compiled") for layer in layers]
        assert np.isfinite([one.metres[0] for one in found]).all()
        assert shapely.is_valid(packed.shapes[0])
