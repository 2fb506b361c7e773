from __future__ import annotations

from dataclasses import FrozenInstanceError

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import world

from siteplan.errors import CrsError, DataError
from siteplan.scorecard import Scorecard, score, score_text


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return score(world.plots(), world.layers(), world.plan())


def test_scores_and_ranks_by_eye(card: Scorecard):
    assert card.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-12)
    assert card.plots["rank"].to_dict() == world.RANKS
    assert card.plots.loc["c", ["score", "score_high", "completeness"]].to_list() == pytest.approx(
        [0.51, 0.71, 0.8]
    )
    assert card.plots["area_ha"].to_list() == [1, 1, 1, 1]
    assert list(card.ranked.index) == ["d", "a", "c", "b"]
    assert list(card.plots.index) == ["a", "b", "c", "d"]
    assert card.plots.crs == world.UTM


def test_every_plot_has_one_row_per_criterion(card: Scorecard):
    rows = card.contributions

    assert list(zip(rows["plot"], rows["criterion"], strict=True)) == [
        (plot, entry["name"]) for plot in "abcd" for entry in world.PLAN["criteria"]
    ]
    first = rows.iloc[0]
    assert first[["amount", "unit", "feature", "feature_name", "layer", "measure", "label"]].to_list() == [
        50,
        "m",
        "g1",
        "G1",
        "gas",
        "distance",
        "Gas main",
    ]


def test_tie_ins_are_degrees_on_the_feature(card: Scorecard):
    gas = card.contributions[card.contributions["criterion"] == "gas"].set_index("plot")
    points = gpd.GeoSeries(gpd.points_from_xy(gas["tie_in_lon"], gas["tie_in_lat"]), crs=4326).to_crs(
        world.UTM
    )
    features = world.layers()["gas"].geometry

    assert (points.reset_index(drop=True).distance(features.reset_index(drop=True)) < 1e-6).all()
    others = card.contributions[~card.contributions["criterion"].isin(["gas", "road"])]
    assert others["tie_in_lon"].isna().all()


def test_a_scorecard_is_frozen(card: Scorecard):
    with pytest.raises(FrozenInstanceError):
        card.plots = None


def test_it_prints_itself(card: Scorecard):
    lines = repr(card).splitlines()

    assert lines[0] == (
        "Read by eye: 4 plots: 4 ranked (1 with unknown amounts), 0 excluded; first is d. "
        "Taken to be in the plan's units: free_power."
    )
    assert lines[2].split() == ["1", "d", "0.750", "100%", "1.00"]
    assert lines[4].split() == ["3", "c", "0.510-0.710", "80%", "1.00"]
    html = card._repr_html_()
    assert html.count("<tr>") == 5
    assert "0.510-0.710" in html


def test_ten_rows_are_shown_and_the_rest_is_counted():
    shapes = {f"p{number}": world.square(200 * number, 0) for number in range(12)}
    plots = world.table(shapes, "plot", free_power=1.0)

    assert "... and 2 more in .ranked" in repr(score(plots, world.layers(), world.plan()))


def test_excluded_is_not_zero():
    far = {
        "name": "far",
        "title": "Road",
        "unit": "km",
        "measure": {"kind": "distance", "layer": "road"},
        "at_most": 0.5,
    }
    power = {
        "name": "power",
        "unit": "MW",
        "measure": {"kind": "attribute", "column": "free_power"},
        "at_least": 15,
    }
    card = score(world.plots(), world.layers(), world.plan(constraints=[far, power]))

    assert card.plots["excluded_by"].to_dict() == {
        "a": "power: 10 MW, at least 15 MW",
        "b": "Road: 0.7 km, at most 0.5 km",
        "c": "",
        "d": "Road: 0.7 km, at most 0.5 km",
    }
    assert card.plots["unchecked"].to_list() == ["", "", "power", ""]
    assert card.plots["score"].isna().to_list() == [True, True, False, True]
    assert card.plots.loc["c", "rank"] == 1
    assert list(card.ranked.index) == ["c", "a", "b", "d"]
    assert card.explain("a").rows["contribution"].sum() == pytest.approx(0.535)
    assert "3 excluded; first is c." in repr(card)


def test_all_excluded():
    never = {"name": "never", "unit": "ha", "measure": {"kind": "area"}, "at_least": 5}
    card = score(world.plots(), world.layers(), world.plan(constraints=[never]))

    assert card.plots["rank"].isna().all()
    assert card.sentence == (
        "4 plots: 0 ranked (0 with unknown amounts), 4 excluded. Taken to be in the plan's units: free_power."
    )
    assert "excluded" in repr(card)
    assert "is excluded" in str(card.explain("a"))


def test_ties_share_a_rank():
    plots = pd.concat([world.plots(), world.plots().loc[["a"]].rename(index={"a": "e"})])
    card = score(gpd.GeoDataFrame(plots, crs=world.UTM), world.layers(), world.plan())

    assert card.plots["rank"].to_dict() == {"a": 2, "b": 5, "c": 4, "d": 1, "e": 2}


def test_one_plot_is_ranked_first():
    card = score(world.plots().iloc[:1], world.layers(), world.plan())

    assert card.plots["rank"].to_list() == [1]


def test_a_constraint_may_be_called_like_a_criterion():
    gas = {"name": "gas", "unit": "m", "measure": {"kind": "distance", "layer": "gas"}, "at_most": 1}
    card = score(world.plots(), world.layers(), world.plan(constraints=[gas]))

    assert (card.plots["excluded_by"] != "").to_list() == [True, True, True, False]


def test_two_criteria_may_have_one_title_and_one_measure():
    entries = [
        {**world.PLAN["criteria"][0], "title": "Same"},
        {**world.PLAN["criteria"][0], "name": "gas2", "title": "Same"},
    ]
    card = score(world.plots(), world.layers(), world.plan(criteria=entries))

    assert len(card.explain("a").rows) == 2
    assert card.plots.loc["a", "score"] == pytest.approx(0.5)


def test_a_criterion_without_weight_stays_readable():
    criteria = [
        {**entry, "weight": 0 if entry["name"] == "power" else entry["weight"]}
        for entry in world.PLAN["criteria"]
    ]
    card = score(world.plots(), world.layers(), world.plan(criteria=criteria))

    assert card.plots["completeness"].to_list() == [1] * 4
    assert card.plots.loc["c", "score"] == card.plots.loc["c", "score_high"]
    assert len(card.explain("c").rows) == 5


def test_the_metric_crs_is_stated_or_estimated_and_recorded(card: Scorecard):
    estimated = score(world.plots().to_crs(4326), world.layers(), world.plan(metric_crs=None))

    assert (card.provenance.metric_crs, card.provenance.metric_crs_estimated) == ("EPSG:32652", False)
    assert (estimated.provenance.metric_crs, estimated.provenance.metric_crs_estimated) == (
        "EPSG:32652",
        True,
    )
    assert estimated.plots.crs == 4326
    assert estimated.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-6)


def test_the_local_system_measures_as_well():
    local = score(world.plots(), world.layers(), world.plan(metric_crs="МСК-28, зона 3"))
    drawn_in_it = score(
        world.plots().to_crs(local.provenance.metric_crs),
        world.layers(),
        world.plan(metric_crs=local.provenance.metric_crs),
    )

    # Gauss-Krueger has scale 1, UTM 0.9996: 50 m come out as 50.02 m.
    assert local.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-3)
    assert local.plots["score"].to_dict() != pytest.approx(world.SCORES, abs=1e-6)
    assert drawn_in_it.plots["score"].to_dict() == pytest.approx(local.plots["score"].to_dict(), abs=1e-6)


@pytest.mark.parametrize("system", ["EPSG:3857", "EPSG:4326", "EPSG:32630", "EPSG:32662", "EPSG:2263", "zzz"])
def test_what_cannot_measure_here_is_refused(system: str):
    with pytest.raises(CrsError):
        score(world.plots(), world.layers(), world.plan(metric_crs=system))


def test_degrees_called_metres_are_refused():
    lying = world.plots().to_crs(4326).set_crs(world.UTM, allow_override=True)

    with pytest.raises((CrsError, DataError)):
        score(lying, world.layers(), world.plan(metric_crs=None))


def test_layers_in_any_crs_are_measured_in_one():
    layers = {
        name: layer.to_crs(crs)
        for (name, layer), crs in zip(world.layers().items(), [4326, 3857, 28422, 32651, 5940], strict=True)
    }

    card = score(world.plots(), layers, world.plan())
    assert card.plots["score"].to_dict() == pytest.approx(world.SCORES, abs=1e-3)


def test_a_feature_beyond_the_horizon_is_measured_whole():
    layers = world.layers() | {
        "gas": world.table({"far": shapely.LineString([(30_100, 40_100), (90_000, 90_000)])})
    }
    kilometres = {
        **world.PLAN["criteria"][0],
        "unit": "km",
        "value": {"shape": "linear", "best": 0, "worst": 100},
    }
    card = score(world.plots().loc[["a"]], layers, world.only(kilometres))

    assert card.contributions["amount"].to_list() == pytest.approx([50])
    assert card.plots["score"].to_list() == pytest.approx([0.5])


def test_the_scorecard_does_not_share_memory_with_its_inputs():
    plots = world.plots()
    card = score(plots, world.layers(), world.plan())
    plots.loc["a", "free_power"] = 999
    plots["name"] = "changed"

    assert card.plots["name"].to_list() == ["Plot a", "Plot b", "Plot c", "Plot d"]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.5, 0.5, "0.500"),
        (0.5, 0.5004, "0.500"),
        (0, 1, "0.000-1.000"),
        (float("nan"), float("nan"), "excluded"),
    ],
)
def test_a_score_in_words(low: float, high: float, text: str):
    assert score_text(low, high) == text
