from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
import world
import zoo
from parked import error, plots_in, prop, ring

from siteplan.errors import CatalogueError, DataError, SourceError
from siteplan.reading.parks import check_park, read_park
from siteplan.scorecard import score


@pytest.mark.parametrize("ending", world.FORMATS)
def test_the_same_layers_through_every_format_give_the_same_scores(ending: str, tmp_path: Path):
    park = read_park(world.write_park(tmp_path, ending))
    card = score(park.plots, park.layers, world.plan())
    geojson = read_park(world.write_park(tmp_path / "other", "geojson"))
    other = score(geojson.plots, geojson.layers, world.plan())

    assert card.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-9)
    pd.testing.assert_series_equal(
        card.plots["score"].sort_index(), other.plots["score"].sort_index(), check_exact=True
    )
    assert card.plots["rank"].to_dict() == world.RANKS
    assert not park.report.findings
    assert [count.used for count in park.report.counts] == [4, 4, 1, 2, 1, 3]


@pytest.mark.parametrize("ending", world.MORE)
def test_the_same_layers_through_rounding_formats_give_the_same_scores(ending: str, tmp_path: Path):
    park = read_park(world.write_park(tmp_path, ending))
    card = score(park.plots, park.layers, world.plan())

    # MapInfo keeps coordinates as whole numbers of decimetres here.
    assert card.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-3 if ending == "tab" else 1e-6)
    assert card.plots["rank"].to_dict() == world.RANKS
    assert not [found for found in park.report.findings if "are ignored" not in found.message]
    assert [count.used for count in park.report.counts] == [4, 4, 1, 2, 1, 3]


def test_a_good_park_has_nothing_to_say(tmp_path: Path):
    park = read_park(str(world.write_park(tmp_path)))

    assert park.report.sentence == (
        "6 tables: 15 records read, 15 used (0 repaired), 0 quarantined; 0 errors, 0 warnings, 0 notes."
    )
    assert list(park.plots.columns) == ["name", "synthetic", "free_power", "road_class", "geometry"]
    assert park.plots.index.name == "plot"
    assert park.layers["gas"].index.to_list() == ["g1", "g2", "g3", "g4"]
    assert park.plots["synthetic"].all()
    assert not park.layers["gas"]["synthetic"].any()
    assert park.plots.attrs["units"] == {"free_power": "MW"}
    assert "4 plots, 5 layers; 0 warnings, 0 records quarantined" in repr(park)
    assert "A world by eye" in park._repr_html_()


def test_one_broken_record_among_good_ones_is_quarantined_with_file_layer_fid_and_reason(tmp_path: Path):
    report = plots_in(tmp_path, lambda rows: ring(rows[1]).pop())
    (record,) = report.quarantine

    assert (record.file, record.layer, record.fid) == ("plots.geojson", "", "1")
    assert "closed" in record.reason
    assert not report.of("error")
    plots = report.counts[0]
    assert (plots.read, plots.used, plots.quarantined) == (4, 3, 1)
    assert any("cannot be read and are set aside" in finding.message for finding in report.of("warning"))


def test_a_quarantined_record_of_a_layer_among_several_names_its_layer(tmp_path: Path):
    path = world.write_park(tmp_path)
    gas = world.layers()["gas"].reset_index(names="id").to_crs(4326)
    gas.loc[2, "geometry"] = None
    (tmp_path / "gas.gpkg").unlink()
    gas.to_file(tmp_path / "gas.gpkg", layer="mains")
    gas.to_file(tmp_path / "gas.gpkg", layer="other")
    catalogue = world.catalogue(quarantine_limit=0.5)
    catalogue["layers"]["gas"]["layer"] = "mains"
    path.write_text(world.toml(catalogue))
    (record,) = check_park(path).report.quarantine

    assert (record.file, record.layer, record.fid, record.reason) == (
        "gas.gpkg",
        "mains",
        "g3",
        "no geometry",
    )


def test_too_many_set_aside_is_an_error(tmp_path: Path):
    report = plots_in(tmp_path, lambda rows: [row.update(geometry=None) for row in rows[:3]])

    assert "3 of 4 records are set aside, more than the 50% allowed" in error(report).message


def test_every_problem_of_every_table_at_once(tmp_path: Path):
    path = world.write_park(tmp_path, plots=world.plots().set_axis(["a", "a", "c", "d"]))
    (tmp_path / "gas.gpkg").unlink()
    (tmp_path / "road.gpkg").write_bytes(b"nothing")
    catalogue = world.catalogue()
    catalogue["layers"]["wetland"]["id"] = "kode"
    catalogue["layers"]["pipe"]["crs"] = "EPSG:32652"
    path.write_text(world.toml(catalogue))

    with pytest.raises(DataError) as refused:
        read_park(path)
    text = str(refused.value)
    assert text.splitlines()[0].endswith("park.toml: refused, 5 errors")
    for said in (
        "plots.gpkg: 1 values of 'id' stand more than once [a]",
        "gas.gpkg: there is no such file",
        "road.gpkg: not a GeoPackage",
        "wetland.gpkg: id: there is no column 'kode'",
        "pipe.gpkg: the file is in WGS 84, but the catalogue states WGS 84 / UTM zone 52N",
    ):
        assert any(said in line.replace(f"{tmp_path}/", "") for line in text.splitlines()), said


def test_a_bow_tie_is_repaired_and_its_areas_are_told(tmp_path: Path):
    def tie(rows: list[Any]) -> None:
        one, two, three, four, _ = ring(rows[1])
        rows[1]["geometry"]["coordinates"] = [[one, three, two, four, one]]

    report = plots_in(tmp_path, tie)
    (found,) = report.of("warning")

    assert "1 invalid shapes were repaired" in found.message
    assert found.rows[0].startswith("b: Self-intersection")
    assert re.search(r", area \S+ -> 0\.500\d? ha$", found.rows[0])
    assert report.counts[0].repaired == 1
    assert report.counts[0].used == 4


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "no geometry"),
        ({"type": "Polygon", "coordinates": []}, "empty geometry"),
        ({"type": "Point", "coordinates": [128.2, 51.5]}, "a Point, but a plot must be a polygon"),
        ({"type": "LineString", "coordinates": [[128.2, 51.5], [128.3, 51.5]]}, "a LineString, but"),
    ],
)
def test_what_is_no_polygon_is_set_aside(geometry: Any, reason: str, tmp_path: Path):
    report = plots_in(tmp_path, lambda rows: rows[1].update(geometry=geometry))

    assert report.quarantine[0].fid == "b"
    assert report.quarantine[0].reason.startswith(reason)
    assert list(read_park(tmp_path).plots.index) == ["a", "c", "d"]


def test_heights_are_dropped_with_a_note(tmp_path: Path):
    report = plots_in(
        tmp_path,
        lambda rows: rows[1]["geometry"].update(coordinates=[[[*at, 250.0] for at in ring(rows[1])]]),
    )

    (note,) = report.of("note")
    assert "heights (Z)" in note.message
    assert note.rows == ("b",)
    assert not read_park(tmp_path).plots.has_z.any()


def test_overlaps_and_duplicates_between_plots_with_area(tmp_path: Path):
    shapes = {"a": world.square(0, 0), "b": world.square(0, 0), "c": world.square(75, 0)}
    plots = world.table(shapes, "plot", name=list("abc"), free_power=1.0, road_class="paved")
    report = check_park(world.write_park(tmp_path, plots=plots)).report
    same, lying = report.of("warning")

    assert "exact duplicates" in same.message
    assert same.rows == ("a / b: 1 ha",)
    assert "overlap" in lying.message
    assert set(lying.rows) == {"a / c: 0.25 ha", "b / c: 0.25 ha"}


def test_identifiers_that_look_alike_ask_for_a_look(tmp_path: Path):
    (found,) = plots_in(tmp_path, prop("id", "А")).of("warning")  # Cyrillic

    assert "differ only by case or look-alike letters" in found.message


def test_an_empty_layer_reads_in_every_format(tmp_path: Path):
    for ending in ("gpkg", "geojson", "fgb", "parquet"):
        path = world.write_park(tmp_path / ending, ending, layers={"gas": world.layers()["gas"].iloc[:0]})
        assert len(read_park(path).layers["gas"]) == 0


def test_no_plot_at_all(tmp_path: Path):
    path = world.write_park(tmp_path, plots=world.plots().iloc[:0])

    with pytest.raises(DataError, match="no usable plot"):
        read_park(path)


@pytest.mark.parametrize("name", zoo.NAMES)
def test_strange_names_stay_in_the_data_and_out_of_the_report(name: str, tmp_path: Path):
    report = plots_in(
        tmp_path,
        lambda rows: (prop("name", name)(rows), prop("id", name)(rows), rows[1].update(geometry=None)),
    )

    assert read_park(tmp_path).plots.index.to_list() == ["a", "c", "d"]
    text = str(report) + report._repr_html_()
    assert "<script>" not in report._repr_html_()
    assert not any(sign in text.replace("\n", "") for sign in "\x1b\x07\u202e")
    json.dumps(report.to_dict())


def test_the_report_as_text_html_and_json(tmp_path: Path):
    report = plots_in(
        tmp_path, lambda rows: (prop("free_power", "much")(rows), rows[2].update(geometry=None)), around=True
    )
    lines = str(report).splitlines()

    assert (
        lines[0]
        == "6 tables: 15 records read, 14 used (0 repaired), 1 quarantined; 1 error, 1 warning, 0 notes."
    )
    assert lines[1].strip().startswith("error  plots.geojson: column 'free_power'")
    assert lines[-1] == "quarantined  plots.geojson, record c: no geometry"
    assert "error</td>" in report._repr_html_()
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert data["quarantine"] == [{"file": "plots.geojson", "layer": "", "fid": "c", "reason": "no geometry"}]
    assert data["findings"][0]["level"] in ("error", "warning")
    assert {count["table"] for count in data["counts"]} == {"plots", *world.layers()}


def test_read_plus_quarantined_is_all(tmp_path: Path):
    def spoil(rows: list[Any]) -> None:
        ring(rows[0]).pop()
        rows[1].update(geometry=None)

    for count in plots_in(tmp_path, spoil).counts:
        assert count.read == count.used + count.quarantined


def test_the_catalogue_itself(tmp_path: Path):
    with pytest.raises(SourceError, match="there is no such file"):
        read_park(tmp_path / "park.toml")
    (tmp_path / "park.toml").write_text("name = [")
    with pytest.raises(CatalogueError, match="not valid TOML"):
        read_park(tmp_path)
    (tmp_path / "park.toml").write_text('name = "x"')
    with pytest.raises(CatalogueError, match=r"park\.toml: refused, 3 mistakes"):
        read_park(tmp_path)


def test_a_file_may_lie_anywhere(tmp_path: Path):
    world.write_park(tmp_path / "there")
    data = world.catalogue()
    data["plots"]["file"] = str(tmp_path / "there" / "plots.gpkg")
    for layer in data["layers"].values():
        layer["file"] = f"../there/{layer['file']}"
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "park.toml").write_text(world.toml(data))

    assert len(read_park(tmp_path / "here").plots) == 4


def test_regimes_of_the_zones_that_cover_half_a_plot(tmp_path: Path):
    zones = world.table(
        {"z1": shapely.box(-50, -50, 600, 100), "z2": shapely.box(0, 0, 49, 100)},
        name=["TOR", "FRP"],
        regimes=["tor spik", "frp"],
    )
    path = world.write_park(tmp_path)
    world.write(zones, tmp_path, "zones", "gpkg")
    data = world.catalogue(regimes={"file": "regimes.toml", "zones": "zones"})
    data["layers"]["zones"] = {
        "file": "zones.gpkg",
        "id": "id",
        "name": "name",
        "role": "regime",
        "columns": {"regimes": "regimes"},
    }
    line = {"regime": "x", "measure": "x", "rate": "0", "act": "x", "source": "x", "confidence": "high"}
    lines = "".join(
        f"[[regimes]]\nid = {json.dumps(name)}\nas_of = 2026-11-23\n{world.toml(line)}"
        for name in ("tor", "spik")
    )
    path.write_text(world.toml(data))
    (tmp_path / "regimes.toml").write_text(lines)
    checked = check_park(path)

    assert checked.frames["plots"]["regimes"].to_list() == ["spik tor", "spik tor", "", ""]
    (found,) = checked.report.of("error")
    assert found.rows == ("frp",)
    (tmp_path / "regimes.toml").write_text("[[regimes]]\nid = 5\n")
    assert any("regimes" in str(finding) for finding in check_park(path).report.of("error"))
    (tmp_path / "regimes.toml").unlink()
    assert any("there is no such file" in str(finding) for finding in check_park(path).report.of("error"))
