from __future__ import annotations

import dataclasses
import itertools

import geopandas as gpd
import land
import numpy as np
import pandas as pd
import pytest
import shapely
import world
from hypothesis import given, settings
from hypothesis import strategies as st
from land import GATE, PLOT
from skimage.graph import MCP_Geometric

from siteplan.connect import passes, terrain
from siteplan.connect.lines import pieces
from siteplan.errors import CrsError, DataError
from siteplan.kernels import along
from siteplan.rasters import Raster

WALL = land.frame(wall=land.line((500, -100), (500, 900)))
"""From the south, 100 m above the lower edge of the surface, out of it in the north."""

RING = shapely.box(-50, -50, 150, 150).exterior


def test_in_the_open_the_route_is_the_straight_line():
    found = land.route(land.laid(), PLOT, GATE)

    assert found[["status", "feature", "feature_name", "exact"]].to_list() == [
        "reached",
        "gate",
        "The gate",
        True,
    ]
    assert found[["cost", "billed", "length_m"]].to_list() == pytest.approx([705, 705, 705], abs=1e-6)
    assert land.passes(found).tolist() == [[100, 55], [805, 55]]
    assert (found["tie_in_x"] - world.EAST, found["tie_in_y"] - world.NORTH) == (805, 55)


def test_at_an_angle_the_staircase_is_pulled_straight():
    found = land.route(land.laid(), PLOT, shapely.Point(405, 505))

    assert found["length_m"] == pytest.approx(shapely.distance(PLOT, shapely.Point(405, 505)), rel=0.01)
    assert found["grid_cost"] > found["length_m"]
    assert len(land.passes(found)) == 2


def test_round_the_end_of_a_wall():
    found = land.route(land.laid({"wall": WALL}, barriers=[{"layer": "wall"}]), PLOT, GATE)
    wall = WALL.geometry.iloc[0]

    around = np.hypot(400, 100) + np.hypot(305, 155)  # by the end of the wall at (500, -100)
    assert around < found["length_m"] < around + 40
    assert not found.geometry.intersects(wall)
    assert found[["given_up", "would_have_to_give"]].to_list() == ["", ""]


def test_through_the_gap_in_a_wall():
    wall = land.frame(south=land.line((500, -900), (500, 250)), north=land.line((500, 300), (500, 900)))
    found = land.route(land.laid({"wall": wall}, barriers=[{"layer": "wall"}]), PLOT, GATE)
    at_wall = found.geometry.intersection(world.at(land.line((500, -900), (500, 900))))

    assert 250 < at_wall.y - world.NORTH < 300


def test_a_river_is_crossed_where_the_corridor_of_the_bridge_is_cheap():
    river = land.frame(river=land.line((500, -900), (500, 900)))
    bridge = land.frame(bridge=land.line((450, 305), (550, 305)))
    layers = {"river": river, "bridge": bridge}
    dear = {"layer": "river", "width": 60, "times": 50}
    cheap = {"layer": "bridge", "width": 30, "times": 0.02}
    found = land.route(land.laid(layers, land=[dear, cheap]), PLOT, GATE)
    at_river = found.geometry.intersection(river.geometry.iloc[0])

    assert at_river.y - world.NORTH == pytest.approx(305, abs=16)


def test_crossings_steer_and_are_counted_and_not_billed():
    rail = land.frame(rail=land.line((500, -100), (500, 900)))
    twice = land.frame(a=land.line((300, -900), (300, 900)), b=land.line((700, -900), (700, 900)))
    layers = {"rail": rail, "twice": twice}
    over = land.laid(layers, crossings=[{"layer": "rail", "metres": 10}, {"layer": "twice", "metres": 5}])
    around = land.laid(layers, crossings=[{"layer": "rail", "metres": 900}])
    straight, detour = land.routes(over, PLOT, GATE), land.routes(around, PLOT, GATE)

    assert straight.crossings.loc["p"].to_dict() == {"crossings[1]": 1, "crossings[2]": 2}
    assert straight.table[["cost", "billed"]].iloc[0].to_list() == pytest.approx([725, 705])
    assert detour.crossings.loc["p"].to_dict() == {"crossings[1]": 0}
    assert detour.table["billed"].iloc[0] > 740


def test_friction_steers_and_times_is_billed():
    strip = land.frame(strip=shapely.box(400, -900, 500, 900))
    layers = {"strip": strip}
    rubbed = land.route(land.laid(layers, land=[{"layer": "strip", "friction": 2}]), PLOT, GATE)
    billed = land.route(land.laid(layers, land=[{"layer": "strip", "times": 3}]), PLOT, GATE)

    assert rubbed[["cost", "billed", "length_m"]].to_list() == pytest.approx([905, 705, 705])
    assert billed[["cost", "billed", "length_m"]].to_list() == pytest.approx([905, 905, 705])


def test_negative_friction_follows_a_road():
    road = land.frame(road=land.line((50, 100), (50, 300), (805, 300), (805, 60)))
    seeks = land.laid({"road": road}, land=[{"layer": "road", "width": 30, "friction": -0.6}])
    found = land.route(seeks, PLOT, GATE)

    assert found["cost"] < 705 < found["billed"] == pytest.approx(found["length_m"])
    assert found.geometry.intersection(world.at(road.geometry.iloc[0].buffer(0))).is_empty
    assert found.geometry.intersection(road.geometry.iloc[0].buffer(16)).length > 0.8 * found["length_m"]


def test_uphill_is_dearer_than_round_the_hill():
    x, y = np.meshgrid(np.arange(-300, 1300, 10.0), np.arange(700, -300, -10.0))
    hill = np.clip(150 - np.hypot(x - 450, y - 50), 0, None) * 0.6
    dem = Raster(hill, (10, 0, world.EAST - 305, 0, -10, world.NORTH + 705), world.UTM)
    on = land.laid(dem=dem, slope=[[0, 1], [60, 10]])
    found = land.route(on, PLOT, GATE)

    assert found["length_m"] > 715
    assert found.geometry.distance(world.at(shapely.Point(450, 50))) > 120
    assert found["billed"] < 1.2 * found["length_m"]


def test_soft_barriers_give_way_in_the_order_of_their_ranks():
    fence, park = land.frame(fence=RING), land.frame(park=shapely.box(-90, -90, 190, 190).exterior)
    layers = {"fence": fence, "park": park}
    ranks = [{"layer": "fence", "rank": 1, "title": "Fence"}, {"layer": "park", "rank": 2, "title": "Park"}]
    only_first = land.routes(land.laid(layers, barriers=ranks[:1]), PLOT, GATE)
    both = land.routes(land.laid(layers, barriers=ranks), PLOT, GATE)
    inner_stays = land.frame(fence=shapely.LineString(RING.coords[:4]))
    open_ = land.routes(land.laid({"fence": inner_stays}, barriers=ranks[:1]), PLOT, GATE)

    assert only_first.table["given_up"].to_list() == ["Fence"]
    assert both.table["given_up"].to_list() == ["Fence, Park"]
    assert both.barriers[
        ["plot", "gave", "title", "rank", "feature", "feature_name"]
    ].to_numpy().tolist() == [
        ["p", True, "Fence", 1, "fence", "The fence"],
        ["p", True, "Park", 2, "park", "The park"],
    ]
    assert open_.table["given_up"].to_list() == [""]
    assert open_.table["length_m"].iloc[0] > 705


def test_what_is_given_up_last_is_spared_where_that_can_be():
    """The park is closed by rank 2; a way through the fence of rank 1 alone is longer and is taken."""
    ring = np.array(RING.coords)
    fence = land.frame(west=shapely.LineString([(-50, -50), (-50, 150)]))
    park = land.frame(east=shapely.LineString([(-50, 150), (150, 150), (150, -50), (-50, -50)]))
    found = land.route(
        land.laid(
            {"fence": fence, "park": park},
            barriers=[{"layer": "park", "rank": 2}, {"layer": "fence", "rank": 1}],
        ),
        PLOT,
        GATE,
    )

    assert len(ring) == 5
    assert found["given_up"] == "fence"
    assert found["length_m"] > 900


def test_a_hard_ring_walls_a_plot_in_and_is_named():
    layers = {"fence": land.frame(fence=RING), "moat": land.frame(moat=RING.buffer(20).exterior)}
    found = land.routes(
        land.laid(layers, barriers=[{"layer": "fence", "title": "Fence"}, {"layer": "moat", "rank": 1}]),
        PLOT,
        GATE,
    )
    row = found.table.iloc[0]

    assert row[["status", "would_have_to_give", "given_up", "exact"]].to_list() == [
        "walled_in",
        "Fence",
        "",
        True,
    ]
    assert row[["cost", "billed", "length_m", "feature"]].isna().all()
    assert row.geometry is None
    assert np.isinf(row["bound"])
    assert found.barriers[["plot", "gave", "layer", "feature_name"]].to_numpy().tolist() == [
        ["p", False, "fence", "The fence"]
    ]
    assert found.sentence.startswith("1 plots: 1 walled in. ")


def test_the_cheapest_way_out_of_a_ring_is_named_not_every_wall():
    """Behind the ring a second wall bars only the east; the tie-in lies in the west."""
    layers = {"ring": land.frame(ring=RING), "wall": WALL}
    found = land.route(
        land.laid(layers, barriers=[{"layer": "wall"}, {"layer": "ring"}]), PLOT, shapely.Point(-155, 55)
    )

    assert found["would_have_to_give"] == "ring"


def test_a_tie_in_inside_a_hard_barrier_cannot_serve_and_is_named():
    yard = land.frame(yard=shapely.box(780, 30, 830, 80))
    on = land.laid({"yard": yard}, barriers=[{"layer": "yard", "title": "Yard"}])
    alone = land.routes(on, PLOT, GATE)
    other = terrain.routes(on, land.frame(p=PLOT), land.frame(gate=GATE, far=shapely.Point(-155, 505)))

    assert alone.table[["status", "would_have_to_give"]].iloc[0].to_list() == ["walled_in", "Yard"]
    assert alone.tie_ins.to_dict("index") == {
        "gate": {"name": "The gate", "reason": "inside the hard barrier 'Yard'"}
    }
    assert other.table["feature"].to_list() == ["far"]
    assert list(other.tie_ins.index) == ["gate"]


def test_a_tie_in_outside_the_surface_is_named():
    on = land.laid()
    outside = land.routes(on, PLOT, shapely.Point(5000, 0))

    assert outside.table["status"].to_list() == ["tie_in_outside"]
    assert outside.tie_ins["reason"].to_list() == ["outside the surface"]
    assert outside.grid_error.plots == 1


def test_a_plot_outside_the_surface_is_said_to_be_there():
    found = terrain.routes(land.laid(), land.frame(p=PLOT, q=world.square(5000, 0)), land.frame(gate=GATE))

    assert found.table["status"].to_list() == ["reached", "plot_outside"]
    assert found.table["exact"].to_list() == [True, False]


def test_only_what_may_be_used_is_used():
    plots, ties = (
        land.frame(p=PLOT),
        land.frame(near=shapely.Point(205, 55), far=GATE, at=shapely.Point(50, 50)),
    )
    on = land.laid()
    both = terrain.routes(on, plots, ties, usable=pd.Series([True, True, False], index=ties.index))
    far = terrain.routes(on, plots, ties, usable=np.array([False, True, False]))
    none = terrain.routes(on, plots, ties, usable=np.zeros(3, dtype=bool))

    assert both.table["feature"].to_list() == ["near"]
    assert far.table["feature"].to_list() == ["far"]
    assert none.table["status"].to_list() == ["no_tie_in"]
    assert none.table["feature"].isna().all()


def test_a_plot_may_lie_in_a_soft_layer_or_on_dear_ground():
    wet = land.frame(bog=shapely.box(-100, -100, 200, 200))
    on = land.laid({"wet": wet}, land=[{"layer": "wet", "times": 3}], barriers=[{"layer": "wet", "rank": 1}])
    found = land.route(on, PLOT, GATE)

    assert found["given_up"] == "wet"
    assert found["billed"] == pytest.approx(3 * 100 + 605)


def test_empty_tables_are_answered():
    on, plots, ties = land.laid(), land.frame(p=PLOT), land.frame(gate=GATE)

    assert terrain.routes(on, plots, ties.iloc[:0]).table["status"].to_list() == ["no_tie_in"]
    assert len(terrain.routes(on, plots.iloc[:0], ties).table) == 0
    assert terrain.routes(on, plots.iloc[:0], ties).sentence.startswith("0 plots: none. The grid's error")


def test_what_does_not_fit_is_refused():
    on, plots, ties = land.laid(), land.frame(p=PLOT), land.frame(gate=GATE)

    with pytest.raises(DataError, match=r"usable has \(2,\) values of bool; give one flag per tie-in, 1"):
        terrain.routes(on, plots, ties, usable=np.array([True, False]))
    with pytest.raises(DataError, match="usable has"):
        terrain.routes(on, plots, ties, usable=pd.Series([1.0]))
    with pytest.raises(CrsError, match="plots is in"):
        terrain.routes(on, plots, ties.to_crs(4326))


def test_a_route_that_contradicts_the_pass_is_never_handed_out(monkeypatch: pytest.MonkeyPatch):
    """The summing is broken on purpose; every check must notice."""
    whole = along.line_costs
    on, plots, ties = land.laid(), land.frame(p=PLOT), land.frame(gate=GATE)
    for broken, when in ((1, "traced"), (7, "straightened")):
        calls = itertools.count(1)
        monkeypatch.setattr(
            along,
            "line_costs",
            lambda *a, calls=calls, broken=broken, **k: whole(*a, **k) * (1 + (next(calls) == broken)),
        )
        with pytest.raises(RuntimeError, match=f"contradicts itself: 1 of 1 routes .* when {when}"):
            terrain.routes(on, plots, ties)


def test_the_same_bytes_twice_and_nothing_given_is_changed():
    layers = {"wall": WALL, "fence": land.frame(fence=RING)}
    on = land.laid(layers, barriers=[{"layer": "wall"}, {"layer": "fence", "rank": 1}])
    plots = land.frame(p=PLOT, q=world.square(300, 300), r=world.square(700, -150))
    ties = land.frame(gate=GATE, line=land.line((1000, -300), (1100, 700)))
    before = [plots.copy(deep=True), ties.copy(deep=True), on.resistance.copy(), on.barriers.copy()]
    one, two = terrain.routes(on, plots, ties), terrain.routes(on, plots, ties)

    for field in dataclasses.fields(one):
        left, right = getattr(one, field.name), getattr(two, field.name)
        if isinstance(left, gpd.GeoDataFrame):
            pd.testing.assert_frame_equal(left.to_wkb(hex=True), right.to_wkb(hex=True), check_exact=True)
        elif isinstance(left, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right)
        else:
            assert left == right
    pd.testing.assert_frame_equal(plots, before[0])
    pd.testing.assert_frame_equal(ties, before[1])
    assert (on.resistance == before[2]).all()
    assert (on.barriers == before[3]).all()


def test_plots_alone_and_in_company_have_the_same_routes():
    on = land.laid({"wall": WALL}, barriers=[{"layer": "wall"}])
    shapes = {"p": PLOT, "q": world.square(33, 307), "r": world.square(700, -150)}
    ties = land.frame(gate=GATE, well=shapely.Point(-105, 505))
    together = terrain.routes(on, land.frame(**shapes), ties).table
    for key, shape in shapes.items():
        alone = terrain.routes(on, land.frame(**{key: shape}), ties).table
        pd.testing.assert_frame_equal(alone, together.loc[[key]])


_SPOT = st.tuples(
    st.floats(-150, 1150).map(lambda m: round(m, 1)), st.floats(-150, 550).map(lambda m: round(m, 1))
)
_BOX = st.builds(
    lambda spot, width, height: shapely.box(*spot, spot[0] + width, spot[1] + height),
    _SPOT,
    st.floats(5, 300),
    st.floats(5, 300),
)


@given(st.lists(_BOX, max_size=4), st.lists(_BOX, max_size=3), st.lists(_SPOT, min_size=1, max_size=3), _SPOT)
@settings(max_examples=40, deadline=None)
def test_the_twin_agrees_and_no_route_is_dearer(
    wet: list[shapely.Geometry],
    walls: list[shapely.Geometry],
    gates: list[tuple[float, float]],
    corner: tuple[float, float],
):
    """scikit-image, one search for one plot, on the same surface."""
    layers = {
        "wet": land.frame(**{f"w{row}": shape for row, shape in enumerate(wet)}),
        "wall": land.frame(**{f"b{row}": shape for row, shape in enumerate(walls)}),
    }
    on = land.laid(
        layers, land=[{"layer": "wet", "times": 2.5, "friction": 0.5}], barriers=[{"layer": "wall"}]
    )
    plot = world.square(*corner, side=60)
    ties = land.frame(**{f"g{row}": shapely.Point(spot) for row, spot in enumerate(gates)})
    row = terrain.routes(on, land.frame(p=plot), ties).table.iloc[0]
    if world.at(plot).intersects(ties.geometry).any():
        assert row["cost"] == 0
        return
    passable = np.where(on.barriers > 0, -1, on.resistance)
    cells = np.floor(on.grid.inward(shapely.get_coordinates(ties.geometry.to_numpy()))).astype(int)[:, ::-1]
    border = on.grid.touched(pieces(np.array([world.at(plot)])))[1]
    free = [tuple(one) for one in cells if passable[tuple(one)] > 0]
    costs = MCP_Geometric(passable).find_costs(free)[0].ravel()[border] * 10 if free else np.array([np.inf])
    if np.isinf(costs).all():
        assert row["status"] == "walled_in"
        assert row["would_have_to_give"] == "wall"
    else:
        assert row["grid_cost"] == pytest.approx(costs.min(), rel=1e-9)
        assert row["cost"] <= row["grid_cost"] + 2 * 8 * on.resistance.max()
        assert row["billed"] <= row["cost"] + 1e-6
        assert row["length_m"] >= world.at(plot).distance(ties.geometry).min() - 1e-6


def test_a_search_without_a_route_says_nothing_false():
    nothing = passes.Found.nothing(2, "no_tie_in")

    assert nothing.status.tolist() == ["no_tie_in"] * 2
    assert np.isinf(nothing.grid_cost).all()
