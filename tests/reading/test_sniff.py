from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import world

from siteplan.errors import SourceError
from siteplan.reading.files import read_records
from siteplan.reading.sniff import sniff

PLAIN = tuple(ending for ending in world.FORMATS if ending != "zip")

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>gas.geojson</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as error:
        read_records(path)
    assert path.name in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("ending", PLAIN)
def test_a_file_that_is_what_it_says(ending: str, tmp_path: Path):
    opened = sniff(tmp_path / world.write(world.plots(), tmp_path, "plots", ending))

    assert opened.path.suffix == f".{ending}"
    assert str(opened.path) in opened.target


@pytest.mark.parametrize(
    "ending", [*world.FORMATS, "geojsonl", "kml", "kmz", "gml", "mif", "tab", "gdb.zip", "xlsx", "dxf", "sxf"]
)
@pytest.mark.parametrize(
    "content", [VRT, "id,name\n1,a\n", "<html>", "PG:dbname=x", "\0" * 600, "[1, 2]", "http://example.org"]
)
def test_a_file_that_is_something_else(ending: str, content: str, tmp_path: Path):
    path = tmp_path / f"plots.{ending}"
    path.write_text(content)
    for part in (".shx", ".dbf", ".mid", ".dat", ".map", ".id"):
        path.with_suffix(part).write_text(content)

    assert "not" in refusal(path)


@pytest.mark.parametrize("ending", world.FORMATS)
@pytest.mark.parametrize("other", world.FORMATS)
def test_one_format_under_the_name_of_another(ending: str, other: str, tmp_path: Path):
    if ending == other:
        return
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", other)
    path.rename(tmp_path / f"renamed.{ending}")
    for part in (".shx", ".dbf"):
        (tmp_path / f"renamed{part}").touch()

    refusal(tmp_path / f"renamed.{ending}")


def test_missing_empty_folder_or_unknown(tmp_path: Path):
    (tmp_path / "empty.gpkg").touch()
    (tmp_path / "folder.gpkg").mkdir()
    (tmp_path / "plots.doc").write_text("a,b")
    (tmp_path / "plots").write_text("a,b")

    assert "there is no such file" in refusal(tmp_path / "none.gpkg")
    assert "there is no folder" in refusal(tmp_path / "nowhere" / "none.gpkg")
    assert "the file is empty" in refusal(tmp_path / "empty.gpkg")
    assert "the folder holds nothing that siteplan reads" in refusal(tmp_path / "folder.gpkg")
    assert "siteplan does not read .doc; give one of .gpkg, .geojson" in refusal(tmp_path / "plots.doc")
    assert "files without an ending" in refusal(tmp_path / "plots")


def test_a_crs_behind_a_link_is_not_followed(tmp_path: Path):
    path = tmp_path / "plots.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [], '
        '"crs": {"type": "link", "properties": {"href": "http://localhost:9/x"}}}'
    )

    assert "CRS is a link" in refusal(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    path = tmp_path / "plots.geojson"
    path.write_text("\ufeff" + world.geojson(world.plots().to_crs(4326)), encoding="utf-8")

    assert sniff(path).format == "GeoJSON"


def test_an_archive_without_a_shapefile(tmp_path: Path):
    path = tmp_path / "plots.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing here")

    assert "the archive holds nothing that siteplan reads" in refusal(path)


def test_an_archive_that_climbs_out_is_not_entered(tmp_path: Path):
    path = tmp_path / "plots.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.shp", b"\x00\x00\x27\x0a" + b"\0" * 96)

    assert "climbs out" in refusal(path)


@pytest.mark.parametrize("part", [".dbf", ".shx"])
def test_an_archive_without_a_part_of_its_shapefile(part: str, tmp_path: Path):
    whole = tmp_path / world.write(world.plots(), tmp_path, "plots", "zip")
    less = tmp_path / "less.zip"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(less, "w") as new:
        for entry in old.namelist():
            if not entry.endswith(part):
                new.writestr(entry, old.read(entry))

    assert part in refusal(less)


def test_upper_case_endings(tmp_path: Path):
    path = tmp_path / world.write(world.plots(), tmp_path, "plots", "gpkg")
    path.rename(tmp_path / "PLOTS.GPKG")

    assert sniff(tmp_path / "PLOTS.GPKG").format == "GeoPackage"
