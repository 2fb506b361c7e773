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
    for read in (cells.text, cells.identifier, cells.date, cells.flag, cells.availability):
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
        ("дa", True),
        ("\u00a0Да\u200b", True),
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
    for read in (cells.text, cells.identifier, cells.date, cells.flag, cells.availability):
        read(cell)
    assert cells.identifier(cell) is None or cells.identifier(cell) == cells.identifier(
        cells.identifier(cell)
    )


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Да", "yes"),
        (" НЕТ ", "no"),
        ("Возможно создание", "can_be_built"),
        ("возможно\u00a0создание", "can_be_built"),
        ("Bозможно cоздание", "can_be_built"),
        ("can_be_built", "can_be_built"),
        ("н/д", None),
        ("—", None),
        (None, None),
        ("", None),
        ("Возможно", "Возможно?"),
        ("да, частично", "да, частично?"),
        (True, "True?"),
        (1, "1?"),
    ],
)
def test_availability_has_three_values_and_a_gap(cell: object, kept: str | None):
    assert cells.availability(cell) == kept


@pytest.mark.parametrize(
    "cell",
    ["-", "–", "—", "−", "н/д", "Н/Д", "н.д.", "нет данных", "НЕТ  ДАННЫХ", "n/a", "", " ", "NaN", "#Н/Д"],
)
def test_signs_and_words_for_nothing_known(cell: str):
    assert cells.blank(cell)
    assert cells.date(cell) is None
    assert cells.flag(cell) is None


@pytest.mark.parametrize("cell", ["нет", "no", "0", 0, False, "none", "отсутствует", "?"])
def test_what_may_be_a_value_is_not_blank(cell: object):
    assert not cells.blank(cell)
