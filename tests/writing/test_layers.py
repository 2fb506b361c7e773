from __future__ import annotations

import csv
import time
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
import strategies
import zoo
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from written import ALL, GEO, LONG, SHEETS, back, names_in, same, table

from siteplan import crs
from siteplan.errors import OutputError
from siteplan.writing import write_layer


@pytest.mark.parametrize("ending", ALL)
def test_names_texts_numbers_shapes_and_order_are_kept(ending: str, tmp_path: Path):
    frame = table(50)
    findings = write_layer(frame, tmp_path / f"x.{ending}")

    assert same(frame, back(tmp_path / f"x.{ending}"))
    assert [finding.level for finding in findings] == ([] if ending in GEO else ["note"])
    assert names_in(tmp_path) == [f"x.{ending}"]
    assert frame.index.name == "plot"


TEXT = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(zoo.NAMES[:9])


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.none()


@pytest.mark.parametrize("ending", GEO)
@given(
    rows=st.lists(st.tuples(TEXT | st.none(), NUMBERS, strategies.shapes | st.none()), min_size=1, max_size=5)
)
@settings(max_examples=200 if LONG else 12, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_any_table_comes_back(ending: str, rows: list[Any], tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("any")
    texts, numbers, shapes = zip(*rows, strict=True)
    ids = [f"0{row}" for row in range(len(rows))]
    frame = gpd.GeoDataFrame(
        {"id": ids, "текст": pd.Series(texts, dtype=object), "n": pd.Series(numbers, dtype=float)},
        geometry=list(shapes),
        crs=32652,
    )
    findings = write_layer(frame, folder / f"a.{ending}")
    write_layer(frame, folder / f"b.{ending}", layer="a")

    spelled = [None if text is None else text.replace("\0", "\\x00") for text in texts]
    assert bool(findings) == (spelled != list(texts))
    digits = 8 if ending == "geojson" else None  # coordinates here have up to seven before the point
    assert same(frame.assign(текст=pd.Series(spelled, dtype=object)), back(folder / f"a.{ending}"), digits)
    assert (folder / f"a.{ending}").read_bytes() == (folder / f"b.{ending}").read_bytes()


@pytest.mark.parametrize("ending", ALL)
def test_the_same_bytes_at_any_time(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    frame = table()
    write_layer(frame, tmp_path / f"a.{ending}", layer="x")
    time.sleep(1.1)
    frame.attrs["note"] = "not for the file"
    write_layer(frame, tmp_path / f"b.{ending}", layer="x")

    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


@pytest.mark.parametrize("names", [("fid",), ("geom", "FID", "fid_1"), ("ogc_fid", "id", "rowid")])
@pytest.mark.parametrize("ending", GEO)
def test_names_that_formats_use_themselves(names: tuple[str, ...], ending: str, tmp_path: Path):
    frame = table(2, **dict.fromkeys(names, "x"))
    write_layer(frame, tmp_path / f"x.{ending}")

    assert same(frame, back(tmp_path / f"x.{ending}"))


@pytest.mark.parametrize("name", ["x.shp", "x.SHP", "x.zip"])
def test_a_shapefile_is_refused_with_what_it_would_cut(name: str, tmp_path: Path):
    with pytest.raises(OutputError, match=r"does not write Shapefiles.*\.gpkg, \.parquet") as refused:
        write_layer(table(), tmp_path / name)

    assert refused.value.problems == (
        "'distance_to_the_gas_main_m' would become 'distance_t'",
        "'Имя участка' would become 'Имя у'",
    )
    assert not names_in(tmp_path)


@pytest.mark.parametrize(
    ("name", "frame", "message"),
    [
        ("x.tab", table(), "does not write '.tab'"),
        ("x", table(), "give one of .gpkg"),
        ("x.gpkg", table(Count=1), "'count' stands twice"),
        ("x.gpkg", table(**{"a\0b": 1}), "letters no file can hold"),
        ("x.gpkg", table(bad=[[1], [2], [3]]), "column 'bad' holds"),
        ("x.gpkg", table(bad=["1", 2, None]), "column 'bad' holds mixed"),
        ("x.gpkg", pd.DataFrame({"a": [1]}), "no geometry column"),
        (
            "x.geojson",
            table().set_crs(crs.parse("МСК-28, зона 3"), allow_override=True),
            "cannot name the CRS",
        ),
    ],
)
def test_what_a_format_cannot_keep_is_refused(name: str, frame: Any, message: str, tmp_path: Path):
    with pytest.raises(OutputError) as refused:
        write_layer(frame, tmp_path / name)

    assert message in str(refused.value)
    assert not names_in(tmp_path)


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "fgb"])
def test_a_crs_without_a_code_is_kept(ending: str, tmp_path: Path):
    frame = table().set_crs(crs.parse("МСК-28, зона 3"), allow_override=True)
    write_layer(frame, tmp_path / f"x.{ending}")

    assert back(tmp_path / f"x.{ending}").crs == frame.crs


@pytest.mark.parametrize("ending", ALL)
def test_no_record_at_all(ending: str, tmp_path: Path):
    write_layer(table(0), tmp_path / f"x.{ending}")

    assert len(back(tmp_path / f"x.{ending}")) == 0


@pytest.mark.parametrize("ending", GEO)
@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_letters_no_format_holds_are_spelled_out_and_named(text: str, ending: str, tmp_path: Path):
    frame = table(3)
    frame["note"] = pd.Series([None, text, "Ж"], dtype=object, index=frame.index)
    (found,) = write_layer(frame, tmp_path / f"x.{ending}")

    assert (found.level, found.rows) == ("warning", ("record 2",))
    assert back(tmp_path / f"x.{ending}")["note"][1] == text.encode("unicode_escape").decode()


def test_endless_numbers_are_named_where_there_are_none(tmp_path: Path):
    (found,) = write_layer(table(d=[1.0, np.inf, np.nan]), tmp_path / "x.geojson")

    assert (found.level, found.rows) == ("warning", ("record 2",))
    assert write_layer(table(d=[1.0, np.inf, np.nan]), tmp_path / "x.gpkg") == ()


@pytest.mark.parametrize("ending", SHEETS)
def test_no_spreadsheet_sees_a_formula_or_a_link(ending: str, tmp_path: Path):
    texts = [
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "＝1",
        "https://x.example",
        "{=1}",
        "\t=1",
        "007",
    ]
    frame = table(len(texts), note=texts).rename(columns={"count": "=cmd()"})
    path = tmp_path / f"x.{ending}"
    write_layer(frame, path)

    if ending == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell[:1] in "=@\t＝" and cell]
        assert not [cell for cell in cells if cell[:1] in ("+", "-")]
    else:
        sheet = openpyxl.load_workbook(path).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        shown = [row[4].value for row in sheet.iter_rows(min_row=2)]
        assert shown == [*texts[:7], "\\t=1", "007"]
        assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_long_texts_are_cut_and_long_shapes_left_out_with_a_warning(tmp_path: Path):
    frame = table(3, note=["x" * 40_000, "short", None])
    frame.loc[frame.index[1], "geometry"] = shapely.Point(0, 0).buffer(9, quad_segs=3000)
    findings = write_layer(frame, tmp_path / "x.xlsx")
    read = pd.read_excel(tmp_path / "x.xlsx")

    assert [(one.level, one.rows) for one in findings[:2]] == [
        ("warning", ("record 1",)),
        ("warning", ("record 2",)),
    ]
    assert len(read["note"][0]) == 32_767
    assert read["geometry"].isna().to_list() == [False, True, False]


def test_more_records_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("siteplan.writing.sheets._ROWS", 3)
    with pytest.raises(OutputError, match="a sheet holds 2 records"):
        write_layer(table(3), tmp_path / "x.xlsx")
    assert not names_in(tmp_path)


def test_whole_numbers_beyond_what_a_sheet_counts_stay_exact(tmp_path: Path):
    write_layer(table(1, big=[2**60 + 1]), tmp_path / "x.xlsx")

    assert str(pd.read_excel(tmp_path / "x.xlsx", dtype={"big": str})["big"][0]) == str(2**60 + 1)


@pytest.mark.parametrize("ending", ALL)
def test_a_ring_that_stands_alone_is_a_line_in_any_format(tmp_path: Path, ending: str):
    """GDAL's writer of GeoPackage ends the process over a LinearRing."""
    ring = shapely.LinearRing([(0, 0), (10, 0), (10, 10)])
    path = tmp_path / f"ring.{ending}"
    write_layer(gpd.GeoDataFrame({"name": ["r"]}, geometry=[ring], crs=4326), path)

    text = path.read_text(encoding="utf-8") if ending == "csv" else ""
    shape = shapely.LineString(ring) if ending in SHEETS else back(path).geometry.iloc[0]
    assert shapely.equals(shape, ring)
    assert "LINEARRING" not in text
