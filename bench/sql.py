"""A whole batch in PostGIS: GeoParquet in, one query for distances, net area, sum and rank, and out again.

Layers are loaded, cut and indexed before, and zones are ready; the query runs on all cores.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from bench import postgis
from bench.timing import seconds

_ZONES = """
CREATE TABLE zones (geom geometry);
{0}
CREATE INDEX ON zones USING gist (geom);
ANALYZE zones;
"""
_TAKEN = "INSERT INTO zones SELECT ST_Buffer(geom, {1}) FROM pieces_{0};"
_NEAREST = """greatest(1 - (
    SELECT near.geom <-> plot FROM pieces_{0} AS near ORDER BY near.geom <-> plot LIMIT 1
) / {1}, 0)"""

# PostgreSQL takes a LIMIT inside a join as unsafe for workers, but a function may be declared safe.
_SCORE = """
CREATE FUNCTION score(plot geometry) RETURNS float8 LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE taken geometry := (SELECT ST_Union(geom) FROM zones WHERE ST_Intersects(geom, plot));
BEGIN RETURN ({0} + 2 * least(ST_Area(coalesce(ST_Difference(plot, taken), plot)) / 50000, 1)) / {1}; END $$
"""
_RANKED = """
CREATE TABLE scores AS SELECT feature, score, rank() OVER (ORDER BY score DESC) AS rank
FROM (SELECT feature, score(geom) AS score FROM plots) AS scored
"""


def batch(
    path: Path, layers: Mapping[str, gpd.GeoSeries], widths: Mapping[str, float], worst: float
) -> tuple[float, pd.Series]:
    """Score the plots of a file: seconds from file to file, and the scores.

    Parameters
    ----------
    path
        GeoParquet of plots.
    layers
        Ten or so, by name; the nearest of each is worth 1 at the plot and 0 from `worst` metres on.
    widths
        Metres that lines of a layer keep clear on either side.
    """
    with postgis.connected() as base, tempfile.TemporaryDirectory() as folder:
        for name, shapes in layers.items():
            postgis.load(base, "layer", shapes)
            base.execute(
                f"{postgis.PIECES}; ALTER TABLE pieces RENAME TO pieces_{name}; ANALYZE pieces_{name}"
            )
        base.execute(_ZONES.format("\n".join(_TAKEN.format(*pair) for pair in widths.items())))
        sums = " + ".join(_NEAREST.format(name, worst) for name in layers)
        base.execute(_SCORE.format(sums, len(layers) + 2))
        out = Path(folder) / "scores.parquet"
        spent = seconds(partial(_through, base, path, out))
        return spent, pd.read_parquet(out)["score"]


def _through(base: Any, path: Path, out: Path) -> None:
    plots = gpd.read_parquet(path)
    postgis.load(base, "plots", plots.geometry)
    base.execute(_RANKED)
    rows = base.execute("SELECT feature, score, rank FROM scores ORDER BY feature").fetchall()
    found = pd.DataFrame(rows, columns=["feature", "score", "rank"])
    plots.assign(score=found["score"].to_numpy(), rank=found["rank"].to_numpy()).to_parquet(out)
