"""The surface a route is searched on: what each cell costs, what it resists, what bars it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan import rasters
from siteplan.connect import slopes
from siteplan.connect.burning import Drawn, burned, draw, problems
from siteplan.connect.lines import Grid
from siteplan.errors import CrsError, PlanError
from siteplan.rasters import Raster
from siteplan.surfaces import BYTES_PER_CELL, LEAST_FRICTION, Barrier, Crossing, Ground, Land

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Surface:
    """Terrain as numbers on a grid.

    Attributes
    ----------
    ground
        What the planner says.
    grid
        Where the cells lie, in the metric CRS of the layers.
    factor
        (rows, columns) what a metre costs, as a multiple of open ground: the billed C.
    resistance
        (rows, columns) what steers a route, per metre: C (1 + F), and what crossings add.
    barriers
        (rows, columns) one bit per entry of `ground.barriers`, set where it bars the cell.
    drawn
        The features of every entry that reach into the grid.
    burned
        One row per entry: `place`, `layer`, `title`, `kind`, `rank`, `selected` (features that are
        meant), `inside` (those that reach into the grid), `cells` taken.
    no_slope
        (rows, columns) cells without a known slope although slope counts; they cost what level ground
        costs. None where there are no such cells.
    """

    ground: Ground
    grid: Grid
    factor: NDArray[np.float64]
    resistance: NDArray[np.float64]
    barriers: NDArray[np.unsignedinteger]
    drawn: tuple[Drawn, ...]
    burned: pd.DataFrame
    no_slope: NDArray[np.bool_] | None

    @property
    def without_slope(self) -> int:
        """How many cells have no known slope although slope counts."""
        return 0 if self.no_slope is None else int(self.no_slope.sum())

    def barred(self, given_up: int) -> int:
        """Return the bits of barriers that still stand when ranks 1 to `given_up` are given up."""
        return sum(
            1 << bit for bit, barrier in enumerate(self.ground.barriers) if not 0 < barrier.rank <= given_up
        )

    @property
    def hard(self) -> int:
        """The bits of hard barriers."""
        return sum(1 << bit for bit, barrier in enumerate(self.ground.barriers) if barrier.rank == 0)

    def standing(self, bits: int) -> NDArray[np.bool_]:
        """Return which cells are barred by barriers of these bits, (rows, columns)."""
        return np.asarray(self.barriers & self.barriers.dtype.type(bits), dtype=bool)


def build(
    ground: Ground,
    layers: Mapping[str, gpd.GeoDataFrame],
    bounds: Bounds,
    *,
    cell: float | None = None,
    dem: Raster | None = None,
) -> Surface:
    """Lay layers and slope onto one grid.

    Parameters
    ----------
    ground
        What ground costs and where no route may go.
    layers
        Layers by name in one metric CRS, indexed by identifier; more than `ground` uses is fine.
    bounds
        West, south, east, north of the surface, metres; rounded outwards to whole cells. Features
        outside count as far as they reach in.
    cell
        Side of a cell, metres, where `ground` leaves it open.
    dem
        Heights in any projected CRS; needed for slope. Without them slope is left out.

    Raises
    ------
    PlanError
        If `ground` names a layer or column that is not there (all of them at once), no cell is
        given, or the surface has more than `ground.most_cells`.
    CrsError
        If layers are in two reference systems.

    Examples
    --------
    >>> import shapely
    >>> wet = gpd.GeoDataFrame({"name": ["Bog"]}, geometry=[shapely.box(0, 0, 20, 20)], index=["w1"])
    >>> ground = Ground.from_dict({"cell": 10, "land": [{"layer": "wet", "times": 3, "friction": 1}]})
    >>> surface = build(ground, {"wet": wet}, (0, 0, 40, 20))
    >>> surface.factor.tolist(), surface.resistance[0].tolist()
    ([[3.0, 3.0, 1.0, 1.0], [3.0, 3.0, 1.0, 1.0]], [6.0, 6.0, 1.0, 1.0])
    """
    refuse(ground, layers)
    if (side := ground.cell or cell) is None:
        raise PlanError("the surface has no cell; state cell in metres, or let `around` choose it from plots")
    grid = Grid.over(bounds, side)
    if grid.rows * grid.columns > ground.most_cells:
        raise PlanError(
            f"the surface has {grid.rows * grid.columns:,} cells of {side:g} m, more than most_cells "
            f"{ground.most_cells:,}; let `around` cut it into windows, give a larger cell or more most_cells "
            f"({grid.rows * grid.columns * BYTES_PER_CELL / 1e9:.1f} GB of memory)"
        )
    slope = rasters.slope(dem) if dem is not None and ground.slope else None
    return laid(ground, layers, grid, slope, _crs(layers))


def refuse(ground: Ground, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Refuse layers that lack what the planner names, every problem at once."""
    if found := problems(ground, layers):
        raise PlanError("the surface does not fit these layers", found)
    refuse_two_systems({name: layers[name] for name in ground.layers})


def refuse_two_systems(tables: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Refuse tables in different reference systems; one without is taken to be in that of the others."""
    known = {name: table.crs for name, table in tables.items() if table.crs is not None}
    first = next(iter(known), "")
    if other := [name for name, crs in known.items() if crs != known[first]]:
        raise CrsError(
            f"{first} is in {known[first].name}, {other[0]} in {known[other[0]].name}; "
            "project every table to the metric CRS first"
        )


def _crs(layers: Mapping[str, gpd.GeoDataFrame]) -> str:
    known = [layer.crs for layer in layers.values() if layer.crs is not None]
    return str(known[0].to_wkt()) if known else ""


def laid(
    ground: Ground, layers: Mapping[str, gpd.GeoDataFrame], grid: Grid, slope: Raster | None, crs: str
) -> Surface:
    """Lay checked layers and a slope in percent onto one grid."""
    drawn = tuple(draw(ground, layers, grid))
    factor, no_slope = _sloped(ground, grid, slope, crs)
    friction = np.zeros(grid.shape)
    extra = np.zeros(grid.shape)
    barriers = np.zeros(grid.shape, dtype=_bits(len(ground.barriers)))
    bit, taken = 0, []
    for one in drawn:
        flat, weight = burned(one, grid)
        taken.append(len(flat))
        match one.entry:
            case Land(times=times, friction=share):
                factor.ravel()[flat] *= times
                friction.ravel()[flat] += share
            case Crossing(metres=metres):
                extra.ravel()[flat] += weight * (metres / grid.cell)
            case Barrier():
                barriers.ravel()[flat] |= barriers.dtype.type(1 << bit)
                bit += 1
    resistance = np.maximum(friction, LEAST_FRICTION, out=friction)
    resistance += 1.0
    resistance *= factor
    resistance += extra
    return Surface(ground, grid, factor, resistance, barriers, drawn, _table(drawn, taken), no_slope)


def _bits(barriers: int) -> type[np.unsignedinteger]:
    return np.uint8 if barriers <= 8 else np.uint16 if barriers <= 16 else np.uint32


def _sloped(
    ground: Ground, grid: Grid, slope: Raster | None, crs: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """The cost factor of slope, and the cells without a known slope."""
    if not ground.slope:
        return np.ones(grid.shape), None
    if slope is None:
        return np.ones(grid.shape), np.ones(grid.shape, dtype=bool)
    steep = slopes.onto(slope, grid, crs)
    unknown = np.isnan(steep)
    factor = np.interp(steep, *np.array(ground.slope).T)
    factor[unknown] = 1.0
    return factor, unknown if unknown.any() else None


def _table(drawn: tuple[Drawn, ...], taken: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place": [one.place for one in drawn],
            "layer": [one.entry.layer for one in drawn],
            "title": [one.entry.label for one in drawn],
            "kind": [type(one.entry).__name__.lower() for one in drawn],
            "rank": pd.array(
                [one.entry.rank if isinstance(one.entry, Barrier) else None for one in drawn], dtype="Int64"
            ),
            "selected": [one.selected for one in drawn],
            "inside": [len(one.shapes) for one in drawn],
            "cells": taken,
        }
    )


def notes(burned: pd.DataFrame, without_slope: int, cells: int) -> tuple[str, ...]:
    """Return what a reader should know: entries without a feature here, cells without a slope.

    Parameters
    ----------
    burned
        Tables of one surface or of several windows, one after another.
    without_slope, cells
        Numbers of cells.
    """
    told = [f"no slope is known for {without_slope:,} of {cells:,} cells; they cost what level ground costs"]
    for place, rows in burned.groupby("place", sort=False):
        if not rows["cells"].sum():
            first = rows.iloc[0]
            told.append(
                f"{place}: no feature of {first['title']!r} takes a cell of the surface "
                f"({first['selected']} are meant, {rows['inside'].sum()} reach into it)"
            )
    return tuple(told if without_slope else told[1:])
