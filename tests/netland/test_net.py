"""Net land of plots drawn so that every area is read by eye.

Two plots of 100 m x 100 m stand 200 m apart. A gas main runs along y = 0 with 20 m to each side and
takes 2000 m2 of each; a bog covers 10 m at the left of `a`; a water zone that needs consent covers
the right half of `a`; a flood condition lies on everything::

    100 +--+-------+---------+          +-------------------+
        |  |       |         |          |                   |
        |b |       | water   |          |                   |
        |o |       | consent |          |        b          |
        |g |   a   |         |          |                   |
     20 |--+-------+---------|----------|-------------------|
      0 +==+=======+=========+==========+===================+==  gas
        0  10      50        100       300                 400
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import zoo
from shapely import LineString, Point, Polygon, box

from siteplan.errors import CrsError, DataError
from siteplan.land.net import net
from siteplan.land.remaining import net_area, remaining

UTM = "EPSG:32652"
CORNER = np.array([500_000, 5_700_000])
GAS = LineString([(-50, 0), (450, 0)])
PLOTS = gpd.GeoDataFrame(
    geometry=[box(0, 0, 100, 100), box(300, 0, 400, 100)], index=pd.Index(["a", "b"], name="plot"), crs=UTM
)
GROUND = ["gross_m2", "net_m2", "asked_m2", "free_m2"]


def zone(cause: str, shape: object, metres: float = 0.0, severity: str = "exclusion", **other: str) -> dict:
    words = {"title": cause.title(), "layer": f"{cause}s", "feature": f"{cause}1", **other}
    return {"cause": cause, "severity": severity, "metres": metres, "geometry": shape, **words}


def table(*zones: dict) -> gpd.GeoDataFrame:
    columns = ["cause", "title", "severity", "layer", "feature", "metres", "geometry"]
    return gpd.GeoDataFrame(list(zones), columns=columns, geometry="geometry", crs=UTM)


WATER = zone("water", box(50, -10, 150, 110), severity="consent")
FLOOD = zone("flood", box(-500, -500, 900, 900), severity="condition")
BOG = zone("bog", box(0, 0, 10, 100))
PIPE = zone("gas", GAS, 20.0)
ZONES = table(FLOOD, WATER, PIPE, BOG)


def taken(found: gpd.GeoDataFrame, plot: str) -> dict[str, tuple[float, float]]:
    rows = found[found["plot"] == plot]
    return {
        row.cause: (round(row.taken_m2, 6), round(row.alone_m2, 6)) for row in rows.itertuples(index=False)
    }


def test_every_square_metre_has_one_cause():
    found = net(PLOTS, ZONES)

    assert found.plots.loc["a", GROUND].round(6).to_list() == [10_000, 7200, 3200, 0]
    assert found.plots.loc["b", GROUND].round(6).to_list() == [10_000, 8000, 8000, 0]
    assert list(taken(found.losses, "a").items()) == [
        ("gas", (2000, 2000)),
        ("bog", (800, 1000)),
        ("water", (4000, 5000)),
        ("flood", (3200, 10_000)),
    ]
    assert taken(found.losses, "b") == {"gas": (2000, 2000), "flood": (8000, 10_000)}
    assert found.shapes["a"].equals(box(10, 20, 100, 100))
    assert found.asked["a"].equals(box(10, 20, 50, 100))
    bog = found.losses.query("plot == 'a' and cause == 'bog'").iloc[0]
    assert bog.geometry.equals(box(0, 20, 10, 100))
    assert (bog["title"], bog["severity"], bog["features"]) == ("Bog", "exclusion", 1)
    assert found.findings == ()
    assert found.given_back.empty


def test_the_first_cause_in_the_table_takes():
    order = net(PLOTS, table(BOG, PIPE, WATER, FLOOD)).losses
    assert taken(order, "a") | {} == {
        "bog": (1000, 1000),
        "gas": (1800, 2000),
        "water": (4000, 5000),
        "flood": (3200, 10_000),
    }


def test_one_cause_of_many_features_takes_once_and_counts_them():
    twice = table(
        PIPE, {**PIPE, "feature": "gas2"}, zone("gas", Point(50, 0), 10.0, feature="gas3"), {**PIPE}
    )
    rows = net(PLOTS, twice).losses.set_index("plot")
    assert rows["taken_m2"].round(6).to_list() == [2000, 2000]
    assert rows["features"].to_list() == [3, 2]


def test_the_same_cause_with_another_severity_is_another_cause():
    found = net(PLOTS, table(zone("gas", GAS, 40.0, severity="consent"), PIPE))
    assert found.losses.query("plot == 'a'")[["severity", "taken_m2"]].to_numpy().tolist() == [
        ["exclusion", 2000.0],
        ["consent", 2000.0],
    ]


def test_what_only_touches_takes_nothing():
    touching = table(
        zone("left", box(-50, 0, 0, 100)),
        zone("corner", box(100, 100, 150, 150)),
        zone("below", LineString([(0, -20), (100, -20)]), 20.0),
        zone("beside", Point(130, 50), 30.0),
        zone("edge", LineString([(0, 0), (100, 0)]), 0.0),
    )
    found = net(PLOTS, touching)
    assert found.losses.empty
    assert found.plots["free_m2"].to_list() == [10_000, 10_000]
    assert [finding.message for finding in found.findings] == [
        "1 zones of 0 m around points and lines take nothing"
    ]
    assert found.findings[0].rows == ("edges / edge1",)


def test_a_zone_over_everything_leaves_empty_shapes():
    found = net(PLOTS, table(zone("reserve", box(-500, -500, 900, 900)), PIPE))
    assert found.shapes.is_empty.all()
    assert found.shapes.geom_type.eq("Polygon").all()
    assert taken(found.losses, "b") == {"reserve": (10_000, 10_000), "gas": (0, 2000)}
    assert found.losses.geometry.is_empty.to_list() == [False, True, False, True]
    assert remaining(PLOTS, table(zone("reserve", box(-500, -500, 900, 900)), PIPE)).is_empty.all()


def test_wide_polygons_take_what_is_in_them_and_around():
    found = net(PLOTS, table(zone("reserve", box(-500, 50, 40, 900), 10.0)))
    assert found.plots.loc["a", "net_m2"] == pytest.approx(10_000 - 60 * 50 + 100 * (1 - np.pi / 4), abs=1.0)


def test_without_zones_all_is_free_and_nothing_is_touched():
    found = net(PLOTS, table())
    assert found.plots[GROUND].eq(10_000).all().all()
    assert (found.shapes.to_numpy() == PLOTS.geometry.to_numpy()).all()
    assert found.losses.empty
    assert net_area(PLOTS, table()).to_list() == [10_000, 10_000]
    assert net(PLOTS.iloc[:0], ZONES).plots.empty


def test_the_lean_way_asks_for_exclusions_alone():
    assert net_area(PLOTS, ZONES).round(6).to_dict() == {"a": 7200, "b": 8000}
    assert net_area(PLOTS, ZONES).name == "net_m2"
    assert remaining(PLOTS, ZONES).geom_equals(net(PLOTS, ZONES).shapes).all()
    assert remaining(PLOTS, ZONES).crs == PLOTS.crs


def test_awkward_plots():
    shapes = [zoo.HOLE, zoo.TWO_PARTS, zoo.TALL, zoo.SLIVER]
    plots = gpd.GeoDataFrame(geometry=shapes, index=["hole", "parts", "tall", "sliver"], crs=UTM)
    tall = shapely.force_3d(LineString([(-50, 50), (1200, 50)]), 9.0)
    found = net(plots, table(zone("gas", tall, 10.0)))

    assert found.plots["net_m2"].round(6).to_dict() == {
        "hole": 7500 - 1000,
        "parts": 16_000,
        "tall": 8000,
        "sliver": 0.1,
    }
    assert not found.shapes.has_z.any()
    assert found.losses.geom_type.to_list() == ["MultiPolygon", "MultiPolygon", "Polygon"]


def test_plots_of_the_same_name_are_kept_apart_by_place():
    plots = gpd.GeoDataFrame(geometry=[*PLOTS.geometry], index=["x", "x"], crs=UTM)
    assert net(plots, table(BOG)).plots["net_m2"].to_list() == [9000, 10_000]


def test_zones_that_are_not_valid_are_repaired_and_named():
    found = net(PLOTS, table(zone("bog", zoo.BOW_TIE, feature="b7"), PIPE))
    (finding,) = found.findings
    assert taken(found.losses, "a")["bog"] == (5000, 5000)
    assert (finding.level, finding.where) == ("warning", "zones")
    assert finding.message == "1 shapes were not valid and were repaired"
    assert finding.rows == ("bogs / b7: Self-intersection[50 50]",)


@pytest.mark.parametrize("shape", [None, Polygon(), LineString()])
def test_zones_without_a_shape_are_named(shape):
    (finding,) = net(PLOTS, table(zone("bog", shape), PIPE)).findings
    assert finding.message == "1 zones have no shape and take nothing"
    assert finding.rows == ("bogs / bog1",)


def test_everything_wrong_with_zones_is_said_at_once():
    wrong = table(
        zone("a", GAS, -1.0), zone("b", GAS, np.nan), zone("c", GAS, np.inf), zone("d", GAS, 1.0, "ban")
    )
    with pytest.raises(DataError) as refused:
        net(PLOTS, wrong)
    assert refused.value.problems == (
        "zones, as / a1, a: metres is -1.0; give 0 or more",
        "zones, bs / b1, b: metres is nan; give 0 or more",
        "zones, cs / c1, c: metres is inf; give 0 or more",
        "zones, ds / d1, d: severity is 'ban'; it is one of exclusion, consent, condition, information",
    )
    with pytest.raises(DataError, match="no column 'cause'"):
        net_area(PLOTS, ZONES.drop(columns=["cause", "metres"]))


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="bring both into one metric CRS"):
        net(PLOTS, ZONES.to_crs(32651))
    with pytest.raises(CrsError, match="degrees"):
        net_area(PLOTS.to_crs(4326), ZONES.to_crs(4326))
    with pytest.raises(DataError, match="not polygons: b"):
        net(PLOTS.set_geometry([box(0, 0, 1, 1), Point(0, 0)], crs=UTM), ZONES)


def test_inputs_stay_as_they_are():
    plots, zones = PLOTS.copy(), ZONES.copy()
    net(plots, zones)
    assert plots.equals(PLOTS)
    assert zones.equals(ZONES)


def test_rounding_leaves_no_dust():
    """Bent lines over a turned plot: every piece that is left is one that somebody could see."""
    plot = shapely.affinity.rotate(box(500_000, 5_700_000, 500_200, 5_700_100), 17)
    ground = gpd.GeoDataFrame(geometry=[plot], index=["a"], crs=UTM)
    random = np.random.default_rng(0)
    for _ in range(30):
        bent = [random.uniform(-20, 220, (5, 2)) + CORNER for _ in range(3)]
        pipes = table(*(zone("gas", LineString(one), 9.0) for one in bent))
        found = net(ground, pipes)
        for land in (found.shapes["a"], found.asked["a"], remaining(ground, pipes)["a"]):
            assert min(one.area for one in shapely.get_parts(land)) > 1e-3
            assert land.area == pytest.approx(found.plots["net_m2"].iloc[0], abs=1e-2)
