"""Files that reach out or blow up: refused in words, and nothing is fetched or written."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import world

from siteplan.errors import SourceError
from siteplan.limits import Limits
from siteplan.reading.files import read_records
from siteplan.reading.opened import Hints

KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
SECRET = "<!ENTITY x SYSTEM 'file:///etc/passwd'>"
LAUGHS = "<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '{'&a;' * 9}'>" for n in range(9))


def refusal(path: Path, **limits: int) -> str:
    with pytest.raises(SourceError) as error:
        read_records(path, hints=Hints(limits=Limits(**limits)))
    assert str(path) in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("ending", ["kml", "gml"])
@pytest.mark.parametrize("dtd", [SECRET, LAUGHS, "<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'>%p;", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_document_types(ending: str, dtd: str, encoding: str, tmp_path: Path):
    text = (tmp_path / world.write(world.plots(), tmp_path, "plots", ending)).read_text(encoding="utf-8")
    body = text.partition("?>")[2]
    path = tmp_path / f"evil.{ending}"
    root = "kml" if ending == "kml" else "x"
    path.write_text(
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE {root} [{dtd}]>{body}', encoding=encoding
    )

    assert "<!DOCTYPE" in refusal(path)


def test_elements_too_deep(tmp_path: Path):
    path = tmp_path / "deep.kml"
    path.write_text(KML.format("<Folder>" * 500 + "</Folder>" * 500))

    assert "limits.xml_depth = 100" in refusal(path)


def test_links_of_a_map_are_told_and_not_followed(tmp_path: Path):
    path = tmp_path / "links.kml"
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/more.kml</href></Link></NetworkLink>"
    place = "<Placemark><name>a</name><Point><coordinates>128,51</coordinates></Point></Placemark>"
    path.write_text(KML.format(place + link))
    records = read_records(path)

    assert len(records.frame) == 1
    assert "1 links to other maps are not followed" in records.findings[0].message


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "OGCAPI", "url": "http://127.0.0.1:9/"}',
        '{"type": "FeatureCollection", "next": "http://127.0.0.1:9/"}',
        '{"type": "Topology", "objects": {}, "arcs": []}',
        '{"tilejson": "2.0.0", "tiles": ["http://127.0.0.1:9/{z}"]}',
        '{"type": "FeatureCollection", "features": {"a": 1}}',
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"}',
        '{"displayFieldName": "", "geometryType": "esriGeometryPoint", "features": []}',
    ],
)
@pytest.mark.parametrize("ending", ["geojson", "json", "geojsonl"])
def test_json_that_describes_a_service(text: str, ending: str, tmp_path: Path):
    path = tmp_path / f"service.{ending}"
    path.write_text(text)

    refusal(path)


def test_nesting_without_end(tmp_path: Path):
    path = tmp_path / "deep.geojson"
    path.write_text('{"type": "FeatureCollection", "features": ' + "[" * 200_000)

    assert "nested" in refusal(path)


def test_files_beside_a_table_are_not_looked_at(tmp_path: Path):
    (tmp_path / "points.csv").write_text("id,WKT\n007,POINT (1 2)\n")
    (tmp_path / "points.csvt").write_text('"Integer","String"\n')
    (tmp_path / "points.vrt").write_text("<OGRVRTDataSource/>")

    assert read_records(tmp_path / "points.csv").frame["id"].to_list() == ["007"]


@pytest.mark.parametrize(
    "text",
    [
        '!table\n!version 300\nOpen Table "/etc/passwd" Hide\nCreate View x As Select * From passwd',
        "!table\n!version 300\nDefinition Table\n  Type LINKED\n",
        '!table\n!version 300\nDefinition Table\n  Type NATIVE\n"\\IsSeamless" = "TRUE"',
        '!table\n!version 300\nDefinition Table\n  File "x.tif"\n  Type "RASTER"',
    ],
)
def test_a_tab_that_names_other_tables(text: str, tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", "tab")
    path.write_text(text)

    refusal(path)


def test_a_link_in_a_geodatabase(tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", "gdb")
    (path / "a00000099.gdbtable").symlink_to("/etc/passwd")

    assert "links to other files" in refusal(path)


def test_coordinates_that_are_no_numbers(tmp_path: Path):
    path = tmp_path / "points.csv"
    path.write_text('x;y\n1;2\nnan;2\n1,5;x\n1,234,5;1\n"";""\n1 000;2\n')
    records = read_records(path, hints=Hints(x="x", y="y"))

    assert [number for number, _ in records.broken] == ["2", "3"]
    assert len(records.frame) == 4
    assert not records.frame.geometry.iloc[2]


def test_sizes_are_bounded(tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", "gpkg")

    assert "limits.file_bytes = 100" in refusal(path, file_bytes=100)
    assert "limits.records = 3" in refusal(path, records=3)
    for ending in ("parquet", "csv", "xlsx"):
        path = tmp_path / world.write(world.plots(), tmp_path, "plots", ending)
        assert "limits.records = 3" in refusal(path, records=3)


def test_a_parquet_bomb(tmp_path: Path):
    path = tmp_path / "zeros.parquet"
    gpd.GeoDataFrame(
        {"t": [f"{n:0100}" for n in range(20_000)]}, geometry=[shapely.Point(1, 1)] * 20_000
    ).to_parquet(path)

    assert "limits.unpacked_bytes = 10000" in refusal(path, unpacked_bytes=10_000)


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
def test_text_without_a_stated_encoding(encoding: str, tmp_path: Path):
    frame = world.plots().assign(name=["Участок № 1", "Полигон", "Промышленная зона", "Свободный"])
    frame = frame.to_crs(4326).reset_index(names="id")
    path = tmp_path / "plots.shp"
    frame.assign(name="", road_class="").to_file(path)
    path.with_suffix(".cpg").unlink()
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    fields = [dbf[32 + 32 * n : 64 + 32 * n] for n in range(4)]
    at = 1 + sum(field[16] for field in fields[: [bytes(f[:4]) for f in fields].index(b"name")])
    start, width = int.from_bytes(dbf[8:10], "little"), int.from_bytes(dbf[10:12], "little")
    for row, text in enumerate(frame["name"]):
        raw = text.encode(encoding, "replace")
        dbf[start + row * width + at :][: len(raw)] = raw
        dbf[start + row * width + at : start + row * width + at + len(raw)] = raw
    dbf[29] = 0
    path.with_suffix(".dbf").write_bytes(dbf)
    records = read_records(path)

    wanted = [text.encode(encoding, "replace").decode(encoding) for text in frame["name"]]
    assert records.frame["name"].to_list() == wanted
    assert f"read as {encoding}" in records.findings[0].message
    assert records.findings[0].level == "warning"
    forced = read_records(path, hints=Hints(encoding=encoding))
    assert forced.frame["name"].to_list() == wanted
    assert not forced.findings
    with pytest.raises(SourceError, match="there is no encoding 'cp9999'"):
        read_records(path, hints=Hints(encoding="cp9999"))


def test_a_drawing_with_what_is_no_shape_says_so(tmp_path: Path):
    path = tmp_path / "plan.dxf"
    world.write(world.plots(), tmp_path, "plan", "dxf")
    text = path.read_text()
    extra = "  0\nACAD_PROXY_ENTITY\n  8\n0\n"
    head, mark, tail = (
        text.rpartition("  0\nENDSEC\n  0\nSECTION\n  2\nOBJECTS") if "OBJECTS" in text else (text, "", "")
    )
    path.write_text(head + extra + mark + tail)
    records = read_records(path)

    assert any("1 of 5 entities" in found.message for found in records.findings)


def test_several_sheets_are_listed(tmp_path: Path):
    import pandas as pd

    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        for name in ("Земля", "Сети"):
            pd.DataFrame({"x": [128.5], "y": ["51,5"]}).to_excel(book, sheet_name=name, index=False)

    assert "say which layer; the workbook holds Земля, Сети" in refusal(path)
    records = read_records(path, "Сети", Hints(x="x", y="y"))
    assert records.frame.geometry.iloc[0].equals(shapely.Point(128.5, 51.5))
    with pytest.raises(SourceError, match="which columns hold the geometry"):
        read_records(path, "Сети")
    with pytest.raises(SourceError, match="there is no column 'xx'"):
        read_records(path, "Сети", Hints(x="xx", y="y"))
    assert json.dumps(records.broken) == "[]"
