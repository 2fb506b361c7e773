"""Stretches: what is united once, and which plots each reaches."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString, Point, box

from siteplan.land.reach import Field, in_chunks, side_by_side
from siteplan.land.widening import widened
from siteplan.nearest import Way


def field(*zones: tuple[object, float], way: Way = "plain") -> Field:
    shapes = np.array([shape for shape, _ in zones], dtype=object)
    return Field.of(shapes, np.array([metres for _, metres in zones]), way)


def reached(of: Field, *plots: object) -> list[tuple[int, int, bool]]:
    found = of.reached(np.array(plots, dtype=object))
    return list(zip(found.plot.tolist(), of.row(found.stretch).tolist(), found.covered.tolist(), strict=True))


RIVER = LineString([(x, 40 * np.sin(x / 90)) for x in np.arange(0.0, 2001.0, 2.0)])


def test_a_river_of_short_steps_has_few_stretches_and_the_same_banks():
    of = field((RIVER, 100.0))
    strips = len(of.first) - 1 - 2

    assert len(of.pieces) == 1000 + 2
    assert RIVER.length / 100 <= strips <= RIVER.length / 100 + 1
    united = shapely.union_all(of.made(np.arange(len(of.first) - 1)))
    assert united.symmetric_difference(widened(np.array([RIVER]), np.array([100.0]))[0]).area < 1e-3
    assert len(reached(of, box(1000, 0, 1010, 10))) <= 4


def test_segments_longer_than_wide_stand_for_themselves():
    lines = MultiLineString([[(0, 0), (60, 0), (120, 30)], [(120, 30), (180, 30)], [(500, 0), (500, 9)]])
    of = field((lines, 50.0), (Point(0, 0), 5.0), (box(0, 0, 9, 9), 0.0), (box(0, 0, 9, 9), 20.0))
    strips = of.first[1:] - of.first[:-1]
    # the sides of the last square are 9 m long: three of them begin within 20 m
    assert strips.tolist()[:6] == [1, 1, 1, 1, 3, 1]
    assert strips.sum() == len(of.pieces)
    assert of.first_area == len(strips) - 2


def test_a_long_line_reaches_only_what_it_passes():
    of = field((LineString([(0, 0), (10_000, 10_000), (20_000, 0)]), 10.0))
    assert reached(of, box(0, 9000, 100, 9100), box(5000, 5000, 5100, 5100)) == [(1, 0, False)]


def test_both_ways_reach_the_same_in_the_same_order():
    random = np.random.default_rng(3)
    lines = [LineString(random.uniform(0, 500, (4, 2))) for _ in range(30)]
    zones = [(line, 5.0) for line in lines] + [
        (RIVER, 100.0),
        (Point(250, 250), 40.0),
        (box(0, 0, 99, 99), 0.0),
    ]
    corners = random.uniform(0, 500, (300, 2))
    plots = [box(x, y, x + 20, y + 20) for x, y in corners] + [shapely.Polygon(), box(1000, 0, 1010, 10)]

    found = reached(field(*zones, way="compiled"), *plots)
    assert found == reached(field(*zones), *plots)
    assert len(found) > 100
    assert {plot for plot, _, _ in found} >= {301}
    assert reached(field(way="compiled"), *plots) == []
    assert reached(field(*zones, way="compiled"), shapely.Polygon()) == []


def test_polygons_know_what_they_cover():
    of = field((box(0, 0, 100, 100), 0.0), (box(500, 0, 600, 100), 0.0))
    plots = box(10, 10, 20, 20), box(90, 10, 120, 20), box(100, 0, 110, 10), box(300, 0, 310, 10)
    assert reached(of, *plots) == [(0, 0, True), (1, 0, False), (2, 0, False)]
    assert reached(field(), *plots) == []
    assert reached(of, shapely.Polygon()) == []


@pytest.mark.parametrize("threads", [1, 3])
def test_chunks_come_in_order_and_miss_nobody(monkeypatch, threads):
    monkeypatch.setattr("siteplan.land.reach.CHUNK", 3)
    plots = np.asarray(shapely.points(np.random.default_rng(1).uniform(0, 9, (10, 2))))
    chunks = list(in_chunks(plots, lambda rows: rows, threads))
    assert [len(rows) for rows in chunks] == [3, 3, 3, 1]
    assert np.concatenate(chunks).tolist() == side_by_side(shapely.bounds(plots)).tolist()
    assert sorted(side_by_side(shapely.bounds(plots))) == list(range(10))
    assert side_by_side(shapely.bounds(plots[:0])).tolist() == []
