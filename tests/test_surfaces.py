from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siteplan import surfaces
from siteplan.errors import PlanError
from siteplan.surfaces import Ground

SAID = """
[surfaces.pipeline]
cell = 10
margin = 500
most_cells = 1000000
slope = [[0, 1], [15, 1.5]]

[[surfaces.pipeline.land]]
layer = "wetland"
where = {depth = ["deep", 3]}
times = 3

[[surfaces.pipeline.land]]
layer = "road"
width = 40
friction = -0.3

[[surfaces.pipeline.crossings]]
layer = "rail"
metres = 300
title = "Railway"

[[surfaces.pipeline.barriers]]
layer = "reserve"

[[surfaces.pipeline.barriers]]
layer = "forest"
rank = 2

[[surfaces.pipeline.barriers]]
layer = "road"
rank = 1
margin = 20
"""


def said() -> Ground:
    return Ground.from_dict(tomllib.loads(SAID)["surfaces"]["pipeline"])


def refused(**changes: object) -> str:
    with pytest.raises(PlanError) as error:
        Ground.from_dict(changes, where="plan.toml")
    return str(error.value)


def test_a_surface_reads_as_it_stands_in_a_plan():
    ground = said()

    assert ground.layers == {
        "wetland": ["land[1]"],
        "road": ["land[2]", "barriers[3]"],
        "rail": ["crossings[1]"],
        "reserve": ["barriers[1]"],
        "forest": ["barriers[2]"],
    }
    assert ground.ranks == (1, 2)
    assert [entry.label for entry in ground.entries.values()] == [
        "wetland (depth deep/3)",
        "road",
        "Railway",
        "reserve",
        "forest",
        "road",
    ]


def test_plain_data_and_back_is_the_same_surface():
    assert Ground.from_dict(json.loads(json.dumps(said().to_dict()))) == said()
    assert Ground.from_dict({}) == Ground()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"land": [{"layer": "wet"}]}, "land[1]: neither times nor friction is given; open ground needs no"),
        ({"land": [{"layer": "wet", "times": 0}]}, "land[1].times: "),
        ({"land": [{"layer": "wet", "friction": -1}]}, "land[1].friction: "),
        ({"land": [{"layer": "wet", "times": 2, "where": {"kind": []}}]}, "land[1].where.kind: needs at le"),
        ({"land": [{"layer": "wet", "tims": 2}]}, "land[1].tims: unknown key, did you mean 'times'?"),
        ({"crossings": [{"layer": "rail"}]}, "crossings[1].metres: is missing"),
        ({"barriers": [{"layer": "rail", "rank": -1}]}, "barriers[1].rank: must be at least 0, not -1"),
        ({"barriers": [{"layer": "rail"}] * 33}, "barriers: "),
        ({"slope": [[0, 1]]}, "slope: one point makes no line; give two or more [percent, times]"),
        ({"slope": [[5, 1], [5, 2]]}, "slope: percents must rise from point to point, not [5.0, 5.0]"),
        ({"cell": 0}, "cell: "),
        ({"most_cells": 1}, "most_cells: must be at least 100, not 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(changes: dict[str, object], said: str):
    assert f"\n  - {said}" in refused(**changes)


def test_every_mistake_is_told_at_once():
    message = refused(cell=-1, land=[{"times": 2}], barriers=[{"layer": "a", "rank": "x"}])

    assert message.startswith("plan.toml: refused, 3 mistakes")


@given(st.floats(-0.99, 10), st.floats(0.01, 100))
def test_friction_and_times_in_range_are_taken(friction: float, times: float):
    entry = surfaces.Land(layer="wet", friction=friction, times=times + 2)

    assert (entry.friction, entry.times) == (friction, times + 2)


def test_plots_bar_no_way_for_they_would_bar_their_own():
    with pytest.raises(PlanError, match="plots would wall in every plot by itself; give them a friction"):
        Ground.from_dict({"barriers": [{"layer": "plots"}]})
