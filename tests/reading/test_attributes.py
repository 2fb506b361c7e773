"""What a table of plots says in its cells, in other units, spellings and columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import world
from parked import error, plots_in, prop

from siteplan.reading.parks import read_park
from siteplan.scorecard import score


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
