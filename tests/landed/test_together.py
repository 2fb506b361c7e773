"""What a plan asks of land, through `score`: the amounts of `landscape`, read by eye."""

from __future__ import annotations

from typing import Any

import landscape
import numpy as np
import pandas as pd
import pytest
import ruled
import shapely
import world
from geopandas.testing import assert_geodataframe_equal

from siteplan.scorecard import Scorecard, score

CAP = 0.5 * 0.2 + np.pi / 2 * 0.01
"""Hectares that the pipe takes of b: half a strip, and half a circle of 10 m at its end."""

UNKNOWN = float("nan")

AMOUNTS: list[tuple[dict[str, Any], str, list[float]]] = [
    ({"kind": "net_area"}, "ha", [0.8, 1 - CAP, 1, UNKNOWN]),
    ({"kind": "net_area", "consent": "refused"}, "ha", [0.6, 0.4 + 0.1 - np.pi / 2 * 0.01, 1, UNKNOWN]),
    ({"kind": "loss_share"}, "share", [0.2, CAP, 0, UNKNOWN]),
    ({"kind": "loss_share", "consent": "refused"}, "%", [40, 50 + np.pi / 2, 0, UNKNOWN]),
    ({"kind": "loss_share", "cause": "bog_ground"}, "share", [0.25, 0.5, 0, 0]),
    ({"kind": "loss_share", "cause": "main_distance"}, "share", [0, 0, 0, UNKNOWN]),
    ({"kind": "largest_piece"}, "ha", [0.4, 1 - CAP, 1, UNKNOWN]),
    ({"kind": "largest_piece", "consent": "refused"}, "ha", [0.4, 0.5 - np.pi / 2 * 0.01, 1, UNKNOWN]),
    ({"kind": "largest_rectangle"}, "ha", [0.4, 0.4, 1, UNKNOWN]),
    ({"kind": "largest_rectangle", "margin": 10}, "ha", [0.16, 0.16, 0.64, UNKNOWN]),
    ({"kind": "footprint"}, "ha", [0.4, (1 - CAP) / 2, 0.5, UNKNOWN]),
    ({"kind": "frontage", "layer": "street", "within": 10}, "m", [110, 0, 0, 0]),  # 5 m round both corners
    ({"kind": "shape", "index": "rectangularity"}, "share", [1, 1, 1, 1]),
    ({"kind": "shape", "index": "circular_compactness"}, "share", [2 / np.pi] * 4),
    ({"kind": "slope", "dem": "heights"}, "%", [10] * 4),
    ({"kind": "slope", "dem": "heights", "which": "steepest"}, "%", [10] * 4),
    ({"kind": "earthwork", "dem": "heights"}, "m3/ha", [12_500] * 4),
    ({"kind": "earthwork", "dem": "heights", "slope": 10}, "m3/ha", [0] * 4),
]


@pytest.mark.parametrize(("measure", "unit", "expected"), AMOUNTS, ids=lambda one: str(one)[:60])
def test_amounts_are_read_by_eye(measure: dict[str, Any], unit: str, expected: list[float]):
    found = landscape.amounts(measure, unit, landscape.ramp())
    # 2 m2: the chords of the half circle lie inside it; 2 %: how near to the largest a rectangle is
    rel = 2e-2 if measure["kind"] == "largest_rectangle" else 2e-4
    assert found[list("abcd")].tolist() == pytest.approx(expected, rel=rel, abs=2e-4, nan_ok=True)


HALLS = [
    ({"length": 90, "width": 38}, ["fits", "fits", "fits", "fits"]),
    ({"length": 45, "width": 90}, ["does not fit", "does not fit", "fits", "fits"]),
    ({"length": 90, "width": 60}, ["does not fit", "does not fit", "fits", None]),
    ({"length": 45, "width": 90, "margin": 5}, ["does not fit", "does not fit", "fits", None]),
    ({"length": 90, "width": 42, "consent": "refused"}, ["does not fit", "does not fit", "fits", "fits"]),
    ({"length": 150, "width": 20}, ["does not fit"] * 4),
]


@pytest.mark.parametrize(("sides", "expected"), HALLS, ids=lambda one: str(one)[:60])
def test_a_hall_fits_does_not_or_nobody_knows(sides: dict[str, Any], expected: list[str | None]):
    """What fits on the least land that d may have is known to fit; what does not fit there is not known."""
    found = landscape.amounts({"kind": "hall", **sides}, None)
    said = [None if pd.isna(one) else one for one in found[list("abcd")]]
    assert said == expected


def test_an_unknown_width_is_an_interval_and_never_zero():
    card = landscape.scored()
    land = card.land.loc["d"]
    areas = ["net_ha", "net_high_ha", "net_refused_ha", "net_refused_high_ha"]
    assert land[areas].tolist() == pytest.approx([0.5, 1, 0.5, 1], abs=1e-6)
    assert land["unknown"] == "Distance from a gas main"
    assert card.land["unknown"].tolist()[:3] == ["", "", ""]
    assert card.plots.loc["d", ["score", "score_high", "completeness"]].tolist() == [0, 1, 0]
    assert "0.5 to 1 of 1 ha can be built on" in str(card.explain("d"))
    assert "not known for certain: Distance from a gas main" in str(card.explain("d"))
    told = [str(one) for one in card.findings]
    assert any(
        "pressure and diameter is not known; the land within 150 m stays unknown [m2]" in one for one in told
    )


def test_a_class_that_is_known_leaves_nothing_open():
    """At 2 MPa the main keeps 75 m clear, which is nobody's land."""
    card = landscape.scored(mains=landscape.mains(pressure=[2.0, 2.0]))
    assert card.plots.loc["d", ["score", "completeness"]].tolist() == [1, 1]
    assert (card.land["unknown"] == "").all()


def test_the_land_of_every_plot():
    land = landscape.scored().land
    assert land.index.tolist() == list("abcd")
    assert land.loc["a", ["gross_ha", "net_ha", "net_refused_ha", "free_ha"]].tolist() == pytest.approx(
        [1, 0.8, 0.6, 0.6], abs=1e-9
    )
    assert land.loc["a", ["parts", "largest_piece_ha", "footprint_ha"]].tolist() == pytest.approx(
        [2, 0.4, 0.4]
    )
    sides = land.loc["a", ["rectangle_length_m", "rectangle_width_m", "rectangle_angle_deg"]].tolist()
    assert sides == pytest.approx([100, 40, 0], abs=1e-3)
    assert land.crs == 4326
    assert land.to_crs(world.UTM).area.div(1e4).tolist() == pytest.approx(land["net_ha"].tolist(), abs=1e-6)


def test_the_losses_name_cause_and_act():
    card = landscape.scored()
    rows = card.losses[card.losses["plot"] == "a"].set_index("cause")
    assert rows.index.tolist() == ["pipe_distance", "bog_ground"]
    assert rows["taken_ha"].tolist() == pytest.approx([0.2, 0.2])
    assert rows["alone_ha"].tolist() == pytest.approx([0.2, 0.25])
    assert rows["share"].tolist() == pytest.approx([0.2, 0.2])
    assert rows["severity"].tolist() == ["exclusion", "consent"]
    assert rows[["act", "clause", "status", "confidence", "as_of"]].to_numpy().tolist() == [
        ["SP 62", "annex", "calculated", "low", "2026-11-25"],
        ["Water Code", "annex", "assumed", "low", "2026-11-25"],
    ]
    assert card.losses.to_crs(world.UTM).area.div(1e4).tolist() == pytest.approx(
        card.losses["taken_ha"].tolist(), abs=1e-6
    )
    taken = card.losses.groupby("plot")["taken_ha"].sum().reindex(card.land.index, fill_value=0)
    assert (taken + card.land["free_ha"]).tolist() == pytest.approx(card.land["gross_ha"].tolist(), abs=1e-10)


def test_constraints_ask_the_same():
    least = {
        "name": "least",
        "title": "Net area",
        "unit": "ha",
        "measure": {"kind": "net_area"},
        "at_least": 0.85,
    }
    hall = {"name": "hall", "title": "A hall", "measure": {"kind": "hall", "length": 90, "width": 45}}
    plan = landscape.plan(constraints=[least, {**hall, "one_of": ["fits"]}])
    plots = score(world.plots(), landscape.layers(), plan).plots
    assert (
        plots.loc["a", "excluded_by"] == "Net area: 0.8 ha, at least 0.85 ha; A hall: does not fit, not fits"
    )
    assert plots.loc["b", "excluded_by"] == "A hall: does not fit, not fits"
    assert plots["excluded_by"].tolist()[2:] == ["", ""]
    assert plots["unchecked"].tolist() == ["", "", "", "Net area"]


def test_a_patch_held_back_is_lost_first():
    card = landscape.scored(("lost", shapely.box(0, 0, 20, 100)))
    assert card.land.loc["a", ["net_ha", "net_refused_ha"]].tolist() == pytest.approx([0.64, 0.52])
    first = card.losses.iloc[0]
    assert first[["plot", "cause", "title", "severity", "act"]].tolist() == [
        "a",
        "override",
        "Held back by the planner",
        "exclusion",
        "",
    ]
    assert first["taken_ha"] == pytest.approx(0.2)


def test_a_patch_given_back_is_buildable_whatever_zones_say():
    card = landscape.scored(("buildable", shapely.box(0, 0, 50, 100)))
    assert card.land.loc["a", ["net_ha", "net_refused_ha", "given_back_ha"]].tolist() == pytest.approx(
        [0.9, 0.9, 0.1]
    )
    assert card.land.loc["a", "parts"] == 1


def test_every_override_is_told_with_author_date_and_reason():
    drawn = ("buildable", shapely.box(0, 0, 50, 100)), ("lost", shapely.box(450, -50, 550, 50))
    card = landscape.scored(*drawn)
    table = card.overrides.set_index("plot")
    assert table[["patch", "effect", "author", "date", "reason"]].to_numpy().tolist() == [
        ["o1", "buildable", "A. Planner", "2026-05-01", "seen on site"],
        ["o2", "lost", "A. Planner", "2026-05-01", "seen on site"],
    ]
    assert table["area_ha"].tolist() == pytest.approx([0.5, 0.25])
    assert table["changed_ha"].iloc[0] == pytest.approx(0.1)
    assert table.crs == 4326
    said = "0.25 ha held back: seen on site (A. Planner, 2026-05-01, o2)"
    assert said in str(card.explain("b"))
    more = "0.5 ha buildable whatever zones say, 0.1 ha more net land, 0.3 ha more with no consent"
    assert more in str(card.explain("a"))
    assert said in card.explain("b")._repr_html_()
    assert card.explain("b").to_dict()["overrides"][0]["author"] == "A. Planner"


def test_a_patch_over_what_needs_consent_is_told_by_what_it_saves():
    """Nothing is excluded there, so net land stays; but 0.2 ha need nobody's consent any more."""
    card = landscape.scored(("buildable", shapely.box(0, 0, 50, 40)))
    row = card.overrides.iloc[0]
    assert row[["changed_ha", "changed_refused_ha"]].tolist() == pytest.approx([0, 0.2])
    assert "0.2 ha buildable whatever zones say, 0 ha more net land, 0.2 ha more with no consent" in str(
        card.explain("a")
    )


def test_a_patch_on_no_plot_is_told():
    card = landscape.scored(("lost", shapely.box(200, 200, 250, 250)))
    assert not len(card.overrides)
    assert "1 patches lie on no plot and change nothing" in " ".join(map(str, card.findings))
    assert card.land["net_ha"].tolist() == landscape.scored().land["net_ha"].tolist()


def test_the_explanation_names_the_causes():
    said = landscape.scored().explain("a")
    lines = [" ".join(line.split()) for line in str(said).splitlines()]
    assert (
        "0.8 of 1 ha can be built on, 0.6 ha of it with no consent; 2 parts, the largest 0.4 ha; "
        "largest rectangle 100 x 40 m" in lines
    )
    assert "Distance from a pipe excluded 0.2 ha 0.2 ha SP 62, annex; calculated, confidence low" in lines
    assert "Bog with consent 0.2 ha 0.25 ha Water Code, annex; assumed, confidence low" in lines
    html = said._repr_html_()
    assert "0.8 of 1 ha can be built on" in html
    assert ">Distance from a pipe</td>" in html
    assert said.to_dict()["land"]["net_ha"] == pytest.approx(0.8)


def test_hostile_words_of_land_are_text():
    evil = "<img src=x onerror=alert(1)>\x1b[31m"
    norms = {**landscape.NORMS, "rules": [{**landscape.PIPE, "title": evil}, *landscape.NORMS["rules"][1:]]}
    around = landscape.layers(patches=landscape.patches(("lost", shapely.box(0, 0, 9, 9)), reason=evil))
    plan = landscape.plan(norms=norms, land={"overrides": landscape.OVERRIDES})
    said = score(world.plots(), around, plan).explain("a")
    assert "<img" not in said._repr_html_()
    assert "\x1b" not in str(said)


def test_a_plan_without_land_has_none():
    card = score(world.plots(), world.layers(), world.plan())
    assert not len(card.land)
    assert not len(card.losses)
    assert not len(card.overrides)
    assert "Land" not in str(card.explain("a"))


def test_land_without_zones_is_whole():
    plan = landscape.plan(land={"zones": []})
    card = score(world.plots(), landscape.layers(), plan)
    assert card.land["net_ha"].tolist() == pytest.approx([1, 1, 1, 1])
    assert not len(card.losses)


def test_zones_that_reach_no_plot_take_nothing():
    plan = landscape.plan(
        land={"zones": [{"layer": "mains", "object": "gas_main", "where": {"pressure": 2.0}}]}
    )
    card = score(world.plots(), landscape.layers(), plan)
    assert card.land["net_ha"].tolist() == pytest.approx([1, 1, 1, 1])
    assert not len(card.losses)


def test_an_empty_layer_that_may_be_casts_no_zone():
    *others, mains = landscape.LAND["zones"]
    land = {"zones": [*others, {**mains, "may_be_empty": True}]}
    around = landscape.layers(mains=landscape.mains().iloc[:0])
    card = score(world.plots(), around, landscape.plan(land=land))
    assert card.land["net_ha"].tolist() == pytest.approx([0.8, 1 - CAP, 1, 1], abs=2e-4)


def test_a_plot_may_lose_everything():
    card = landscape.scored(("lost", shapely.box(-10, -10, 110, 110)))
    land = card.land.loc["a"]
    assert (
        land[["net_ha", "parts", "largest_piece_ha", "rectangle_ha", "rectangle_length_m"]].tolist()
        == [0] * 5
    )
    assert land.geometry.is_empty
    assert np.isnan(land["rectangle_angle_deg"])
    assert "0 of 1 ha can be built on" in str(card.explain("a"))
    assert card.losses.loc[card.losses["plot"] == "a", "taken_ha"].tolist() == pytest.approx([1, 0, 0])


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed: int):
    drawn = ("buildable", shapely.box(0, 0, 50, 30)), ("lost", shapely.box(450, -50, 550, 50))
    around = landscape.layers(patches=landscape.patches(*drawn))
    plan = landscape.plan(land={"overrides": landscape.OVERRIDES})
    card = score(world.plots(), around, plan)
    mixed = {name: _shuffled(table, seed) for name, table in around.items()}
    again = score(_shuffled(world.plots(), seed), mixed, plan)

    def sorted_(one: Scorecard, name: str) -> Any:
        table = getattr(one, name)
        key = {"land": [], "losses": ["plot", "cause"], "overrides": ["plot", "patch"]}[name]
        return table.set_index(key).sort_index() if key else table.sort_index()

    for name in ("land", "losses", "overrides"):
        before, after = sorted_(card, name), sorted_(again, name)
        assert_geodataframe_equal(before, after, check_less_precise=True, normalize=True)
    assert again.plots.loc[card.plots.index, "score"].tolist() == card.plots["score"].tolist()


def _shuffled(table: Any, seed: int) -> Any:
    mixed = table.sample(frac=1, random_state=seed)
    mixed.attrs = table.attrs
    return mixed


def test_land_of_registered_zones_alone():
    """A zone of the cadastre over the upper half of `a`; no calculated one gives way."""
    zouit = world.table({"z1": shapely.box(-10, 50, 110, 110)}, name=["28:00-6.1"])
    plan = landscape.plan(land={"zones": [], "registered": [{"layer": "zouit", "rule": "pipe_distance"}]})
    card = score(world.plots(), landscape.layers(zouit=zouit), plan)
    assert card.land["net_ha"].tolist() == pytest.approx([0.5, 1, 1, 1])
    assert card.losses[["plot", "cause", "status"]].to_numpy().tolist() == [
        ["a", "pipe_distance", "registered"]
    ]


def constrained(measure: dict[str, Any], **bounds: Any) -> dict[str, Any]:
    """What a constraint comes to for d, whose net area is 0.5 to 1 ha."""
    constraint = {"name": "bound", "measure": measure, **bounds}
    card = score(world.plots(), landscape.layers(), landscape.plan(constraints=[constraint]))
    return card.plots.loc["d", ["excluded_by", "unchecked"]].to_dict()


NET = {"kind": "net_area"}


@pytest.mark.parametrize(
    ("measure", "bounds", "excluded", "unchecked"),
    [
        (NET, {"unit": "ha", "at_least": 0.4}, "", ""),
        (NET, {"unit": "m2", "at_least": 4000}, "", ""),
        (NET, {"unit": "ha", "at_least": 0.7}, "", "bound"),
        (NET, {"unit": "ha", "at_least": 1.2}, "bound: 0.5 ha to 1 ha, at least 1.2 ha", ""),
        (NET, {"unit": "ha", "at_most": 1.2}, "", ""),
        (NET, {"unit": "ha", "at_most": 0.3}, "bound: 0.5 ha to 1 ha, at most 0.3 ha", ""),
        ({"kind": "largest_piece"}, {"unit": "ha", "at_least": 0.4}, "", ""),
        ({"kind": "largest_rectangle"}, {"unit": "ha", "at_least": 1.2}, None, ""),
        ({"kind": "footprint"}, {"unit": "ha", "at_least": 0.2}, "", ""),
        ({"kind": "loss_share"}, {"unit": "%", "at_most": 60}, "", ""),
        ({"kind": "loss_share"}, {"unit": "%", "at_most": 40}, "", "bound"),
        ({"kind": "loss_share", "cause": "main_distance"}, {"unit": "%", "at_most": 60}, "", ""),
        (
            {"kind": "hall", "length": 150, "width": 20},
            {"one_of": ["fits"]},
            "bound: does not fit, not fits",
            "",
        ),
        ({"kind": "hall", "length": 90, "width": 60}, {"one_of": ["fits"]}, "", "bound"),
        ({"kind": "hall", "length": 90, "width": 40}, {"one_of": ["fits"]}, "", ""),
    ],
    ids=lambda one: str(one)[:40],
)
def test_what_unknown_land_may_come_to_decides_constraints(
    measure: dict[str, Any], bounds: dict[str, Any], excluded: str | None, unchecked: str
):
    said = constrained(measure, **bounds)
    assert said["unchecked"] == unchecked
    assert bool(said["excluded_by"]) if excluded is None else said["excluded_by"] == excluded


def test_a_loss_is_as_sure_as_the_zones_that_reach_its_plot():
    """Two mains of one rule: the one by c is known, the other, by d, is not."""
    around = landscape.layers(mains=landscape.mains(pressure=[5.0, np.nan], diameter=[400.0, np.nan]))
    around["mains"].attrs["units"] |= {"diameter": "mm"}
    losses = score(world.plots(), around, landscape.plan()).losses
    status = losses[losses["cause"] == "main_distance"].set_index("plot")["status"]
    assert status.to_dict() == {"c": "calculated", "d": "unknown"}


def test_what_is_not_known_is_told_of_the_zones_that_reach_the_plot():
    """Another main is unknown, too, but far away: c has nothing to do with it."""
    other = {**ruled.MAIN, "name": "other_main", "title": "Other main", "object": "other"}
    norms = {**landscape.NORMS, "rules": [*landscape.NORMS["rules"], other]}
    mains = landscape.mains(pressure=[5.0, np.nan], diameter=[400.0, np.nan])
    mains.attrs["units"] |= {"diameter": "mm"}
    more = world.table({"o1": shapely.LineString([(-100, 560), (200, 560)])}, name=["Other"])
    land = {"zones": [*landscape.LAND["zones"], {"layer": "more", "object": "other"}]}
    card = score(
        world.plots(), landscape.layers(mains=mains, more=more), landscape.plan(norms=norms, land=land)
    )
    assert card.land["unknown"].to_dict() == {
        "a": "",
        "b": "",
        "c": "Other main",
        "d": "Distance from a gas main",
    }


def test_what_only_lies_on_land_may_be_unknown_too():
    plant = {**ruled.PLANT, "without_class": "unknown"}
    norms = {**landscape.NORMS, "rules": [*landscape.NORMS["rules"], plant]}
    land = {"zones": [{"layer": "works", "object": "plant"}]}
    works = world.table({"w1": shapely.Point(50, 50)}, name=["Works"])
    card = score(world.plots(), landscape.layers(works=works), landscape.plan(norms=norms, land=land))
    assert card.land.loc["a", ["net_ha", "net_high_ha", "free_ha", "free_high_ha"]].tolist() == [1, 1, 0, 1]
    assert card.land.loc["a", "unknown"] == "Sanitary zone"
    assert card.losses.set_index("plot").loc["a", "status"] == "unknown"
    assert "not known for certain: Sanitary zone" in str(card.explain("a"))
