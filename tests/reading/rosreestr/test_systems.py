from __future__ import annotations

import pytest
import shapely

from siteplan import crs
from siteplan.reading.rosreestr import systems

ZONE = crs.parse("МСК-28, зона 3")
HERE = shapely.box(3_326_000, 591_000, 3_326_100, 591_100)
TURNED = shapely.box(591_000, 3_326_000, 591_100, 3_326_100)


@pytest.mark.parametrize("name", ["МСК-28, зона 3", "MCK-28 зона 3", " МСК 28, зона №3", "мск-28 (зона 3)"])
def test_spellings_of_a_zone(name: str):
    assert systems.known(name) == ZONE


@pytest.mark.parametrize(
    "name",
    [
        "", "МСК-28", "МСК-28, зона 7", "МСК-28, зона 3 и зона 4", "МСК-26, зона 1", "СК-42", "4326",
        "WGS 84", "СК кадастрового округа", "+proj=longlat", "МСК-28, зона 3 +nadgrids=x", 'PROJCS["x"]',
        "EPSG:1", "EPSG:99999",
    ],
)  # fmt: skip
def test_no_zone_and_no_system_is_guessed(name: str):
    assert systems.known(name) is None


def test_a_code_is_a_system():
    system = systems.known("EPSG:32652")

    assert system is not None
    assert system.name == "WGS 84 / UTM zone 52N"


def test_axes_are_asked_by_the_first_digit_of_the_easting():
    assert not systems.swapped(HERE, ZONE)
    assert systems.swapped(TURNED, ZONE)
    assert systems.misfit(HERE, ZONE) == ""
    assert "begin with 4" in systems.misfit(HERE, crs.parse("МСК-28, зона 4"))
    assert not systems.swapped(TURNED, crs.parse("EPSG:32652"))
    assert systems.misfit(TURNED, crs.parse("EPSG:32652")) == ""
