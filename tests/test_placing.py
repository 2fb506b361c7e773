from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
import world

from siteplan import placing
from siteplan.placing import Box

REGION = Box(*world.REGION)


def bare(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_crs(None, allow_override=True)


def swapped(frame: gpd.GeoDataFrame, rows: slice = slice(None)) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy().copy()
    shapes[rows] = shapely.transform(shapes[rows], lambda xy: xy[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def test_a_crs_is_stated_by_the_file_or_by_the_catalogue():
    degrees = world.plots().to_crs(4326)

    for frame, stated in ((degrees, None), (degrees, "EPSG:4326"), (bare(degrees), "EPSG:4326")):
        declared, findings = placing.declare(frame, stated, "x")
        assert declared.crs == 4326
        assert not findings


@pytest.mark.parametrize(
    ("frame", "stated", "said"),
    [
        (bare(world.plots().to_crs(4326)), None, "look like degrees"),
        (bare(world.plots()), None, "look like metres"),
        (world.plots(), "EPSG:4326", "the file is in WGS 84 / UTM zone 52N, but the catalogue states WGS 84"),
        (world.plots(), "EPSG:32651", "but the catalogue states WGS 84 / UTM zone 51N"),
        (world.plots(), "nonsense", "names no coordinate reference system"),
        (bare(world.plots()), "EPSG:4326", "a CRS in degrees, but metres"),
        (bare(world.plots().to_crs(4326)), "EPSG:32652", "a CRS in metres, but degrees"),
    ],
)
def test_what_stands_against_a_crs(frame: gpd.GeoDataFrame, stated: str | None, said: str):
    _, (found,) = placing.declare(frame, stated, "x")

    assert found.level == "error"
    assert said in found.message


@pytest.mark.parametrize("shapes", [[], [None], [shapely.Point()]])
def test_nothing_lies_nowhere(shapes: list[object]):
    nothing = gpd.GeoDataFrame(geometry=shapes, crs=4326)

    assert placing.declare(nothing, None, "x")[1] == []
    assert placing.in_region(nothing, REGION, "x", strict=True) == []


def test_the_same_crs_in_other_words_is_the_same():
    frame = world.plots().to_crs(4326).set_crs("OGC:CRS84", allow_override=True)

    assert placing.declare(frame, "EPSG:4326", "x")[1] == []


@pytest.mark.parametrize("system", [4326, world.UTM, 3857, 28422])
def test_inside_in_any_crs(system: object):
    assert placing.in_region(world.plots().to_crs(system), REGION, "x", strict=True) == []


def test_swapped_axes_are_told_from_far_away():
    outside, turned = placing.misplaced(swapped(world.plots().to_crs(4326), slice(0, 2)), REGION)

    assert outside.tolist() == turned.tolist() == [True, True, False, False]
    moved = world.plots()
    moved.geometry = moved.geometry.translate(900_000, 0)
    outside, turned = placing.misplaced(moved, REGION)
    assert outside.all()
    assert not turned.any()


@pytest.mark.parametrize(
    ("strict", "rows", "level"), [(True, 1, "error"), (False, 1, "warning"), (False, 4, "error")]
)
def test_outside_is_an_error_for_plots_and_for_whole_layers(strict: bool, rows: int, level: str):
    frame = world.plots()
    frame.iloc[:rows, frame.columns.get_loc("geometry")] = frame.geometry.iloc[:rows].translate(900_000, 0)
    (found,) = placing.in_region(frame, REGION, "x", strict=strict)

    assert found.level == level
    assert found.rows == tuple("abcd"[:rows])


def test_a_box_holds_its_edges_and_no_hole():
    lon, lat = np.array([127, 129.5, 126.9, np.nan, np.inf]), np.array([51, 52, 51.5, 51.5, 51.5])

    assert REGION.holds(lon, lat).tolist() == [True, True, False, False, False]
    assert str(REGION) == "127-129.5 E, 51-52 N"
