from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siteplan import letters


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("КТ-7", "KT-7"),
        ("тп-7", "ТП-7"),
        ("ТП\u200b-7", "ТП-7"),
        ("ТП\u00ad-7", "ТП-7"),
        ("Т 7", "Т\u00a0\u00a07"),
        ("\u0438\u0306", "й"),
        ("ＡＢ", "AB"),
    ],
)
def test_one_to_the_eye(one: str, other: str):
    assert one != other
    assert letters.compared(one) == letters.compared(other)


@pytest.mark.parametrize(("one", "other"), [("Б", "B"), ("0", "O"), ("1", "l"), ("Т-7", "Т7"), ("и", "й")])
def test_what_differs_stays_apart(one: str, other: str):
    assert letters.compared(one) != letters.compared(other)


@given(st.text())
def test_comparing_twice_changes_nothing(text: str):
    once = letters.compared(text)
    assert letters.compared(once) == once or unicodedata.normalize("NFKC", once) != once
    assert len(letters.latin(text)) == len(letters.cyrillic(text)) == len(text)
