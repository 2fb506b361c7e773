from __future__ import annotations

import copy
from typing import Any

import connected
import pytest
import world

from siteplan.connections import Connection, Network, Resident
from siteplan.errors import PlanError
from siteplan.plan import Plan


def connection(**changes: Any) -> Connection:
    data = {**copy.deepcopy(connected.POWER), **changes}
    return Connection.parse({k: v for k, v in data.items() if v is not None}, where="plan", error=PlanError)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"demand_column": "wanted"}, "give an amount or a column, not both"),
        ({"unit": None}, "unit is missing; demand, free capacity and capacity need one"),
        (
            {"unit": None, "demand": None, "tie_ins": [{"layer": "nodes", "capacity": "capacity"}]},
            "unit is missing; demand, free capacity and capacity need one",
        ),
        (
            {"class": "", "tie_ins": [{"layer": "nodes", "free": "free", "class": "voltage"}]},
            "class is missing; the tie-ins' column of classes is compared with it",
        ),
        ({"unit": "stone"}, "unknown unit 'stone'"),
        ({"route": "roads"}, "network names the roads to go by"),
        ({"surface": "land"}, "surface names the terrain to go by"),
        ({"demand": -1}, "must be at least 0"),
        ({"reach": 0}, "must be more than 0"),
        ({"tie_ins": []}, "needs at least 1"),
        ({"utility": "steam"}, "steam"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, Any], words: str):
    with pytest.raises(PlanError) as refused:
        connection(**change)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"layer": "road"}, r"give other \(km/h\), or class and speeds by class"),
        ({"layer": "road", "class": "kind"}, "class names the column that speeds are given for"),
        ({"layer": "road", "other": -5}, "must be more than 0"),
        ({"layer": "road", "class": "kind", "speeds": {"a": 900}}, "must be at most 300"),
    ],
)
def test_a_network_needs_speeds(given: dict[str, Any], words: str):
    with pytest.raises(PlanError, match=words):
        Network.parse(given, where="plan", error=PlanError)


def test_a_plan_names_what_it_uses():
    plan = connected.plan(power={"crossings": [{"layer": "pipe", "where": {"kind": "steel"}}]})
    assert plan.layers["nodes"] == ["power"]
    assert plan.layer_columns["pipe"] == ["kind"]
    assert plan.layer_columns["nodes"] == ["availability", "build_cost", "build_months", "capacity", "free"]
    assert Plan.from_dict(plan.to_dict()) == plan


@pytest.mark.parametrize(
    ("measure", "unit", "words"),
    [
        (
            {"kind": "cost", "connection": "powr"},
            "RUB",
            "there is no connection 'powr', did you mean 'power'?",
        ),
        ({"kind": "cost", "connection": "power"}, "m", "cost is measured in money"),
        ({"kind": "headroom", "connection": "power"}, "m3/h", "unit: 'm3/h', but 'power' counts in MW"),
        ({"kind": "travel_time", "network": "road", "layer": "gas"}, "min", "there is no network 'road'"),
        ({"kind": "status", "connection": "power"}, "1", "a status is text; give a category table"),
    ],
)
def test_measures_of_what_is_not_there_are_refused(measure: dict[str, Any], unit: str, words: str):
    wrong = {"unit": unit, "measure": measure, "value": {"shape": "linear", "best": 0, "worst": 1}}
    with pytest.raises(PlanError) as refused:
        connected.plan(wrong)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "judged",
    [
        {"constraints": [{"name": "on", "one_of": ["Served"]}]},
        {"constraints": [{"name": "on", "one_of": ["served", "Served"]}]},
        {"criteria": [{"name": "on", "weight": 1, "value": {"shape": "category", "worths": {"Served": 1}}}]},
    ],
)
def test_a_status_is_one_of_a_few(judged: dict[str, list[dict[str, Any]]]):
    for rows in judged.values():
        rows[0]["measure"] = {"kind": "status", "connection": "power"}
    with pytest.raises(PlanError, match="a status is never 'Served'") as refused:
        Plan.from_dict({**connected.plan().to_dict(), **judged})
    assert "it is served, no_capacity, not_reachable, or not known" in str(refused.value)


def test_capacity_is_priced_by_what_is_counted():
    row = {
        "utility": "power",
        "item": "capacity",
        "low": 1,
        "base": 1,
        "high": 1,
        "unit": "RUB",
        "per": "m3/h",
    }
    prices = {**connected.PRICES, "costs": [*connected.PRICES["costs"], {**row, **connected.STATED}]}
    plan = {**connected.plan().to_dict(), "prices": prices}
    with pytest.raises(PlanError, match=r"power: prices: power capacity is priced per m3/h, not per MW"):
        Plan.from_dict(plan)
    row["per"] = "kW"
    prices["costs"][-1] = {**row, **connected.STATED}
    assert Plan.from_dict(plan).prices is not None


def test_a_cost_needs_prices():
    cost = {"unit": "RUB", "measure": {"kind": "cost", "connection": "power"}}
    cost["value"] = {"shape": "linear", "best": 0, "worst": 1}
    with pytest.raises(PlanError, match="a cost needs unit costs"):
        world.only(cost, connections=[connected.POWER])


def test_a_connection_goes_by_what_there_is():
    with pytest.raises(PlanError, match="power: there is no network 'streets'; the plan has none"):
        connected.plan(power={"route": "roads", "network": "streets"})


def test_a_resident_wants_otherwise():
    sheet = Resident.from_dict({"name": "Works", "demands": {"power": {"amount": 7000, "unit": "kW"}}})
    plan = connected.plan(power={"demand": None, "demand_column": "free_power"})
    changed = plan.for_resident(sheet)
    assert changed.connection("power").demand == 7.0
    assert changed.connection("power").demand_column is None
    assert plan.connection("power").demand_column == "free_power"


def test_a_resident_who_does_not_fit_is_told_everything():
    wants = {"gas": {"amount": 1, "unit": "m3/h"}, "power": {"amount": 1, "unit": "m3/h"}}
    with pytest.raises(PlanError) as refused:
        connected.plan().for_resident(Resident.from_dict({"name": "Works", "demands": wants}))
    assert len(refused.value.problems) == 2
    assert "demands.gas: no such connection; the plan has power" in str(refused.value)
