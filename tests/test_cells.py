from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siteplan import cells

ANY = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.lists(st.integers())
)


@pytest.mark.parametrize("cell", [None, float("nan"), pd.NA, pd.NaT, np.float64("nan")])
def test_nothing_is_missing_everywhere(cell: object):
    assert cells.missing(cell)
    for read in (cells.text, cells.identifier, cells.date, cells.flag):
        assert read(cell) is None


@pytest.mark.parametrize("cell", ["", " ", "\t\n"])
def test_a_blank_is_nothing(cell: str):
    for read in (cells.text, cells.identifier, cells.number, cells.date, cells.flag):
        assert read(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (7, "7"),
        (7.0, "7"),
        (np.float32(7), "7"),
        (np.float64(7), "7"),
        (np.int64(2**62 + 1), str(2**62 + 1)),
        (7.5, "7.5"),
        ("007", "007"),
        (" a ", " a "),
        (float("inf"), "inf"),
    ],
)
def test_texts(cell: object, text: str):
    assert cells.text(cell) == text
    assert cells.identifier(cell) == text.strip()


@pytest.mark.parametrize("cell", ["1.5", " 1.5 ", 3, 2.5, "-1e3", np.int8(4)])
def test_numbers(cell: object):
    assert float(cells.number(cell)) == float(cell)


@pytest.mark.parametrize(
    "cell", [True, False, np.True_, "1_000", "10 MW", "1,5", "0x10", [1], np.array([1.0]), {"a": 1}]
)
def test_what_is_no_number(cell: object):
    with pytest.raises((ValueError, TypeError)):
        float(cells.number(cell))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-23", "2026-11-23"),
        ("23.11.2026", "2026-11-23"),
        (" 2026-11-23 ", "2026-11-23"),
        ("2026-11-23T10:00:00Z", "2026-11-23"),
        ("2026-11-23 10:00", "2026-11-23"),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 5, 6, tzinfo=UTC), "2026-11-23"),
        (pd.Timestamp("2026-11-23 10:00", tz="Asia/Yakutsk"), "2026-11-23"),
    ],
)
def test_dates(cell: object, day: str):
    assert cells.date(cell) == day


@pytest.mark.parametrize(
    "cell",
    ["11/23/2026", "2026-13-01", "2026-02-30", "2026-11-2399", "2026-11-23x", "soon", 20261123, "23.11.26"],
)
def test_what_is_no_date(cell: object):
    assert cells.date(cell).endswith("?")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("да", True),
        ("НЕТ", False),
        (" Yes ", True),
        (1, True),
        (0.0, False),
        (True, True),
        (np.False_, False),
        ("1", True),
    ],
)
def test_flags(cell: object, said: bool):
    assert cells.flag(cell) is said


@pytest.mark.parametrize("cell", ["maybe", 2, -1, 0.5, "y e s"])
def test_what_is_no_flag(cell: object):
    assert not isinstance(cells.flag(cell), bool)


@given(ANY)
def test_any_cell_is_read_or_given_back(cell: object):
    for read in (cells.text, cells.identifier, cells.number, cells.date, cells.flag):
        read(cell)
    assert cells.identifier(cell) is None or cells.identifier(cell) == cells.identifier(
        cells.identifier(cell)
    )
