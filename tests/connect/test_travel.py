"""Ways along roads, read by eye: 100 m squares, 3-4-5 triangles, 60 km/h is a kilometre a minute."""

from __future__ import annotations

import itertools
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
import world
from hypothesis import given
from hypothesis import strategies as st

from siteplan.connect.network import Network, build
from siteplan.connect.travel import travel
from siteplan.errors import CrsError, DataError

Line = list[tuple[float, float]]


def net(*lines: Line, speeds: Any = 60, **columns: Any) -> Network:
    shapes = {f"r{row}": shapely.LineString(line) for row, line in enumerate(lines)}
    return build(world.table(shapes, **columns), speeds=speeds)


def plots(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return world.table({f"p{row}": shape for row, shape in enumerate(shapes)}, "plot")


def targets(*shapes: shapely.Geometry | tuple[float, float]) -> gpd.GeoDataFrame:
    drawn = [shapely.Point(shape) if isinstance(shape, tuple) else shape for shape in shapes]
    names = [f"Gate {row}" for row in range(len(drawn))]
    return world.table({f"g{row}": shape for row, shape in enumerate(drawn)}, name=names)


def one(network: Network, plot: shapely.Geometry, *gates: Any, **choices: Any) -> pd.Series:
    return travel(network, plots(plot), targets(*gates), **choices).iloc[0]


def tip(x: float, y: float, *, east: float = 0, north: float = 0) -> shapely.Polygon:
    """A triangle whose tip is at a place, and its base that far east and north of it."""
    return shapely.Polygon(
        [(x, y), (x + east - north / 2, y + north + east / 2), (x + east + north / 2, y + north - east / 2)]
    )


STREET: Line = [(0, 0), (1000, 0)]


def test_a_way_through_town():
    """A plot 100 m off a corner, round three blocks, to a gate 50 m beside the road."""
    town = net([(0, 0), (100, 0), (200, 0)], [(200, 0), (200, 100), (200, 300)])
    way = one(town, world.square(-200, -50), (250, 200), access_speed=6)

    assert way["metres"] == 100 + 200 + 200 + 50
    assert way["minutes"] == pytest.approx(0.4 + 150 / 100)
    assert (way["snap_m"], way["target_snap_m"]) == (100, 50)
    assert (way["feature"], way["feature_name"], way["road"], way["status"]) == (
        "g0", "Gate 0", "r0", "reached",
    )  # fmt: skip
    assert (way["tie_in_x"] - world.EAST, way["tie_in_y"] - world.NORTH) == (0, 0)


def test_a_plot_and_a_target_on_the_middle_of_one_edge():
    for x, metres in ((700, 200), (100, 300), (500, 0), (400, 0), (450, 0), (427, 0)):
        way = one(net(STREET), world.square(400, 0), (x, 0))
        assert (way["metres"], way["snap_m"]) == (metres, 0)
        assert way["minutes"] == pytest.approx(metres / 1000)


def test_several_targets_on_one_edge_and_a_plot_between_them():
    """The nearer on the road lies 300 m beside it, so the farther is taken; round the other side too."""
    gates = (100, 0), (300, 300), (400, 270), (950, 0)

    for x, metres, gate in (
        (560, 40 + 390, "g3"),
        (420, 40 + 20 + 270, "g2"),
        (130, 40 + 30, "g0"),
        (350, 40 + 250, "g0"),
    ):
        way = one(net(STREET), tip(x, 40, north=50), *gates, by="distance")
        assert (way["metres"], way["feature"]) == (metres, gate)


def test_round_the_loop_the_short_way():
    loop = net([(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)])

    assert one(loop, tip(0, 100, east=-50), (200, 0))["metres"] == 100 + 200
    assert one(loop, tip(0, 900, east=-50), (200, 1000))["metres"] == pytest.approx(300)


def test_a_target_exactly_on_a_node_and_a_dead_end():
    side = net(STREET, [(500, 0), (500, 400)])

    assert one(side, world.square(450, 450), (0, 0))["metres"] == 50 + 400 + 500
    assert one(side, world.square(450, 450), (500, 0))["metres"] == 50 + 400
    assert one(side, world.square(450, 450), (500, 400))["metres"] == 50


def test_a_bridge_is_passed_over():
    """The roads cross, but the only way from one to the other leads over the ramp at the far end."""
    bridge = net(STREET, [(500, -500), (500, 500)], [(500, 500), (1000, 500), (1000, 0)])
    way = one(bridge, tip(400, 0, north=50), (500, -500))

    assert way["metres"] == 600 + 500 + 500 + 1000


def test_a_corner_plot_leaves_by_the_better_road():
    """Both roads touch the plot; the gate lies on the second, which the first meets only far away."""
    far = net([(-3000, 0), (0, 0), (100, 0)], [(100, 50), (500, 50)], [(500, 50), (500, 9000), (-3000, 0)])
    way = one(far, world.square(0, 0), (400, 50))

    assert (way["metres"], way["road"]) == (300, "r1")


def test_a_town_is_reached_where_the_road_enters_it():
    way = one(net([(0, 0), (500, 0), (1000, 0)]), world.square(-50, 0, 50), shapely.box(300, -100, 900, 100))

    assert (way["metres"], way["target_snap_m"]) == (300, 0)


def test_who_lies_in_town_has_arrived():
    town = shapely.box(300, -100, 900, 100)
    found = travel(
        net(STREET), plots(tip(600, 40, north=50), tip(600, 0, north=50)), targets(town), routes=True
    )

    assert found["metres"].to_list() == [40, 0]
    assert found["minutes"].to_list() == [pytest.approx(0.12), 0]
    assert found["target_snap_m"].to_list() == [0, 0]
    assert found["feature"].to_list() == ["g0", "g0"]
    assert found.geometry.iloc[0].length == 40


def test_time_and_distance_choose_different_ways():
    """3 km of track straight ahead, or 4 + 5 km of highway round it, to another gate still."""
    roads = net(
        [(0, 0), (3000, 0)],
        [(0, 0), (0, 4000)],
        [(0, 4000), (3000, 0)],
        speeds={"track": 10, "highway": 90},
        **{"class": ["track", "highway", "highway"]},
    )
    west = tip(0, 0, east=-50)
    quick = one(roads, west, (3000, 0), by="time")
    short = one(roads, west, (3000, 0), by="distance")

    assert (quick["metres"], quick["minutes"]) == (9000, pytest.approx(6))
    assert (short["metres"], short["minutes"]) == (3000, pytest.approx(18))
    two = (3000, 0), (0, 4000)
    assert one(roads, west, *two, by="time")["feature"] == "g1"
    assert one(roads, west, *two, by="distance")["feature"] == "g0"


def test_a_slow_stretch_to_a_near_target_loses_against_a_far_one():
    gates = (200, 300), (1000, 0)

    assert one(net(STREET), world.square(0, 0), *gates, access_speed=3)["feature"] == "g1"
    assert one(net(STREET), world.square(0, 0), *gates, access_speed=60)["feature"] == "g0"


def test_what_lies_apart_is_told_not_bridged():
    apart = net(STREET, [(0, 500), (900, 500)])
    gate = targets((1000, 0))
    found = travel(apart, plots(world.square(0, 10), world.square(0, 400)), gate, reach=10)

    assert found["status"].to_list() == ["reached", "disconnected"]
    assert (found["road"].to_list(), found["part"].to_list()) == (["r0", "r1"], [0, 1])
    assert found["metres"].iloc[0] == 900 + 10
    assert found[["metres", "minutes", "feature", "feature_name", "target_snap_m"]].iloc[1].isna().all()
    assert found["snap_m"].to_list() == [10, 0]


def test_too_far_from_any_road():
    found = travel(net(STREET), plots(world.square(0, 10), world.square(0, 11)), targets((1000, 0)), reach=10)

    assert found["status"].to_list() == ["reached", "too_far"]
    assert found[["metres", "minutes"]].iloc[1].to_list() == [np.inf, np.inf]
    assert (found["snap_m"].iloc[1], found["road"].iloc[1]) == (11, "r0")
    assert pd.isna(found["feature"].iloc[1])


def test_no_target_no_road_no_plot():
    some, gate = plots(world.square(0, 10)), targets((1000, 0))
    no_target = travel(net(STREET), some, gate.iloc[:0]).iloc[0]
    no_road = travel(build(world.table({}), speeds=60), some, gate).iloc[0]
    no_plot = travel(net(STREET), some.iloc[:0], gate)

    assert (no_target["status"], no_target["metres"], no_target["road"]) == ("no_target", np.inf, "r0")
    assert (no_road["status"], no_road["metres"], no_road["snap_m"]) == ("no_road", np.inf, np.inf)
    assert pd.isna(no_road["road"])
    assert no_plot.empty
    assert no_plot.dtypes.to_dict() == travel(net(STREET), some, gate).dtypes.to_dict()


def test_routes_are_drawn_from_plot_to_target():
    way = net(STREET, [(500, 0), (500, 400)], [(0, 900), (500, 900)])
    three = plots(world.square(450, 450), world.square(200, 0), world.square(0, 900))
    drawn = travel(way, three, targets((200, 50), (200, 0)), routes=True)
    route = shapely.affinity.translate(drawn.geometry.iloc[0], -world.EAST, -world.NORTH)

    assert list(route.coords)[1:] == [(500, 400), (500, 0), (200, 0)]
    assert drawn.geometry.isna().to_list() == [False, True, True]
    assert drawn["status"].to_list() == ["reached", "reached", "disconnected"]
    assert (drawn.crs, drawn.geometry.name) == (three.crs, "route")
    assert travel(way, three.iloc[:0], targets((0, 0)), routes=True).geometry.name == "route"


def test_the_tables_given_are_not_changed():
    some, gates = plots(world.square(0, 10)), targets((1000, 0), (5, 5))
    before, gates_before = some.copy(), gates.copy()
    travel(net(STREET), some, gates, routes=True)

    pd.testing.assert_frame_equal(some, before)
    pd.testing.assert_frame_equal(gates, gates_before)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"by": "luck"}, 'by is \'luck\'; give "time" or "distance"'),
        ({"access_speed": 0}, "access_speed is 0; give km/h, greater than 0"),
        ({"reach": -1}, "reach is -1; give metres, 0 or more"),
        ({"reach": float("nan")}, "reach is nan; give metres, 0 or more"),
    ],
)
def test_choices_that_cannot_be_meant(choices: dict[str, Any], message: str):
    with pytest.raises(DataError) as refused:
        one(net(STREET), world.square(0, 0), (1000, 0), **choices)
    assert message in str(refused.value)


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.box(0, 0, np.inf, 5)])
def test_what_has_no_place_is_refused(shape: Any):
    """Never answered as if it lay where its neighbour in the table does."""
    some, gates = plots(world.square(0, 10), world.square(0, 90)), targets((1000, 0), (5, 5))
    for table, name in ((some, "p1"), (gates, "g1")):
        table.loc[name, "geometry"] = shape
        with pytest.raises(DataError) as refused:
            travel(net(STREET), some, gates)
        assert refused.value.problems[0].endswith(f": {name}")
        table.loc[name, "geometry"] = world.at(shapely.Point(0, 0))


def test_tables_must_be_in_the_crs_of_the_roads():
    some, gate = plots(world.square(0, 0)), targets((1000, 0))
    with pytest.raises(CrsError, match=r"plots: WGS 84, but the roads are in WGS 84 / UTM zone 52N"):
        travel(net(STREET), some.to_crs(4326), gate)
    with pytest.raises(CrsError, match="targets: no CRS"):
        travel(net(STREET), some, gate.set_crs(None, allow_override=True))


def joints(shape: shapely.Geometry, edges: list[shapely.LineString]) -> list[tuple[int, float, float]]:
    """Edge, place along it and gap of every place where a shape may join."""
    gaps = [shape.distance(edge) for edge in edges]
    gap = min(gaps)
    found = []
    for number in (number for number, one in enumerate(gaps) if one <= gap + 1e-6):
        edge = edges[number]
        spots = [
            edge.interpolate(edge.project(spot)) for spot in shapely.points(shapely.get_coordinates(shape))
        ]
        spots += [shapely.Point(spot) for spot in edge.coords]
        spots += list(shapely.points(shapely.get_coordinates(edge.intersection(shape))))
        found += [(number, edge.project(one), gap) for one in spots if one.distance(shape) <= gap + 1e-6]
    return found


def cheapest(network: Network, plot: shapely.Geometry, gates: list[shapely.Geometry], by: str) -> list[float]:
    """What networkx says for each place where the plot may join, by a graph of its own each."""
    edges = list(network.segments)
    cost = network.metres if by == "distance" else network.minutes
    beside = 1.0 if by == "distance" else 0.06 / 20
    doors = [(f"t{number}", joint) for number, gate in enumerate(gates) for joint in joints(gate, edges)]
    found = []
    spots = joints(plot, edges)
    reach = spots[0][2] or 1e-3
    lie = [edges[door[0]].interpolate(door[1]).distance(plot) <= reach + 1e-6 for _, door in doors]
    spots += [(*door[:2], spots[0][2]) for (_, door), here in zip(doors, lie, strict=True) if here]
    towns = [gate for gate in gates if gate.area and min(edge.distance(gate) for edge in edges) == 0]
    for mine in spots:
        if any(edges[mine[0]].interpolate(mine[1]).distance(town) <= 1e-3 for town in towns):
            found.append(beside * mine[2])
            continue
        graph = nx.DiGraph()
        on: dict[int, list[tuple[float, Any]]] = {n: [] for n in range(len(edges))}
        for number, (place, joint) in enumerate([*doors, ("p", mine)]):
            on[joint[0]].append((joint[1], number))
            name = f"j{number}"
            graph.add_edge(*((name, place) if place == "p" else (place, name)), weight=beside * joint[2])
        for n, (start, stop) in enumerate(network.ends.tolist()):
            chain = [(0.0, start), *((a, f"j{k}") for a, k in sorted(on[n])), (network.metres[n], stop)]
            for (a, u), (b, v) in itertools.pairwise(chain):
                step = {"weight": max(b - a, 0) / network.metres[n] * cost[n]}
                graph.add_edge(u, v, **step)
                graph.add_edge(v, u, **step)
        sources = {f"t{number}" for number in range(len(gates))}
        found.append(nx.multi_source_dijkstra_path_length(graph, sources).get("p", np.nan))
    return found


_SHIFT = st.sampled_from([0.0, 0.0, 13.7, -21.3]) | st.floats(-30, 30).map(lambda metres: round(metres, 3))


@st.composite
def towns(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Streets of a shaken grid, some blocks missing, of two classes."""
    size = draw(st.integers(2, 4))
    spot = {
        (i, j): (i * 100 + draw(_SHIFT), j * 100 + draw(_SHIFT)) for i in range(size) for j in range(size)
    }
    pairs = [((i, j), (i + 1, j)) for i in range(size - 1) for j in range(size)]
    pairs += [((i, j), (i, j + 1)) for i in range(size) for j in range(size - 1)]
    kept = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True)) if draw(st.booleans()) else pairs
    classes = [draw(st.sampled_from(["fast", "slow"])) for _ in kept]
    shapes = {f"r{n}": shapely.LineString([spot[a], spot[b]]) for n, (a, b) in enumerate(kept)}
    return world.table(shapes, **{"class": classes})


_PLACE = st.tuples(st.integers(-2, 16), st.integers(-2, 16)).map(lambda xy: (xy[0] * 25.0, xy[1] * 25.0))
_BOX = st.builds(lambda xy, side: world.square(*xy, side), _PLACE, st.sampled_from([25.0, 40.0, 120.0]))
_GATE = st.builds(shapely.Point, _PLACE) | _BOX


@given(
    towns(), st.lists(_BOX, min_size=1, max_size=4), st.lists(_GATE, min_size=1, max_size=4),
    st.sampled_from(["time", "distance"]),
)  # fmt: skip
def test_networkx_finds_the_same(
    roads: gpd.GeoDataFrame, drawn: list[shapely.Geometry], gates: list[Any], by: str
):
    network = build(roads, speeds={"fast": 60, "slow": 15})
    found = travel(network, plots(*drawn), targets(*gates), by=by, routes=True)

    amount = "metres" if by == "distance" else "minutes"
    for plot, way in zip(drawn, found.to_dict("records"), strict=True):
        costs = cheapest(network, world.at(plot), [world.at(gate) for gate in gates], by)
        least = np.nanmin([*costs, np.inf])
        assert way[amount] == pytest.approx(
            np.nan if least == np.inf else least, rel=1e-9, abs=1e-5, nan_ok=True
        )
        assert (way["status"] == "reached") == np.isfinite(way[amount])
        if way["status"] == "reached":
            length = way["route"].length if way["route"] is not None else 0.0
            assert length == pytest.approx(way["metres"], rel=1e-9, abs=1e-9)


@given(towns(), st.lists(_BOX, min_size=1, max_size=4), st.lists(_GATE, min_size=1, max_size=4))
def test_what_must_hold_of_any_town(roads: gpd.GeoDataFrame, drawn: list[Any], gates: list[Any]):
    network = build(roads, speeds={"fast": 60, "slow": 15})
    quick = travel(network, plots(*drawn), targets(*gates), by="time")
    short = travel(network, plots(*drawn), targets(*gates), by="distance")
    fewer = travel(network, plots(*drawn), targets(*gates[:1]), by="distance")
    turned = travel(network, plots(*drawn), targets(*gates).iloc[::-1], by="distance")
    reached = short["status"] == "reached"

    assert (quick["status"] == short["status"]).all()
    assert (quick["minutes"] <= short["minutes"] + 1e-9)[reached].all()
    assert (short["metres"] <= quick["metres"] + 1e-9)[reached].all()
    assert (short["metres"] <= fewer["metres"] + 1e-9)[fewer["status"] == "reached"].all()
    assert short["metres"].to_list() == pytest.approx(turned["metres"].to_list(), rel=1e-12, nan_ok=True)
    assert (short["minutes"] >= short["metres"] * 0.06 / 60 - 1e-9)[reached].all()
