from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
import world

from siteplan.errors import SourceError
from siteplan.reading.files import probe, read_records


def features(change: Any = None) -> str:
    """The plots as GeoJSON, with their list of features changed."""
    data = json.loads(world.geojson(world.plots().to_crs(4326).reset_index(names="id")))
    if change:
        change(data["features"])
    return json.dumps(data)


def ring(feature: dict[str, Any]) -> list[Any]:
    return feature["geometry"]["coordinates"][0]


@pytest.mark.parametrize("ending", world.FORMATS)
def test_every_format_brings_the_same_records(ending: str, tmp_path: Path):
    name = world.write(world.plots(), tmp_path, "plots", ending)
    frame = read_records(tmp_path / name).frame.set_index("id").sort_index()
    wanted = world.plots().to_crs(4326)

    assert list(frame.index) == ["a", "b", "c", "d"]
    assert frame.crs.equals("EPSG:4326", ignore_axis_order=True)
    assert shapely.equals(frame.geometry.to_numpy(), wanted.geometry.to_numpy()).all()
    assert frame["name"].to_list() == wanted["name"].to_list()
    assert np.array_equal(frame["free_power"].astype(float), wanted["free_power"], equal_nan=True)
    assert frame["road_class"].isna().to_list() == [False, False, True, False]


@pytest.mark.parametrize("ending", world.FORMATS)
def test_reading_leaves_the_folder_as_it_was(ending: str, tmp_path: Path):
    name = world.write(world.plots(), tmp_path, "plots", ending)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    read_records(tmp_path / name)
    probe(tmp_path / name)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("ending", world.FORMATS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.75, 0.95, 0.99])
def test_a_file_cut_short_is_refused_never_read_in_part(ending: str, share: float, tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", ending)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(SourceError, match=path.name):
        read_records(path)


@pytest.mark.parametrize("part", ["dbf", "shx"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_a_part_of_a_shapefile_cut_short_is_refused(part: str, share: float, tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", "shp")
    whole = path.with_suffix(f".{part}").read_bytes()
    path.with_suffix(f".{part}").write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(SourceError, match="plots"):
        read_records(path)


@pytest.mark.parametrize("text", ["", "GEOGCS[", "nonsense"])
def test_a_projection_that_says_nothing_is_none(text: str, tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", "shp")
    path.with_suffix(".prj").write_text(text)

    try:
        records = read_records(path)
    except SourceError:
        return
    assert len(records.frame) == 4
    assert records.frame.crs is None


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet", "shp", "zip"])
def test_bytes_turned_over_end_in_words_or_in_all_records(ending: str, tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", ending)
    whole = path.read_bytes()
    random = np.random.default_rng(7)
    for _ in range(15):
        spoiled = np.frombuffer(whole, dtype=np.uint8).copy()
        spoiled[random.integers(0, len(whole), size=max(1, len(whole) // 500))] ^= 0xFF
        path.write_bytes(spoiled.tobytes())
        try:
            records = read_records(path)
        except SourceError:
            continue
        assert len(records.frame) + len(records.broken) == 4


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: ring(rows[1]).pop(), ""),
        (lambda rows: ring(rows[1]).__setitem__(-1, [128.2, 51.549]), ""),
        (lambda rows: rows[1]["geometry"].update(coordinates=[ring(rows[1])[:2]]), "2 points"),
        (lambda rows: rows[1]["geometry"].update(coordinates=[ring(rows[1]), ring(rows[0])[:3]]), ""),
        (lambda rows: rows[1].update(geometry={"type": "LineString", "coordinates": [[128.2, 51.5]]}), ""),
    ],
)
def test_one_broken_record_costs_that_record(change: Any, reason: str, tmp_path: Path):
    path = tmp_path / "plots.geojson"
    path.write_text(features(change))
    records = read_records(path)

    assert records.frame["id"].to_list() == ["a", "c", "d"]
    assert [fid for fid, _ in records.broken] == ["1"]
    assert reason in records.broken[0][1]
    assert records.broken[0][1]
    assert records.frame.crs == 4326


def test_every_record_broken_still_reads(tmp_path: Path):
    path = tmp_path / "plots.geojson"
    path.write_text(
        features(lambda rows: [row["geometry"].update(coordinates=[ring(row)[:2]]) for row in rows])
    )
    records = read_records(path)

    assert len(records.frame) == 0
    assert len(records.broken) == 4


def test_an_empty_collection_is_no_mistake(tmp_path: Path):
    path = tmp_path / "none.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')

    assert len(read_records(path).frame) == 0


@pytest.mark.parametrize("ending", ["gpkg", "shp", "fgb", "parquet"])
def test_an_empty_layer_of_any_format(ending: str, tmp_path: Path):
    name = world.write(world.plots().iloc[:0], tmp_path, "plots", ending)

    assert len(read_records(tmp_path / name).frame) == 0


def test_a_layer_is_named_where_there_are_several(tmp_path: Path):
    path = tmp_path / "all.gpkg"
    for name, layer in world.layers().items():
        pyogrio.write_dataframe(layer, path, layer=name)

    assert len(read_records(path, "gas").frame) == 4
    with pytest.raises(SourceError, match="say which layer; the file holds gas, road, wetland, pipe, gates"):
        read_records(path)
    with pytest.raises(SourceError, match="there is no layer 'gaz', did you mean 'gas'"):
        read_records(path, "gaz")


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "zip"])
def test_a_layer_that_is_not_there_is_refused_even_if_there_is_one_only(ending: str, tmp_path: Path):
    name = world.write(world.plots(), tmp_path, "plots", ending)

    with pytest.raises(SourceError, match="nowhere"):
        read_records(tmp_path / name, "nowhere")


def test_several_shapefiles_in_one_archive(tmp_path: Path):
    inner = tmp_path / "inner"
    inner.mkdir()
    for name in ("gas", "road"):
        world.write(world.layers()[name], inner, name, "shp")
    path = Path(shutil.make_archive(str(tmp_path / "both"), "zip", inner))

    assert len(read_records(path, "gas").frame) == 4
    assert len(read_records(path, "road").frame) == 1
    with pytest.raises(SourceError, match=r"say which layer; the archive holds gas\.shp, road\.shp"):
        read_records(path)


def test_a_table_without_geometry_is_no_layer(tmp_path: Path):
    path = tmp_path / "attributes.gpkg"
    pyogrio.write_dataframe(world.plots().drop(columns="geometry"), path, layer="prices")

    with pytest.raises(SourceError, match="no layer with geometry"):
        read_records(path)


def test_unicode_in_names_values_and_paths(tmp_path: Path):
    folder = tmp_path / "Участки №7 «Север» 地块"
    folder.mkdir()
    for ending in ("gpkg", "geojson", "fgb", "parquet", "shp", "zip"):
        path = folder / world.write(world.plots().assign(имя="Участок № 7"), folder, "участки", ending)
        assert set(read_records(path).frame["имя"]) == {"Участок № 7"}


def test_spaces_quotes_and_signs_in_a_path(tmp_path: Path):
    folder = tmp_path / "a b'c, {d} #1 %20 & e"
    folder.mkdir()
    for ending in ("gpkg", "geojson", "zip", "shp"):
        path = folder / world.write(world.plots(), folder, "pl ots'1", ending)
        assert len(read_records(path).frame) == 4


@pytest.mark.parametrize("ending", world.FORMATS)
def test_what_a_file_says_before_it_is_read(ending: str, tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", ending)
    (info,) = probe(path)

    assert info.records == 4
    assert {"id", "name", "free_power", "road_class"} <= set(info.columns)
    assert "4326" in info.crs


def test_heights_and_mixed_types_are_read_as_they_are(tmp_path: Path):
    path = tmp_path / "mixed.gpkg"
    shapes = [shapely.Point(1, 2, 3), shapely.LineString([(0, 0), (1, 1)]), None]
    gpd.GeoDataFrame({"id": [1, 2, 3]}, geometry=shapes, crs=4326).to_file(path)
    frame = read_records(path).frame

    assert frame.geometry.has_z.to_list() == [True, False, False]
    assert frame.geometry.isna().to_list() == [False, False, True]
