from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
import world
from pyproj import CRS, Transformer

from siteplan import crs
from siteplan.errors import CrsError

LAW = [(3334365.448, 576530.399, 128.211224, 51.367391), (3346262.139, 565622.821, 128.380626, 51.26851)]


def to_degrees(system: CRS, x: float, y: float) -> tuple[float, float]:
    return Transformer.from_crs(system, 4326, always_xy=True).transform(x, y)


@pytest.mark.parametrize(("east", "north", "lon", "lat"), LAW)
def test_msk28_puts_the_border_where_the_law_says(east: float, north: float, lon: float, lat: float):
    """Nodes 47/24 and 2 of the border of Seryshevsky municipal okrug, as the law prints them.

    Amur Oblast law 102-OZ of 29.04.2022, annex 1; X in the law is north, Y is east. The degrees are
    those of the parameters that two public code bases agree on; the mapped border lies 57 m and 7 m away.
    """
    assert to_degrees(crs.parse("МСК-28, зона 3"), east, north) == pytest.approx((lon, lat), abs=1e-5)


@pytest.mark.parametrize("zone", [1, 2, 3, 4, 5])
def test_every_zone_of_msk28_by_name(zone: int):
    system = crs.parse(f"МСК-28, зона {zone}")
    meridian = 121.71666666666 + 3 * (zone - 1)

    lon, lat = to_degrees(system, zone * 1_000_000 + 300_000, 600_000)
    by_hand = CRS.from_proj4(
        f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0={zone}300000 +y_0=-5116586.44 +ellps=krass "
        "+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m +no_defs"
    )
    assert system.name == f"MSK-28 zone {zone}"
    assert lon == pytest.approx(meridian, abs=0.003)
    assert (lon, lat) == pytest.approx(to_degrees(by_hand, zone * 1e6 + 3e5, 600_000), abs=1e-9)
    assert crs.for_measuring(f"МСК-28, зона {zone}") == system


def test_the_datum_of_msk28_is_shifted():
    bare = CRS.from_proj4(
        "+proj=tmerc +lon_0=127.71666666666 +x_0=3300000 +y_0=-5116586.44 +ellps=krass +units=m"
    )
    here = to_degrees(crs.parse("МСК-28, зона 3"), *LAW[0][:2])
    there = to_degrees(bare, *LAW[0][:2])

    assert np.hypot(*(np.subtract(here, there) * [69_000, 111_000])) > 50


@pytest.mark.parametrize(
    "text",
    [
        "MSK-28 zone 3",
        "мск-28 зона 3",
        "МСК 28, зона № 3",
        "MCK-28 zone 3",
        "МСK-28, зона3",
        "МСК-028, зона 3",
    ],
)
def test_letters_that_look_alike_are_one_name(text: str):
    assert crs.parse(text).name == "MSK-28 zone 3"


@pytest.mark.parametrize(
    "text",
    ["МСК-28", "МСК-28, 3", "МСК-28, зона 6", "МСК-28, зона 0", "МСК-28, зона 33", "МСК-28, зона 3, зона 4"],
)
def test_a_zone_is_never_guessed(text: str):
    with pytest.raises(CrsError, match="say which zone, 1 to 5"):
        crs.parse(text)


@pytest.mark.parametrize(
    "text", ["МСК-50, зона 1", "МСК-28 от СК-95, зона 3", "МСК-280, зона 3", "MSK-77 zone 2"]
)
def test_systems_without_published_parameters_are_named(text: str):
    with pytest.raises(CrsError, match="no parameters are known for"):
        crs.parse(text)


def test_a_whole_definition_is_taken_as_it_is_whatever_its_name():
    other = crs.parse("МСК-28, зона 3").to_wkt().replace("MSK-28 zone 3", "MSK-50 zone 1")
    moved = crs.parse("МСК-28, зона 3").to_wkt().replace("3300000", "3300500")

    assert crs.parse(other).name == "MSK-50 zone 1"
    assert to_degrees(crs.parse(moved), 3300500, 600_000)[0] == pytest.approx(127.718, abs=0.002)


@pytest.mark.parametrize("text", ["", "zzz", "EPSG:99999999", "+proj=nonsense", "СК-63", "EPSG:", "GEOGCS["])
def test_names_of_nothing(text: str):
    with pytest.raises(CrsError, match="names no coordinate reference system"):
        crs.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("EPSG:4326", "degrees"),
        ("EPSG:4269", "degrees"),
        ("+proj=longlat +ellps=krass", "degrees"),
        ("EPSG:3857", "Mercator"),
        ("EPSG:3395", "Mercator"),
        ("EPSG:900913", "Mercator"),
        ("ESRI:102100", "Mercator"),
        ("+proj=merc", "Mercator"),
        ("+proj=webmerc +datum=WGS84", "Mercator"),
        ("EPSG:4978", "not a map projection"),
        ("EPSG:5773", "not a map projection"),
        ("EPSG:2263", "not in metres"),
        ("+proj=tmerc +lon_0=127 +units=km", "not in metres"),
    ],
)
def test_what_cannot_measure(text: str, said: str):
    with pytest.raises(CrsError, match=said):
        crs.for_measuring(text)


@pytest.mark.parametrize(
    "text", ["EPSG:32652", "EPSG:5070", "EPSG:2056", "EPSG:28412", "EPSG:3035", "EPSG:3375"]
)
def test_what_can_measure(text: str):
    assert crs.for_measuring(text) == CRS(text)


def test_the_utm_zone_of_the_plots_is_estimated():
    assert crs.estimate(world.plots()) == CRS(world.UTM)
    assert crs.estimate(world.plots().to_crs(3857)) == CRS(world.UTM)
    south = gpd.GeoDataFrame(geometry=[shapely.Point(19, -34)], crs=4326)
    assert crs.estimate(south) == CRS("EPSG:32734")


def test_no_zone_suits_a_whole_country():
    wide = gpd.GeoDataFrame(geometry=gpd.points_from_xy([37.6, 135.1], [55.7, 48.5]), crs=4326)

    with pytest.raises(CrsError, match="span 98 degrees"):
        crs.estimate(wide)


@pytest.mark.parametrize("shapes", [[], [None], [shapely.Polygon()]])
def test_nothing_has_no_zone(shapes: list[object]):
    with pytest.raises(CrsError, match="no geometry to estimate"):
        crs.estimate(gpd.GeoDataFrame(geometry=shapes, crs=4326))


def test_no_crs_no_metres():
    bare = world.plots().set_crs(None, allow_override=True)

    for way in (crs.estimate, crs.to_degrees, lambda frame: crs.project(frame, CRS(world.UTM))):
        with pytest.raises(CrsError, match="no CRS"):
            way(bare)


def test_coordinates_that_leave_the_projection_are_refused():
    metres = gpd.GeoDataFrame(geometry=[shapely.Point(444_000, 5_711_000)], crs=4326)

    with pytest.raises(CrsError, match="probably not the true one"):
        crs.project(metres, CRS(world.UTM))


def test_projecting_changes_nothing_given():
    given = world.plots()
    before = given.copy(deep=True)
    there = crs.project(crs.to_degrees(given), CRS(world.UTM))

    assert given.equals(before)
    assert shapely.equals_exact(there.geometry.to_numpy(), given.geometry.to_numpy(), tolerance=1e-6).all()
    assert list(there.index) == list(given.index)


@pytest.mark.parametrize("text", ["EPSG:32630", "EPSG:32662", "EPSG:32661"])
def test_a_projection_made_for_another_place_is_refused(text: str):
    with pytest.raises(CrsError, match="another place"):
        crs.refuse_distortion(world.plots(), crs.for_measuring(text))


@pytest.mark.parametrize("text", ["EPSG:32652", "EPSG:32651", "EPSG:28422", "МСК-28, зона 3"])
def test_the_neighbouring_zone_still_measures(text: str):
    crs.refuse_distortion(world.plots(), crs.for_measuring(text))


def test_points_to_degrees_keeps_what_is_missing():
    lon, lat = crs.points_to_degrees(
        np.array([444_000.0, np.nan, np.inf]), np.array([5_711_000.0, 1.0, 2.0]), CRS(world.UTM)
    )

    assert (lon[0], lat[0]) == pytest.approx((128.193, 51.547), abs=1e-3)
    assert np.isnan(lon[1:]).all()
    assert np.isnan(lat[1:]).all()


@pytest.mark.parametrize(
    "system",
    [
        None,
        CRS.from_wkt('LOCAL_CS["Undefined Cartesian SRS",UNIT["metre",1]]'),
        CRS.from_wkt(
            'GEOGCS["Undefined geographic SRS",DATUM["unknown",SPHEROID["unknown",6378137,298.25]],'
            'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
        ),
    ],
)
def test_a_crs_that_says_nothing_is_none(system: CRS | None):
    assert crs.is_missing(system)
    assert not crs.is_missing(CRS(4326))


@pytest.mark.parametrize(
    "text", ["MCK-28, зoнa 3", "МСК-28, зона 3", "MСK-28, zone 3", "ЕРSG:32652", "ЕPSG:32652"]
)
def test_letters_that_look_alike_name_one_crs(text: str):
    assert crs.parse(text) == crs.parse("EPSG:32652" if ":" in text else "МСК-28, зона 3")
