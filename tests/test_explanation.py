from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
import world

from siteplan.errors import DataError
from siteplan.explanation import amount_text, plain
from siteplan.scorecard import Scorecard, score


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return score(world.plots(), world.layers(), world.plan())


def test_the_sum_in_words(card: Scorecard):
    lines = str(card.explain("a")).splitlines()

    assert lines[0] == "Plot a is 2 of 4 with a score of 0.535."
    assert [line.split() for line in lines[2:]] == [
        ["Gas", "main", "50", "m", "G1", "0.500", "0.400", "0.2000"],
        ["road", "300", "m", "Road", "0.800", "0.200", "0.1600"],
        ["dry", "0.25", "share", "0.750", "0.100", "0.0750"],
        ["Free", "power", "10", "MW", "0.250", "0.200", "0.0500"],
        ["size", "1", "ha", "0.500", "0.100", "0.0500"],
        ["sum", "1.000", "0.5350"],
    ]


def test_what_is_unknown_is_named(card: Scorecard):
    text = str(card.explain("c"))

    assert "with a score of 0.510 (up to 0.710; unknown: Free power)" in text
    assert [line.split() for line in text.splitlines() if "Free power" in line][1] == [
        "Free",
        "power",
        "unknown",
        "?",
        "0.200",
        "?",
    ]


def test_plain_data_is_json_and_adds_up(card: Scorecard):
    data = json.loads(json.dumps(card.explain("c").to_dict(), allow_nan=False))

    assert data["plot"] == "c"
    assert data["score"] == pytest.approx(sum(row["contribution"] or 0 for row in data["contributions"]))
    assert [row["criterion"] for row in data["contributions"]] == [
        entry["name"] for entry in world.PLAN["criteria"]
    ]
    assert data["contributions"][3]["value"] is None


def test_an_unknown_plot_is_refused_with_a_near_one(card: Scorecard):
    with pytest.raises(DataError, match="there is no plot 'A'"):
        card.explain("A")
    named = score(world.plots().set_axis(["28:21:1:1", "28:21:1:2", "x", "y"]), world.layers(), world.plan())
    with pytest.raises(DataError, match="did you mean '28:21:1:"):
        named.explain("28:21:1:7")


def test_frozen(card: Scorecard):
    with pytest.raises(FrozenInstanceError):
        card.explain("a").plot = "b"


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (0.0, "m", "0 m"),
        (1234.5, "m", "1234 m"),
        (99.96, "m", "99.96 m"),
        (0.25, "share", "0.25 share"),
        (3.0, "1", "3"),
        (-2.5, "m", "-2.5 m"),
        (np.nan, "m", "unknown"),
        (np.inf, "m", "none there"),
        (0.000123, "km", "0.000123 km"),
    ],
)
def test_amounts_in_words(amount: float, unit: str, text: str):
    assert amount_text({"amount": amount, "unit": unit, "category": None}) == text


def test_a_category_in_words():
    assert amount_text({"amount": np.nan, "unit": "", "category": "paved"}) == "paved"
    assert amount_text({"amount": np.nan, "unit": "", "category": np.nan}) == "unknown"


def test_a_blank_category_is_unknown():
    plan = world.only(
        {
            "measure": {"kind": "attribute", "column": "road_class"},
            "value": {"shape": "category", "worths": {"paved": 1, "gravel": 0}, "other": 0.5},
        }
    )
    card = score(world.plots().assign(road_class=["", "paved", " ", None]), world.layers(), plan)

    assert card.plots["score"].to_list() == [0, 1, 0, 0]
    assert card.plots["score_high"].to_list() == [1, 1, 1, 1]
    assert "unknown: c0" in str(card.explain("a"))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (np.float64("nan"), None),
        (float("-inf"), "-inf"),
        (np.inf, "inf"),
        (pd.NA, None),
        (None, None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        ("x", "x"),
    ],
)
def test_cells_as_json(cell: object, wanted: object):
    assert plain(cell) == wanted
    json.dumps(plain(cell), allow_nan=False)
