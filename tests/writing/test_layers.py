from __future__ import annotations

import csv
import fcntl
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
import strategies
import zoo
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplan import crs
from siteplan.errors import OutputError
from siteplan.writing import layers, write_layer

LONG = os.environ.get("SITEPLAN_FUZZ") == "long"
GEO = ("gpkg", "parquet", "fgb", "geojson")
SHEETS = ("csv", "xlsx")
ALL = (*GEO, *SHEETS)


def table(rows: int = 3, **columns: Any) -> gpd.GeoDataFrame:
    cells = {
        "distance_to_the_gas_main_m": np.arange(rows) + 0.1,
        "Имя участка": [f"Участок № {row} «Северный» 🏭 قطعة" for row in range(rows)],
        "count": np.arange(rows),
    }
    shapes = shapely.box(np.arange(rows) * 200.0 + 1 / 3, 0, np.arange(rows) * 200.0 + 100, 100)
    index = pd.Index([f"28:21:{row:06}" for row in range(rows)], name="plot", dtype="str")
    return gpd.GeoDataFrame({**cells, **columns}, geometry=shapes, index=index, crs=32652)


def back(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".csv":
        cells = pd.read_csv(path, dtype={"plot": "str"}, keep_default_na=False, na_values={"geometry": [""]})
    elif path.suffix == ".xlsx":
        cells = pd.read_excel(path)
    else:
        return pyogrio.read_dataframe(path, layer=layer)
    shapes = gpd.GeoSeries.from_wkt(cells["geometry"].where(cells["geometry"].notna(), None), crs=32652)
    return gpd.GeoDataFrame(cells.drop(columns="geometry"), geometry=shapes)


def same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, digits: int | None = None) -> bool:
    """Names, cells and coordinates to the last bit unless said otherwise; types may differ."""
    one = one.reset_index() if one.index.name else one
    assert set(one.columns) == set(other.columns)
    for name in one.columns.drop("geometry"):
        left = [None if pd.isna(cell) else cell for cell in one[name]]
        right = [None if pd.isna(cell) else cell for cell in other[name]]
        assert left == right, name
    left, right = one.geometry.to_numpy(), other.geometry.to_numpy()
    if digits is None:
        assert (shapely.to_wkb(left) == shapely.to_wkb(right)).all()
    else:
        assert (shapely.is_missing(left) == shapely.is_missing(right)).all()
        there = ~shapely.is_missing(left)
        assert shapely.equals_exact(left[there], right[there], tolerance=10.0**-digits).all()
    return one.crs == other.crs


@pytest.mark.parametrize("ending", ALL)
def test_names_texts_numbers_shapes_and_order_are_kept(ending: str, tmp_path: Path):
    frame = table(50)
    findings = write_layer(frame, tmp_path / f"x.{ending}")

    assert same(frame, back(tmp_path / f"x.{ending}"))
    assert [finding.level for finding in findings] == ([] if ending in GEO else ["note"])
    assert names_in(tmp_path) == [f"x.{ending}"]
    assert frame.index.name == "plot"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


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


@pytest.mark.parametrize("ending", ALL)
def test_nothing_is_overwritten_unless_told(ending: str, tmp_path: Path):
    path = tmp_path / f"x.{ending}"
    write_layer(table(2), path)
    before = path.read_bytes()

    with pytest.raises(OutputError, match="already"):
        write_layer(table(3), path)
    assert path.read_bytes() == before
    write_layer(table(3), path, force=True)
    assert len(back(path)) == 3


def test_other_layers_of_a_geopackage_stay(tmp_path: Path):
    path = tmp_path / "x.gpkg"
    write_layer(table(2), path, layer="plots")
    write_layer(table(5), path, layer="газ")
    write_layer(table(4), path, layer="plots", force=True)

    assert sorted(pyogrio.list_layers(path)[:, 0]) == ["plots", "газ"]
    assert same(table(5), back(path, "газ"))
    assert same(table(4), back(path, "plots"))
    with pytest.raises(OutputError, match="already holds a layer 'plots'"):
        write_layer(table(1), path, layer="plots")
    with pytest.raises(OutputError, match="differs only by case"):
        write_layer(table(1), path, layer="PLOTS", force=True)


def test_a_locked_geopackage_is_waited_for_then_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "x.gpkg"
    write_layer(table(2), path, layer="plots")
    before = path.read_bytes()
    code = (
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('begin immediate');"
        "print(1,flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        monkeypatch.setattr(layers, "WAIT", 0.3)
        start = time.monotonic()
        with pytest.raises(OutputError, match=r"x\.gpkg: cannot be written: database is locked.*close it"):
            write_layer(table(1), path, layer="gas")
        assert 0.2 < time.monotonic() - start < 5
        assert path.read_bytes() == before
        monkeypatch.setattr(layers, "WAIT", 20.0)
        threading.Timer(0.3, holder.stdin.close).start()
        write_layer(table(1), path, layer="gas")
    assert len(pyogrio.list_layers(path)) == 2


def test_what_lies_in_a_journal_is_not_lost(tmp_path: Path):
    path = tmp_path / "x.gpkg"
    write_layer(table(2), path, layer="plots")
    code = (
        "import sqlite3,os,sys; c=sqlite3.connect(sys.argv[1]); c.execute('pragma journal_mode=wal');"
        "c.execute('create table kept (a integer)'); c.execute('insert into kept values (7)'); c.commit();"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert (tmp_path / "x.gpkg-wal").stat().st_size > 0

    write_layer(table(3), path, layer="gas")
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("select a from kept").fetchall() == [(7,)]
    assert names_in(tmp_path) == ["x.gpkg"]
    assert len(back(path, "gas")) == 3


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
def test_a_folder_in_the_place_of_the_file(ending: str, tmp_path: Path):
    (tmp_path / f"x.{ending}").mkdir()

    with pytest.raises(OutputError, match="is a folder; give a file"):
        write_layer(table(), tmp_path / f"x.{ending}", force=True)


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layers.os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="no permission in"):
        write_layer(table(), tmp_path / "x.gpkg")


def test_a_file_that_is_no_geopackage_stays(tmp_path: Path):
    (tmp_path / "x.gpkg").write_text("mine" * 1000)
    with pytest.raises(OutputError, match="is no GeoPackage"):
        write_layer(table(), tmp_path / "x.gpkg", force=True)
    assert (tmp_path / "x.gpkg").read_text() == "mine" * 1000


def test_a_link_is_followed(tmp_path: Path):
    (tmp_path / "far").mkdir()
    write_layer(table(1), tmp_path / "far" / "x.fgb")
    (tmp_path / "x.fgb").symlink_to(tmp_path / "far" / "x.fgb")
    write_layer(table(2), tmp_path / "x.fgb", force=True)

    assert (tmp_path / "x.fgb").is_symlink()
    assert len(back(tmp_path / "far" / "x.fgb")) == 2


@pytest.mark.parametrize("ending", ALL)
def test_a_disk_that_is_full(ending: str, tmp_path: Path):
    """The limit on file sizes stops every engine with the error of the system, as a full disk does."""
    path = tmp_path / f"x.{ending}"
    write_layer(table(2), path, layer="x")
    before = path.read_bytes()
    code = WRITER.format(rows=20_000, times=1)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "OutputError" in done.stderr
    assert path.read_bytes() == before
    assert [name for name in names_in(tmp_path) if not name.startswith(".siteplan-")] == [f"x.{ending}"]


WRITER = """
import sys
import geopandas as gpd, numpy as np, shapely
from siteplan.writing import write_layer
x = np.random.default_rng(7).random({rows}) * 1e5
cells = {{"n": x, "имя": [f"участок {{v}}" for v in x]}}
frame = gpd.GeoDataFrame(cells, geometry=shapely.box(x, x, x + 9, x + 9), crs=32652)
print("go", flush=True)
for _ in range({times}):
    write_layer(frame, sys.argv[1], layer="x", force=True)
print("done", flush=True)
"""


@pytest.mark.parametrize("ending", ALL)
def test_killed_at_any_moment_the_old_file_or_the_new_one_is_there(ending: str, tmp_path: Path):
    path = tmp_path / f"x.{ending}"
    if ending == "gpkg":
        write_layer(table(3), path, layer="other")
    command = [sys.executable, "-c", WRITER.format(rows=1500, times=1), str(path)]
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    assert time.monotonic() - start < 60
    new = path.read_bytes()
    write_layer(table(2), path, layer="x", force=True)
    old = path.read_bytes()
    chance = random.Random(ending)
    command[2] = WRITER.format(rows=1500, times=100)
    for _ in range(40 if LONG else 2):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.4))
            writer.send_signal(signal.SIGKILL)
        if ending == "gpkg":
            with closing(sqlite3.connect(path)) as file:
                assert file.execute("pragma integrity_check").fetchone() == ("ok",)
            assert len(back(path, "other")) == 3
            assert len(back(path, "x")) in (2, 1500)
        else:
            assert path.read_bytes() in (old, new)
    write_layer(table(2), path, layer="x", force=True)
    assert names_in(tmp_path) == [f"x.{ending}"]


def test_two_writers_at_once_take_turns(tmp_path: Path):
    path = tmp_path / "x.gpkg"
    code = WRITER.format(rows=400, times=1).replace('layer="x"', "layer=sys.argv[2]")
    names = [f"layer{number}" for number in range(3)]
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in names]

    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert sorted(pyogrio.list_layers(path)[:, 0]) == names
    assert {len(back(path, name)) for name in names} == {400}


def test_a_busy_folder_is_waited_for_then_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layers, "WAIT", 0.2)
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another run is writing there"):
            write_layer(table(), tmp_path / "x.fgb")
    finally:
        os.close(handle)
    write_layer(table(), tmp_path / "x.fgb")


@pytest.mark.parametrize("ending", GEO)
def test_a_file_that_was_not_written_whole_does_not_take_the_place(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / f"x.{ending}"
    write_layer(table(2), path)
    before = path.read_bytes()
    write = layers._WRITERS[f".{ending}"]
    monkeypatch.setitem(layers._WRITERS, f".{ending}", lambda frame, *rest: write(frame.iloc[:-1], *rest))

    with pytest.raises(OutputError, match="was not written whole: 2 of 3 records"):
        write_layer(table(3), path, force=True)
    assert path.read_bytes() == before


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
