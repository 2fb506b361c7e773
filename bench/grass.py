"""GRASS's r.cost as a peer, where `grass` is on the path; its manual pages name the options."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio


def found() -> bool:
    """Return whether GRASS is there; say so where it is not."""
    there = shutil.which("grass") is not None
    if not there:
        print("grass is not on the path: r.cost left out", file=sys.stderr)
    return there


def r_cost(ground: Any, sources: Any, folder: Path) -> Callable[[], None]:
    """Load a grid and its sources into a project of their own; return the pass, which leaves cost.tif.

    Ground that is NaN is null in GRASS, and null cells are passed by nothing, as in ours.
    """
    starts = np.full(ground.shape, np.nan)
    starts.ravel()[sources] = 1
    for name, values in (("ground", ground), ("starts", starts)):
        rows, columns = values.shape
        place = rasterio.transform.from_origin(0, rows, 1, 1)
        shape = {"height": rows, "width": columns, "count": 1, "dtype": values.dtype, "nodata": np.nan}
        with rasterio.open(folder / f"{name}.tif", "w", crs="EPSG:32652", transform=place, **shape) as file:
            file.write(values, 1)
    project = folder / "project"
    _run("-c", folder / "ground.tif", project, "-e")
    for name in ("ground", "starts"):
        _run(project / "PERMANENT", "--exec", "r.in.gdal", f"input={folder / name}.tif", f"output={name}")
    _run(project / "PERMANENT", "--exec", "g.region", "raster=ground")
    names = ("input=ground", "start_raster=starts", "output=cost", "memory=4000", "--overwrite")
    return lambda: _run(project / "PERMANENT", "--exec", "r.cost", *names)


def cost(folder: Path) -> Any:
    """Return what the last pass found, NaN where nothing reaches."""
    _run(folder / "project/PERMANENT", "--exec", "r.out.gdal", "input=cost", f"output={folder / 'cost.tif'}")
    with rasterio.open(folder / "cost.tif") as file:
        return file.read(1)


def _run(*arguments: str | Path) -> None:
    program = shutil.which("grass") or "grass"
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)
