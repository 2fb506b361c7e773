"""Archives and folders: one data set out of them, nothing else."""

from __future__ import annotations

import stat
import tempfile
import zipfile
from pathlib import Path

import pytest
import world

from siteplan.errors import SourceError
from siteplan.limits import Limits
from siteplan.reading.files import probe, read_records
from siteplan.reading.opened import Hints


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path


def refusal(path: Path, layer: str | None = None, **limits: int) -> str:
    with pytest.raises(SourceError) as error:
        read_records(path, layer, Hints(limits=Limits(**limits)))
    assert str(path) in str(error.value)
    assert "siteplan-" not in str(error.value)
    return str(error.value)


def geojson() -> bytes:
    return world.geojson(world.plots().to_crs(4326).reset_index(names="id")).encode()


@pytest.mark.parametrize(
    "ending", ["gpkg", "geojson", "fgb", "parquet", "kml", "gml", "mif", "tab", "csv", "shp"]
)
def test_any_format_in_an_archive(ending: str, tmp_path: Path):
    inner = tmp_path / "inner"
    inner.mkdir()
    world.write(world.plots(), inner, "участки", ending)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as out:
        for part in inner.iterdir():
            out.write(part, f"от района/{part.name}")

    assert len(read_records(path).frame) == 4
    assert len(read_records(path, "участки").frame) == 4
    assert len(read_records(path, f"от района/участки.{ending}").frame) == 4


def test_layers_of_a_file_in_an_archive(tmp_path: Path):
    inner = tmp_path / "inner"
    inner.mkdir()
    for name, layer in world.layers().items():
        layer.to_file(inner / "all.gpkg", layer=name)
    path = archive(
        tmp_path / "all.zip", **{"all.gpkg": (inner / "all.gpkg").read_bytes(), "p.geojson": geojson()}
    )

    assert len(read_records(path, "all.gpkg/gas").frame) == 4
    assert len(read_records(path, "p").frame) == 4
    assert "say which layer; the archive holds all.gpkg, p.geojson" in refusal(path)
    assert "say which layer; the file holds gas, road" in refusal(path, "all")
    assert {info.name for info in probe(path, "all")} == set(world.layers())


def test_a_folder_with_one_file_and_with_several(tmp_path: Path):
    folder = tmp_path / "from the region"
    (folder / "deeper").mkdir(parents=True)
    world.write(world.layers()["gas"], folder / "deeper", "gas", "shp")
    (folder / "readme.txt").write_text("see inside")

    assert len(read_records(folder).frame) == 4
    world.write(world.layers()["road"], folder, "road", "gpkg")
    assert "say which layer; the folder holds deeper/gas.shp, road.gpkg" in refusal(folder)
    assert len(read_records(folder, "gas").frame) == 4
    assert len(read_records(folder, "road").frame) == 1
    assert "there is no layer 'raod', did you mean 'road'" in refusal(folder, "raod")


def test_a_bomb_by_its_ratio_its_size_and_its_members(tmp_path: Path):
    bomb = archive(tmp_path / "bomb.zip", **{"plots.csv": b"a,WKT\n" + b"0" * 30_000_000})
    many = archive(tmp_path / "many.zip", **{f"{number}.txt": b"" for number in range(30)})

    assert "limits.ratio = 200" in refusal(bomb)
    assert "limits.unpacked_bytes = 1000000" in refusal(bomb, unpacked_bytes=1_000_000)
    assert "30 members, more than limits.members = 20" in refusal(many, members=20)


def test_an_archive_that_lies_about_its_size_is_still_bounded(tmp_path: Path):
    path = archive(tmp_path / "liar.zip", **{"plots.geojson": b'{"a":' + b" " * 30_000_000})
    lie = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = lie.index(mark) + offset
        lie[place : place + 4] = (100).to_bytes(4, "little")
    path.write_bytes(lie)

    assert "zip" in refusal(path)


def test_an_archive_in_an_archive_is_not_entered(tmp_path: Path):
    inner = archive(tmp_path / "inner.zip", **{"plots.geojson": geojson()}).read_bytes()

    assert "another archive, 'inner.zip'" in refusal(archive(tmp_path / "outer.zip", **{"inner.zip": inner}))


@pytest.mark.parametrize(
    "name", ["../plots.geojson", "/etc/plots.geojson", "a/../../plots.geojson", "C:/plots.geojson"]
)
def test_members_that_climb_out(name: str, tmp_path: Path):
    path = archive(tmp_path / "plots.zip", **{name: geojson()})
    before = sorted(tmp_path.parent.rglob("*"))

    assert "climbs out" in refusal(path)
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_a_link_in_an_archive(tmp_path: Path):
    path = tmp_path / "plots.zip"
    link = zipfile.ZipInfo("plots.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(link, "/etc/passwd")

    assert "is a link to another file" in refusal(path)


def test_two_members_of_one_name(tmp_path: Path):
    path = archive(tmp_path / "plots.zip", **{"plots.geojson": geojson(), "PLOTS.geojson": b"{}"})

    assert "same name" in refusal(path)


def test_names_of_members_in_cp866(tmp_path: Path):
    path = archive(tmp_path / "plots.zip", **{"Gxastki.geojson": geojson()})
    path.write_bytes(path.read_bytes().replace(b"Gxastki", "Участки".encode("cp866")))

    assert len(read_records(path, "Участки").frame) == 4


@pytest.mark.parametrize("ending", ["zip", "kmz", "gdb.zip", "gml", "kml", "gdb"])
def test_nothing_is_left_behind(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    name = world.write(world.plots(), tmp_path, "plots", ending)
    before = sorted(tmp_path.rglob("*"))

    assert len(read_records(tmp_path / name).frame) == 4
    probe(tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("place", [0, 4, 20, 60])
def test_a_member_whose_packing_is_broken(packing: int, place: int, tmp_path: Path):
    """Each packing has an error of its own for a stream that is none."""
    path = tmp_path / "plots.zip"
    with zipfile.ZipFile(path, "w", packing) as out:
        out.writestr("plots.geojson", geojson())
    content = bytearray(path.read_bytes())
    start = 30 + len("plots.geojson") + place
    content[start : start + 8] = bytes(byte ^ 0xFF for byte in content[start : start + 8])
    path.write_bytes(content)
    said = refusal(path)
    assert "not a readable zip archive" in said or "cannot be read: Invalid data stream" in said
