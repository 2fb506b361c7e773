from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siteplan import columns
from siteplan.findings import Finding
from siteplan.park import Layer

SOURCE = Layer.model_validate(
    {
        "file": "gas.gpkg",
        "role": "gas",
        "id": "code",
        "name": "title",
        "columns": {
            "bore": {"from": "d", "unit": "mm"},
            "kind": "type",
            "built": {"from": "year", "kind": "date"},
            "live": {"from": "on", "kind": "flag"},
        },
    }
)


def table(**changes: object) -> pd.DataFrame:
    cells = {
        "code": ["x", "y"],
        "title": ["X", None],
        "d": [300, 500],
        "type": ["steel", None],
        "year": ["2020-01-01", None],
        "on": ["да", "0"],
    }
    return pd.DataFrame({**cells, **changes})


def test_columns_become_the_catalogues():
    out, findings = columns.read(table(), SOURCE, ["x", "y"], "gas.gpkg")

    assert findings == []
    assert out["name"].to_list() == ["X", "y"]
    assert out["bore"].to_list() == [300, 500]
    assert out["live"].to_list() == [True, False]
    assert out["built"].iloc[0] == "2020-01-01"
    assert out["kind"].iloc[0] == "steel"
    assert out[["kind", "built"]].iloc[1].isna().all()
    assert not out["synthetic"].any()


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ([7, None], ["7", None]),
        (pd.array([7, None], dtype="Int64"), ["7", None]),
        ([True, None], ["True", None]),
        (pd.Categorical(["steel", None]), ["steel", None]),
        ([None, None], [None, None]),
        ([np.nan, np.nan], [None, None]),
    ],
)
def test_texts_of_every_dtype(cells: object, texts: list[str | None]):
    out, findings = columns.read(table(type=cells), SOURCE, ["x", "y"], "gas.gpkg")

    assert findings == []
    assert [None if pd.isna(cell) else cell for cell in out["kind"]] == texts


@pytest.mark.parametrize(
    ("changes", "column", "rows"),
    [
        ({"d": [300, "wide"]}, "'d'", ("y: 'wide'",)),
        ({"year": ["2020-01-01", "then"]}, "'year'", ("y: 'then'",)),
        ({"on": ["perhaps", "да"]}, "'on'", ("x: 'perhaps'",)),
    ],
)
def test_cells_that_cannot_be_read_are_named(changes: dict[str, object], column: str, rows: tuple[str, ...]):
    _, (found,) = columns.read(table(**changes), SOURCE, ["x", "y"], "gas.gpkg")

    assert found.level == "error"
    assert column in found.message
    assert found.rows == rows


def test_every_column_with_a_mistake_has_its_finding():
    _, findings = columns.read(
        table(d=["a", "b"], on=["?", "?"], year=["a", 5]), SOURCE, ["x", "y"], "gas.gpkg"
    )

    assert len(findings) == 3


def test_absent_columns_are_named_with_a_near_one():
    findings = columns.absent(["Code", "title", "d"], SOURCE, "gas.gpkg")

    assert [finding.message.split(":")[0] for finding in findings] == [
        "id",
        "columns.kind",
        "columns.built",
        "columns.live",
    ]
    assert "did you mean 'Code'?" in findings[0].message


def test_ignored_columns_are_counted():
    (found,) = columns.ignored(
        [*table().columns, *(f"extra{number}" for number in range(11))], SOURCE, "gas.gpkg"
    )

    assert found.message.startswith("11 columns are not in the catalogue and are ignored: extra0, ")
    assert found.message.endswith("extra7 and 3 more")
    assert columns.ignored(list(table().columns), SOURCE, "gas.gpkg") == []


def power(cells: list[object], **entry: object) -> tuple[list[float | None], list[Finding]]:
    source = Layer.model_validate(
        {"file": "g.gpkg", "role": "power", "columns": {"free": {"from": "d", "unit": "MW", **entry}}}
    )
    rows = [f"r{row}" for row in range(1, len(cells) + 1)]
    out, findings = columns.read(pd.DataFrame({"d": pd.Series(cells)}), source, rows, "g.gpkg")
    return [None if isinstance(cell, float) and np.isnan(cell) else cell for cell in out["free"]], findings


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["10 МВт", "2 500 кВт", "н/д", None], [10, 2.5, None, None]),
        (["10", "2,5", "—"], [10, 2.5, None]),
        ([10, 2.5, None], [10, 2.5, None]),
        ([10, "2,5"], [10, 2.5]),
        (["−1", "1\u00a0234,5"], [-1, 1234.5]),
    ],
)
def test_numbers_with_or_without_their_unit(cells: list[object], numbers: list[float | None]):
    assert power(cells) == (numbers, [])


@pytest.mark.parametrize("bare", ["15", 15, "1,5"])
def test_a_number_alone_among_numbers_with_units_is_refused(bare: object):
    _, (found,) = power(["10 МВт", bare, "2 МВт"])

    assert found.level == "error"
    assert found.rows == (f'r2: {str(bare)!r} (no unit; add it, or state unit_in = "column" if it is MW)',)


def test_the_catalogue_may_say_where_the_unit_is():
    assert power(["10 МВт", "15", 3], unit_in="column") == ([10, 15, 3], [])
    for cells in (["15"], [15, 16.5]):
        _, (found,) = power(cells, unit_in="cells")
        assert len(found.rows) == len(cells)
        assert "no unit; add it" in found.rows[0]


def test_none_is_not_zero():
    _, (found,) = power(["10", "нет"])

    assert found.rows == ("r2: 'нет' (none, or not known? give 0 or leave it empty)",)


def test_an_ambiguous_comma_is_refused_unless_the_mark_is_stated():
    _, (found,) = power(["1,234"])

    assert found.rows == ('r1: \'1,234\' (1234 or 1.234? state decimal = "," or "." in the catalogue)',)
    assert power(["1,234"], decimal=",") == ([1.234], [])
    assert power(["1,234"], decimal=".") == ([1234], [])


def test_power_per_hour_is_power_and_is_noted():
    numbers, (found,) = power(["2,5 МВт/ч", "3 МВт"])

    assert numbers == [2.5, 3]
    assert (found.level, found.rows) == ("note", ("r1: '2,5 МВт/ч'",))


def test_another_quantity_is_refused_with_both_units():
    _, (found,) = power(["10 МВА"])

    assert "MVA (apparent power) cannot be given in MW (power)" in found.rows[0]


def test_a_pair_of_voltages():
    assert power(["110/10 кВ"], unit="kV", pair="first") == ([110], [])
    assert len(power(["110/10 кВ"], unit="kV")[1]) == 1


def test_availability_keeps_three_values():
    source = Layer.model_validate(
        {"file": "g.gpkg", "role": "gas", "columns": {"gas": {"from": "g", "kind": "availability"}}}
    )
    table = pd.DataFrame({"g": ["Да", "Нет", "Возможно создание", None, "н/д"]})
    out, findings = columns.read(table, source, list("abcde"), "g.gpkg")

    assert findings == []
    assert out["gas"].to_list()[:3] == ["yes", "no", "can_be_built"]
    assert out["gas"].isna().to_list() == [False, False, False, True, True]
    _, (found,) = columns.read(pd.DataFrame({"g": ["Да", "Возможно"]}), source, ["a", "b"], "g.gpkg")
    assert found.rows == ("b: 'Возможно'",)
    assert "Да, Нет, Возможно создание" in found.remedy


def test_ids_that_are_one_to_the_eye_are_named_and_kept():
    source = Layer.model_validate({"file": "g.gpkg", "role": "gas", "id": "id"})
    ids, (found,) = columns.identified(
        pd.DataFrame({"id": ["ТП-7", "TП-7", "б"]}), source, "g.gpkg", prefix=""
    )

    assert ids == ["ТП-7", "TП-7", "б"]
    assert found.level == "warning"
