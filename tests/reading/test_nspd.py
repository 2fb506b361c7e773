from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import world

from siteplan.reading.files import probe, read_records
from siteplan.reading.parks import check_park, read_park

PLOT = {
    "land_record_type": "Земельный участок",
    "land_record_category_type": "Земли промышленности",
    "permitted_use_established_by_document": "Под промплощадку",
    "ownership_type": "Государственная",
    "readable_address": "обл. Вымышленная",
    "status": "Учтенный",
    "declared_area": None,
}


def feature(number: int, shape: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """A plot as the map exports it; 100 m squares beside each other, in degrees."""
    west, south = 128.1 + number * 0.01, 51.5
    ring = [[west, south], [west + 0.001, south], [west + 0.001, south + 0.001], [west, south + 0.001]]
    properties = {
        "category": 36368,
        "categoryName": "Земельные участки ЕГРН",
        "label": f"28:21:999999:{number}",
        "options": {
            "cad_num": f"28:21:999999:{number}",
            "specified_area": 7700 + number,
            "cost_value": 1000.5 * number,
            **PLOT,
            **options,
        },
    }
    geometry = shape or {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(folder: Path, *features: dict[str, Any], name: str = "plots.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_options_become_columns(tmp_path: Path):
    path = write(tmp_path, feature(1), feature(2, cost_value=None))
    frame = read_records(path).frame

    assert "options" not in frame
    assert frame["cad_num"].to_list() == ["28:21:999999:1", "28:21:999999:2"]
    assert frame["specified_area"].to_list() == [7701, 7702]
    assert frame["cost_value"].iloc[0] == 1000.5
    assert frame["cost_value"].isna().to_list() == [False, True]
    assert frame["permitted_use_established_by_document"].to_list() == ["Под промплощадку"] * 2
    assert frame["label"].to_list() == frame["cad_num"].to_list()
    assert frame.crs.to_epsg() == 4326
    assert {"cad_num", "status", "label"} <= set(probe(path)[0].columns)


def test_an_option_never_hides_a_column(tmp_path: Path):
    frame = read_records(write(tmp_path, feature(1, label="other"))).frame

    assert frame["label"].to_list() == ["28:21:999999:1"]
    assert frame["options.label"].to_list() == ["other"]


def test_zones_have_their_own_options(tmp_path: Path):
    zone = feature(1)
    zone["properties"] = {
        "category": 36940,
        "options": {"reg_numb_border": "28:21-6.1", "doc": ["a", {"b": 1}]},
    }
    frame = read_records(write(tmp_path, zone)).frame

    assert frame["reg_numb_border"].to_list() == ["28:21-6.1"]
    assert json.loads(frame["doc"].iloc[0]) == ["a", {"b": 1}]


def test_a_plot_without_borders_is_set_aside_with_that_reason(tmp_path: Path):
    point = {"type": "Point", "coordinates": [128.2, 51.5]}
    records = read_records(write(tmp_path, feature(1), feature(2, point)))

    assert records.frame["cad_num"].to_list() == ["28:21:999999:1"]
    ((number, reason),) = records.broken
    assert number == "28:21:999999:2"
    assert "without borders" in reason


def test_a_point_that_is_no_plot_stays(tmp_path: Path):
    well = feature(1, {"type": "Point", "coordinates": [128.2, 51.5]})
    well["properties"] = {"category": 36328, "options": {"cad_num": "28:21:1:1"}}

    assert read_records(write(tmp_path, well)).frame.geom_type.to_list() == ["Point"]


def test_options_that_are_none_are_set_aside(tmp_path: Path):
    odd = feature(2)
    odd["properties"]["options"] = "no object"
    records = read_records(write(tmp_path, feature(1), odd))

    assert len(records.frame) == 1
    assert [number for number, _ in records.broken] == ["1"]
    assert "options" in records.broken[0][1]


def test_a_missing_table_of_options_is_no_loss(tmp_path: Path):
    odd = feature(2)
    del odd["properties"]["options"]
    frame = read_records(write(tmp_path, feature(1), odd)).frame

    assert frame["cad_num"].isna().to_list() == [False, True]


@pytest.mark.parametrize("text", ["plain text", "", "7"])
def test_a_column_that_only_has_the_name_stays_as_it_is(text: str, tmp_path: Path):
    plain = feature(1)
    plain["properties"] = {"options": text}

    assert read_records(write(tmp_path, plain)).frame["options"].to_list() == [text]


def test_the_slow_path_reads_the_same(tmp_path: Path):
    broken = feature(3)
    broken["geometry"]["coordinates"][0] = broken["geometry"]["coordinates"][0][:-1]
    fast = read_records(write(tmp_path, feature(1), feature(2), name="whole.geojson")).frame
    slow = read_records(write(tmp_path, feature(1), feature(2), broken, name="broken.geojson"))

    assert len(slow.broken) == 1
    assert slow.frame["cad_num"].to_list() == fast["cad_num"].to_list()
    assert slow.frame["specified_area"].to_list() == fast["specified_area"].to_list()


def test_a_catalogue_names_options_as_columns(tmp_path: Path):
    catalogue = world.catalogue("geojson", layers={}, quarantine_limit=0.5)
    catalogue["plots"] = {
        "file": "plots.geojson",
        "id": "cad_num",
        "columns": {
            "area_declared": {"from": "specified_area", "unit": "m2"},
            "category": "land_record_category_type",
        },
    }
    point = {"type": "Point", "coordinates": [128.2, 51.5]}
    write(tmp_path, feature(1), feature(2), feature(3, point))
    (tmp_path / "park.toml").write_text(world.toml(catalogue), encoding="utf-8")
    park = read_park(tmp_path)

    assert park.plots["area_declared"].to_list() == [7701, 7702]
    assert park.plots["category"].to_list() == ["Земли промышленности"] * 2
    assert [record.fid for record in park.report.quarantine] == ["28:21:999999:3"]
    assert not check_park(tmp_path).report.of("error")
