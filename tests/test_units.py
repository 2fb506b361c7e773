from __future__ import annotations

import pytest

from siteplan import units
from siteplan.errors import SiteplanError


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("МВт", "MW"),
        (" мвт ", "MW"),
        ("м³/сут", "m3/day"),
        ("м3/сут.", "m3/day"),
        ("тыс. м3/ч", "thousand m3/h"),
        ("тыс.м³/час", "thousand m3/h"),
        ("Гкал/ч", "Gcal/h"),
        ("га", "ha"),
        ("кв. м", "m2"),
        ("км²", "km2"),
        ("млн руб/га", "million RUB/ha"),
        ("тыс. руб.", "thousand RUB"),
        ("%", "%"),
        ("метр", None),
        ("KM", "km"),
        ("кВ", "kV"),
        ("кВт", "kW"),
        ("кВА", "kVA"),
        ("шт.", "1"),
        ("мес.", "months"),
        ("тыс. т/год", "thousand t/year"),
        ("MВт", "MW"),
        ("МW", "MW"),
        ("кB", "kV"),
        ("м³/cут", "m3/day"),
        ("куб. м/ч", "m3/h"),
        ("л/с", "l/s"),
        ("тыс. м³/сут.", "thousand m3/day"),
    ],
)
def test_the_spellings_people_use(text: str, symbol: str | None):
    if symbol is None:
        with pytest.raises(SiteplanError, match="known units: m, km"):
            units.unit(text)
    else:
        assert units.unit(text).symbol == symbol


def test_kilovolts_and_kilowatts_are_not_mixed_up():
    assert units.unit("кВ").quantity == "voltage"
    assert units.unit("кВт").quantity == "power"
    assert units.unit("kVA").quantity == "apparent power"


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("km", "m", 1000),
        ("ha", "m2", 10_000),
        ("km2", "ha", 100),
        ("%", "share", 0.01),
        ("GW", "kW", 1e6),
        ("m3/h", "m3/day", 24),
        ("thousand m3/h", "m3/h", 1000),
        ("MPa", "bar", 10),
        ("years", "months", 12),
        ("million RUB/ha", "RUB/m2", 100),
        ("Mt/year", "t/year", 1e6),
    ],
)
def test_factors_both_ways(one: str, other: str, factor: float):
    assert units.factor(one, other) == pytest.approx(factor, rel=1e-15)
    assert units.factor(other, one) == pytest.approx(1 / factor, rel=1e-15)


def test_every_family_starts_with_its_base_unit():
    for known in units._UNITS.values():
        first = units.unit(units.of_quantity(known.quantity)[0])
        assert (first.quantity, first.factor) == (known.quantity, 1)


@pytest.mark.parametrize(("one", "other"), [("MW", "MVA"), ("m", "ha"), ("RUB", "RUB/ha"), ("m", "furlong")])
def test_what_measures_something_else_is_refused(one: str, other: str):
    with pytest.raises(SiteplanError):
        units.factor(one, other)


@pytest.mark.parametrize("text", ["", " ", "mw.h", "m3", "1e3", "М" * 200])
def test_unknown_units_are_refused_with_what_is_known(text: str):
    with pytest.raises(SiteplanError, match="unknown unit"):
        units.unit(text)


def test_every_spelling_leads_to_a_unit():
    for text, symbol in units._SPELLINGS.items():
        assert units.unit(text).symbol == symbol
