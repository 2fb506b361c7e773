from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from siteplan.densities import Densities, least_footprint
from siteplan.errors import PlanError, SourceError
from siteplan.reading.documents import read_densities

NORMS = Path(__file__).parents[1] / "geodata" / "norms" / "building-density.toml"

ROW: dict[str, Any] = {
    "name": "plastics_goods",
    "title": "Goods made of plastics",
    "percent": 50,
    "act": "SNiP II-89-80",
    "source": "a test",
    "as_of": "2026-11-15",
    "confidence": "medium",
}


def table(*rows: dict[str, Any]) -> Densities:
    return Densities.from_dict({"title": "Densities by eye", "densities": list(rows)}, where="d.toml")


def test_the_densities_that_come_with_the_package():
    """SNiP II-89-80, appendix, as read at zakonbase.ru/content/part/197933."""
    read = read_densities(NORMS)

    assert {one.name: one.percent for one in read.densities} == {
        "plastics_goods": 50,
        "resins": 32,
        "organic_synthesis": 32,
        "basic_chemistry": 33,
        "synthetic_fibres": 50,
        "geological_supply": 40,
    }
    assert {one.confidence for one in read.densities} == {"medium"}
    assert "Confirm" in read.notice


def test_a_table_reads_back_as_it_is():
    assert Densities.from_dict(read_densities(NORMS).to_dict()) == read_densities(NORMS)


def test_net_land_becomes_footprint():
    net = pd.Series([20_000.0, 0.0, float("nan")], index=["a", "b", "c"])
    found = least_footprint(net, table({**ROW, "percent": 32}).of("plastics_goods"))

    assert found["a"] == pytest.approx(6400)
    assert found["b"] == 0
    assert pd.isna(found["c"])
    assert found.name == "least_footprint"
    assert net["a"] == 20_000


def test_a_kind_that_is_not_there():
    with pytest.raises(
        PlanError, match=r"no 'plastic_goods', did you mean 'plastics_goods'\?; known: plastics_goods"
    ):
        table(ROW).of("plastic_goods")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{**ROW, "percent": 0}], r"percent.*must be more than 0"),
        ([{**ROW, "percent": 101}], r"percent.*must be at most 100"),
        ([{**ROW, "act": ""}], r"act"),
        ([{key: given for key, given in ROW.items() if key != "as_of"}], r"as_of.*is missing"),
        ([ROW, ROW], r"plastics_goods stands more than once; one density each"),
        ([], r"densities.*needs at least 1"),
    ],
)
def test_what_a_table_must_not_be(rows: list[dict[str, Any]], message: str):
    with pytest.raises(PlanError, match=message):
        table(*rows)


def test_no_file():
    with pytest.raises(SourceError, match="there is no such file"):
        read_densities(NORMS.with_name("density.toml"))
