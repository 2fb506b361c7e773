"""scores.xlsx: the ranking in a workbook that computes it again when somebody changes a weight.

Formulas stay in their own row, or look a plot up by the number in its row's first cell, so that
readers may sort the sheets. The shares of the weights are named `shares`, the worths of all plots
`worths`, and what they come to `scores`, `scores_high` and `known`. No function is younger than
spreadsheets that open .xlsx at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from siteplan.glossary import Glossary
from siteplan.reports import details, told
from siteplan.reports.cells import Book, Formula, letter
from siteplan.reports.native import card_in, park_in
from siteplan.words import Words
from siteplan.words import words as spoken
from siteplan.writing import atomic_bytes

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

_SCORES = 12  # digits by which scores are told apart, as in siteplan.scoring


def write_workbook(
    card: Scorecard, path: str | Path, *, park: Park | None = None, language: str = "en"
) -> Path:
    """Write a result as a workbook whose ranking follows its weights.

    Parameters
    ----------
    card
        The result.
    path
        The file, by custom scores.xlsx.
    park
        What was scored: its notice and its sources stand in the workbook.
    language
        "en", "ru" or "zh". Names, titles and notes are told as the park's glossary has them.

    Returns
    -------
    path
        The file. The same result makes the same bytes.

    Raises
    ------
    OutputError
        If the language is not spoken, the file cannot be written, or a sheet has too few rows.

    Notes
    -----
    Sheets: the ranking (formulas), the weights (to be changed) with their shares, the worths of every
    plot (an unknown one is blank), contributions, amounts, connections, land, losses, sources. As in
    the scorecard an unknown worth counts 0 in the score and 1 in the score beside it, and an excluded
    plot has no rank until its reason is taken out.

    Examples
    --------
    >>> from pathlib import Path
    >>> card = read_scorecard("out").card  # doctest: +SKIP
    >>> write_workbook(card, "scores.xlsx")  # doctest: +SKIP
    PosixPath('scores.xlsx')
    """
    path = Path(path)
    atomic_bytes(path, workbook(card, park, spoken(language)))
    return path


def workbook(card: Scorecard, park: Park | None, words: Words) -> bytes:
    """Return the workbook's bytes."""
    glossary = Glossary() if park is None else park.glossary
    card, park = card_in(card, glossary, words), park and park_in(park, words.language)
    book = Book()
    drawing = _Workbook(card, words, book)
    drawing.ranking()
    drawing.weights()
    drawing.values()
    drawing.contributions()
    drawing.amounts()
    details.connections(card, words, book)
    details.land(card, words, book)
    _sources(card, park, words, book)
    return book.finished()


class _Workbook:
    """The sheets of one ranking; its plots in order of rank on all of them."""

    def __init__(self, card: Scorecard, words: Words, book: Book) -> None:
        self.card, self.words, self.book = card, words, book
        self.plots = card.ranked.drop(columns="geometry")
        self.criteria = card.plan.criteria
        names = [criterion.name for criterion in self.criteria]
        table = card.contributions.set_index(["plot", "criterion"])
        whole = pd.MultiIndex.from_product([self.plots.index, names], names=["plot", "criterion"])
        self.rows = table.reindex(whole)
        weights, values = self.sheet("weights"), self.sheet("values")
        last, plots = letter(1 + len(names)), max(len(self.plots), 1)
        book.name("weights", f"{weights}!$C$2:$C${1 + len(names)}")
        book.name("shares", f"{values}!$C$2:${last}$2")
        book.name("worths", f"{values}!$C$3:${last}${2 + plots}")
        for place, name in enumerate(("scores", "scores_high", "known"), start=2 + len(names)):
            book.name(name, f"{values}!${letter(place)}$3:${letter(place)}${2 + plots}")

    def sheet(self, key: str) -> str:
        """A sheet's name as formulas write it."""
        return f"'{self.words.say(f'workbook.{key}')}'"

    def titles(self, *keys: str) -> list[str]:
        return [self.words.say(f"workbook.{key}") for key in keys]

    def grid(self, column: str) -> Iterable[list[Any]]:
        """A column of the contributions: one list per plot, in the plan's order."""
        cells, wide = self.rows[column].tolist(), len(self.criteria)
        return (cells[row : row + wide] for row in range(0, len(cells), wide))

    def ranking(self) -> None:
        keys = ("row", "rank", "plot", "name", "score", "score_high", "completeness", "area",
                "excluded_by", "unchecked", "rank_then", "compared")  # fmt: skip
        sheet = self.book.sheet(
            self.words.say("workbook.ranking"),
            self.titles(*keys),
            [6, 7, 22, 30, 10, 14, 12, 10, 40, 24, 10],
        )
        last = 1 + len(self.plots)
        for number, (plot, row) in enumerate(
            zip(self.plots.index, self.plots.to_dict("records"), strict=True)
        ):
            sheet.row(_ranked(number + 1, str(plot), row, last))
        sheet.hide(keys.index("compared"))
        sheet.filtered()

    def weights(self) -> None:
        sheet = self.book.sheet(
            self.words.say("workbook.weights"),
            self.titles("criterion", "name", "weight", "share", "weight_in_plan", "unit", "note"),
            [36, 20, 10, 10, 10, 12, 60],
        )
        shares = self.card.plan.shares
        for number, one in enumerate(self.criteria, start=2):
            formula = f"=IF(SUM(weights)=0,0,C{number}/SUM(weights))"
            sheet.row(
                [
                    one.label,
                    one.name,
                    (one.weight, "input"),
                    (Formula(formula, shares[one.name]), "share"),
                    one.weight,
                    self.words.unit(one.symbol) if one.symbol != "1" else "",
                    (one.note, "wrap"),
                ]
            )
        sheet.asks(1, len(self.criteria), 2)
        sheet.row([])
        sheet.row([self.words.say("workbook.how")])

    def values(self) -> None:
        """The worths, and in the same row what they come to."""
        head = [*self.titles("row", "plot"), *(one.label for one in self.criteria)]
        sheet = self.book.sheet(
            self.words.say("workbook.values"),
            [*head, *self.titles("score", "score_high", "completeness")],
            [6, 22],
        )
        shares, weights = self.card.plan.shares, self.sheet("weights")
        said = [
            (Formula(f"={weights}!$D${row}", shares[one.name]), "share")
            for row, one in enumerate(self.criteria, start=2)
        ]
        sheet.row([None, (self.words.say("workbook.share"), "bold"), *said])
        # Of an excluded plot, too: its reason may be taken out.
        sums = self.rows.assign(contribution=self.rows["contribution"].fillna(0.0))["contribution"]
        scores = sums.groupby(level="plot", sort=False).sum().to_dict()
        shown = self.plots[["score", "score_high", "completeness"]].to_numpy().tolist()
        last = letter(1 + len(self.criteria))
        for number, (plot, worths) in enumerate(zip(self.plots.index, self.grid("value"), strict=True)):
            sheet.row(
                [
                    number + 1,
                    str(plot),
                    *worths,
                    *_totals(number + 3, last, (*shown[number], scores[plot])),
                ]
            )

    def contributions(self) -> None:
        head = [*self.titles("row", "plot"), *(one.label for one in self.criteria), *self.titles("sum")]
        sheet = self.book.sheet(self.words.say("workbook.contributions"), head, [6, 22])
        last, unknown = letter(1 + len(self.criteria)), "?"
        for row, (plot, parts) in enumerate(
            zip(self.plots.index, self.grid("contribution"), strict=True), start=2
        ):
            sheet.row(
                [
                    row - 1,
                    str(plot),
                    *(
                        (Formula(_part(row, place), unknown if pd.isna(part) else part), "score")
                        for place, part in enumerate(parts, start=1)
                    ),
                    (
                        Formula(f"=SUM(C{row}:{last}{row})", sum(part for part in parts if pd.notna(part))),
                        "score",
                    ),
                ]
            )
        sheet.filtered()

    def amounts(self) -> None:
        """What was measured, and to what."""
        named = (self.rows["feature_name"].fillna("") != "").groupby(level="criterion").any()
        head, shown = self.titles("row", "plot", "name"), []
        for one in self.criteria:
            unit = self.words.unit(one.symbol) if one.symbol not in ("", "1") else ""
            head.append(f"{one.label}, {unit}" if unit else one.label)
            shown.append(bool(named.get(one.name, False)))
            head += [self.words.say("workbook.to", label=one.label)] if shown[-1] else []
        sheet = self.book.sheet(self.words.say("workbook.amounts"), head, [6, 22, 30])
        grids = zip(*(self.grid(name) for name in ("amount", "category", "feature_name")), strict=True)
        names = self.plots["name"].tolist()
        for number, (plot, (amounts, categories, features)) in enumerate(
            zip(self.plots.index, grids, strict=True)
        ):
            cells: list[Any] = [number + 1, str(plot), names[number]]
            for place, amount in enumerate(amounts):
                cells.append((told.measured(amount, categories[place], self.words), "number"))
                cells += [features[place]] if shown[place] else []
            sheet.row(cells)
        sheet.filtered()


def _totals(row: int, last: str, said: tuple[float, float, float, float]) -> list[Any]:
    """What a plot's worths come to: score, score with the unknown at its best, known share."""
    worths, (score, high, known, parts) = f"C{row}:{last}{row}", said
    missing = f'SUMPRODUCT(shares*({worths}=""))'
    low = min(1.0, parts) if pd.isna(score) else score
    return [
        (Formula(f"=MIN(1,SUMPRODUCT(shares,{worths}))", low), "score"),
        (
            Formula(
                f"=MIN(1,SUMPRODUCT(shares,{worths})+{missing})",
                min(1.0, low + 1 - known) if pd.isna(high) else high,
            ),
            "score",
        ),
        (Formula(f"=MAX(0,1-{missing})", known), "share"),
    ]


def _ranked(number: int, plot: str, row: dict[Any, Any], last: int) -> list[Any]:
    """A row of the ranking."""
    here = number + 1
    unless = f'=IF(I{here}<>"","",'
    rank = f'=IF(L{here}="","",RANK(L{here},L$2:L${last}))'
    rounded = None if pd.isna(row["score"]) else round(row["score"], _SCORES)
    return [
        number,
        Formula(rank, row["rank"]),
        plot,
        row["name"],
        (Formula(f"{unless}INDEX(scores,A{here}))", row["score"]), "score"),
        (Formula(f"{unless}INDEX(scores_high,A{here}))", row["score_high"]), "score"),
        (Formula(f"=INDEX(known,A{here})", row["completeness"]), "share"),
        (row["area_ha"], "number"),
        row["excluded_by"] or None,
        row["unchecked"] or None,
        row["rank"],
        Formula(f"{unless}ROUND(E{here},{_SCORES}))", rounded),
    ]


def _part(row: int, place: int) -> str:
    worth = f"INDEX(worths,$A{row},{place})"
    return f'=IF(ISBLANK({worth}),"?",{worth}*INDEX(shares,1,{place}))'


def _sources(card: Scorecard, park: Park | None, words: Words, book: Book) -> None:
    """Who says so, as of when, and what must not be forgotten."""
    sheet = book.sheet(
        words.say("workbook.sources"), [words.say("workbook.what"), words.say("workbook.text")], [30, 60]
    )
    for what, text in told.notices(card, park, words):
        sheet.row([(what, "bold"), (text, "wrap")])
    head = [words.say(f"passport.{key}") for key in ("table", "origin", "as_of", "confidence", "licence")]
    lines = told.sources(park, words)
    if lines:
        sheet.row([])
        sheet.row([(title, "head") for title in head])
    for line in lines:
        sheet.row([(cell, "wrap") for cell in line])
    if book.cut:
        sheet.row([(words.say("workbook.notice"), "bold"), (words.count("workbook.cut", book.cut), "wrap")])
