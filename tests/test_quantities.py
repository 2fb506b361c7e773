from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siteplan import quantities
from siteplan.quantities import NotReadError, Reader

MW = Reader("MW")
NBSP, THIN, NARROW, FIGURE = "\u00a0", "\u2009", "\u202f", "\u2007"

RIGHT = [
    ("10", 10),
    ("007", 7),
    ("10 МВт", 10),
    ("10МВт", 10),
    ("10 мвт", 10),
    ("10 MW", 10),
    ("10 MВт", 10),  # a Latin M
    ("10 МBт", 10),  # a Latin B
    ("10 МW", 10),  # a Cyrillic М
    ("2500 кВт", 2.5),
    ("2 500 кВт", 2.5),
    ("0,5 ГВт", 500),
    ("2,5", 2.5),
    ("2,50", 2.5),
    ("0,125", 0.125),
    ("0.125", 0.125),
    ("1.234", 1.234),
    ("1234,567", 1234.567),
    ("1234.567", 1234.567),
    ("12,34", 12.34),
    (",5", 0.5),
    (".5", 0.5),
    ("5.", 5),
    ("1 234,5", 1234.5),
    (f"1{NBSP}234,5", 1234.5),
    (f"1{THIN}234,5", 1234.5),
    (f"1{NARROW}234,5{NBSP}МВт", 1234.5),
    (f"1{FIGURE}234", 1234),
    ("1 234 567", 1234567),
    ("1 234,567", 1234.567),
    ("1 234 МВт", 1234),
    ("1,234.5", 1234.5),
    ("1.234,5", 1234.5),
    ("1,234,567", 1234567),
    ("1.234.567", 1234567),
    ("1.234.567,8", 1234567.8),
    ("−5", -5),
    ("-5", -5),
    ("‑5", -5),
    ("+5", 5),
    ("1e3", 1000),
    ("1,5E-3 ГВт", 1.5),
    ("  10 МВт  ", 10),
    ("\t10\n", 10),
    ("１０", 10),
    ("10 МВт/ч", 10),
    ("2500 кВт/час", 2.5),
    ("0", 0),
    ("-0,5 МВт", -0.5),
    (10, 10),
    (2.5, 2.5),
    (np.int64(7), 7),
    (np.float32(0.5), 0.5),
]

NOTHING = [None, float("nan"), pd.NA, "", " ", "-", "–", "—", "н/д", "нет данных", "n/a", NBSP, "NaN"]

WRONG = [
    ("1,234", "1234 or 1.234"),
    ("12,345", "12345 or 12.345"),
    ("999,999 МВт", "999999 or 999.999"),
    ("−1,234", "1234 or 1.234"),
    ("нет", "none, or not known"),
    ("НЕТ", "none, or not known"),
    ("нeт", "none, or not known"),
    ("отсутствует", "none, or not known"),
    ("none", "none, or not known"),
    ("wide", ""),
    ("МВт", ""),
    ("МВт 10", ""),
    ("10-15", "unknown unit"),
    ("10–15 МВт", "unknown unit"),
    ("10±1", "unknown unit"),
    ("~10", ""),
    ("≈10", ""),
    (">10", ""),
    ("до 10 МВт", ""),
    ("–5", ""),  # a dash begins a list as well
    ("- 5", ""),
    ("--5", ""),
    ("(5)", ""),
    ("10 МВА", "cannot be given in MW"),
    ("10 м³/ч", "cannot be given in MW"),
    ("10 МВт·ч", "unknown unit"),
    ("10 МВтч", "unknown unit"),
    ("10 МВт/мес", "unknown unit"),
    ("10 МВт (резерв)", "unknown unit"),
    ("10 МВт, 5 МВт", "unknown unit"),
    ("10 %", "cannot be given in MW"),
    ("10 parsec", "unknown unit"),
    ("1 23", "do not belong together"),
    ("1 2345", "do not belong together"),
    ("1234 567", "do not belong together"),
    ("1 234 56", "do not belong together"),
    ("1  234", "do not belong together"),
    ("1_000", "do not belong together"),
    ("1'234", "do not belong together"),
    ("1,2,3", "do not belong together"),
    ("1.2.3", "do not belong together"),
    ("1,", "do not belong together"),
    ("5..", "do not belong together"),
    ("23.11.2026", "do not belong together"),
    ("2026-11-23", "unknown unit"),
    ("1,23.4", "do not belong together"),
    ("1234,567.8", "do not belong together"),
    ("0x10", "unknown unit"),
    ("1e", "unknown unit"),
    ("1e999", "not finite"),
    ("inf", ""),
    ("-inf", ""),
    ("10²", "do not belong together"),
    ("²", ""),
    ("½", ""),
    ("1½", "unknown unit"),
    ("١٠", ""),
    ("Ⅳ", ""),
    ("110/10", "several numbers"),
    ("110/10 кВ", "several numbers"),
    ("=1+1", ""),
    ("1;2", "unknown unit"),
    (True, ""),
    (np.False_, ""),
    ([1], ""),
    (np.array([1.0]), ""),
    ({"a": 1}, ""),
    (float("inf"), "not finite"),
    (10**400, ""),
]


@pytest.mark.parametrize(("cell", "number"), RIGHT)
def test_numbers_as_people_write_them(cell: object, number: float):
    assert MW.strictly(cell) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize("cell", NOTHING)
def test_nothing_known(cell: object):
    assert MW.strictly(cell) is None


@pytest.mark.parametrize(("cell", "reason"), WRONG)
def test_what_is_no_number_is_refused_with_its_reason(cell: object, reason: str):
    with pytest.raises(NotReadError) as refused:
        MW.strictly(cell)

    assert reason in str(refused.value)
    assert bool(reason) == bool(str(refused.value))
    assert MW.read(cell) == f"{cell!s}?"


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("2,5 тыс. м³/ч", "m3/h", 2500),
        ("2,5 тыс.м3/час", "m3/day", 60_000),
        ("150 м3/сут", "m3/h", 6.25),
        ("150 куб. м/сут.", "m3/day", 150),
        ("5 л/с", "m3/h", 18),
        ("0.4 Гкал/ч", "Gcal/h", 0.4),
        ("1,5 га", "m2", 15_000),
        ("12 %", "share", 0.12),
        ("3 млн руб.", "RUB", 3e6),
    ],
)
def test_units_in_the_cell_are_converted(text: str, unit: str, number: float):
    assert Reader(unit).strictly(text) == pytest.approx(number, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1,234", ",", 1.234),
        ("1,234", ".", 1234),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("1.234,5", ",", 1234.5),
        ("1,234.5", ".", 1234.5),
        ("1 234,5", ",", 1234.5),
        ("10", ",", 10),
        ("1.5", ",", None),
        ("1,5", ".", None),
        ("0.123", ",", None),
        ("1,234.5", ",", None),
        ("1.234,5", ".", None),
    ],
)
def test_a_stated_decimal_mark(text: str, decimal: quantities.Decimal, number: float | None):
    reader = Reader("MW", decimal)
    if number is None:
        with pytest.raises(NotReadError, match="do not belong together"):
            reader.strictly(text)
    else:
        assert reader.strictly(text) == number


@pytest.mark.parametrize("text", ["110/10 кВ", "110 / 10 кВ", "110/35/10 кВ", "110/10", "110кВ", "110"])
def test_the_first_of_a_pair_only_when_asked(text: str):
    assert Reader("kV", pair="first").strictly(text) == 110
    if "/" in text:
        with pytest.raises(NotReadError, match="several numbers"):
            Reader("kV").strictly(text)


def test_a_number_without_a_unit_where_units_stand_in_the_cells():
    reader = Reader("MW", bare=False)

    assert reader.strictly("15 МВт") == 15
    for cell in ("15", 15, 15.0):
        with pytest.raises(NotReadError, match="no unit; add it"):
            reader.strictly(cell)


@pytest.mark.parametrize(
    ("cell", "has"),
    [("10 МВт", True), ("2,5 МВт", True), ("1,234 МВт", True), ("110/10 кВ", True), ("110/10", False),
     ("10", False), (10, False), ("wide", False), ("н/д", False), ("10 ", False), (None, False)],
)  # fmt: skip
def test_cells_that_carry_a_unit(cell: object, has: bool):
    assert quantities.has_unit(cell) is has


@pytest.mark.parametrize(
    ("cell", "is_so"),
    [("2,5 МВт/ч", True), ("10 кВт / час", True), ("10 MW/h", True), ("10 м3/ч", False), ("10 Гкал/ч", False),
     ("10 МВт", False), ("МВт/ч", False), (10, False)],
)  # fmt: skip
def test_power_per_hour_is_noticed(cell: object, is_so: bool):
    assert quantities.per_hour(cell) is is_so


@given(st.text() | st.from_regex(r"[+−-]?[0-9][0-9.,   ]{0,12}( ?(МВт|кВт|x))?"))
def test_any_text_is_a_finite_number_or_given_back(text: str):
    read = MW.read(text)

    assert read is None or read == f"{text}?" or math.isfinite(read)
    assert read is None or isinstance(read, float) or MW.why(text) == "" or MW.why(text).startswith(" (")


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["", " MW", " МВт"]))
def test_what_a_machine_writes_reads_back_to_the_last_bit(number: float, unit: str):
    assert MW.strictly(f"{number!r}{unit}") == number


@given(st.integers(-(10**12), 10**12), st.sampled_from([" ", NBSP, THIN, NARROW]))
def test_thousands_apart(number: int, space: str):
    assert MW.strictly(f"{number:,}".replace(",", space)) == number


@given(st.integers(0, 10**9), st.integers(0, 999))
def test_a_comma_is_read_in_one_way_or_not_at_all(whole: int, thousandths: int):
    text = f"{whole},{thousandths:03}"
    read = MW.read(text)

    assert read == (f"{text}?" if 0 < whole < 1000 else whole + thousandths / 1000)
