"""Least accumulated cost over a grid: ours against scikit-image, xarray-spatial and GRASS."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from bench import grass
from bench.timing import installed, row, turns
from siteplan.kernels.leastcost import Spread, spread, trace

SIDES = (2000, 6000)
ROUTES = 10_000


def measure() -> list[dict[str, Any]]:
    """Time one pass from many sources, the growth to nine times the cells, and tracing."""
    grid, sources = world(SIDES[0])
    peers: dict[str, Any] = {}
    if installed("skimage"):
        peers["scikit-image"] = lambda: _skimage(grid, sources)
    if installed("xrspatial"):
        peers["xarray-spatial"] = _xrspatial(grid, sources)
    with tempfile.TemporaryDirectory() as folder:
        if grass.found():
            peers["grass"] = grass.r_cost(grid, sources, Path(folder))
        ours, spent = turns(lambda: spread(grid, sources), peers)
        if "grass" in peers:
            _same(spread(grid, sources), grass.cost(Path(folder)))
    what = "2000 x 2000 cells, resistance 1 to 10, 8 % impassable, three lines as sources"
    notes = {"grass": "; r.cost in a session of its own (0.2 s), grid loaded before"}
    goals = {"scikit-image": 8, "xarray-spatial": 3, "grass": None}
    rows = [
        row(f"terrain-2000-{name}", f"{what}{notes.get(name, '')}", ours, {name: taken}, goal=goals[name])
        for name, taken in spent.items()
    ]
    large, starts = world(SIDES[1])
    grown, _ = turns(lambda: spread(large, starts), {}, repeat=2)
    growth = "6000 x 6000 cells, nine times as many; the peer is 14 times our time for 2000 x 2000"
    rows.append(row("terrain-6000-growth", growth, grown, {"14x ours": 14 * ours}, goal=1))
    found = spread(grid, sources)
    traced, _ = turns(lambda: _traced(found), {})
    routes = f"{ROUTES} routes traced after one pass; the peer is the pass alone"
    rows.append(row("terrain-routes-10k", routes, ours + traced, {"pass": ours}, goal=0.5))
    return rows


def world(side: int) -> tuple[Any, Any]:
    """Random ground with holes, and lines of sources across it."""
    random = np.random.default_rng(7)
    grid = random.uniform(1, 10, (side, side))
    grid[random.random((side, side)) < 0.08] = np.nan
    rows = np.array([side // 5, side // 2, 4 * side // 5])
    sources = (rows[:, None] * side + np.arange(side // 4, 3 * side // 4)).ravel()
    return grid, sources[np.isfinite(grid.ravel()[sources])]


def _same(ours: Spread, theirs: Any) -> None:
    """Hold ours to GRASS's costs: the steps are the same, from mean to mean."""
    reached = np.isfinite(ours.cost)
    assert (np.isfinite(theirs) == reached).all()
    assert np.allclose(ours.cost[reached], theirs[reached])


def _traced(found: Spread) -> Any:
    ends = np.random.default_rng(8).choice(np.flatnonzero(np.isfinite(found.cost)), ROUTES)
    return trace(found.came_from, ends)


def _skimage(grid: Any, sources: Any) -> Any:
    from skimage.graph import MCP_Geometric

    costs = np.where(np.isfinite(grid), grid, -1.0)
    return MCP_Geometric(costs).find_costs(np.column_stack(np.unravel_index(sources, grid.shape)))


def _xrspatial(grid: Any, sources: Any) -> Any:
    import xarray as xr

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from xrspatial import cost_distance

    starts = np.zeros(grid.shape)
    starts.ravel()[sources] = 1
    axes = {"y": np.arange(len(grid))[::-1].astype(float), "x": np.arange(len(grid)).astype(float)}
    raster, friction = (xr.DataArray(one, dims=("y", "x"), coords=axes) for one in (starts, grid))
    return lambda: cost_distance(raster, friction).values
