"""A batch's numbers are those of `score`, whatever pieces the plots come in."""

from __future__ import annotations

import pickle

import batches
import connected
import geopandas as gpd
import landscape
import numpy as np
import pandas as pd
import pytest
import world
from hypothesis import given, settings
from hypothesis import strategies as st

from siteplan.batch import parts
from siteplan.batch.engine import Engine, way_for
from siteplan.errors import DataError, PlanError
from siteplan.plan import Plan
from siteplan.scorecard import score

REGION = tuple(world.REGION)
METRES = {"shape": "linear", "best": 0, "worst": 2000}
COLUMNS = ["name", "score", "score_high", "completeness", "excluded_by", "unchecked", "area_ha"]


def engine(plan: Plan, **more: object) -> Engine:
    return Engine.of(world.layers(), plan, region=REGION, way="plain", **more)  # type: ignore[arg-type]


def agree(
    plan: Plan, plots: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame], exact: bool = True
) -> None:
    """Every number of a batch is that of a scorecard."""
    ours = Engine.of(layers, plan, region=REGION, way="plain").scored(plots).plots
    card = score(plots, layers, plan)
    rtol = 0 if exact else 1e-9
    pd.testing.assert_frame_equal(
        pd.DataFrame(ours[COLUMNS]),
        pd.DataFrame(card.plots[COLUMNS]),
        rtol=rtol,
        atol=0,
        check_exact=exact or None,
    )
    rows = card.contributions.set_index(["plot", "criterion"])
    for name in plan.shares:
        theirs = rows.xs(name, level=1)
        for column in ("amount", "category", "feature", "contribution"):
            if f"{name}.{column}" in ours:
                pd.testing.assert_series_equal(
                    ours[f"{name}.{column}"].astype(object),
                    theirs[column].astype(object),
                    check_names=False,
                    rtol=1e-9,
                    check_exact=exact or None,
                )


def test_every_number_is_that_of_score():
    agree(world.plan(constraints=batches.CONSTRAINTS), batches.plots(40), world.layers())


def test_every_plain_measure_is_that_of_score():
    kinds = [
        {"kind": "length", "layer": "pipe"},
        {"kind": "count", "layer": "gates"},
        {"kind": "shape", "index": "convexity"},
        {"kind": "frontage", "layer": "road"},
        {"kind": "distance", "layer": "gas", "where": {"name": ["G2", "G4"]}},
    ]
    linear = {"shape": "linear", "best": 0, "worst": 200}
    units = ("m", "1", "share", "m", "m")
    rows = [{"unit": unit, "measure": kind, "value": linear} for kind, unit in zip(kinds, units, strict=True)]
    text = {"measure": {"kind": "attribute", "column": "road_class"}}
    rows.append({**text, "value": {"shape": "category", "worths": {"paved": 1}, "other": 0.25}})

    agree(world.only(*rows), batches.plots(30), world.layers())


@pytest.mark.parametrize("share", [False, True])
def test_net_land_is_that_of_score(share: bool):
    """By itself by the lean way, beside other questions by that of `score`."""
    net = {"unit": "ha", "measure": {"kind": "net_area"}, "value": {"shape": "linear", "best": 1, "worst": 0}}
    lost = {
        "unit": "share",
        "measure": {"kind": "loss_share"},
        "value": {"shape": "linear", "best": 0, "worst": 1},
    }
    base = landscape.plan()
    names = [{"name": f"c{place}", "weight": 1, **one} for place, one in enumerate([net, lost][: 1 + share])]
    plan = Plan.from_dict({**base.to_dict(), "criteria": names, "constraints": []})
    layers = landscape.layers()

    agree(plan, world.plots(), layers, exact=False)


@pytest.mark.parametrize("kind", ["net_area", "largest_piece"])
@pytest.mark.parametrize("bound", [0.4, 0.7, 1.1])
def test_bounds_of_unknown_land_decide_as_in_score(kind: str, bound: float):
    """Half of `d` may be lost: it keeps to 0.4 ha and breaks 1.1 ha either way; about 0.7 nobody knows."""
    room = {"name": "room", "measure": {"kind": kind}, "unit": "ha", "at_least": bound}
    plan = landscape.plan(constraints=[room])
    ours = Engine.of(landscape.layers(), plan, region=REGION, way="plain").scored(world.plots()).plots

    agree(plan, world.plots(), landscape.layers(), exact=False)
    said = {0.4: ("", ""), 0.7: ("", "room"), 1.1: ("room: 0.5 ha to 1 ha, at least 1.1 ha", "")}
    assert (ours.loc["d", "excluded_by"], ours.loc["d", "unchecked"]) == said[bound]


COMPILED = landscape.plan(
    landscape.AREA,
    {"name": "gas", "unit": "m", "measure": {"kind": "distance", "layer": "gas"}, "value": METRES},
    constraints=[{"name": "room", "measure": {"kind": "net_area"}, "unit": "ha", "at_least": 0.3}],
)


def test_the_compiled_way_gives_the_numbers_of_score():
    """Distances to 1e-9, net areas to a share of 1e-9 of the plot; what nobody knows is unknown in both."""
    plots, layers = batches.plots(40, within=(-50, 450)), landscape.layers()
    ours = Engine.of(layers, COMPILED, region=REGION, way="compiled").scored(plots).plots
    card = score(plots, layers, COMPILED)

    net, gas = (card.contributions.query("criterion == @name").set_index("plot") for name in ("net", "gas"))
    off = (ours["net.amount"] - net["amount"]).abs() / ours["area_ha"]
    assert off.max() <= 1e-9
    assert ours["net.amount"].isna().tolist() == net["amount"].isna().tolist()
    assert ours["net.amount"].isna().sum() > 3
    assert (ours["net.amount"] < ours["area_ha"] * 0.999).sum() > 3
    np.testing.assert_allclose(ours["gas.amount"], gas["amount"], rtol=1e-9)
    assert ours["gas.feature"].tolist() == gas["feature"].tolist()
    said = ["excluded_by", "unchecked"]
    pd.testing.assert_frame_equal(pd.DataFrame(ours[said]), pd.DataFrame(card.plots[said]))
    np.testing.assert_allclose(ours["score"], card.plots["score"], rtol=1e-9)


def test_the_compiled_way_gives_the_same_bits_in_whatever_pieces():
    plots = batches.plots(40, within=(-50, 450))
    made = Engine.of(landscape.layers(), COMPILED, region=REGION, way="compiled")
    whole = made.scored(plots).plots

    backwards = [made.scored(plots.iloc[start : start + 7]).plots for start in range(35, -1, -7)]
    pd.testing.assert_frame_equal(pd.concat(backwards).loc[whole.index], whole, check_exact=True)


@pytest.mark.parametrize(("size", "threads"), [(1, 2), (3, 2), (3, 1), (1_000, 1)])
def test_the_number_of_threads_and_their_shares_change_no_bit(monkeypatch, size: int, threads: int):
    plots = batches.plots(40, within=(-50, 450))
    made = Engine.of(landscape.layers(), COMPILED, region=REGION, way="compiled")
    whole = made.scored(plots).plots

    monkeypatch.setattr("siteplan.land.outside.CHUNK", size)
    monkeypatch.setattr("siteplan.land.outside.SHARES", 1_000)
    monkeypatch.setattr("siteplan.land.ready.THREADS", threads)

    pd.testing.assert_frame_equal(made.scored(plots).plots, whole, check_exact=True)


def test_connections_over_a_surface_are_refused_in_words():
    power = {"route": "terrain", "surface": "land"}
    surfaces = {"land": {"cell": 10, "margin": 300}}

    with pytest.raises(PlanError, match="cannot be scored piece by piece") as refused:
        Engine.of(connected.layers(), connected.plan(power=power, surfaces=surfaces), region=REGION)
    assert refused.value.problems == (
        "connection 'power' runs over surface 'land': its grid is laid around all plots at once, so no piece "
        "of them can be scored by itself; give a network, or none",
    )


def test_a_surface_that_nothing_is_asked_of_is_no_reason_to_refuse():
    """A batch makes no passports: a connection that no criterion speaks of is left out."""
    area = {"unit": "ha", "measure": {"kind": "area"}, "value": {"shape": "linear", "best": 1, "worst": 0}}
    power = {"route": "terrain", "surface": "land"}
    plan = connected.plan(area, power=power, surfaces={"land": {"cell": 10, "margin": 300}})

    made = Engine.of(connected.layers(), plan, region=REGION, way="plain")

    assert not made.plan.connections
    assert made.scored(world.plots()).plots["c0.amount"].tolist() == pytest.approx([1, 1, 1, 1])


def test_an_empty_layer_of_zones_is_refused_as_by_score():
    layers = landscape.layers()
    layers["pipe"] = layers["pipe"].iloc[:0]
    allowed = [{"layer": "pipe", "object": "pipe", "may_be_empty": True}, *landscape.LAND["zones"][1:]]

    with pytest.raises(DataError, match="may_be_empty"):
        Engine.of(layers, landscape.plan(), region=REGION, way="plain")
    agree(landscape.plan(land={"zones": allowed}), world.plots(), layers, exact=False)


def test_networks_are_asked_piece_by_piece():
    network = {"network": "roads", "layer": "gates", "kind": "network_distance"}
    criterion = {"unit": "m", "measure": network, "value": {"shape": "linear", "best": 0, "worst": 5000}}
    plan = world.only(criterion, networks={"roads": {"layer": "road", "other": 50}})

    agree(plan, world.plots(), world.layers())


@settings(max_examples=3, deadline=None)
@given(order=st.permutations(range(12)), cut=st.integers(1, 11))
def test_a_row_depends_on_no_other_plot(order: list[int], cut: int):
    plots, made = batches.plots(12), engine(world.plan(constraints=batches.CONSTRAINTS))
    whole = parts.table(made.scored(plots).plots, parts.inputs(plots, ["free_power"]))
    shuffled = plots.iloc[order]
    tables = [
        parts.table(made.scored(some).plots, parts.inputs(some, ["free_power"]))
        for some in (shuffled.iloc[:cut], shuffled.iloc[cut:])
    ]

    rows = {row["plot"]: row for table in tables for row in table.to_pylist()}
    assert [rows[name] for name in plots.index] == whole.to_pylist()


def test_an_engine_can_be_sent_to_a_worker():
    made, plots = engine(world.plan()), world.plots()

    sent = pickle.loads(pickle.dumps(made))

    assert sent.fingerprint == made.fingerprint
    pd.testing.assert_frame_equal(sent.scored(plots).plots, made.scored(plots).plots)


def test_a_compiled_engine_gives_the_same_bits_where_it_is_sent():
    made = Engine.of(landscape.layers(), COMPILED, region=REGION, way="compiled")
    plots = batches.plots(40, within=(-50, 450))

    sent = pickle.loads(pickle.dumps(made, protocol=5))

    assert sent.ready.net.low.zones is not None
    pd.testing.assert_frame_equal(sent.scored(plots).plots, made.scored(plots).plots, check_exact=True)


def test_what_wants_all_plots_at_once_is_refused_in_words():
    relative = {
        "unit": "ha",
        "measure": {"kind": "area"},
        "value": {"shape": "relative", "by": "min-max", "better": "more"},
    }

    with pytest.raises(PlanError, match="relative to the other plots"):
        engine(world.only(relative))


def test_what_is_not_made_is_said_and_an_estimated_crs_too():
    plan = world.plan(metric_crs=None)

    made = engine(plan)

    assert made.metric_crs == "EPSG:32652"
    said = [str(one) for one in made.findings]
    assert any("estimated from the region" in one for one in said)
    assert any("lie on each other" in one for one in said)


def test_layers_are_refused_before_any_plot_comes():
    layers = world.layers()
    del layers["gas"]

    with pytest.raises(PlanError, match="layer 'gas'"):
        Engine.of(layers, world.plan(), region=REGION)


def test_a_piece_without_a_column_is_refused():
    with pytest.raises(PlanError, match="free_power"):
        engine(world.plan()).scored(world.plots().drop(columns="free_power"))


def test_an_endless_amount_is_refused_with_its_plot():
    with pytest.raises(DataError, match="infinite for b"):
        engine(world.plan()).scored(world.plots().assign(free_power=[1.0, np.inf, 2.0, 3.0]))


def test_the_fingerprint_follows_plan_layers_and_way():
    moved = world.layers()
    moved["gas"] = moved["gas"].iloc[::-1]
    prints = {
        engine(world.plan()).fingerprint,
        engine(world.plan(note="other")).fingerprint,
        Engine.of(moved, world.plan(), region=REGION, way="plain").fingerprint,
        Engine.of(world.layers(), world.plan(), region=REGION, way="compiled").fingerprint,
    }

    assert len(prints) == 4
    assert engine(world.plan()).fingerprint in prints


def test_the_way_depends_on_the_size_of_parts_alone():
    assert (way_for(50_000), way_for(100)) == ("compiled", "plain")
