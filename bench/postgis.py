"""PostGIS as a peer: the nearest of a layer's pieces to each plot, down a GiST index, exact distances."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from bench import server
from bench.timing import installed, seconds, turns

# As much as one would give it: every core, whatever the planner thinks of so small a table.
_GENEROUS = ("min_parallel_table_scan_size=0", "parallel_setup_cost=0", "parallel_tuple_cost=0", "jit=off")

# Lines are cut into segments, areas into pieces of at most 16 vertices that cover the same ground.
PIECES = """
CREATE TABLE pieces AS
    SELECT feature, (ST_DumpSegments(geom)).geom FROM layer WHERE ST_Dimension(geom) = 1
    UNION ALL SELECT feature, geom FROM layer WHERE ST_Dimension(geom) = 0
    UNION ALL SELECT feature, ST_Subdivide(geom, 16) FROM layer WHERE ST_Dimension(geom) = 2;
CREATE INDEX ON pieces USING gist (geom);
"""

# What one writes. PostgreSQL takes a LIMIT inside a join as unsafe for workers, so one core does it all ...
_LATERAL = """
SELECT plots.feature, nearest.metres FROM plots CROSS JOIN LATERAL (
    SELECT pieces.geom <-> plots.geom AS metres FROM pieces ORDER BY pieces.geom <-> plots.geom LIMIT 1
) AS nearest
"""

# ... unless it is hidden in a function that is declared safe.
_FUNCTION = """
CREATE OR REPLACE FUNCTION nearest(plot geometry) RETURNS float8 LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN RETURN (SELECT pieces.geom <-> plot FROM pieces ORDER BY pieces.geom <-> plot LIMIT 1); END $$
"""
_IN_PARALLEL = "SELECT feature, nearest(geom) FROM plots"


class Asked(NamedTuple):
    """What came of it, for all layers together.

    Attributes
    ----------
    loading, indexing
        Seconds.
    ours, joined, in_parallel
        Seconds of ours and of the two ways to ask, medians.
    metres
        (layers, plots).
    """

    loading: float
    indexing: float
    ours: float
    joined: float
    in_parallel: float
    metres: NDArray[np.float64]


def found() -> bool:
    """Return whether PostGIS and the way to it are there; say so where they are not."""
    if server.programs() is None:
        print(f"{server.ABSENT}: PostGIS left out", file=sys.stderr)
        return False
    return installed("psycopg")


def nearest(
    plots: gpd.GeoSeries, layers: Sequence[gpd.GeoSeries], asks: Sequence[Callable[[], object]]
) -> Asked:
    """Load plots and one layer after another, and ask both ways, in turns with the layer's own of `asks`."""
    spent = {"loading": 0.0, "indexing": 0.0, "ours": 0.0, "joined": 0.0, "in_parallel": 0.0}
    metres = np.full((len(layers), len(plots)), np.nan)
    with connected() as base:
        spent["loading"] += seconds(partial(load, base, "plots", plots))
        for row, (layer, ours) in enumerate(zip(layers, asks, strict=True)):
            spent["loading"] += seconds(partial(load, base, "layer", layer))
            base.execute("DROP TABLE IF EXISTS pieces")
            spent["indexing"] += seconds(partial(base.execute, PIECES))
            base.execute(f"ANALYZE pieces; {_FUNCTION}")
            mine, theirs = turns(
                ours,
                {
                    "joined": lambda: base.execute(_LATERAL).fetchall(),
                    "in_parallel": lambda: base.execute(_IN_PARALLEL).fetchall(),
                },
            )
            for way, taken in {"ours": mine, **theirs}.items():
                spent[way] += taken
            plot, near = np.array(base.execute(_IN_PARALLEL).fetchall()).T
            metres[row, plot.astype(int)] = near
    return Asked(metres=metres, **spent)


@contextmanager
def connected() -> Iterator[Any]:
    """A connection to a server of our own that has PostGIS and may use every core."""
    import psycopg

    workers = f"max_parallel_workers_per_gather={os.cpu_count()}"
    with (
        server.running("shared_buffers=512MB", workers, *_GENEROUS) as (folder, port),
        psycopg.connect(host=folder, port=port, user="postgres", dbname="postgres", autocommit=True) as base,
    ):
        base.execute("CREATE EXTENSION postgis")
        yield base


def load(base: Any, table: str, shapes: gpd.GeoSeries) -> None:
    """Copy shapes into a table of their own, numbered from 0."""
    base.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (feature int, geom geometry)")
    with base.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in enumerate(shapely.to_wkb(shapes.to_numpy(), hex=True)):
            copy.write_row(row)
    base.execute(f"ANALYZE {table}")
