"""Heights and other numbers on a grid, from GeoTIFF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from siteplan import crs
from siteplan.errors import CrsError, SourceError
from siteplan.rasters import Raster

MOST_CELLS = 200_000_000
"""Cells that are read; 1.6 GB. A larger file is to be cut to the surroundings of the plots."""

_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_raster(path: str | Path, *, most_cells: int = MOST_CELLS) -> Raster:
    """Read the one band of a GeoTIFF.

    Parameters
    ----------
    path
        A .tif in a projected CRS with metres; heights in metres. Cells that the file marks as
        without data, or that are not finite, come as NaN.
    most_cells
        Bound on what is read.

    Raises
    ------
    SourceError
        If the file is missing, no GeoTIFF, damaged, too large, holds several bands or no data, or lies
        askew.
    CrsError
        If it has no CRS, or one in degrees, Mercator or other units.

    Examples
    --------
    >>> read_raster("heights.png")
    Traceback (most recent call last):
    siteplan.errors.SourceError: heights.png: there is no such file
    """
    file = Path(path)
    if not file.is_file():
        raise SourceError(f"{file}: there is no such file")
    with file.open("rb") as opened:
        if opened.read(4) not in _MAGIC:
            raise SourceError(f"{file}: is no GeoTIFF; convert it, for example with gdal_translate")
    try:
        with rasterio.open(file, driver="GTiff") as dataset:
            _refuse(dataset, file, most_cells)
            band = dataset.read(1, masked=True, out_dtype=float)
            transform, wkt = tuple(dataset.transform)[:6], dataset.crs.to_wkt()
    except RasterioError as wrong:
        raise SourceError(f"{file}: cannot be read: {wrong}; ask for the file again") from None
    values = np.where(np.isfinite(filled := band.filled(np.nan)), filled, np.nan)
    if np.isnan(values).all():
        raise SourceError(f"{file}: no cell holds data; ask for the file again")
    return Raster(values, transform, wkt, file.name)


def _refuse(dataset: Any, file: Path, most_cells: int) -> None:
    if dataset.count != 1:
        raise SourceError(f"{file}: holds {dataset.count} bands; give a file with heights alone")
    cells = dataset.width * dataset.height
    if cells > most_cells:
        raise SourceError(
            f"{file}: has {cells:,} cells, more than {most_cells:,}; cut it to the surroundings of the plots"
        )
    if dataset.crs is None:
        raise CrsError(f"{file}: has no CRS; assign the true one, for example with gdal_edit")
    try:
        crs.for_measuring(dataset.crs.to_wkt())
    except CrsError as unfit:
        name = crs.parse(dataset.crs.to_wkt()).name
        raise CrsError(
            f"{file}: slope cannot be measured in {name}; warp it to the metric CRS of the plan, "
            "for example with gdalwarp"
        ) from unfit
    a, b, _, d, e, _ = tuple(dataset.transform)[:6]
    if b or d or a <= 0 or e >= 0:
        raise SourceError(
            f"{file}: its rows do not run west to east from the north; warp it, e.g. with gdalwarp"
        )
