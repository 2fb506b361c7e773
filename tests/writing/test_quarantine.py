from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
import world

from siteplan import tables
from siteplan.errors import OutputError
from siteplan.findings import Quarantined, Report
from siteplan.park import Layer
from siteplan.reading.parks import check_park
from siteplan.writing import write_report, write_scorecard

WKT = tables.crs.CRS.from_epsg(32652).to_wkt()
BAD = shapely.LineString([(0, 0), (np.inf, 1)])
RECORDS = (
    Quarantined("a.gpkg", "газ", "7", "no geometry", '{"имя": "Ж\\u0000", "FID": 3, "n": null}', None, WKT),
    Quarantined("a.gpkg", "газ", "8", "endless", "not json", shapely.to_wkb(BAD), WKT),
    Quarantined("b/plots.geojson", "", "0", "a ring", "", shapely.to_wkb(shapely.box(0, 0, 1, 1)), WKT),
)


def test_the_records_can_be_mended_in_qgis(tmp_path: Path):
    written = write_report(Report(quarantine=RECORDS), tmp_path)
    layers = [str(name) for name in pyogrio.list_layers(tmp_path / "quarantine.gpkg")[:, 0]]
    gas = pyogrio.read_dataframe(tmp_path / "quarantine.gpkg", layer=layers[0])
    plots = pyogrio.read_dataframe(tmp_path / "quarantine.gpkg", layer=layers[1])

    assert [path.name for path in written] == ["report.json", "quarantine.gpkg"]
    assert layers == ["a_газ", "plots"]
    assert gas[["source", "source_layer", "fid", "reason"]].to_numpy().tolist() == [
        ["a.gpkg", "газ", "7", "no geometry"],
        ["a.gpkg", "газ", "8", "endless"],
    ]
    assert gas["имя"][0] == "Ж\\x00"
    assert gas.geometry[0] is None
    assert gas.geometry[1] is not None
    assert gas.crs == plots.crs == 32652
    assert plots.geometry[0].equals(shapely.box(0, 0, 1, 1))


def test_an_invalid_record_keeps_its_shape_and_its_attributes(tmp_path: Path):
    frame = world.table(
        {"x": shapely.Point(0, 0), "y": shapely.Polygon(), "z": shapely.Polygon()}, name=["X", "Й", None]
    )
    _, report = tables.check(frame, Layer(file="g.gpkg", role="gas"), table="gas")
    write_report(report, tmp_path)
    back = pyogrio.read_dataframe(tmp_path / "quarantine.gpkg")

    assert len(back) == len(report.quarantine) == 2
    assert json.loads(back["attributes"][0]) == {"name": "Й"}
    assert back["name"][0] == "Й"


def test_nothing_set_aside_needs_no_geopackage(tmp_path: Path):
    write_report(Report(quarantine=RECORDS), tmp_path)
    write_report(Report(), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_the_same_bytes_again(tmp_path: Path):
    for name in ("a", "b"):
        write_report(Report(quarantine=RECORDS), tmp_path / name)
    for name in ("report.json", "quarantine.gpkg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("report.json", "siteplan did not write"),
        ("quarantine.gpkg", "siteplan did not write"),
        ("scorecard.json", "holds a result"),
    ],
)
def test_files_of_others_are_left_alone(name: str, message: str, tmp_path: Path):
    (tmp_path / name).write_text('{"mine": 1}')
    with pytest.raises(OutputError, match=message):
        write_report(Report(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_result_has_its_report_in_the_manifest_and_loses_the_old_one(tmp_path: Path):
    from siteplan.scorecard import score

    card = score(world.plots(), world.layers(), world.plan())
    write_scorecard(card, tmp_path, report=Report(quarantine=RECORDS))
    files = json.loads((tmp_path / "scorecard.json").read_text(encoding="utf-8"))["files"]

    assert {"report.json", "quarantine.gpkg"} < set(files)
    write_scorecard(card, tmp_path, report=Report())
    assert (tmp_path / "report.json").exists()
    assert not (tmp_path / "quarantine.gpkg").exists()
    write_scorecard(card, tmp_path)
    assert not (tmp_path / "report.json").exists()


def test_a_park_with_an_unclosed_ring(tmp_path: Path):
    path = world.write_park(tmp_path, "geojson")
    data = json.loads((tmp_path / "plots.geojson").read_text(encoding="utf-8"))
    data["features"][1]["geometry"]["coordinates"][0].pop()
    (tmp_path / "plots.geojson").write_text(json.dumps(data), encoding="utf-8")
    report = check_park(path).report
    write_report(report, tmp_path / "out")
    (back,) = pyogrio.read_dataframe(tmp_path / "out" / "quarantine.gpkg").to_dict("records")

    assert "not closed" in back["reason"]
    assert back["name"] == "Plot b"
    assert back["geometry"].geom_type == "MultiLineString"
