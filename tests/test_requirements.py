from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from siteplan.errors import PlanError
from siteplan.requirements import Requirements

SHIPPED = Path(__file__).parents[1] / "geodata" / "norms" / "industrial-park.toml"

AREA: dict[str, Any] = {
    "name": "area",
    "title": "Area",
    "measure": {"kind": "park_area"},
    "at_least": 8,
    "unit": "ha",
    "act": "Resolution 794",
    "source": "read",
    "as_of": "2026-11-25",
    "confidence": "low",
}


def requirements(*rows: dict[str, Any]) -> Requirements:
    return Requirements.from_dict({"title": "Asked", "requirements": list(rows)})


def test_the_shipped_table_says_what_it_is():
    """The 8 ha are those of a published description of resolution 794 (yit-greenstate.com, 2018-09-02)."""
    table = Requirements.from_dict(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))
    area = table.requirements[0]
    assert (area.at_least, area.unit, area.confidence) == (8, "ha", "low")
    for one in table.requirements:
        assert not one.source.startswith("recalled") or one.confidence == "unverified", one.name
    assert Requirements.from_dict(table.to_dict()) == table


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"at_least": None}, "give one bound, at_least or at_most, and its unit"),
        ({"at_most": 9}, "give one bound, at_least or at_most, and its unit"),
        ({"unit": "MW"}, "unit: 'MW' is a unit of power, park_area of area"),
        ({"unit": "acre"}, "unknown unit 'acre'"),
        ({"measure": {"kind": "stated", "fact": "master_plan"}}, "a stated fact is there or not"),
        ({"measure": {"kind": "reach", "roles": []}}, "roles: needs at least 1"),
        ({"measure": {"kind": "reach", "roles": ["raod"]}}, "roles[1]"),
        ({"measure": {"kind": "share", "column": "code"}, "unit": "%"}, "give one_of, the values, or under"),
        ({"act": ""}, "act: must not be empty"),
    ],
)
def test_mistakes_are_named(change: dict[str, Any], words: str):
    row = {key: cell for key, cell in {**AREA, **change}.items() if cell is not None}
    with pytest.raises(PlanError) as refused:
        requirements(row)
    assert "requirements[1] 'area'" in str(refused.value)
    assert words in str(refused.value)


def test_a_name_stands_once():
    with pytest.raises(PlanError, match="area stands twice"):
        requirements(AREA, AREA)
