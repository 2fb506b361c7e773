"""A park of many small plots, in which a batch can be run, stopped and compared."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import world

from siteplan.batch.job import Job, Outcome
from siteplan.batch.running import run

ROWS = 4
CONSTRAINTS = [
    {
        "name": "room",
        "measure": {"kind": "distance", "layer": "wetland"},
        "unit": "m",
        "at_least": 150,
    }
]


def plots(count: int = 18, *, within: tuple[float, float] = (-500, 900), seed: int = 1) -> gpd.GeoDataFrame:
    """Squares of all sizes around the world by eye; every fifth without a known amount."""
    random = np.random.default_rng(seed)
    corners = random.uniform(*within, (count, 2))
    sides = random.uniform(10, 90, count)
    ids = [f"p{number}" for number in range(count)]
    power = np.where(np.arange(count) % 5 == 0, np.nan, np.round(random.uniform(0, 40, count), 1))
    shapes = {one: world.square(x, y, side) for one, (x, y), side in zip(ids, corners, sides, strict=True)}
    kinds = pd.array(["paved", "gravel", None] * count, dtype="str")[:count]
    return world.table(shapes, "plot", name=ids, free_power=power, road_class=kinds)


def park(folder: Path, frame: gpd.GeoDataFrame | None = None, **changes: Any) -> Path:
    """The park's files; its plots in the middle of nothing else."""
    frame = plots() if frame is None else frame
    return world.write_park(folder / "park", "parquet", plots=frame, **changes)


def job(folder: Path, out: str = "out", **changes: Any) -> Job:
    """A batch of the park in a folder, whose files are made when they are not there."""
    catalogue, plan = folder / "park" / "park.toml", folder / "plan" / "plan.toml"
    if not catalogue.exists():
        park(folder)
    if not plan.exists():
        world.write_plan(plan.parent, constraints=CONSTRAINTS)
    return Job(**{"plan": plan, "park": catalogue, "out": folder / out, "rows": ROWS, **changes})


def ran(asked: Job, *, parts: int | None = None) -> Outcome:
    """Run a batch, and ask it to stop after some parts."""
    told: list[dict[str, Any]] = []
    enough = 10**9 if parts is None else parts
    return run(asked, tell=told.append, stop=lambda: sum(one["event"] == "part" for one in told) >= enough)


def result(out: Path) -> dict[str, str]:
    """Digests of everything that is the result."""
    files = [*sorted((out / "parts").glob("*")), *sorted((out / "quarantine").glob("*"))]
    files += [out / "ranking.parquet", out / "summary.json"]
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
