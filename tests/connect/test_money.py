from __future__ import annotations

import copy
from typing import Any

import connected
import numpy as np
import pytest

from siteplan.connect.money import Bill, bill
from siteplan.prices import Prices


def priced(
    metres: list[float], crossed: list[int] | None = None, *, demand: float = 3.0, **changes: Any
) -> Bill:
    prices = Prices.from_dict({**copy.deepcopy(connected.PRICES), **changes})
    crossings = {"pipe": np.array(crossed, dtype=np.int64)} if crossed is not None else {}
    connection = connected.plan().connection("power")
    wanted = np.full(len(metres), demand)
    return bill(connection, prices, metres=np.array(metres, float), crossings=crossings, demand=wanted)


def test_line_and_tie_in_times_the_coefficient():
    # 500 m at 2 M/km is 1 M, the tie-in 1 M, the region doubles both
    cost = priced([500.0])
    assert (cost.low[0], cost.base[0], cost.high[0]) == (3e6, 4e6, 6e6)
    assert cost.lacking == ((),)


def test_each_crossing_costs():
    cost = priced([500.0, 500.0], [2, 0])
    assert cost.base.tolist() == [4e6 + 2 * 2 * 2e6, 4e6]


def test_capacity_is_priced_where_the_table_prices_it():
    row = {"utility": "power", "item": "capacity", "low": 1, "base": 1, "high": 1, "unit": "million RUB"}
    costs = [*connected.PRICES["costs"], {**row, "per": "MW", **connected.STATED}]
    assert priced([500.0], costs=costs).base.tolist() == [4e6 + 2 * 3e6]


@pytest.mark.parametrize(
    ("without", "words"),
    [("line", "no price of power 10 kV line"), ("tie_in", "no price of power 10 kV tie-in")],
)
def test_what_has_no_price_makes_the_cost_unknown(without: str, words: str):
    cost = priced([500.0], costs=[row for row in connected.PRICES["costs"] if row["item"] != without])
    assert np.isnan([cost.low[0], cost.base[0], cost.high[0]]).all()
    assert cost.lacking == ((words,),)


def test_a_crossing_without_a_price_only_troubles_those_who_cross():
    cost = priced([500.0, 500.0], [1, 0], costs=connected.PRICES["costs"][:2])
    assert np.isnan(cost.base).tolist() == [True, False]
    assert cost.lacking == (("no price of power 10 kV crossing pipe",), ())


def test_a_way_of_no_length_needs_no_price_of_line():
    costs = [row for row in connected.PRICES["costs"] if row["item"] != "line"]
    assert priced([0.0], costs=costs).base.tolist() == [2e6]


def test_a_demand_that_is_not_stated_makes_priced_capacity_unknown():
    row = {"utility": "power", "item": "capacity", "low": 1, "base": 1, "high": 1, "unit": "million RUB"}
    costs = [*connected.PRICES["costs"], {**row, "per": "MW", **connected.STATED}]
    cost = priced([500.0], demand=np.nan, costs=costs)
    assert np.isnan(cost.base[0])
    assert cost.lacking == (("demand of the plot",),)
    assert priced([500.0], demand=np.nan).base.tolist() == [4e6]
