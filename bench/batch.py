"""A whole batch: GeoParquet in, ten distances and net area, GeoParquet out, against geopandas and PostGIS.

The same job in plain geopandas is `sjoin_nearest` layer by layer, `overlay` with buffers, a weighted
sum and `to_parquet`, on the same 100,000 plots, once: a sample scaled up would count the fixed costs of
`overlay` many times over. In PostGIS it is one query, whose scores must be ours.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench import postgis, sql, timing, worlds

WIDTHS = {"power_hv": 10.0, "gas": 20.0, "rail": 50.0, "road": 10.0}
"""Metres that lines of a layer keep clear on either side."""

SIZES = (10_000, 100_000, 1_000_000)
_PEERS = 100_000
_AGREE = 1e-5
_PIECE = 100_000
_WORST = 5_000.0


def measure() -> list[dict[str, Any]]:
    """Rows of the benchmark: growth from 10 k to 1 M plots, the peer at 100 k, Dask at 100 k and 1 M."""
    rows, spent = [], {}
    with tempfile.TemporaryDirectory(prefix="siteplan-bench-") as name:
        folder = Path(name)
        write_around(folder)
        write_plots(folder / "plots-1000.parquet", 1_000)
        ran(folder, 1_000)  # kernels are compiled once, and kept
        for size in SIZES:
            write_plots(folder / f"plots-{size}.parquet", size)
            spent[size], peak = alone(folder, size)
            if size == _PEERS:
                rows.append(_against_sql(folder, size, spent[size]))
            peers = {"geopandas": geopandas_seconds(size)} if size == _PEERS else {}
            what = f"{size:,} plots: read, ten distances, net area, sum, rank, write"
            goal = 25.0 if peers else None
            rows.append(timing.row(f"batch-{size}", what, spent[size], peers, goal=goal, peak=peak))
        what = "1,000,000 plots, held to ten times 100,000: at most 1.1 times as long for each"
        peers = {"10 x 100,000": 10 * spent[100_000]}
        rows.append(timing.row("batch-growth", what, spent[1_000_000], peers, goal=1 / 1.1))
        for size in SIZES[1:]:
            dask, _ = alone(folder, size, "dask")
            what = f"{size:,} plots on two Dask workers, held to the same in one process"
            row = timing.row(f"batch-dask-{size}", what, dask, {"threads": spent[size]}, goal=1 / 1.15)
            rows.append(row)
    return rows


def write_around(folder: Path) -> None:
    """Write the layers, the catalogue and the plan."""
    layers: dict[str, dict[str, str]] = {}
    for name in worlds.NAMES:
        worlds.layer(name).reset_index().to_parquet(folder / f"{name}.parquet")
        layers[name] = {"file": f"{name}.parquet", "id": "feature", "name": "name", "role": "other"}
    head = 'name = "bench"\ntitle = "Bench"\nregion = [120.0, 48.0, 133.0, 55.0]\n'
    plots = '[plots]\nfile = "plots.parquet"\nid = "plot"\nname = "name"\norigin = "synthetic"\n'
    tables = [
        f"[layers.{name}]\n" + "".join(f"{key} = {json.dumps(cell)}\n" for key, cell in entry.items())
        for name, entry in layers.items()
    ]
    (folder / "park.toml").write_text(head + plots + "".join(tables), encoding="utf-8")
    (folder / "norms.toml").write_text(_norms(), encoding="utf-8")
    (folder / "plan.toml").write_text(_plan(), encoding="utf-8")


def _plan() -> str:
    distance = (
        '[[criteria]]\nname = "{0}"\nunit = "m"\nweight = 1\nmeasure = {{kind = "distance", layer = "{0}"}}\n'
    )
    worth = f'value = {{shape = "linear", best = 0, worst = {_WORST}}}\n'
    text = 'name = "bench"\nmetric_crs = "EPSG:32652"\nnorms = "norms.toml"\n'
    text += "".join(distance.format(name) + worth for name in worlds.NAMES)
    text += '[[criteria]]\nname = "net"\nunit = "ha"\nweight = 2\nmeasure = {kind = "net_area"}\n'
    text += 'value = {shape = "linear", best = 5, worst = 0}\n'
    return text + "".join(f'[[land.zones]]\nlayer = "{name}"\nobject = "{name}"\n' for name in WIDTHS)


def _norms() -> str:
    stated = 'source = "bench"\nas_of = 2026-01-01\nconfidence = "low"\nstatus = "assumed"\nact = "none"\n'
    return 'title = "Bench"\n' + "".join(
        f'[[rules]]\nname = "{name}"\ntitle = "{name}"\nobject = "{name}"\nseverity = "exclusion"\n'
        f'measured_from = "axis"\nwidths = [{{metres = {metres}}}]\n{stated}'
        for name, metres in WIDTHS.items()
    )


def write_plots(path: Path, count: int) -> None:
    """Write plots in pieces, so that any number fits into memory."""
    writer = None
    for start in range(0, count, _PIECE):
        some = worlds.plots(min(_PIECE, count - start), seed=start + 1).reset_index()
        some["plot"] = some["name"] = [f"p{start + row}" for row in range(len(some))]
        piece = path.with_name("piece.parquet")
        some.to_parquet(piece)
        table: pa.Table = pq.read_table(piece)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table.replace_schema_metadata(writer.schema.metadata))
        piece.unlink()
    if writer is not None:
        writer.close()


def ran(folder: Path, size: int, engine: str = "threads") -> None:
    """Score plots of a size into a new folder."""
    from siteplan.batch.job import Job
    from siteplan.batch.running import run

    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    job = Job(
        folder / "plan.toml", folder / "park.toml", out, folder / f"plots-{size}.parquet", engine=engine
    )  # type: ignore[arg-type]
    outcome = run(job, tell=lambda _: None, stop=lambda: False)
    if outcome.summary is None:
        raise RuntimeError("\n".join(outcome.problems))


def alone(folder: Path, size: int, engine: str = "threads") -> tuple[float, float]:
    """Score in a process of its own: seconds of the run itself, and the most memory it took, MiB."""
    import subprocess

    command = [sys.executable, "-m", "bench.batch", str(folder), str(size), engine]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent
    )
    spent, peak = map(float, done.stdout.split()[-2:])
    return spent, peak


def geopandas_seconds(size: int) -> float:
    """The same job in plain geopandas, done once; buffers are ready and cost nothing."""
    plots = worlds.plots(size)
    layers = {name: worlds.layer(name) for name in worlds.NAMES}
    buffers = [layers[name].geometry.buffer(metres) for name, metres in WIDTHS.items()]
    taken = gpd.GeoDataFrame(geometry=np.concatenate([one.to_numpy() for one in buffers]), crs=worlds.CRS)

    def job() -> None:
        score = np.zeros(len(plots))
        for layer in layers.values():
            near = gpd.sjoin_nearest(plots[["geometry"]], layer[["geometry"]], distance_col="metres")
            metres = near.groupby(level=0)["metres"].min().reindex(plots.index)
            score += (1 - metres / _WORST).clip(0, 1).to_numpy()
        left = gpd.overlay(plots.reset_index(drop=True), taken, how="difference", keep_geom_type=True)
        score += left.area.sum() * 0
        with tempfile.TemporaryDirectory() as folder:
            plots.assign(score=score).to_parquet(Path(folder) / "scores.parquet")

    return timing.seconds(job)


def _against_sql(folder: Path, size: int, ours: float) -> dict[str, Any]:
    what = f"{size:,} plots: the same as one query of PostGIS on all cores, layers and zones ready, once"
    return timing.row("batch-postgis", what, ours, in_sql(folder, size) if postgis.found() else {}, goal=None)


def in_sql(folder: Path, size: int) -> dict[str, float]:
    """Seconds of the same job in PostGIS, done once."""
    layers = {name: worlds.layer(name).geometry for name in worlds.NAMES}
    spent, scores = sql.batch(folder / f"plots-{size}.parquet", layers, WIDTHS, _WORST)
    ours = pq.read_table(folder / "out" / "ranking.parquet").to_pandas()["score"]
    assert abs(scores.sum() / ours.sum() - 1) < _AGREE
    return {"PostGIS": spent}


if __name__ == "__main__":
    begun = timing.seconds(lambda: ran(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
    print(begun, timing.own_peak())
