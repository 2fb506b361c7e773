from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import world

import siteplan
from siteplan.errors import DataError
from siteplan.limits import Limits
from siteplan.park import Layer


@pytest.mark.parametrize("ending", [*world.FORMATS, *world.MORE])
def test_one_layer_of_any_format_with_every_column(ending: str, tmp_path: Path):
    name = world.write(world.plots(), tmp_path, "plots", ending)
    crs = "EPSG:4326" if ending in ("csv", "xlsx") else None
    layer = siteplan.read_layer(tmp_path / name, crs=crs)

    assert {"id", "name", "free_power", "road_class"} <= set(layer.columns)
    assert layer.index.name == "feature"
    assert list(layer.index) == [f"{Path(name).stem}:{row}" for row in range(1, 5)]
    assert layer.crs.equals("EPSG:4326", ignore_axis_order=True)
    assert layer.geometry.is_valid.all()
    wanted = world.plots().to_crs(4326).geometry
    found = layer.set_index("id").geometry.loc[list(wanted.index)]
    assert shapely.hausdorff_distance(found.to_numpy(), wanted.to_numpy()).max() < 1e-5


def test_an_entry_of_a_catalogue(tmp_path: Path):
    name = world.write(world.plots(), tmp_path, "plots", "gpkg")
    power = {"from": "free_power", "unit": "MW"}
    entry = Layer(file=name, role="other", id="id", columns={"power": power})
    layer = siteplan.read_layer(entry, folder=tmp_path)

    assert list(layer.index) == ["a", "b", "c", "d"]
    assert layer["power"].equals(layer["free_power"])
    assert layer.attrs["units"] == {"power": "MW"}


def test_records_set_aside_are_told_and_the_others_keep_their_columns(tmp_path: Path):
    shapes = [shapely.Point(128, 51), None, shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])]
    gpd.GeoDataFrame({"geometry_": ["x", "y", "z"], "n": [1, 2, 3]}, geometry=shapes, crs=4326).to_file(
        tmp_path / "three.gpkg"
    )
    layer = siteplan.read_layer(tmp_path / "three.gpkg")

    assert layer["n"].to_list() == [1, 3]
    assert layer.index.to_list() == ["three:1", "three:3"]
    assert layer.attrs["report"]["quarantine"][0]["reason"] == "no geometry"


def test_every_problem_at_once(tmp_path: Path):
    name = world.write(world.plots(), tmp_path, "plots", "gpkg")
    entry = Layer(file=name, role="other", id="idd", columns={"power": "free_pover"})
    with pytest.raises(DataError) as error:
        siteplan.read_layer(entry, folder=tmp_path)

    assert len(error.value.problems) == 2
    with pytest.raises(DataError, match="there is no such file"):
        siteplan.read_layer(tmp_path / "none.gpkg")


def test_x_and_y_with_decimal_commas(tmp_path: Path):
    (tmp_path / "points.csv").write_text("номер;x;y\n007;128,5;51,5\n008;128.25;51\n", encoding="utf-8")
    layer = siteplan.read_layer(tmp_path / "points.csv", x="x", y="y", crs="EPSG:4326")

    assert shapely.equals(layer.geometry.to_numpy(), shapely.points([(128.5, 51.5), (128.25, 51)])).all()
    assert layer["номер"].to_list() == ["007", "008"]


def test_limits_are_told_with_the_record(tmp_path: Path):
    ring = shapely.Point(128, 51).buffer(0.1, quad_segs=50)
    frame = gpd.GeoDataFrame(
        {"t": ["short", "x" * 500, None]},
        geometry=[ring, shapely.Point(128, 51), shapely.Point(128, 51)],
        crs=4326,
    )
    frame.to_file(tmp_path / "much.gpkg")
    layer = siteplan.read_layer(tmp_path / "much.gpkg", limits=Limits(vertices=100, text_length=100))

    assert len(layer) == 1
    reasons = [record["reason"] for record in layer.attrs["report"]["quarantine"]]
    assert "201 vertices, more than limits.vertices = 100" in reasons[0]
    assert "500 characters in 't', more than limits.text_length = 100" in reasons[1]


@pytest.mark.parametrize("sign", ["\u202e", "\x1b", "\u200b", "\ufeff", "\x85"])
def test_signs_that_are_not_seen_stay_and_are_told(sign: str, tmp_path: Path):
    name = f"Plot{sign}7"
    frame = gpd.GeoDataFrame({"name": [name, "fine"]}, geometry=[shapely.Point(128, 51)] * 2, crs=4326)
    frame.to_parquet(tmp_path / "names.parquet")
    layer = siteplan.read_layer(tmp_path / "names.parquet")

    assert layer["name"].to_list() == [name, "fine"]
    (note,) = layer.attrs["report"]["findings"]
    assert "1 cells of 'name' hold control or direction characters" in note["message"]
    assert isinstance(layer, gpd.GeoDataFrame)
    assert not isinstance(layer["name"], pd.DataFrame)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_table_that_siteplan_wrote_is_read_back(ending: str, tmp_path: Path):
    siteplan.write_layer(world.plots(), tmp_path / f"plots{ending}")
    again = siteplan.read_layer(tmp_path / f"plots{ending}", crs="EPSG:32652")
    assert again.geometry.geom_equals_exact(world.plots().geometry.set_axis(again.index), 1e-3).all()


def test_two_columns_that_could_be_the_geometry_are_asked_about(tmp_path: Path):
    (tmp_path / "two.csv").write_text('id,geom,geometry\na,"POINT (1 2)","POINT (3 4)"\n', encoding="utf-8")
    with pytest.raises(siteplan.DataError, match="which columns hold the geometry"):
        siteplan.read_layer(tmp_path / "two.csv", crs="EPSG:4326")
