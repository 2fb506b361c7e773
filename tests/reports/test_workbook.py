"""The workbook: its formulas say what the scorecard says, for any weights."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maps.drawable import empty, layers, plan, plots
from maps.hostile import EVERYTHING, LONG, hostile
from reports.sheets import Computed, opened

from siteplan.errors import OutputError
from siteplan.reports.workbook import workbook, write_workbook
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park
from siteplan.words import LANGUAGES, words

SHEETS = ["Ranking", "Weights", "Values", "Contributions", "Amounts", "Sources"]


@pytest.fixture(scope="module")
def book(card: Scorecard, park: Park) -> bytes:
    return workbook(card, park, words("en"))


def test_the_sheets_are_these(book: bytes):
    assert opened(book).sheetnames == SHEETS


def test_what_stands_in_the_cells_is_what_the_scorecard_says(book: bytes, card: Scorecard):
    sheet = opened(book, values=True)["Ranking"]
    ranked = card.ranked
    rows = list(sheet.iter_rows(min_row=2, max_col=10, values_only=True))
    assert [row[2] for row in rows] == list(ranked.index)
    for row, (_, said) in zip(rows, ranked.iterrows(), strict=True):
        numbers = [said[name] for name in ("rank", "score", "score_high")]
        assert [row[1], row[4], row[5]] == ([None] * 3 if said["excluded_by"] else numbers)
        assert row[6] == said["completeness"]
        assert (row[8] or "") == card.sayings.retold(said["excluded_by"], words("en"))


def test_the_formulas_come_to_what_stands_in_the_cells(book: bytes, card: Scorecard):
    computed = Computed(book)
    np.testing.assert_allclose(computed.column("score"), card.ranked["score"], atol=1e-12)
    np.testing.assert_allclose(computed.column("score_high"), card.ranked["score_high"], atol=1e-12)
    np.testing.assert_allclose(computed.column("completeness"), card.ranked["completeness"], atol=1e-12)
    pd.testing.assert_series_equal(
        computed.ranks(), card.ranked["rank"].astype(float), check_names=False, check_dtype=False
    )


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=5, max_size=5).filter(lambda weights: sum(weights) > 1))
def test_other_weights_rank_as_the_library_ranks_by_them(weights: list[float]):
    changed = plan().to_dict()
    for criterion, weight in zip(changed["criteria"], weights, strict=True):
        criterion["weight"] = weight
    card, other = _CARD, score(plots(), layers(), type(plan()).from_dict(changed))
    computed = Computed(workbook(card, None, words("en")), weights)
    expected = other.plots.reindex(card.ranked.index)
    np.testing.assert_allclose(computed.column("score"), expected["score"], atol=1e-9)
    np.testing.assert_allclose(computed.column("score_high"), expected["score_high"], atol=1e-9)
    assert computed.ranks().fillna(0).tolist() == expected["rank"].fillna(0).astype(float).tolist()


_CARD = score(plots(), layers(), plan())


def test_an_unknown_worth_is_blank_and_an_excluded_plot_has_no_rank(book: bytes, card: Scorecard):
    values = opened(book, values=True)["Values"]
    known = [
        [cell is not None for cell in row[2:]]
        for row in values.iter_rows(min_row=3, max_col=7, values_only=True)
    ]
    worths = card.contributions.pivot(index="plot", columns="criterion", values="value")
    order = [one.name for one in card.plan.criteria]
    assert known == worths.reindex(card.ranked.index)[order].notna().to_numpy().tolist()
    assert not all(map(all, known))
    excluded = opened(book, values=True)["Ranking"].cell(len(card.plots) + 1, 9).value
    assert excluded.startswith("Flooded share")


def test_weight_cells_are_the_plans_and_take_only_numbers_from_nothing_up(book: bytes, card: Scorecard):
    sheet = opened(book)["Weights"]
    assert [row[2].value for row in sheet.iter_rows(min_row=2, max_row=6)] == [3, 2, 2, 1, 2]
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.operator, rule.formula1) == ("C2:C6", "greaterThanOrEqual", "0")
    assert opened(book).defined_names["weights"].attr_text == "'Weights'!$C$2:$C$6"


def test_the_same_result_makes_the_same_bytes(book: bytes, card: Scorecard, park: Park):
    assert workbook(card, park, words("en")) == book


def test_notices_and_sources_are_never_left_out(book: bytes, park: Park):
    said = " ".join(str(cell) for row in opened(book)["Sources"].values for cell in row if cell)
    assert park.catalogue.notice in said
    assert "2026-11-20" in said
    assert "part synthetic" in said or "synthetic" in said
    for layer in park.catalogue.layers.values():
        assert layer.title in said


def test_without_a_park_it_says_so(card: Scorecard):
    said = str(list(opened(workbook(card, None, words("en")))["Sources"].values))
    assert "catalogue was not given" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_titles_are_in_the_language(card: Scorecard, park: Park, language: str):
    said = words(language)
    computed = Computed(workbook(card, park, said), language=language)
    assert opened(workbook(card, park, said)).sheetnames[0] == said.say("workbook.ranking")
    np.testing.assert_allclose(computed.column("score"), card.ranked["score"], atol=1e-12)


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x")',
    "http://example.org",
    "'=1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_or_a_link(card: Scorecard, park: Park, text: str):
    evil = replace(
        card, plots=card.plots.assign(name=text), contributions=card.contributions.assign(feature_name=text)
    )
    made = workbook(evil, park, words("en"))
    sheet = opened(made)["Ranking"]
    for row in range(2, 6):
        cell = sheet.cell(row, 4)
        assert (cell.data_type, cell.hyperlink) == ("s", None)
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        parts = {name: files.read(name).decode() for name in files.namelist()}
    assert not any("hyperlink" in part for name, part in parts.items() if name.startswith("xl/worksheets/"))
    formulas = [
        found for name, part in parts.items() if "sheet" in name for found in re.findall("<f>(.*?)</f>", part)
    ]
    assert all(_ours(formula) for formula in formulas)


def _ours(formula: str) -> bool:
    """Whether a formula holds nothing but the functions, names and places that we write."""
    words_of = set(re.findall(r"[A-Za-z_]{3,}", re.sub(r"'[^']*'!", "", formula)))
    known = {"MIN", "MAX", "SUM", "SUMPRODUCT", "INDEX", "ISBLANK", "RANK", "ROUND"}
    return words_of <= known | {"worths", "shares", "weights", "quot", "scores", "scores_high", "known"}


def test_a_text_that_could_be_taken_for_a_formula_stays_text_when_it_is_edited(card: Scorecard, park: Park):
    evil = replace(card, plots=card.plots.assign(name="=1+1"))
    assert opened(workbook(evil, park, words("en")))["Ranking"].cell(2, 4).quotePrefix


def test_every_attack_at_once(park: Park):
    card, evil = hostile(park, plan())
    book = opened(workbook(card, evil, words("ru")))
    names = [str(cell.value) for cell in book.worksheets[0]["D"]]
    assert LONG in names
    assert any(EVERYTHING[:20] in name for name in names)


def test_texts_longer_than_a_cell_are_cut_and_counted(card: Scorecard, park: Park):
    long = replace(card, plots=card.plots.assign(name="\N{GRINNING FACE}" * 20_000))
    book = opened(workbook(long, park, words("en")))
    name = book["Ranking"].cell(2, 4).value
    assert name.endswith("…")
    assert 32_760 <= len(name.encode("utf-16-le")) // 2 <= 32_767
    # the ranking and the amounts have a name for every plot
    assert f"{2 * len(card.plots)} texts were cut" in str(list(book["Sources"].values))


def test_no_plots_make_a_workbook_too(card: Scorecard, park: Park):
    made = opened(workbook(*empty(card, park), words("en")))
    assert made["Ranking"].max_row == 1


def test_a_name_that_is_a_number_stays_text(card: Scorecard, park: Park):
    made = workbook(replace(card, plots=card.plots.assign(name="007")), park, words("en"))
    assert opened(made)["Ranking"].cell(2, 4).value == "007"


def test_it_lands_whole_or_not_at_all(card: Scorecard, tmp_path: Path):
    path = write_workbook(card, tmp_path / "new" / "scores.xlsx")
    assert [one.name for one in path.parent.iterdir()] == ["scores.xlsx"]
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_workbook(card, tmp_path / "file" / "scores.xlsx")
    with pytest.raises(OutputError, match="does not speak"):
        write_workbook(card, path, language="fr")


def test_openpyxl_reads_it_without_a_complaint(book: bytes):
    book_: Any = openpyxl.load_workbook(io.BytesIO(book))
    assert book_.properties.created.year == 2000
