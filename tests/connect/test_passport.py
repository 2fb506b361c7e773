"""The table of distances is that of `connected`; every answer can be read from it."""

from __future__ import annotations

from typing import Any

import connected
import geopandas as gpd
import numpy as np
import pytest
import shapely
import world
from connected import column

from siteplan import DataError, score
from siteplan.connect import table
from siteplan.prices import Prices
from siteplan.scorecard import Scorecard


def scored(
    *,
    nodes: gpd.GeoDataFrame | None = None,
    plots: gpd.GeoDataFrame | None = None,
    criteria: tuple[dict[str, Any], ...] = (),
    prices: bool = True,
    **power: Any,
) -> Scorecard:
    layers = connected.layers() if nodes is None else connected.layers(nodes=nodes)
    plan = connected.plan(*criteria, power=power)
    if not prices:
        plan = plan.model_copy(update={"prices": None})
    return score(world.plots() if plots is None else plots, layers, plan)


def test_each_plot_takes_the_nearest_that_suffices():
    card = scored()
    assert column(card, "status") == ["served"] * 4
    assert column(card, "feature") == ["n1", "n2", "n1", "n2"]
    assert column(card, "route_m") == pytest.approx([100, 100, np.hypot(100, 350), np.hypot(100, 350)])
    assert column(card, "free_after") == [2, 17, 2, 17]
    assert column(card, "capacity") == [10, 40, 10, 40]


def test_the_cost_is_the_sum_of_its_parts():
    card = scored()
    # (100 m x 2 M/km + 1 M) x 2
    assert column(card, "cost_base")[0] == pytest.approx(2.4e6)
    assert column(card, "cost_low")[0] == pytest.approx(2.2e6)
    assert column(card, "cost_high")[0] == pytest.approx(2.8e6)
    assert column(card, "prices") == ["illustrative prices 2024 without VAT"] * 4
    amounts = card.contributions.set_index("plot")["amount"]
    assert amounts["a"] == pytest.approx(2.4)


def test_what_is_crossed_is_counted_and_priced():
    card = scored(crossings=[{"layer": "wetland", "name": "pipe"}])
    # b goes to the east out of the bog w2, which reaches 50 m into it and ends there; a goes to
    # the east and leaves w1 behind
    assert column(card, "crossings") == ["", "", "", ""]
    card = scored(demand=10, crossings=[{"layer": "wetland", "name": "pipe"}])
    assert column(card, "crossings")[0] == "pipe x1"  # a goes along y = 50 to n2, through w2
    assert column(card, "cost_base")[0] == pytest.approx(2 * (0.5 * 2e6 + 1e6 + 2e6))


def test_what_exists_goes_before_what_can_be_built():
    assert column(scored(demand=10), "feature")[0] == "n2"
    card = scored(demand=10, reach=450)
    assert column(card, "feature")[0] == "n4"
    assert column(card, "availability")[0] == "can_be_built"
    assert column(card, "months")[0] == 12
    assert column(card, "cost_base")[0] == pytest.approx(2 * (0.15 * 2e6 + 1e6) + 10e6)


def test_a_nearer_one_that_may_do_is_named():
    missing = column(scored(), "missing")
    assert missing[2] == "free capacity of Node 3, which is nearer"
    assert missing[:2] == ["", ""]


def test_four_answers_are_four():
    nodes = connected.nodes()
    card = scored(demand=10, reach=155, nodes=nodes)
    assert column(card, "status") == ["served", "served", "unknown", "not_reachable"]
    assert column(scored(demand=60, reach=120, nodes=nodes), "status")[:2] == ["no_capacity"] * 2


def test_unknown_says_of_what():
    card = scored(demand=10, reach=155)
    assert column(card, "reason")[2] == "free capacity of Node 3 is not known"
    assert column(card, "missing")[2] == "free capacity of Node 3"
    assert np.isnan(card.contributions.set_index("plot")["amount"]["c"])


def test_no_capacity_names_the_largest():
    card = scored(demand=60, reach=120)
    assert column(card, "largest")[:2] == [5, 20]
    assert column(card, "reason")[0] == (
        "a demand of 60 MW is above every headroom within reach, the largest is 5 MW at Node 1"
    )
    assert card.contributions.set_index("plot")["amount"]["a"] == np.inf
    assert card.contributions.set_index("plot")["category"]["a"] == "no capacity"


def test_without_reach_the_largest_of_all_is_named():
    card = scored(demand=60, nodes=connected.nodes(free=[5.0, 20.0, 7.0, 50.0]))
    assert column(card, "status") == ["no_capacity"] * 4
    assert set(column(card, "largest_feature")) == {"Node 4"}


def test_not_reachable_says_how_far():
    card = scored(reach=50)
    assert column(card, "status") == ["not_reachable"] * 4
    assert column(card, "reason")[0] == "the way of 100 m is longer than the reach of 50 m"
    assert "not reachable: the way of 100 m" in str(card.explain("a"))


def test_a_plot_may_want_its_own():
    plots = world.plots().assign(wanted=[3.0, 30.0, np.nan, 20.0])
    card = scored(plots=plots, demand=None, demand_column="wanted", reach=400)
    assert column(card, "status") == ["served", "served", "unknown", "served"]
    assert column(card, "feature") == ["n1", "n4", "n3", "n2"]
    assert column(card, "reason")[2] == "demand of the plot is not known"


def test_demand_and_headroom_meet_in_any_unit():
    plots = world.plots().assign(wanted=[3000.0, 3000.0, 3000.0, 6000.0])
    plots.attrs["units"] = {"wanted": "kW"}
    nodes = connected.nodes(free=[5000.0, 20000.0, np.nan, 50000.0])
    nodes.attrs["units"] = {"free": "kW"}
    card = scored(plots=plots, nodes=nodes, demand=None, demand_column="wanted")
    assert column(card, "feature") == ["n1", "n2", "n1", "n2"]
    assert column(card, "free") == [5, 20, 5, 20]


def test_without_a_demand_anything_available_serves():
    card = scored(demand=None)
    assert column(card, "feature") == ["n1", "n2", "n3", "n2"]
    assert np.isnan(column(card, "demand")).all()


def test_a_feature_that_is_not_available_never_serves():
    nodes = connected.nodes(availability=["no", "yes", "no", ""])
    card = scored(nodes=nodes)
    assert column(card, "feature") == ["n2"] * 4
    assert column(card, "missing")[0] == "availability of Node 4, which is nearer"


def test_nothing_there_is_not_reachable():
    card = scored(nodes=connected.nodes().iloc[:0])
    assert column(card, "status") == ["not_reachable"] * 4
    assert column(card, "reason")[0] == "there is nothing to connect to"


def test_headroom_and_status_feed_criteria():
    headroom = {
        "unit": "MW",
        "measure": {"kind": "headroom", "connection": "power"},
        "value": {"shape": "linear", "best": 20, "worst": 0},
    }
    length = {
        "unit": "m",
        "measure": {"kind": "route_length", "connection": "power"},
        "value": {"shape": "linear", "best": 0, "worst": 200},
    }
    card = scored(criteria=(headroom, length), reach=120)
    rows = card.contributions.set_index(["criterion", "plot"])
    assert rows["amount"]["c0"].tolist() == [5, 20, 0, 0]
    assert rows["amount"]["c1"].tolist() == pytest.approx([100, 100, np.inf, np.inf])
    assert rows["value"]["c1"].tolist() == pytest.approx([0.5, 0.5, 0, 0])
    assert rows["feature_name"]["c1"]["a"] == "Node 1"


def test_a_status_can_exclude():
    plan = connected.plan(
        power={"reach": 155, "demand": 10},
        constraints=[
            {"name": "powered", "measure": {"kind": "status", "connection": "power"}, "one_of": ["served"]}
        ],
    )
    card = score(world.plots(), connected.layers(), plan)
    assert card.plots["excluded_by"].tolist() == ["", "", "", "powered: not reachable, not served"]
    assert card.plots["unchecked"].tolist() == ["", "", "powered", ""]


def test_an_unknown_price_is_not_zero():
    prices = {**connected.PRICES, "costs": connected.PRICES["costs"][1:]}
    plan = connected.plan().model_copy(update={"prices": Prices.from_dict(prices)})
    card = score(world.plots(), connected.layers(), plan)
    assert np.isnan(column(card, "cost_base")).all()
    assert column(card, "missing")[0] == "no price of power 10 kV line"
    assert card.plots["completeness"].tolist() == [0, 0, 0, 0]


def test_every_problem_of_a_layer_is_named_at_once():
    nodes = connected.nodes(
        free=[5.0, -1.0, np.nan, 50.0], availability=["yes", "soon", "yes", "yes"], build_months=["x"] * 4
    )
    with pytest.raises(DataError) as refused:
        scored(nodes=nodes)
    text = str(refused.value)
    assert "column 'free': n2 has -1.0; give 0 or more" in text
    assert "column 'availability': n2 has 'soon'; give yes, no or can_be_built" in text
    assert "column 'build_months' holds text, not numbers: n1 has 'x'" in text


def test_a_missing_column_is_named_with_those_there():
    with pytest.raises(DataError, match="there is no column 'free', did you mean 'fre'"):
        scored(nodes=connected.nodes().rename(columns={"free": "fre"}))


def test_a_value_that_no_feature_has_is_refused():
    tie_in = {**connected.POWER["tie_ins"][0], "where": {"voltage": 6}}
    with pytest.raises(DataError, match=r"no feature has voltage = 6; there are voltage: 10, 35"):
        scored(tie_ins=[tie_in])


def test_only_the_class_asked_for_counts():
    tie_in = {**connected.POWER["tie_ins"][0], "where": {"voltage": 35}}
    assert column(scored(tie_ins=[tie_in]), "feature") == ["n4"] * 4


def test_the_explanation_says_it_in_a_sentence():
    said = str(scored().explain("a"))
    assert (
        "Power: 100 m to Node 1, 10 kV, 5 of 10 MW free, 3 wanted, 2.2-2.8 M RUB, "
        "illustrative prices 2024 without VAT" in said
    )


def test_the_table_of_no_connection_has_the_columns_of_any():
    card = scored()
    assert list(card.connections.columns) == list(table.none().columns)
    assert (card.connections.dtypes == table.none().dtypes).all()
    assert card.connections.crs == table.none().crs


def test_a_passport_does_not_depend_on_company():
    whole, alone = scored(demand=10, reach=450), scored(demand=10, reach=450, plots=world.plots().iloc[[2]])
    one = whole.connections[whole.connections["plot"] == "c"].reset_index(drop=True)
    assert one.drop(columns="geometry").equals(alone.connections.drop(columns="geometry"))


def test_without_prices_there_is_no_cost():
    length = {
        "unit": "m",
        "measure": {"kind": "route_length", "connection": "power"},
        "value": {"shape": "linear", "best": 0, "worst": 200},
    }
    card = scored(criteria=(length,), prices=False)
    assert np.isnan(column(card, "cost_base")).all()
    assert column(card, "prices") == [""] * 4
    assert "RUB" not in str(card.explain("a"))


def _pipes(**x: int) -> gpd.GeoDataFrame:
    lines = {name: shapely.LineString([(at, -50), (at, 150)]) for name, at in x.items()}
    return world.table(lines, name=[name.upper() for name in x], kind=["steel", *["lead"] * (len(x) - 1)])


def test_what_goes_by_one_price_name_is_counted_together():
    layers = connected.layers(pipes=_pipes(p1=150), rail=_pipes(p2=160, p3=170))
    one, two = ({"layer": layer, "name": "pipe"} for layer in ("pipes", "rail"))
    for order in ([one, two], [two, one], [one, two, {**two, "where": {"kind": "lead"}}]):
        card = score(world.plots(), layers, connected.plan(power={"crossings": order}))
        assert column(card, "crossings")[0] == "pipe x3"
        assert column(card, "cost_base")[0] == pytest.approx(2 * (0.1 * 2e6 + 1e6 + 3 * 2e6))


def test_a_railway_along_the_plots_edge_is_crossed():
    layers = connected.layers(rail=_pipes(r=100))
    plan = connected.plan(power={"crossings": [{"layer": "rail", "name": "pipe"}]})
    assert column(score(world.plots(), layers, plan), "crossings")[0] == "pipe x1"


def test_capacity_that_is_priced_wants_a_demand():
    row = {"utility": "power", "item": "capacity", "low": 1, "base": 1, "high": 1, "unit": "million RUB"}
    prices = {
        **connected.PRICES,
        "costs": [*connected.PRICES["costs"], {**row, "per": "MW", **connected.STATED}],
    }
    plan = connected.plan(power={"demand": None}).model_copy(update={"prices": Prices.from_dict(prices)})
    card = score(world.plots(), connected.layers(), plan)
    assert np.isnan(column(card, "cost_base")).all()
    assert column(card, "missing")[0] == "demand of the plot"


def test_the_class_of_a_tie_in_is_that_of_the_connection():
    tie_in = {**connected.POWER["tie_ins"][0], "class": "voltage"}
    nodes = connected.nodes(voltage=[35.0, 10.0, 10.0, 35.0])
    assert column(scored(tie_ins=[tie_in], nodes=nodes), "feature") == ["n2"] * 4
    assert column(scored(tie_ins=[tie_in], nodes=nodes, **{"class": "35 кВ"}), "feature")[0] == "n1"
    nodes.attrs["units"] = {"voltage": "V"}
    with pytest.raises(DataError, match=r"no feature is of class '10 kV'; column 'voltage' has 35 V, 10 V"):
        scored(tie_ins=[tie_in], nodes=nodes)
    words = connected.nodes(voltage=["10кВ", "35 kV", "10 kV", "10000 V"])
    assert column(scored(tie_ins=[tie_in], nodes=words), "feature") == ["n1"] * 4


def test_a_class_that_is_not_known_is_an_open_question():
    tie_in = {**connected.POWER["tie_ins"][0], "class": "voltage"}
    nodes = connected.nodes(voltage=[np.nan, 10.0, 10.0, 35.0], free=[5.0, 20.0, np.nan, 50.0])
    card = scored(tie_ins=[tie_in], nodes=nodes, reach=450)
    assert column(card, "status") == ["unknown", "served", "unknown", "served"]
    assert column(card, "reason")[0] == "class of Node 1 is not known"


def test_more_free_than_there_is_is_refused():
    nodes = connected.nodes(free=[500.0, 20.0, np.nan, 50.0])
    with pytest.raises(DataError, match=r"'free' is above 'capacity': n1 has 500 of 10 MW; no more can"):
        scored(nodes=nodes)
    nodes = connected.nodes(free=[10_000.0, 20.0, np.nan, 50.0])
    nodes.attrs["units"] = {"free": "kW", "capacity": "MW"}
    assert column(scored(nodes=nodes), "free")[0] == 10


def test_a_price_that_stands_in_for_a_class_is_told():
    own = {**connected.PRICES["costs"][0], "class": "35 kV", "base": 3.0}
    prices = {**connected.PRICES, "costs": [*connected.PRICES["costs"], own]}
    plan = connected.plan().model_copy(update={"prices": Prices.from_dict(prices)})
    card = score(world.plots(), connected.layers(), plan)
    assert column(card, "missing")[0] == "no price of power 10 kV line, that of any power stands in"
    assert column(card, "cost_base")[0] == pytest.approx(2.4e6)


def test_an_explanation_says_once_what_the_prices_are():
    said = "Prices by eye. Drawn, not paid."
    prices = Prices.from_dict({**connected.PRICES, "notice": "Drawn, not paid.", "vat": True})
    plan = connected.plan().model_copy(update={"prices": prices})
    explained = score(world.plots(), connected.layers(), plan).explain("a")
    assert str(explained).count(said) == 1
    assert str(explained).count("illustrative prices 2024 with VAT") == 1
    assert explained._repr_html_().count(said) == 1
    assert explained.to_dict()["prices"] == said
    # no plot is served, no price was used
    nodes = connected.nodes(availability=["no"] * 4)
    none = score(world.plots(), connected.layers(nodes=nodes), plan).explain("a")
    assert said not in str(none)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        ({"unit": "million RUB", "measure": {"kind": "cost"}, "at_most": 3}, "at most 3 million RUB"),
        ({"unit": "m", "measure": {"kind": "route_length"}, "at_least": 30}, "at least 30 m"),
        ({"unit": "months", "measure": {"kind": "months"}, "at_least": 0}, "at least 0 months"),
    ],
)
def test_what_is_not_served_meets_no_bound(bound: dict[str, Any], said: str):
    measure = {**bound["measure"], "connection": "power"}
    plan = connected.plan(power={"reach": 120}, constraints=[{**bound, "name": "bound", "measure": measure}])
    card = score(world.plots(), connected.layers(), plan)
    assert card.plots["excluded_by"].tolist() == ["", "", *[f"bound: not reachable, {said}"] * 2]
    assert card.plots["unchecked"].tolist() == [""] * 4
