"""Elevation models in: GeoTIFF with a metric CRS, checked before a route is priced by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from siteplan import crs
from siteplan.errors import CrsError, SourceError
from siteplan.rasters import Raster

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_MOST_CELLS = 400_000_000

_METRES = ("", "m", "metre", "metres", "meter", "meters")


def read_raster(path: str | Path) -> Raster:
    """Read a GeoTIFF: heights in metres on a north-up grid in a metric CRS.

    Parameters
    ----------
    path
        A .tif of one band; cells without data become missing. Numbers that are kept with a scale and
        an offset are read as what they stand for.

    Raises
    ------
    SourceError
        If the file is missing, no GeoTIFF, of several bands (a picture), in a unit other than metres,
        turned against north, without any height, or larger than 400 million cells.
    CrsError
        If it names no CRS, or one in which nothing can be measured.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as missing:
        raise SourceError(f"{path}: cannot be read: {missing.strerror}") from None
    if head not in _TIFF:
        raise SourceError(f"{path}: is no GeoTIFF, whatever its name says; give heights as a .tif")
    try:
        with rasterio.open(path, driver="GTiff") as source:
            return _band(source, path)
    except RasterioError as broken:
        raise SourceError(f"{path}: damaged, or no GeoTIFF that can be read: {broken}") from None


def _band(source: rasterio.DatasetReader, path: Path) -> Raster:
    if source.count != 1:
        raise SourceError(f"{path}: has {source.count} bands, as a picture has; give heights as one band")
    if (unit := source.units[0] or "").lower() not in _METRES:
        raise SourceError(f"{path}: heights are in {unit!r}; convert them to metres")
    if source.crs is None:
        raise CrsError(f"{path}: names no CRS; write it into the file, for example with gdal_edit -a_srs")
    system = source.crs.to_wkt()
    crs.for_measuring(system)
    a, b, c, d, e, f = tuple(source.transform)[:6]
    if b or d or a <= 0 or e >= 0:
        raise SourceError(f"{path}: the grid is turned against north; warp it to a north-up one")
    if source.width * source.height > _MOST_CELLS:
        raise SourceError(
            f"{path}: {source.width} x {source.height} cells are more than {_MOST_CELLS}; cut it to the park"
        )
    heights = source.read(1, masked=True).astype(float).filled(np.nan)
    heights *= source.scales[0]
    heights += source.offsets[0]
    heights[~np.isfinite(heights)] = np.nan
    if np.isnan(heights).all():
        raise SourceError(f"{path}: holds no height at all")
    return Raster(heights, (a, b, c, d, e, f), system, path.name)
