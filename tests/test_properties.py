"""What must hold for every plan and every world, however drawn."""

from __future__ import annotations

import copy
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from strategies import values, worlds
from world import UTM

from siteplan.plan import Plan
from siteplan.scorecard import Scorecard, score

# Each example scores several times: few of them, others at every run, shown as drawn and not made smaller.
few = settings(max_examples=8, phases=(Phase.explicit, Phase.generate))

World = tuple[gpd.GeoDataFrame, dict[str, gpd.GeoDataFrame]]

_JUDGED: tuple[dict[str, Any], ...] = (
    {"name": "near", "unit": "m", "measure": {"kind": "distance", "layer": "any"}},
    {"name": "covered", "unit": "share", "measure": {"kind": "overlap", "layer": "zones"}},
    {"name": "crossed", "unit": "km", "measure": {"kind": "length", "layer": "pipes"}},
    {"name": "touched", "unit": "1", "measure": {"kind": "count", "layer": "any"}},
    {"name": "size", "unit": "ha", "measure": {"kind": "area"}},
    {"name": "free", "unit": "MW", "measure": {"kind": "attribute", "column": "free"}},
)
_ROAD: dict[str, Any] = {
    "name": "road",
    "measure": {"kind": "attribute", "column": "road"},
    "value": {"shape": "category", "worths": {"paved": 1, "gravel": 0.4}},
}
_SMOOTH = (
    {"shape": "linear", "best": 0, "worst": 500},
    {"shape": "linear", "best": 300, "worst": 0},
    {"shape": "exponential", "best": 10, "half": 200},
    {"shape": "piecewise", "points": [[0, 0.2], [50, 1], [400, 0.1]]},
)
_FAR: dict[str, Any] = {
    "name": "far",
    "unit": "m",
    "measure": {"kind": "distance", "layer": "any"},
    "at_most": 400,
}


@st.composite
def plans(draw: st.DrawFn, *, smooth: bool = False) -> Plan:
    """A plan that fits the drawn worlds."""
    drawn = draw(
        st.lists(st.sampled_from(_JUDGED), min_size=1, max_size=6, unique_by=lambda entry: entry["name"])
    )
    shape = st.sampled_from(_SMOOTH) if smooth else st.sampled_from(_SMOOTH) | values()
    criteria = [{**entry, "value": draw(shape), "weight": draw(st.floats(0, 10))} for entry in drawn]
    criteria[0]["weight"] = draw(st.floats(0.1, 10))
    if draw(st.booleans()):
        criteria.append({**_ROAD, "weight": draw(st.floats(0, 10))})
    limits = draw(st.sampled_from([[], [], [_FAR]]))
    return Plan.from_dict({"name": "drawn", "metric_crs": UTM, "criteria": criteria, "constraints": limits})


def changed(plan: Plan, **keys: Any) -> Plan:
    return Plan.from_dict({**plan.to_dict(), **keys})


def numbers(card: Scorecard) -> pd.DataFrame:
    return card.plots[["score", "score_high", "completeness"]]


@few
@given(worlds(), plans())
def test_a_score_is_a_sum_you_can_read(drawn: World, plan: Plan):
    card = score(*drawn, plan)
    rows = card.contributions
    ranked = card.plots[card.plots["excluded_by"] == ""]
    sums = rows.groupby("plot")["contribution"].sum()
    open_weight = rows["weight"].where(rows["value"].isna(), 0.0).groupby(rows["plot"]).sum()

    assert len(rows) == len(card.plots) * len(plan.criteria)
    assert rows["value"].dropna().between(0, 1).all()
    assert (rows["contribution"] - rows["value"] * rows["weight"]).abs().max() in (0, pytest.approx(0)) or (
        rows["value"].isna().all()
    )
    assert ranked[["score", "score_high", "completeness"]].stack().between(0, 1).all()
    for plot, total in ranked.iterrows():
        assert total["score"] == pytest.approx(sums[plot], abs=1e-12)
        assert total["score_high"] == pytest.approx(sums[plot] + open_weight[plot], abs=1e-12)
        assert total["completeness"] == pytest.approx(1 - open_weight[plot], abs=1e-12)
        assert total["score"] <= total["score_high"]


@few
@given(worlds(), plans())
def test_ranks_follow_the_scores(drawn: World, plan: Plan):
    card = score(*drawn, plan)
    ranked = card.ranked[card.ranked["rank"].notna()]

    for rank, low in zip(ranked["rank"], ranked["score"], strict=True):
        assert rank == 1 + (ranked["score"] > low + 1e-12).sum()
    assert (card.plots["rank"].isna() == (card.plots["excluded_by"] != "")).all()
    assert (card.plots["score"].isna() == (card.plots["excluded_by"] != "")).all()


@few
@given(worlds(), plans(), st.data())
def test_company_changes_nothing(drawn: World, plan: Plan, data: st.DataObject):
    """A plot alone scores exactly as among the others: anchors belong to the planner."""
    plots, layers = drawn
    together = score(plots, layers, plan)
    chosen = data.draw(st.sampled_from(list(plots.index)))
    alone = score(plots.loc[[chosen]], layers, plan)

    pd.testing.assert_frame_equal(numbers(alone), numbers(together).loc[[chosen]], check_exact=True)
    rows = together.contributions[together.contributions["plot"] == chosen].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.contributions, rows, check_exact=True)


@few
@given(worlds(), plans(), st.randoms(use_true_random=False))
def test_order_is_irrelevant(drawn: World, plan: Plan, shuffler: Any):
    plots, layers = drawn
    rows, criteria = list(plots.index), list(plan.to_dict()["criteria"])
    shuffler.shuffle(rows)
    shuffler.shuffle(criteria)
    turned = {}
    for name, layer in reversed(layers.items()):
        features = list(layer.index)
        shuffler.shuffle(features)
        turned[name] = layer.loc[features]
    one = score(plots, layers, plan).plots
    other = score(plots.loc[rows], turned, changed(plan, criteria=criteria)).plots

    assert list(other.index) == rows
    wanted = one.loc[rows, ["score", "score_high", "completeness"]]
    pd.testing.assert_frame_equal(other[wanted.columns], wanted, rtol=0, atol=1e-12)
    assert (other["excluded_by"] == one.loc[rows, "excluded_by"]).all()


@few
@given(worlds(), plans(), st.randoms(use_true_random=False))
def test_the_order_of_plots_and_criteria_changes_not_one_digit(drawn: World, plan: Plan, shuffler: Any):
    plots, layers = drawn
    rows, criteria = list(plots.index), list(plan.to_dict()["criteria"])
    shuffler.shuffle(rows)
    shuffler.shuffle(criteria)
    one = numbers(score(plots, layers, plan))
    other = numbers(score(plots.loc[rows], layers, changed(plan, criteria=criteria)))

    pd.testing.assert_frame_equal(other, one.loc[rows], check_exact=True)


@few
@given(worlds(), plans(), st.sampled_from([0.001, 3.0, 7.7, 1e6]))
def test_only_the_ratio_of_weights_counts(drawn: World, plan: Plan, times: float):
    criteria = [{**entry, "weight": entry["weight"] * times} for entry in plan.to_dict()["criteria"]]
    one, other = (score(*drawn, which) for which in (plan, changed(plan, criteria=criteria)))

    pd.testing.assert_frame_equal(numbers(one), numbers(other), rtol=0, atol=1e-12)
    assert one.plots["rank"].equals(other.plots["rank"])


@few
@given(worlds(), plans())
def test_inputs_are_not_changed(drawn: World, plan: Plan):
    plots, layers = drawn
    before = copy.deepcopy((plots, layers))
    score(plots, layers, plan)

    pd.testing.assert_frame_equal(plots, before[0], check_exact=True)
    assert plots.index.name == before[0].index.name
    assert plots.attrs == before[0].attrs
    for name, layer in layers.items():
        pd.testing.assert_frame_equal(layer, before[1][name], check_exact=True)


@few
@given(worlds(), plans(smooth=True))
def test_degrees_and_metres_agree(drawn: World, plan: Plan):
    plots, layers = drawn
    # What touches in metres may lie a nanometre apart after a turn through degrees: counts may differ.
    kept = [entry for entry in plan.to_dict()["criteria"] if entry["name"] not in ("touched", "crossed")]
    size = {**_JUDGED[4], "value": _SMOOTH[0], "weight": 1}
    free = changed(
        plan, constraints=[], criteria=[entry for entry in kept if entry["name"] != "size"] + [size]
    )
    metres = score(plots, layers, free)
    degrees = score(plots.to_crs(4326), {name: layer.to_crs(4326) for name, layer in layers.items()}, free)

    pd.testing.assert_frame_equal(numbers(metres), numbers(degrees), rtol=0, atol=1e-6)


@few
@given(worlds(), plans(), st.data())
def test_less_knowledge_never_raises_a_score(drawn: World, plan: Plan, data: st.DataObject):
    plots, layers = drawn
    forgotten = plots.copy()
    rows = data.draw(st.lists(st.sampled_from(list(plots.index)), unique=True))
    forgotten.loc[rows, "free"] = np.nan
    forgotten.loc[rows, "road"] = None
    full, less = score(plots, layers, plan).plots, score(forgotten, layers, plan).plots
    ranked = full["excluded_by"] == ""

    assert (less.loc[ranked, "score"] <= full.loc[ranked, "score"]).all()
    assert (less.loc[ranked, "score_high"] >= full.loc[ranked, "score_high"] - 1e-12).all()
    assert (less["completeness"] <= full["completeness"] + 1e-12).all()
    assert (less.loc[ranked, "excluded_by"] == "").all()


@few
@given(worlds(), st.sampled_from(_SMOOTH[:1] + _SMOOTH[2:3]), st.floats(0, 1))
def test_nearer_never_scores_less(drawn: World, value: dict[str, Any], share: float):
    """Each plot gets the nearest feature moved a part of the way towards it."""
    plots, layers = drawn
    plan = Plan.from_dict(
        {"name": "near", "metric_crs": UTM, "criteria": [{**_JUDGED[0], "weight": 1, "value": value}]}
    )
    before = score(plots, layers, plan).plots["score"]
    for plot, shape in plots.geometry.items():
        tree = layers["any"].geometry
        line = shapely.shortest_line(shape, tree.loc[tree.distance(shape).idxmin()])
        closer = gpd.GeoDataFrame(
            {"name": ["closer"]},
            geometry=[shapely.line_interpolate_point(line, share, normalized=True)],
            index=["closer"],
            crs=plots.crs,
        )
        more = {**layers, "any": pd.concat([layers["any"], closer])}
        assert score(plots.loc[[plot]], more, plan).plots.loc[plot, "score"] >= before[plot] - 1e-12


@few
@given(worlds(), plans())
def test_a_score_does_not_depend_on_layers_the_plan_does_not_use(drawn: World, plan: Plan):
    plots, layers = drawn
    used = {name: layer for name, layer in layers.items() if name in plan.layers}
    broken = gpd.GeoDataFrame(geometry=[None])

    one, other = score(plots, used, plan), score(plots, {**used, "unused": broken}, plan)
    pd.testing.assert_frame_equal(numbers(one), numbers(other), check_exact=True)
    assert one.provenance == other.provenance
