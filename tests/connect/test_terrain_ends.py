"""Where routes over a surface begin and end: on the edge of the plot and on the feature, to the metre."""

from __future__ import annotations

import land
import pytest
import shapely
import world
from land import PLOT


@pytest.mark.parametrize(
    "tie_in",
    [
        shapely.Point(50, 50),
        shapely.Point(100, 100),
        land.line((-50, 50), (150, 50)),
        land.line((100, -50), (100, 150)),
        shapely.box(-500, -500, 500, 500),
        shapely.box(40, 40, 60, 60),
        shapely.box(100, 0, 200, 100),
    ],
)
def test_a_tie_in_that_touches_the_plot_costs_nothing(tie_in: shapely.Geometry):
    found = land.route(land.laid(), PLOT, tie_in)

    assert found[["status", "feature", "cost", "billed", "length_m", "exact"]].to_list() == [
        "reached",
        "gate",
        0,
        0,
        0,
        True,
    ]
    assert found.geometry is None
    assert world.at(tie_in).distance(shapely.Point(found["tie_in_x"], found["tie_in_y"])) < 1e-6


@pytest.mark.parametrize("metres", [0.001, 0.5, 3, 7, 10, 12])
@pytest.mark.parametrize("corner", [(0, 0), (3, 4), (-7, 9.99)])
def test_within_a_cell_or_two_the_route_is_exact(metres: float, corner: tuple[float, float]):
    plot = world.square(*corner)
    x, y = corner[0] + 100 + metres, corner[1] + 37
    found = land.route(land.laid(), plot, shapely.Point(x, y))

    assert found["length_m"] == pytest.approx(metres, abs=1e-6)
    assert found["cost"] == pytest.approx(metres, abs=1e-6)


@pytest.mark.parametrize(
    "tie_in",
    [
        land.line((400, -500), (400, 900)),
        land.line((404, -500), (404, 900)),
        shapely.box(400, -500, 600, 900),
        shapely.MultiPoint([(400, 50), (900, 900)]),
        shapely.MultiLineString([[(400, 40), (400, 60)], [(2000, 0), (3000, 0)]]),
        shapely.box(-500, -500, 900, 900).difference(shapely.box(-150, -150, 400, 250)),
    ],
)
def test_routes_end_on_the_feature_and_begin_on_the_edge(tie_in: shapely.Geometry):
    found = land.route(land.laid(), PLOT, tie_in)
    plot, feature = world.at(PLOT), world.at(tie_in)
    first, last = (shapely.get_point(found.geometry, at) for at in (0, -1))

    assert found["length_m"] == pytest.approx(plot.distance(feature), rel=0.01)
    assert plot.exterior.distance(first) < 1e-6
    assert feature.distance(last) < 1e-6
    assert (last.x, last.y) == (found["tie_in_x"], found["tie_in_y"])


def test_a_route_does_not_run_over_its_own_plot():
    crooked = shapely.union(shapely.box(0, 0, 300, 40), shapely.box(0, 0, 40, 300))
    found = land.route(land.laid(), crooked, shapely.Point(455, 455))

    assert found.geometry.intersection(world.at(crooked)).length < 1e-6


def test_a_plot_with_a_yard_inside_reaches_what_lies_in_the_yard():
    yard = shapely.box(0, 0, 300, 300).difference(shapely.box(50, 50, 250, 250))
    found = land.route(land.laid(), yard, shapely.Point(155, 105))

    assert found["length_m"] == pytest.approx(55, abs=1e-6)
