from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
import world

from siteplan.errors import SourceError
from siteplan.limits import Limits
from siteplan.reading.chunks import read_chunks
from siteplan.reading.files import read_records
from siteplan.reading.opened import Hints


def points(number: int) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"n": np.arange(number)}, geometry=shapely.points(np.arange(number), np.zeros(number)), crs=32652
    )


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet", "shp", "geojson"])
def test_pieces_together_are_the_layer(ending: str, tmp_path: Path):
    name = world.write(points(250), tmp_path, "many", ending)
    whole = read_records(tmp_path / name).frame
    pieces = list(read_chunks(tmp_path / name, rows=100))

    assert [len(piece.frame) for piece in pieces] == [100, 100, 50]
    together = pd.concat([piece.frame for piece in pieces], ignore_index=True)
    assert together["n"].to_list() == whole["n"].to_list()
    assert shapely.equals(together.geometry.to_numpy(), whole.geometry.to_numpy()).all()
    assert together.crs.equals(whole.crs, ignore_axis_order=True)


def test_a_record_set_aside_in_a_later_piece_has_its_number_in_the_file(tmp_path: Path):
    frame = points(250)
    frame.loc[230, "geometry"] = shapely.LineString(np.zeros((50, 2)))
    frame.to_parquet(tmp_path / "many.parquet")
    pieces = list(read_chunks(tmp_path / "many.parquet", rows=100, hints=Hints(limits=Limits(vertices=10))))

    assert [piece.broken for piece in pieces[:2]] == [(), ()]
    assert pieces[2].broken == (("230", "50 vertices, more than limits.vertices = 10"),)


def test_what_was_read_of_geoparquet_is_not_kept(tmp_path: Path):
    """Read ahead, ten million plots took as much memory as their file is large."""
    path, frame = tmp_path / "many.parquet", points(20_000)
    frame["noise"] = [np.random.default_rng(row).bytes(100).hex() for row in range(len(frame))]
    frame.to_parquet(path, row_group_size=1_000)
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in read_chunks(path, rows=500)]

    assert len(held) == 40
    assert max(held) < path.stat().st_size / 4


def test_a_table_of_text_has_no_pieces(tmp_path: Path):
    name = world.write(world.plots(), tmp_path, "plots", "csv")

    with pytest.raises(SourceError, match="CSV is not read in pieces"):
        next(read_chunks(tmp_path / name))
