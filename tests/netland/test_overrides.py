"""What the planner draws over the zones, in both directions, read by eye."""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import zoo
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from siteplan.errors import DataError
from siteplan.land.net import Net, net
from siteplan.land.rectangles import largest_rectangle

UTM = "EPSG:32652"
CORNER = (500_000, 5_700_000)
PLOTS = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100), box(300, 0, 400, 100)], index=["a", "b"], crs=UTM)
ZONES = gpd.GeoDataFrame(
    {
        "cause": ["gas", "water", "flood"],
        "title": ["Gas main", "Water", "Flood"],
        "severity": ["exclusion", "consent", "condition"],
        "layer": "drawn",
        "feature": ["g", "w", "f"],
        "metres": [20.0, 0.0, 0.0],
    },
    geometry=[LineString([(-50, 0), (450, 0)]), box(50, -10, 150, 110), box(-500, -500, 900, 900)],
    crs=UTM,
)
"""20 m at the foot of both plots, consent for the right half of `a`, a condition everywhere."""


def patches(*drawn: tuple[str, object], **other: object) -> gpd.GeoDataFrame:
    words = {"author": "A. Planner", "date": "2026-05-01", "reason": "seen on site", **other}
    effects, shapes = zip(*drawn, strict=True)
    index = [f"o{row + 1}" for row in range(len(drawn))]
    return gpd.GeoDataFrame({"effect": effects, **words}, geometry=list(shapes), index=index, crs=UTM)


def laid(*drawn: tuple[str, object]) -> Net:
    return net(PLOTS, ZONES, overrides=patches(*drawn))


def amounts(found: Net, plot: str) -> list[float]:
    columns = ["gross_m2", "net_m2", "asked_m2", "free_m2", "given_back_m2"]
    return found.plots.loc[plot, columns].round(6).to_list()


def test_without_patches():
    assert amounts(net(PLOTS, ZONES), "a") == [10_000, 8000, 4000, 0, 0]


def test_a_lost_patch_takes_first():
    found = laid(("lost", box(0, 0, 30, 100)))
    assert amounts(found, "a") == [10_000, 5600, 1600, 0, 0]
    rows = found.losses[found.losses["plot"] == "a"]
    assert rows[["cause", "severity", "taken_m2", "alone_m2"]].round(6).to_numpy().tolist()[:2] == [
        ["override", "exclusion", 3000, 3000],
        ["gas", "exclusion", 1400, 2000],
    ]
    assert found.given_back.empty


def test_a_buildable_patch_gives_back_what_zones_took():
    found = laid(("buildable", box(40, 0, 60, 50)))
    # 20 x 20 m from the gas main, and of the 600 m2 above half from the water
    assert amounts(found, "a") == [10_000, 8400, 4700, 1000, 400]
    (row,) = found.given_back.itertuples(index=False)
    assert (row.plot, row.patch, row.author, row.date, row.reason) == (
        "a",
        "o1",
        "A. Planner",
        "2026-05-01",
        "seen on site",
    )
    assert (round(row.net_m2, 6), round(row.asked_m2, 6)) == (400, 700)
    assert row.geometry.equals(box(40, 0, 60, 50))
    assert found.shapes["a"].equals(box(0, 20, 100, 100).union(box(40, 0, 60, 20)))
    assert found.asked["a"].equals(box(0, 20, 50, 100).union(box(40, 0, 60, 50)))
    assert found.losses.query("plot == 'a'")["taken_m2"].round(6).to_list() == [1600, 3700, 3700]


def test_a_lost_patch_wins_over_a_buildable_one_whichever_comes_first():
    for drawn in (
        (("lost", box(40, 0, 60, 10)), ("buildable", box(40, 0, 60, 20))),
        (
            ("buildable", box(40, 0, 60, 20)),
            ("lost", box(40, 0, 60, 10)),
        ),
    ):
        found = laid(*drawn)
        assert amounts(found, "a")[1] == 8200
        assert found.given_back["net_m2"].round(6).to_list() == [200]
        assert found.losses.query("cause == 'override'")["taken_m2"].round(6).to_list() == [200]


def test_of_two_buildable_patches_the_first_gives_what_both_would():
    found = laid(("buildable", box(0, 0, 50, 20)), ("buildable", box(40, 0, 60, 20)))
    assert found.given_back["net_m2"].round(6).to_list() == [1000, 200]
    assert amounts(found, "a")[1] == 9200


def test_a_plot_wholly_given_back_and_one_wholly_lost():
    found = laid(("buildable", box(-10, -10, 110, 110)), ("lost", box(290, -10, 500, 110)))
    assert amounts(found, "a") == [10_000, 10_000, 10_000, 10_000, 2000]
    assert amounts(found, "b") == [10_000, 0, 0, 0, 0]
    assert found.losses.query("plot == 'a'").empty
    assert found.shapes["b"].is_empty


def test_a_patch_where_no_zone_is_gives_nothing_and_says_so():
    found = net(PLOTS, ZONES.iloc[:1], overrides=patches(("buildable", box(0, 50, 50, 100))))
    assert found.given_back[["plot", "net_m2", "asked_m2"]].to_numpy().tolist() == [["a", 0.0, 0.0]]


def test_patches_outside_all_plots_are_found():
    found = laid(
        ("lost", box(100, 0, 120, 100)), ("buildable", box(600, 0, 700, 50)), ("lost", box(0, 0, 5, 5))
    )
    (finding,) = found.findings
    assert (finding.level, finding.where) == ("warning", "overrides")
    assert finding.message == "2 patches lie on no plot and change nothing"
    assert finding.rows == ("o1", "o2")


def test_a_patch_that_crosses_itself_is_repaired_and_named():
    found = laid(("lost", zoo.BOW_TIE))
    assert found.findings[0].rows == ("o1: Self-intersection[50 50]",)
    assert found.losses.query("cause == 'override'")["taken_m2"].round(6).to_list() == [5000]


def test_everything_wrong_with_patches_is_said_at_once():
    wrong = patches(("banned", box(0, 0, 1, 1)), ("lost", Point(0, 0)), ("lost", None), ("lost", Polygon()))
    wrong["author"] = ["", "B", None, "D"]
    with pytest.raises(DataError, match="overrides cannot be laid over the plots") as refused:
        net(PLOTS, ZONES, overrides=wrong)
    assert refused.value.problems == (
        "overrides, o1: effect is 'banned'; it is buildable or lost",
        "overrides, o1: no author; an override is only as good as its author",
        "overrides, o3: no author; an override is only as good as its author",
        "overrides, o2: a patch is a polygon",
        "overrides, o3: a patch is a polygon",
        "overrides, o4: a patch is a polygon",
    )
    with pytest.raises(DataError, match="no column 'reason'"):
        net(PLOTS, ZONES, overrides=wrong.drop(columns="reason"))
    with pytest.raises(DataError, match="overrides are in"):
        net(PLOTS, ZONES, overrides=patches(("lost", box(0, 0, 1, 1))).to_crs(32651))


@pytest.mark.parametrize("date", ["whenever", "01.05.2026", "2026-13-01", "2026", "2026-05", 20260501])
def test_a_date_is_a_date(date: object):
    wrong = patches(("lost", box(0, 0, 1, 1)), ("lost", box(2, 0, 3, 1)))
    wrong["date"] = pd.Series([date, "2026-05-01"], index=wrong.index, dtype=object)
    with pytest.raises(DataError) as refused:
        net(PLOTS, ZONES, overrides=wrong)
    assert refused.value.problems == (f"overrides, o1: date is {date!r}; give a date as 2026-11-23",)


@pytest.mark.parametrize("nothing", ["-", " ", "n/a", None, np.nan, pd.NaT])
@pytest.mark.parametrize("word", ["author", "date", "reason"])
def test_signs_for_nothing_say_nothing(word: str, nothing: object):
    wrong = patches(("lost", box(0, 0, 1, 1)))
    wrong[word] = pd.Series([nothing], index=wrong.index, dtype=object)
    with pytest.raises(DataError) as refused:
        net(PLOTS, ZONES, overrides=wrong)
    assert refused.value.problems == (f"overrides, o1: no {word}; an override is only as good as its {word}",)


@pytest.mark.parametrize(
    "date",
    ["2026-05-01T10:00", datetime.date(2026, 5, 1), pd.Timestamp(2026, 5, 1), np.datetime64("2026-05-01")],
)
def test_dates_may_be_kept_as_dates(date: object):
    given = patches(("lost", box(0, 0, 1, 1)))
    given["date"] = pd.Series([date], index=given.index)
    assert net(PLOTS, ZONES, overrides=given).findings == ()


def test_no_zone_has_the_planners_cause():
    zones = ZONES.assign(cause=["override", "water", "override"])
    with pytest.raises(DataError, match="'override' is the cause of what a planner holds back") as refused:
        net(PLOTS, zones, overrides=patches(("lost", box(0, 0, 1, 1))))
    assert "drawn / g" in str(refused.value)
    assert "drawn / f" in str(refused.value)


SPOT = st.tuples(st.integers(-2, 18), st.integers(-2, 8)).map(lambda spot: (spot[0] * 25.0, spot[1] * 15.0))
DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["lost", "buildable"]),
        st.lists(SPOT, min_size=3, max_size=5, unique=True).map(Polygon).filter(lambda one: one.is_valid),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25)
@given(DRAWN)
def test_patches_do_what_they_say_wherever_they_lie(drawn):
    without, found = net(PLOTS, ZONES), laid(*drawn)
    lost = gpd.GeoSeries([shape for effect, shape in drawn if effect == "lost"]).union_all()
    given = gpd.GeoSeries([shape for effect, shape in drawn if effect == "buildable"]).union_all()
    for shapes, before, column in (
        (found.shapes, without.shapes, "net_m2"),
        (found.asked, without.asked, "asked_m2"),
    ):
        for plot in PLOTS.index:
            wanted = before[plot].union(PLOTS.geometry[plot].intersection(given)).difference(lost)
            assert shapes[plot].area == pytest.approx(wanted.area, abs=1e-6)
            assert found.plots.loc[plot, column] == pytest.approx(wanted.area, abs=1e-6)
    parts = found.losses.groupby("plot")["taken_m2"].sum().reindex(PLOTS.index, fill_value=0)
    assert (parts + found.plots["free_m2"]).to_numpy() == pytest.approx(np.full(2, 10_000.0), rel=1e-9)
    back = found.given_back.groupby("plot")["net_m2"].sum().reindex(PLOTS.index, fill_value=0)
    pd.testing.assert_series_equal(back, found.plots["given_back_m2"], check_names=False, check_dtype=False)


def turned(angle: float, *shapes: shapely.Geometry) -> list[shapely.Geometry]:
    """Shapes turned about a corner far from the origin: edges that are computed twice differ there."""
    moved = shapely.transform(np.array(shapes), lambda spots: spots + np.array(CORNER))
    return [shapely.affinity.rotate(one, angle, origin=CORNER) for one in moved]


def main(shape: shapely.Geometry) -> gpd.GeoDataFrame:
    """One gas main, 8 m to each side."""
    return ZONES.iloc[:1].assign(metres=8.0).set_geometry([shape], crs=UTM)


@pytest.mark.parametrize("angle", [7.3, 33.1, 51.9, 84.9])
@pytest.mark.parametrize("y", [23.4, 41.7, 64.2])
def test_a_buildable_patch_cuts_no_plot(angle, y):
    """What is given back and what was free all along is one piece, though edges miss by rounding."""
    plot, pipe, patch = turned(
        angle, box(0, 0, 200, 100), LineString([(120, y), (250, y)]), box(100, -10, 160, 110)
    )
    found = net(
        gpd.GeoDataFrame(geometry=[plot], index=["a"], crs=UTM),
        main(pipe),
        overrides=patches(("buildable", patch)),
    )
    assert found.shapes["a"].geom_type == "Polygon"
    assert len(found.shapes["a"].interiors) == 0
    assert largest_rectangle(found.shapes)["area_m2"].iloc[0] == pytest.approx(16_000, rel=1e-4)
    assert found.plots["net_m2"].iloc[0] == pytest.approx(found.shapes["a"].area, abs=1e-5)


@pytest.mark.parametrize("angle", [3.3, 12.8, 27.7, 45.1, 62.4, 88.2])
def test_buildable_patches_over_each_other_cut_no_plot(angle):
    plot, pipe, left, right = turned(
        angle,
        box(0, 0, 200, 100),
        LineString([(-50, 40), (250, 60)]),
        Polygon([(-10, -10), (70.3, -10), (121.7, 110), (-10, 110)]),
        box(50, -10, 210, 110),
    )
    found = net(
        gpd.GeoDataFrame(geometry=[plot], index=["a"], crs=UTM),
        main(pipe),
        overrides=patches(("buildable", left), ("buildable", right)),
    )
    assert found.shapes["a"].equals(plot)
    assert shapely.get_num_coordinates(found.shapes["a"]) == 5


@pytest.mark.parametrize("angle", [9.9, 38.4])
def test_a_polygon_over_the_whole_plot_leaves_the_patch(angle):
    plot, patch, held = turned(angle, box(0, 0, 200, 100), box(50, 20, 150, 80), box(140, 0, 200, 100))
    found = net(
        gpd.GeoDataFrame(geometry=[plot], index=["a"], crs=UTM),
        ZONES.iloc[1:2].assign(severity="exclusion").set_geometry([plot.buffer(50)], crs=UTM),
        overrides=patches(("buildable", patch), ("lost", held)),
    )
    assert found.shapes["a"].geom_type == "Polygon"
    assert found.shapes["a"].area == pytest.approx(90 * 60, abs=1e-5)
    assert found.plots["net_m2"].iloc[0] == pytest.approx(90 * 60, abs=1e-5)
