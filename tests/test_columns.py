from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siteplan import columns
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
