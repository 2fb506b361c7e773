from __future__ import annotations

from pathlib import Path
from typing import Any

import land
import numpy as np
import pytest
import rasterio
import world
from rasterio.transform import Affine

from siteplan.errors import CrsError, SourceError
from siteplan.reading.rasters import read_raster

VALUES = np.array([[1.0, 2.0, 3.0], [4.0, -9999.0, 6.0]], dtype="float32")
NORTH_UP = Affine(30, 0, world.EAST, 0, -30, world.NORTH)


def written(folder: Path, *bands: np.ndarray, **changes: Any) -> Path:
    path = folder / "heights.tif"
    bands = bands or (VALUES,)
    profile = {"crs": world.UTM, "transform": NORTH_UP, "nodata": -9999, "dtype": bands[0].dtype, **changes}
    rows, columns = bands[0].shape
    with rasterio.open(
        path, "w", driver="GTiff", count=len(bands), height=rows, width=columns, **profile
    ) as file:
        for number, band in enumerate(bands, 1):
            file.write(band, number)
    return path


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16"])
def test_heights_come_as_they_stand_and_gaps_as_nan(tmp_path: Path, dtype: str):
    raster = read_raster(written(tmp_path, VALUES.astype(dtype)))

    np.testing.assert_array_equal(raster.values, [[1, 2, 3], [4, np.nan, 6]])
    assert raster.transform == tuple(NORTH_UP)[:6]
    assert (raster.name, raster.cell) == ("heights.tif", (30, 30))
    assert land.laid(bounds=(0, -60, 90, 0), dem=raster, slope=[[0, 1], [9, 2]]).without_slope < 54


def test_without_a_mark_for_gaps_only_what_is_not_finite_is_one(tmp_path: Path):
    raster = read_raster(written(tmp_path, np.array([[np.inf, 1.0]]), nodata=None))

    np.testing.assert_array_equal(raster.values, [[np.nan, 1]])


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"crs": None}, CrsError, "has no CRS; assign the true one"),
        ({"crs": "EPSG:4326"}, CrsError, "slope cannot be measured in WGS 84; warp it"),
        ({"crs": "EPSG:3857"}, CrsError, "Pseudo-Mercator; warp it"),
        ({"transform": Affine(30, 1, 0, 1, -30, 0)}, SourceError, "do not run west to east"),
        ({"transform": Affine(30, 0, 0, 0, 30, 0)}, SourceError, "do not run west to east"),
        ({"nodata": None, "values": np.full((2, 2), np.nan)}, SourceError, "no cell holds data"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, changes: dict[str, Any], error: type[Exception], words: str
):
    path = written(tmp_path, changes.pop("values", VALUES), **changes)
    with pytest.raises(error, match=words) as refusal:
        read_raster(path)
    assert "heights.tif" in str(refusal.value)


def test_files_that_are_none(tmp_path: Path):
    with pytest.raises(SourceError, match="there is no such file"):
        read_raster(tmp_path / "none.tif")
    with pytest.raises(SourceError, match="holds 2 bands"):
        read_raster(written(tmp_path, VALUES, VALUES))
    with pytest.raises(SourceError, match="has 6 cells, more than 5"):
        read_raster(written(tmp_path), most_cells=5)
    text = tmp_path / "text.tif"
    text.write_text("<VRTDataset/>", encoding="utf-8")
    with pytest.raises(SourceError, match="is no GeoTIFF"):
        read_raster(text)
    cut = tmp_path / "cut.tif"
    cut.write_bytes(written(tmp_path).read_bytes()[:60])
    with pytest.raises(SourceError, match="cannot be read"):
        read_raster(cut)
