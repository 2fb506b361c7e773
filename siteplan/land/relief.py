"""Relief: how steep a plot is, and how much earth must be moved to build on it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import crs, rasters
from siteplan.errors import DataError
from siteplan.findings import Finding
from siteplan.land import centres
from siteplan.land.earthwork import Ground, gradients, mean
from siteplan.rasters import Raster
from siteplan.shapes import Shapes

Floats = NDArray[np.float64]

UNITS = {
    "cells": "1",
    "without_height": "share",
    "mean_slope": "%",
    "max_slope": "%",
    "height_range": "m",
    "pad_height": "m",
    "pad_cut": "m3",
    "pad_fill": "m3",
    "pad_per_ha": "m3/ha",
    "plane_slope": "%",
    "plane_cut": "m3",
    "plane_fill": "m3",
    "plane_per_ha": "m3/ha",
}
"""Columns of a relief table, and the units of their numbers."""


@dataclass(frozen=True, eq=False)
class Relief:
    """The relief of plots, and what stood against measuring it.

    Attributes
    ----------
    table
        On the index of the plots, in the columns of `UNITS`.
    findings
        Plots too small for the raster, or without heights; all of their identifiers.
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...]


def relief(
    plots: gpd.GeoDataFrame,
    dem: Raster,
    *,
    steepest: float,
    land: gpd.GeoSeries | None = None,
    least_cells: int = 9,
    most_unknown: float = 0.05,
) -> Relief:
    """Measure slope and earthwork of every plot on a raster of heights.

    Parameters
    ----------
    plots
        Polygons in a metric CRS; without one they are taken to be in that of the raster.
    dem
        Heights in metres on a north-up grid in a metric CRS.
    steepest
        Slope of the planned surface that is just allowed, percent.
    land
        What of each plot is to be built on, on the same index: net land, for example. All of the
        plot if not given. Land that is missing or empty has unknown relief.
    least_cells
        Cells that a plot must hold for its relief to be known.
    most_unknown
        Share of a plot's cells that may lack a height; its relief is unknown beyond that. Below, the
        cells with heights are measured and nothing is made up for the others.

    Returns
    -------
    relief
        In its table: `cells` whose centre lies on the land and the share of them `without_height`;
        mean and maximum slope of the ground (`rasters.slope`, where known) and its `height_range`;
        for a level pad and for the best-fitting plane of at most `steepest`: its height or its slope,
        the ground above it to cut, the hollows below it to fill, and the cut per hectare.

    Raises
    ------
    DataError
        If `steepest` is below 0, or `land` is not on the index of the plots.
    CrsError
        If the raster's CRS cannot measure.

    Notes
    -----
    Pad and plane go through the mean height, so that what is cut fills what is filled. That is an
    indicator to compare plots by: soil that swells, topsoil, embankments, edges and drainage, and so
    the least slope of a planned surface, are not in it.

    References
    ----------
    The slope of a planned surface is recalled to be 0.3 to 5 % on clay and at most 3 % on sand and
    permafrost (SP 18.13330; not checked against the act).

    Examples
    --------
    >>> ramp = np.tile(np.arange(5.0, 100.0, 10.0) / 10.0, (10, 1))  # 1 m up for every 10 m east
    >>> dem = Raster(ramp, (10.0, 0.0, 0.0, 0.0, -10.0, 100.0), "EPSG:32652")
    >>> plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["a"])
    >>> found = relief(plots, dem, steepest=5.0).table.loc["a"]
    >>> found[["mean_slope", "pad_height", "pad_cut", "plane_slope", "plane_cut"]].round(6).tolist()
    [10.0, 5.0, 12500.0, 5.0, 6250.0]
    """
    shapes = _shapes(plots, dem, land, steepest)
    dem = _cut(dem, shapes)
    slope = rasters.slope(dem)
    measured = [
        _measured(shapes[part], dem, slope, steepest / 100) for part in centres.chunks(shapes, dem.transform)
    ]
    table = pd.DataFrame(np.vstack(measured), index=plots.index, columns=list(UNITS))
    small = (table["cells"] < least_cells).to_numpy()
    blind = ~small & (table["without_height"] > most_unknown).to_numpy()
    table.loc[small | blind, list(UNITS)[2:]] = np.nan
    return Relief(table, tuple(_findings(table, dem, small, blind, least_cells, most_unknown)))


def _shapes(plots: gpd.GeoDataFrame, dem: Raster, land: gpd.GeoSeries | None, steepest: float) -> Shapes:
    """The land to be measured, in the CRS of the raster."""
    if not steepest >= 0:
        raise DataError(f"steepest is {steepest:g} %; give 0 or more")
    if land is not None and not land.index.equals(plots.index):
        raise DataError("land is not on the index of the plots; give one row for each plot, in their order")
    metric = crs.for_measuring(dem.crs)
    shapes = plots.geometry if land is None else land
    if shapes.crs is None:
        shapes = shapes.set_crs(plots.crs or metric)
    placed = crs.project(gpd.GeoDataFrame(geometry=shapes), metric)
    return np.asarray(placed.geometry.to_numpy(), dtype=object)


def _cut(dem: Raster, shapes: Shapes) -> Raster:
    """The part of a raster that the shapes need: theirs and a cell around, for the slope."""
    (width, height), (rows, columns) = dem.cell, dem.values.shape
    west, north = dem.transform[2], dem.transform[5]
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    edges = shapely.total_bounds(there) if len(there) else np.zeros(4)
    left, right = np.clip((edges[[0, 2]] - west) / width + [-1, 2], 0, columns).astype(int)
    top, bottom = np.clip((north - edges[[3, 1]]) / height + [-1, 2], 0, rows).astype(int)
    corner = (width, 0.0, west + float(left) * width, 0.0, -height, north - float(top) * height)
    return Raster(dem.values[top:bottom, left:right], corner, dem.crs, dem.name)


def _at(raster: Raster, cells: centres.Cells) -> Floats:
    """Values at cells; NaN beyond the raster."""
    rows, columns = raster.values.shape
    there = (cells.row >= 0) & (cells.row < rows) & (cells.column >= 0) & (cells.column < columns)
    values = np.full(len(there), np.nan)
    values[there] = raster.values[cells.row[there], cells.column[there]]
    return values


def _measured(shapes: Shapes, dem: Raster, slope: Raster, steepest: float) -> Floats:
    """The numbers of a relief table, one row for each shape."""
    cells = centres.covered(shapes, dem.transform)
    height = _at(dem, cells)
    known = ~np.isnan(height)
    steep = _at(slope, cells)
    count = np.bincount(cells.owner, minlength=len(shapes)).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        without = np.bincount(cells.owner[~known], minlength=len(shapes)) / count
    lows, highs = (_farthest(cells.owner, sign * height, len(shapes)) * sign for sign in (-1, 1))
    ground = Ground.of(cells, height, len(shapes), dem.cell)
    level = ground.earthwork(np.zeros((len(shapes), 2)))
    gradient = gradients(ground.moments, ground.tilts, steepest)
    return np.column_stack(
        [
            count,
            without,
            mean(cells.owner, steep, len(shapes)),
            _farthest(cells.owner, steep, len(shapes)),
            highs - lows,
            ground.height,
            *level,
            100.0 * np.hypot(*gradient.T),
            *ground.earthwork(gradient),
        ]
    )


def _farthest(owner: NDArray[np.intp], values: Floats, count: int) -> Floats:
    """Largest known value of each owner, which stand together; NaN where none is known."""
    farthest = np.full(count, np.nan)
    owners, first = np.unique(owner, return_index=True)
    if len(first):
        farthest[owners] = np.fmax.reduceat(values, first)
    return farthest


def _findings(
    table: pd.DataFrame,
    dem: Raster,
    small: NDArray[np.bool_],
    blind: NDArray[np.bool_],
    least_cells: int,
    most_unknown: float,
) -> list[Finding]:
    """What stood against measuring, each with all of its plots."""
    partly = ~small & ~blind & (table["without_height"] > 0).to_numpy()
    width, height = dem.cell
    told = [
        Finding(
            "warning",
            dem.name,
            f"{small.sum()} plots hold the centres of fewer than {least_cells} cells of {width:g} x "
            f"{height:g} m; their relief is unknown",
            "give a raster of smaller cells",
            _ids(table, small),
        ),
        Finding(
            "warning",
            dem.name,
            f"{blind.sum()} plots have no height on more than {most_unknown:.0%} of their cells; their "
            "relief is unknown",
            "give a raster that covers them",
            _ids(table, blind),
        ),
        Finding(
            "note",
            dem.name,
            f"{partly.sum()} plots have cells without a height, no more than {most_unknown:.0%}; slope and "
            "earthwork are those of the other cells",
            rows=_ids(table, partly),
        ),
    ]
    return [finding for finding in told if finding.rows]


def _ids(table: pd.DataFrame, which: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(map(str, table.index[which]))
