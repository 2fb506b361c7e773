from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
import zoo
from hypothesis import given
from hypothesis import strategies as st
from strategies import shapes as any_shape

from siteplan.shapes import overlaps, sort_out


def sorted_one(shape: object, *, polygons_only: bool = True) -> tuple[object, str]:
    result = sort_out(np.array([shape], dtype=object), polygons_only=polygons_only)
    return result.shapes[0], result.reasons[0]


@pytest.mark.parametrize("shape", [zoo.SQUARE, zoo.HOLE, zoo.TWO_PARTS, zoo.LOPSIDED, zoo.SLIVER])
def test_a_good_plot_stays_as_it_is(shape: shapely.Geometry):
    result = sort_out(np.array([shape]), polygons_only=True)

    assert result.shapes[0].equals_exact(shape)
    assert result.reasons.tolist() == [""]
    assert not result.broken
    assert not result.flattened.size
    assert not result.trimmed.size


def test_a_bow_tie_is_repaired_and_what_it_was_is_kept():
    result = sort_out(np.array([zoo.SQUARE, zoo.BOW_TIE]), polygons_only=True)

    assert result.shapes[1].is_valid
    assert result.shapes[1].area == 5000
    assert result.broken == {1: ("Self-intersection[50 50]", zoo.BOW_TIE)}


def test_a_hole_outside_its_shell_is_repaired():
    shape, reason = sorted_one(zoo.HOLE_OUTSIDE)

    assert shape.is_valid
    assert shape.area == pytest.approx(10_000, rel=0.3)
    assert reason == ""


@pytest.mark.parametrize("kind", sorted(zoo.EMPTY))
@pytest.mark.parametrize("polygons_only", [True, False])
def test_empty_is_set_aside(kind: str, polygons_only: bool):
    assert sorted_one(zoo.EMPTY[kind], polygons_only=polygons_only) == (None, "empty geometry")


@pytest.mark.parametrize("polygons_only", [True, False])
def test_none_is_set_aside(polygons_only: bool):
    assert sorted_one(None, polygons_only=polygons_only) == (None, "no geometry")


def test_nothing_at_all():
    result = sort_out(np.array([], dtype=object), polygons_only=True)

    assert len(result.shapes) == len(result.reasons) == 0


def test_endless_coordinates_are_set_aside():
    assert sorted_one(zoo.ENDLESS, polygons_only=False) == (None, "coordinates that are not finite numbers")


@pytest.mark.parametrize("kind", sorted(zoo.NOT_POLYGONS))
def test_a_plot_is_a_polygon(kind: str):
    shape, reason = sorted_one(zoo.NOT_POLYGONS[kind])

    assert shape is None
    assert reason.endswith("but a plot must be a polygon")
    assert sorted_one(zoo.NOT_POLYGONS[kind], polygons_only=False)[1] == ""


def test_a_plot_without_area_is_set_aside():
    shape, reason = sorted_one(zoo.COLLAPSED)

    assert shape is None
    assert "area" in reason or "left after repair" in reason


@pytest.mark.parametrize("shape", [zoo.TALL, zoo.MEASURED])
def test_heights_are_dropped_and_noted(shape: shapely.Geometry):
    result = sort_out(np.array([zoo.SQUARE, shape]), polygons_only=True)

    assert result.flattened.tolist() == [1]
    assert not shapely.has_z(result.shapes).any()
    assert result.shapes[1].equals(zoo.SQUARE)


@pytest.mark.parametrize("shape", [zoo.COLLECTION, zoo.NESTED])
def test_a_collection_keeps_its_polygons_and_says_so(shape: shapely.Geometry):
    result = sort_out(np.array([shape]), polygons_only=True)

    assert result.shapes[0].equals(zoo.SQUARE)
    assert result.trimmed.tolist() == [0]


@given(
    st.lists(
        st.none() | any_shape | st.sampled_from([zoo.BOW_TIE, zoo.COLLECTION, zoo.COLLAPSED]), max_size=8
    )
)
def test_every_shape_is_valid_or_has_its_reason(drawn: list[shapely.Geometry | None]):
    given_shapes = np.array([*drawn, None], dtype=object)[:-1]
    before = given_shapes.copy()
    for polygons_only in (True, False):
        result = sort_out(given_shapes, polygons_only=polygons_only)
        kept = result.reasons == ""
        assert shapely.is_valid(result.shapes[kept]).all()
        assert not shapely.is_empty(result.shapes[kept]).any()
        assert shapely.is_missing(result.shapes[~kept]).all()
        if polygons_only:
            assert (shapely.area(result.shapes[kept]) > 0).all()
    assert all(one is other for one, other in zip(given_shapes, before, strict=True))


def test_overlaps_are_told_with_their_area_largest_first():
    plots = np.array(
        [
            zoo.SQUARE,
            shapely.box(90, 0, 190, 100),
            shapely.box(50, 50, 150, 150),
            zoo.SQUARE,
            shapely.box(500, 0, 600, 9),
        ]
    )
    findings = overlaps(plots, pd.Index(list("abcde")), where="plots.gpkg")

    same, lying = findings
    assert same.rows == ("a / d: 1 ha",)
    assert lying.rows[0] == "b / c: 0.3 ha"
    assert set(lying.rows) >= {"a / c: 0.25 ha", "a / b: 0.1 ha", "c / d: 0.25 ha"}
    assert {finding.level for finding in findings} == {"warning"}


def test_neighbours_that_touch_do_not_overlap():
    plots = np.array(
        [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(99.995, 100, 200, 200)]
    )

    assert overlaps(plots, pd.Index(list("abc")), where="x") == []
    assert overlaps(plots[:1], pd.Index(["a"]), where="x") == []


def test_a_duplicate_drawn_from_another_corner_is_a_duplicate():
    turned = shapely.Polygon([(100, 100), (0, 100), (0, 0), (100, 0)])

    assert (
        "exact duplicates"
        in overlaps(np.array([zoo.SQUARE, turned]), pd.Index(["a", "b"]), where="x")[0].message
    )
