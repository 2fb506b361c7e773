from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import world
import zoo

from siteplan import tables
from siteplan.errors import DataError
from siteplan.findings import Finding, Report
from siteplan.park import Layer, Plots

PLOTS = Plots.model_validate(
    {
        "file": "plots.gpkg",
        "id": "id",
        "name": "name",
        "columns": {"free": {"from": "free_power", "unit": "kW"}},
    }
)


def records(**changes: object) -> gpd.GeoDataFrame:
    return world.plots().reset_index(names="id").assign(**changes)


def test_a_checked_table_is_what_its_docstring_says():
    given = records(extra=1)
    before = given.copy(deep=True)
    checked, report = tables.check(given, PLOTS, table="plots")

    assert list(checked.columns) == ["name", "synthetic", "free", "geometry"]
    assert (checked.index.name, checked.index.dtype) == ("plot", "str")
    assert checked.attrs["units"] == {"free": "kW"}
    assert not report.findings
    pd.testing.assert_frame_equal(given, before)


@pytest.mark.parametrize("index", [[9, 9, 9, 9], list("wxyz"), [3, 1, 2, 0]])
def test_the_index_of_the_records_does_not_matter(index: list[object]):
    checked, _ = tables.check(records().set_axis(index), PLOTS, table="plots")

    assert checked["free"].to_list() == pytest.approx([10, 20, np.nan, 40], nan_ok=True)
    assert checked.index.to_list() == list("abcd")


@pytest.mark.parametrize(
    "cells",
    [
        np.array([1, 2, 3, 4], dtype="int8"),
        pd.array([1, 2, 3, 4], dtype="Int64"),
        pd.array([1, 2, 3, 4], dtype="double[pyarrow]"),
        np.array([1, 2.0, "3", " 4 "], dtype=object),
        pd.Categorical([1, 2, 3, 4]),
        pd.Categorical(["1", "2", "3", "4"]),
    ],
)
def test_numbers_of_every_dtype(cells: object):
    checked, report = tables.check(records(free_power=cells), PLOTS, table="plots")

    assert not report.of("error")
    assert checked["free"].to_list() == [1, 2, 3, 4]
    assert checked["free"].dtype == float


@pytest.mark.parametrize(
    "cells",
    [
        [True, False, True, True],
        pd.array([True, None, True, True], dtype="boolean"),
        ["1", "2", "much", "4"],
        [1.0, 2.0, np.inf, 4.0],
        [1.0, 2.0, -np.inf, 4.0],
        [[1], [2], [3], [4]],
        pd.to_datetime(["2026-01-01"] * 4),
        np.array([1, 2, 3, 4], dtype=complex),
        [1, 2, "1,500", 4],
        [1, 2, "1 00", 4],
        [1, 2, "٣ MW", 4],
    ],
)
def test_what_is_no_number(cells: object):
    _, report = tables.check(records(free_power=cells), PLOTS, table="plots")

    (found,) = report.of("error")
    assert "'free_power'" in found.message
    assert "kW" in found.remedy


@pytest.mark.parametrize(
    ("ids", "texts"),
    [
        ([1, 2, 3, 4], ["1", "2", "3", "4"]),
        (np.array([1.0, 2.0, 3.5, 1e15]), ["1", "2", "3.5", "1000000000000000"]),
        (pd.array([2**62 + 1, 2, 3, 4], dtype="Int64"), [str(2**62 + 1), "2", "3", "4"]),
        (["007", " 8", "9 ", "x y"], ["007", "8", "9", "x y"]),
        (pd.Categorical(list("abcd")), list("abcd")),
        (np.array([1, "b", 2.0, "2.5"], dtype=object), ["1", "b", "2", "2.5"]),
    ],
)
def test_identifiers_are_text(ids: object, texts: list[str]):
    checked, report = tables.check(records(id=ids), PLOTS, table="plots")

    assert not report.of("error")
    assert checked.index.to_list() == texts


@pytest.mark.parametrize(
    ("ids", "said", "rows"),
    [
        (["a", None, "c", np.nan], "2 records have no 'id'", ("record 1", "record 3")),
        (["a", "", "c", " "], "2 records have no 'id'", ("record 1", "record 3")),
        (["a", "a", "a", "d"], "stand more than once", ("a",)),
        ([1, "1", 1.0, "d"], "stand more than once", ("1",)),
    ],
)
def test_identifiers_that_identify_nothing(ids: object, said: str, rows: tuple[str, ...]):
    _, report = tables.check(records(id=np.array(ids, dtype=object)), PLOTS, table="plots")

    (found,) = report.of("error")
    assert said in found.message
    assert found.rows == rows


@pytest.mark.parametrize("twin", ["A", "а", "Ａ"])
def test_look_alikes_ask_for_a_look(twin: str):
    _, report = tables.check(records(id=["a", twin, "c", "d"]), PLOTS, table="plots")

    (found,) = report.of("warning")
    assert "look-alike" in found.message


def test_records_without_identifiers_are_numbered():
    layer = Layer.model_validate({"file": "gas.gpkg", "role": "gas"})
    checked, _ = tables.check(world.layers()["gas"].reset_index(drop=True), layer, table="gas")

    assert checked.index.to_list() == ["gas:1", "gas:2", "gas:3", "gas:4"]
    assert checked["name"].to_list() == checked.index.to_list()


def test_every_record_is_used_or_set_aside_with_its_reason():
    shapes = [zoo.SQUARE, zoo.BOW_TIE, None, zoo.NOT_POLYGONS["line"]]
    checked, report = tables.check(records().set_geometry(shapes, crs=world.UTM), PLOTS, table="plots")
    (count,) = report.counts

    assert checked.index.to_list() == ["a", "b"]
    assert (count.read, count.used, count.repaired, count.quarantined) == (4, 2, 1, 2)
    assert [(record.fid, record.reason.split(",")[0]) for record in report.quarantine] == [
        ("c", "no geometry"),
        ("d", "a LineString"),
    ]


def test_the_geometry_may_have_any_name():
    checked, report = tables.check(records().rename_geometry("wkb_geometry"), PLOTS, table="plots")

    assert not report.findings
    assert checked.active_geometry_name == "geometry"
    assert shapely.equals(checked.geometry.to_numpy(), world.plots().geometry.to_numpy()).all()


@pytest.mark.parametrize(
    ("quarantined", "read", "many"), [(0, 0, False), (1, 5, False), (2, 5, True), (1, 1, True)]
)
def test_how_many_may_be_set_aside(quarantined: int, read: int, many: bool):
    assert bool(tables.too_many(quarantined, read, 0.2, "x")) is many


def test_a_report_with_errors_is_refused_with_all_of_them():
    report = Report(
        (Finding("error", "a", "one"), Finding("note", "b", "two"), Finding("error", "c", "three"))
    )

    with pytest.raises(DataError) as refused:
        tables.refuse(report, "park.toml")
    assert str(refused.value) == "park.toml: refused, 2 errors\n  - a: one\n  - c: three"
    tables.refuse(Report((Finding("warning", "a", "one"),)), "park.toml")
