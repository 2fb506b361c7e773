from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import world
import zoo

from siteplan.errors import CatalogueError, DataError, SourceError
from siteplan.findings import Finding, Report
from siteplan.reading.parks import check_park, read_park
from siteplan.scorecard import score


def plots_in(folder: Path, change: Any = None, *, around: bool = False, **entry: Any) -> Report:
    """What is found in the world whose plots, as GeoJSON features, or their entry are changed."""
    path = world.write_park(folder, "geojson")
    data = json.loads((folder / "plots.geojson").read_text(encoding="utf-8"))
    if change:
        change(data["features"])
    (folder / "plots.geojson").write_text(json.dumps(data), encoding="utf-8")
    catalogue = world.catalogue("geojson", quarantine_limit=0.5)
    catalogue["plots"] |= entry
    if not around:
        catalogue["layers"] = {}
    path.write_text(world.toml(catalogue), encoding="utf-8")
    return check_park(path).report


def error(report: Report) -> Finding:
    (only,) = report.of("error")
    assert only.where == "plots.geojson"
    assert only.remedy
    return only


def ring(feature: dict[str, Any]) -> list[Any]:
    return feature["geometry"]["coordinates"][0]


def prop(key: str, cell: Any, row: int = 1) -> Any:
    return lambda rows: rows[row]["properties"].update({key: cell})


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


@pytest.mark.parametrize(
    ("change", "said", "row"),
    [
        (prop("id", None), "1 records have no 'id'", "record 1"),
        (prop("id", "  "), "1 records have no 'id'", "record 1"),
        (prop("id", "a"), "stand more than once", "a"),
        (prop("id", " a "), "stand more than once", "a"),
        (prop("free_power", "10 MVA"), "that cannot be read", "b: '10 MVA'"),
        (prop("free_power", "10,500"), "that cannot be read", "b: '10,500'"),
        (prop("free_power", "1,234"), "that cannot be read", "b: '1,234'"),
        (prop("free_power", 1e400), "that cannot be read", "b: 'inf'"),
        (prop("free_power", [1, 2]), "that cannot be read", "b: "),
        (prop("free_power", {"a": 1}), "that cannot be read", "b: "),
        (
            lambda rows: [row["properties"].update(free_power=True) for row in rows],
            "that cannot be read",
            "a: ",
        ),
        (
            lambda rows: [row["properties"].update(free_power="none") for row in rows],
            "4 cells that cannot be read",
            "a: 'none'",
        ),
    ],
)
def test_attributes_that_cannot_be_meant(change: Any, said: str, row: str, tmp_path: Path):
    found = error(plots_in(tmp_path, change))

    assert said in found.message
    assert any(one.startswith(row) for one in found.rows)


@pytest.mark.parametrize(
    ("cell", "amount"), [("10.5", 10.5), (" 7 ", 7), (None, np.nan), ("", np.nan), (3, 3)]
)
def test_numbers_in_any_spelling_that_is_one(cell: object, amount: float, tmp_path: Path):
    plots_in(tmp_path, prop("free_power", cell))
    plots = read_park(tmp_path).plots

    assert plots.loc["b", "free_power"] == pytest.approx(amount, nan_ok=True)
    assert plots["free_power"].dtype == float


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


def without_crs(folder: Path, frame: gpd.GeoDataFrame, **entry: Any) -> Report:
    path = world.write_park(folder)
    (folder / "plots.gpkg").unlink()
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        frame.set_crs(None, allow_override=True).reset_index(names="id").to_file(folder / "plots.gpkg")
    catalogue = world.catalogue()
    catalogue["plots"] |= entry
    path.write_text(world.toml(catalogue), encoding="utf-8")
    return check_park(path).report


def test_no_crs_is_refused_with_a_hint_and_never_guessed(tmp_path: Path):
    (degrees,) = without_crs(tmp_path / "a", world.plots().to_crs(4326)).of("error")
    (metres,) = without_crs(tmp_path / "b", world.plots()).of("error")

    assert "no CRS" in degrees.message
    assert "look like degrees" in degrees.message
    assert "look like metres" in metres.message
    assert 'crs = "EPSG:4326"' in degrees.remedy


@pytest.mark.parametrize("system", ["EPSG:32652", "МСК-28, зона 3"])
def test_a_stated_crs_is_taken_where_the_file_names_none(system: str, tmp_path: Path):
    from siteplan import crs

    frame = world.plots().to_crs(crs.parse(system))
    report = without_crs(tmp_path, frame, crs=system)
    park = read_park(tmp_path)

    assert not report.of("error")
    card = score(park.plots, park.layers, world.plan())
    assert card.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-5)


def test_metres_called_degrees_and_degrees_called_metres(tmp_path: Path):
    (metres,) = without_crs(tmp_path / "a", world.plots(), crs="EPSG:4326").of("error")
    (degrees,) = without_crs(tmp_path / "b", world.plots().to_crs(4326), crs="EPSG:32652").of("error")

    assert "in degrees, but metres" in metres.message
    assert "in metres, but degrees" in degrees.message
    assert metres.remedy == degrees.remedy == "state the true CRS"


def test_an_unknown_crs_in_the_catalogue(tmp_path: Path):
    (found,) = without_crs(tmp_path, world.plots(), crs="МСК-28").of("error")

    assert "say which zone" in found.message


def test_the_wrong_zone_lies_outside_the_region(tmp_path: Path):
    (found,) = without_crs(tmp_path, world.plots(), crs="EPSG:32651").of("error")

    assert "4 of 4 records reach outside the region 127-129.5 E, 51-52 N" in found.message


@pytest.mark.parametrize("which", [slice(None), slice(1, 2)])
def test_swapped_axes_are_found(which: slice, tmp_path: Path):
    def swap(rows: list[Any]) -> None:
        for row in rows[which]:
            row["geometry"]["coordinates"] = [[[y, x] for x, y in ring(row)]]

    found = error(plots_in(tmp_path, swap))

    assert "only with x and y swapped" in found.message
    assert found.rows == tuple("abcd"[which])


def test_swapped_axes_in_metres_are_found(tmp_path: Path):
    swapped = world.plots()
    swapped["geometry"] = shapely.transform(swapped.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    (found,) = without_crs(tmp_path, swapped.set_crs(world.UTM, allow_override=True), crs="EPSG:32652").of(
        "error"
    )

    assert "swapped" in found.message or "outside the region" in found.message


def test_a_plot_outside_the_region_is_an_error_and_a_feature_outside_is_measured_whole(tmp_path: Path):
    def move(rows: list[Any]) -> None:
        rows[1]["geometry"]["coordinates"] = [[[x + 5, y] for x, y in ring(rows[1])]]

    assert error(plots_in(tmp_path / "a", move)).rows == ("b",)
    far = world.table({"far": shapely.LineString([(-300_000, -400_100), (-400_000, -500_000)])}, name=["Far"])
    both = pd.concat([world.layers()["gas"], far])
    park = read_park(world.write_park(tmp_path / "b", layers={"gas": gpd.GeoDataFrame(both, crs=world.UTM)}))

    (warning,) = park.report.of("warning")
    assert warning.rows == ("far",)
    assert park.layers["gas"].geometry["far"].length * 90_000 > 100_000
    alone = {**park.layers, "gas": park.layers["gas"].loc[["far"]]}
    plan = world.only({**world.PLAN["criteria"][0], "unit": "km"})
    card = score(park.plots.loc[["a"]].to_crs(world.UTM), alone, plan)
    assert card.contributions["amount"].to_list() == pytest.approx([500.08], abs=0.01)


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


def test_identifiers_keep_what_was_typed(tmp_path: Path):
    def number(rows: list[Any]) -> None:
        for row, text in zip(rows, ["007", "28:21:0:7", "1e5", "٧"], strict=True):
            row["properties"]["id"] = text

    plots_in(tmp_path / "a", number)
    assert read_park(tmp_path / "a").plots.index.to_list() == ["007", "28:21:0:7", "1e5", "٧"]
    plots_in(
        tmp_path / "b", lambda rows: [row["properties"].update(id=2**60 + at) for at, row in enumerate(rows)]
    )
    assert read_park(tmp_path / "b").plots.index.to_list() == [str(2**60 + at) for at in range(4)]


def test_columns_that_nobody_asked_for_are_counted(tmp_path: Path):
    (note,) = plots_in(tmp_path, prop("colour", "red")).of("note")

    assert "1 columns are not in the catalogue and are ignored: colour" in note.message


def test_an_absent_column_names_what_is_there(tmp_path: Path):
    found = error(plots_in(tmp_path, None, columns={"free": {"from": "free_powr", "unit": "MW"}}))

    assert "columns.free: there is no column 'free_powr', did you mean 'free_power'?" in found.message
    assert "present: id, name, free_power, road_class" in found.remedy


def test_amounts_in_another_unit_score_the_same(tmp_path: Path):
    plots_in(
        tmp_path,
        lambda rows: [
            row["properties"].update(free_power=(row["properties"]["free_power"] or 0) * 1000) for row in rows
        ],
        around=True,
        columns={"free_power": {"from": "free_power", "unit": "кВт"}, "road_class": "road_class"},
    )
    park = read_park(tmp_path)
    card = score(park.plots, park.layers, world.plan())

    assert card.plots.loc[["a", "b", "d"], "score"].to_list() == pytest.approx([0.535, 0.4, 0.75], abs=1e-9)
    assert card.explain("a").rows.set_index("criterion").loc["power", ["amount", "unit"]].to_list() == [
        10,
        "MW",
    ]


def test_flags_and_dates(tmp_path: Path):
    def fill(rows: list[Any]) -> None:
        cells = [("да", "2026-11-23"), ("no", "2026-01-01"), (None, None), ("1", "2025-12-31")]
        for row, (flag, day) in zip(rows, cells, strict=True):
            row["properties"] |= {"made_up": flag, "day": day}

    columns = {"rail": {"from": "made_up", "kind": "flag"}, "as_of": {"from": "day", "kind": "date"}}
    plots_in(tmp_path, fill, columns=columns)
    plots = read_park(tmp_path).plots

    assert [None if pd.isna(cell) else cell for cell in plots["rail"]] == [True, False, None, True]
    assert plots["as_of"].fillna("").to_list() == ["2026-11-23", "2026-01-01", "", "2025-12-31"]


@pytest.mark.parametrize(
    ("kind", "cell", "remedy"),
    [("flag", "maybe", "true or false"), ("date", "soon", "2026-11-23"), ("date", "31.12.2026x", "dates")],
)
def test_flags_and_dates_that_are_none(kind: str, cell: str, remedy: str, tmp_path: Path):
    found = error(plots_in(tmp_path, prop("odd", cell), columns={"odd": {"from": "odd", "kind": kind}}))

    assert found.rows == (f"b: {cell!r}",)
    assert remedy in found.remedy


def test_what_is_made_up_must_be_said(tmp_path: Path):
    columns = {"synthetic": {"from": "made_up", "kind": "flag"}}

    def fill(rows: list[Any]) -> None:
        for row, flag in zip(rows, [True, False, None, True], strict=True):
            row["properties"]["made_up"] = flag

    found = error(plots_in(tmp_path, fill, columns=columns, origin="mixed"))
    assert "synthetic is not said" in found.message
    assert found.rows == ("c",)


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
