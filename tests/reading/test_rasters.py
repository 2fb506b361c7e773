from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import world
from rasterio.transform import from_origin

from siteplan.errors import CrsError, SourceError
from siteplan.reading.parks import check_park
from siteplan.reading.rasters import read_raster

HEIGHTS = np.arange(12, dtype="float32").reshape(3, 4)


def write(path: Path, heights: Any = HEIGHTS, **changes: Any) -> Path:
    """Heights as a GeoTIFF where the world lies."""
    profile = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 1,
        "height": heights.shape[0],
        "width": heights.shape[1],
        "crs": world.UTM,
        "transform": from_origin(world.EAST, world.NORTH, 30, 30),
        **changes,
    }
    with rasterio.open(path, "w", **profile) as file:
        file.write(heights, 1)
    return path


def test_heights_are_read_as_they_are(tmp_path: Path):
    raster = read_raster(write(tmp_path / "dem.tif"))
    assert raster.values.tolist() == HEIGHTS.tolist()
    assert raster.cell == (30, 30)
    assert raster.transform == (30, 0, world.EAST, 0, -30, world.NORTH)
    assert raster.name == "dem.tif"


def test_cells_without_data_are_missing(tmp_path: Path):
    raster = read_raster(write(tmp_path / "dem.tif", nodata=5.0))
    assert np.isnan(raster.values).sum() == 1
    assert np.isnan(raster.values[1, 1])


def test_heights_in_decimetres_above_a_datum_are_read_in_metres(tmp_path: Path):
    path = write(tmp_path / "dem.tif", HEIGHTS.astype("int16"), dtype="int16", nodata=5)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets, file.units = (0.1,), (100.0,), ("metre",)
    raster = read_raster(path)
    assert raster.values[0] == pytest.approx([100.0, 100.1, 100.2, 100.3])
    assert np.isnan(raster.values[1, 1])  # what is no height does not become one


def test_feet_are_refused(tmp_path: Path):
    path = write(tmp_path / "dem.tif")
    with rasterio.open(path, "r+") as file:
        file.units = ("ft",)
    with pytest.raises(SourceError, match=r"heights are in 'ft'; convert them to metres"):
        read_raster(path)


def test_a_picture_is_no_heights(tmp_path: Path):
    path = write(tmp_path / "photo.tif", HEIGHTS.astype("uint8"), dtype="uint8", count=3)
    with pytest.raises(SourceError, match=r"photo\.tif: has 3 bands, as a picture has; give heights as one"):
        read_raster(path)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"crs": None}, CrsError, "names no CRS"),
        ({"crs": "EPSG:4326"}, CrsError, "is in degrees"),
        ({"crs": "EPSG:3857"}, CrsError, "Mercator"),
        ({"transform": rasterio.Affine(1, 1, 0, 1, -1, 0)}, SourceError, "turned against north"),
        ({"heights": np.full((3, 4), np.nan, dtype="float32")}, SourceError, "holds no height at all"),
    ],
)
def test_what_cannot_be_heights_is_refused(
    changes: dict[str, Any], error: type[Exception], words: str, tmp_path: Path
):
    with pytest.raises(error, match=words):
        read_raster(write(tmp_path / "dem.tif", **changes))


@pytest.mark.parametrize("content", [b"", b"<VRTDataset/>", b"II*\0" + bytes(40), b"\x89PNG\r\n"])
def test_a_file_is_what_its_first_bytes_say(content: bytes, tmp_path: Path):
    path = tmp_path / "dem.tif"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"dem\.tif: "):
        read_raster(path)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match=r"dem\.tif: cannot be read: No such file"):
        read_raster(tmp_path / "dem.tif")


def test_a_park_reads_its_heights_and_reports_broken_ones(tmp_path: Path):
    park = world.write_park(tmp_path, rasters={"dem": {"file": "dem.tif"}, "old": {"file": "old.tif"}})
    write(tmp_path / "dem.tif")
    checked = check_park(park)
    assert list(checked.rasters) == ["dem"]
    assert [str(error) for error in checked.report.of("error")] == [
        "old.tif: cannot be read: No such file or directory"
    ]
