"""Slope laid onto another grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject

from siteplan.connect.lines import Grid
from siteplan.rasters import Raster


def onto(raster: Raster, grid: Grid, crs: str) -> NDArray[np.float64]:
    """Lay a raster onto a grid: the mean of finer cells, between the centres of coarser ones.

    Parameters
    ----------
    raster
        NaN where nothing is known.
    grid, crs
        Where to; an empty `crs` stands for the raster's own.

    Returns
    -------
    values
        (rows, columns), NaN where the raster does not reach or knows nothing.
    """
    finer = max(raster.cell) < grid.cell / 1.5
    out = np.full(grid.shape, np.nan)
    reproject(
        raster.values.astype(float),
        out,
        src_transform=Affine(*raster.transform),
        src_crs=raster.crs,
        src_nodata=np.nan,
        dst_transform=Affine(grid.cell, 0.0, grid.west, 0.0, -grid.cell, grid.north),
        dst_crs=crs or raster.crs,
        dst_nodata=np.nan,
        resampling=Resampling.average if finer else Resampling.bilinear,
    )
    return out
