from __future__ import annotations

import copy
from typing import Any

import connected
import pytest

from siteplan.errors import PlanError
from siteplan.prices import Estimate, Prices


def prices(**changes: Any) -> Prices:
    return Prices.from_dict({**copy.deepcopy(connected.PRICES), **changes})


def test_a_price_is_read_in_any_unit():
    line = prices().cost("power", "", "line")
    assert line is not None
    assert line.of(500, "m") == Estimate(0.5e6, 1e6, 2e6)
    assert line.of(0.5, "km") == line.of(500, "m")


def test_the_class_goes_before_the_utility():
    own = {**connected.PRICES["costs"][0], "class": "35 kV", "base": 3.0}
    table = prices(costs=[*connected.PRICES["costs"], own])
    assert table.cost("power", "35 kV", "line").base == 3.0
    assert table.cost("power", "10 kV", "line").base == 2.0
    assert table.cost("gas", "", "line") is None


def test_coefficients_multiply_where_they_apply():
    rows = [
        {"kind": "region", "factor": 2.0, **connected.STATED},
        {"kind": "climate", "factor": 1.5, "utilities": ["gas"], **connected.STATED},
    ]
    table = prices(coefficients=rows)
    assert table.factor("power") == 2.0
    assert table.factor("gas") == 3.0


def test_a_table_says_what_it_is():
    assert prices().name == "illustrative prices 2024 without VAT"
    assert prices(illustrative=False).name == "prices 2024 without VAT"


def test_plain_data_and_back():
    assert Prices.from_dict(prices().to_dict()) == prices()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"low": 9}, "low 9, base 2, high 4: must not fall in this order"),
        ({"per": "MW"}, "per: a line is priced per m or km or mm, not 'MW'"),
        ({"unit": "km"}, "unit: 'km' is no money; give RUB or thousand RUB or million RUB"),
        ({"unit": "USD"}, "unit: 'USD' is no money; give RUB or thousand RUB or million RUB"),
        ({"per": "stone"}, "not 'stone'"),
        ({"what": "river"}, "what names the thing crossed: needed for a crossing, and only there"),
        ({"low": -1}, "low: must be at least 0, not -1"),
        ({"source": ""}, "source"),
    ],
)
def test_what_cannot_be_a_price_is_refused(change: dict[str, Any], words: str):
    wrong = {**connected.PRICES["costs"][0], **change}
    with pytest.raises(PlanError) as refused:
        prices(costs=[wrong])
    assert words in str(refused.value)


def test_a_price_stands_once():
    with pytest.raises(PlanError, match="power line stands more than once"):
        prices(costs=[connected.PRICES["costs"][0]] * 2)


def test_every_row_needs_its_date():
    row = {key: cell for key, cell in connected.PRICES["costs"][0].items() if key != "as_of"}
    with pytest.raises(PlanError, match="as_of"):
        prices(costs=[row])


def test_a_class_is_one_however_it_is_spelt():
    own = {**connected.PRICES["costs"][0], "class": "35кВ", "base": 3.0}
    table = prices(costs=[*connected.PRICES["costs"], own])
    assert table.cost("power", "35 kV", "line").base == 3.0
    with pytest.raises(PlanError, match="power 35000 V line stands more than once"):
        prices(costs=[own, {**own, "class": "35000 V"}])


def test_a_price_stands_in_only_where_others_have_their_own():
    own = {**connected.PRICES["costs"][0], "class": "35 kV"}
    table = prices(costs=[*connected.PRICES["costs"], own])
    assert table.stands_in("power", "10 kV", "line")
    assert not table.stands_in("power", "35kV", "line")
    assert not table.stands_in("power", "10 kV", "tie_in")
    assert not table.stands_in("power", "", "line")


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([], [], "coefficients: region stands more than once for every utility; one factor each"),
        (["power", "gas"], [], "coefficients: region stands more than once for gas, power"),
        (["power"], ["power", "gas"], "coefficients: region stands more than once for power;"),
    ],
)
def test_a_coefficient_stands_once(first: list[str], second: list[str], words: str):
    row = {"kind": "region", "factor": 2.0, **connected.STATED}
    with pytest.raises(PlanError) as refused:
        prices(coefficients=[{**row, "utilities": first}, {**row, "kind": "Region", "utilities": second}])
    assert words.casefold() in str(refused.value).casefold()


def test_coefficients_of_one_kind_may_share_out_the_utilities():
    row = {"kind": "region", **connected.STATED}
    rows = [{**row, "factor": 2.0, "utilities": ["power"]}, {**row, "factor": 3.0, "utilities": ["gas"]}]
    table = prices(coefficients=rows)
    assert (table.factor("power"), table.factor("gas")) == (2.0, 3.0)


def test_a_table_says_whether_vat_is_in_it():
    assert prices(vat=True).name == "illustrative prices 2024 with VAT"
    assert prices(notice="Not a quotation.").sentence == "Prices by eye. Not a quotation."
    assert prices().sentence == "Prices by eye."
