"""Zones of 50 000 features taken from 100 000 plots: ours against geopandas' overlay and PostGIS."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bench import rectangles, server, worlds
from bench.timing import installed, peak_mib, row, seconds, turns
from siteplan.land import widening
from siteplan.land.net import net
from siteplan.land.remaining import net_area, remaining

PLOTS = 100_000
SAMPLE = 10_000
FEATURES = 50_000
WIDTHS = (8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0)
SHORT = ("water", "sewer", "road", "substation", "gas_station", "protected")
AGREE = 1e-5

_ZONES = """
CREATE TABLE zones AS SELECT ST_Buffer(geom, metres, 'quad_segs=' || quarter) AS geom FROM features;
CREATE INDEX ON zones USING gist (geom);
ANALYZE zones;
"""
_DIFFERENCE = """
SELECT sum(ST_Area(coalesce(ST_Difference(plots.geom, taken.geom), plots.geom))) AS area FROM plots
CROSS JOIN LATERAL (
    SELECT ST_Union(zones.geom) AS geom FROM zones WHERE ST_Intersects(zones.geom, plots.geom)
) AS taken
"""


def measure() -> list[dict[str, Any]]:
    """Time the shapes that are left, their areas alone, and the whole account of causes."""
    plots = worlds.plots(PLOTS)[["geometry"]]
    some = plots.sample(SAMPLE, random_state=1)
    short, long = zones(SHORT), zones(worlds.NAMES)
    ours, _ = turns(lambda: remaining(plots, short), {}, repeat=5)
    areas, _ = turns(lambda: net_area(plots, short), {}, repeat=5)
    causes, _ = turns(lambda: net(plots, short), {})
    buffers = buffered(short)
    whole = seconds(partial(overlay, plots, buffers, remaining(plots, short)))
    longer, _ = turns(lambda: remaining(plots, long), {})
    sampled = seconds(partial(overlay, some, buffered(long), remaining(some, long))) * PLOTS / SAMPLE
    size = f"zones of {FEATURES} features, 8 to 50 m wide, taken from {PLOTS} plots"
    return [
        row(
            "land-net-overlay",
            f"{size}: short lines, points and polygons, the land that is left; geopandas on ready buffers",
            ours,
            {"geopandas": whole},
            goal=8,
            peak=peak_mib("bench.land", "lean"),
        ),
        row(
            "land-net-causes",
            "the same with what each cause took, alone and in its turn; geopandas without causes",
            causes,
            {"geopandas": whole},
            goal=5,
            peak=peak_mib("bench.land", "full"),
        ),
        row(
            "land-net-long",
            f"{size}, power lines, pipelines and railways among them; geopandas on {SAMPLE} of the plots, "
            "once, scaled up",
            longer,
            {"geopandas": sampled},
            goal=8,
        ),
        row(
            "land-net-postgis",
            f"{size}: as the first, the areas alone; PostGIS widens, unites and cuts {SAMPLE} of the plots "
            "and measures them, once, the cutting scaled up",
            areas,
            postgis(some, short),
            goal=30,
            peak=peak_mib("bench.land", "bare"),
        ),
        *rectangles.measure(),
    ]


def zones(names: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Zones around the features of layers, each layer a cause; masts make up the number."""
    random = np.random.default_rng(5)
    tables = []
    for name in [name for name in names if name != "telecom"] + ["telecom"]:
        shapes = worlds.layer(name).geometry.to_numpy()[: FEATURES - sum(map(len, tables))]
        metres = np.zeros(len(shapes)) if name == "protected" else random.choice(WIDTHS, len(shapes))
        feature = pd.Series(range(len(shapes))).astype("str")
        columns = {"cause": name, "title": name, "severity": "exclusion", "layer": name, "feature": feature}
        tables.append(gpd.GeoDataFrame({**columns, "metres": metres}, geometry=shapes, crs=worlds.CRS))
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True))


def quarter(metres: Any) -> Any:
    """Chords of a quarter circle that leave it by no more than ours do."""
    return np.ceil(np.pi / 2 / widening.step(metres)).astype(int)


def buffered(cast: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Whole features widened, for a peer."""
    metres = cast["metres"].to_numpy()
    given, shapes = cast.geometry.to_numpy(), np.empty(len(cast), dtype=object)
    for width in np.unique(metres):
        some = metres == width
        shapes[some] = shapely.buffer(given[some], width, quad_segs=int(quarter(width)))
    return gpd.GeoDataFrame(geometry=shapes, crs=cast.crs)


def overlay(plots: gpd.GeoDataFrame, buffers: gpd.GeoDataFrame, ours: gpd.GeoSeries) -> None:
    """What one writes with geopandas; it must come to what ours came to."""
    found = gpd.overlay(plots, buffers, how="difference").area.sum()
    assert abs(found / ours.area.sum() - 1) < AGREE


def postgis(plots: gpd.GeoDataFrame, cast: gpd.GeoDataFrame) -> dict[str, float]:
    """Seconds of PostGIS, the query scaled up to all plots; nothing where it is not there."""
    if server.programs() is None:
        print(f"{server.ABSENT}: PostGIS left out", file=sys.stderr)
        return {}
    if not installed("psycopg"):
        return {}
    import psycopg

    cores = f"max_parallel_workers_per_gather={os.cpu_count()}"
    generous = ("min_parallel_table_scan_size=0", "parallel_setup_cost=0", "parallel_tuple_cost=0", "jit=off")
    with (
        server.running("shared_buffers=512MB", cores, *generous) as (folder, port),
        psycopg.connect(host=folder, port=port, user="postgres", dbname="postgres", autocommit=True) as base,
    ):
        base.execute("CREATE EXTENSION postgis; CREATE TABLE plots (geom geometry)")
        base.execute("CREATE TABLE features (geom geometry, metres float8, quarter int)")
        with base.cursor().copy("COPY plots FROM STDIN") as copy:
            for shape in plots.geometry.to_wkb(hex=True):
                copy.write_row([shape])
        metres = cast["metres"]
        with base.cursor().copy("COPY features FROM STDIN") as copy:
            for one in zip(cast.geometry.to_wkb(hex=True), metres, quarter(metres), strict=True):
                copy.write_row(one)
        base.execute("ANALYZE plots; ANALYZE features")
        widened = seconds(partial(base.execute, _ZONES))
        cutting = seconds(partial(base.execute, f"CREATE TABLE found AS {_DIFFERENCE}"))
        base.execute("SET max_parallel_workers_per_gather = 0")
        alone = seconds(partial(base.execute, _DIFFERENCE))
        (area,) = base.execute("SELECT area FROM found").fetchone()
    assert abs(area / net_area(plots, cast, way="compiled").sum() - 1) < AGREE
    times = PLOTS / SAMPLE
    return {"PostGIS, one core": widened + alone * times, "PostGIS, all": widened + cutting * times}


def lean() -> None:
    """Make the land that is left."""
    assert remaining(worlds.plots(PLOTS), zones(SHORT)).area.sum() > 0


def bare() -> None:
    """Measure the land that is left."""
    assert net_area(worlds.plots(PLOTS), zones(SHORT)).sum() > 0


def full() -> None:
    """The whole account."""
    assert len(net(worlds.plots(PLOTS), zones(SHORT)).losses)
