"""A workbook computed again by the very formulas that stand in it: just the functions they use."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from siteplan.words import words

COLUMNS = {"rank": "B", "score": "E", "score_high": "F", "completeness": "G", "compared": "L"}


def opened(book: bytes, *, values: bool = False) -> Any:
    """The workbook: its formulas, or what stands beside them."""
    return openpyxl.load_workbook(io.BytesIO(book), data_only=values)


class Computed:
    """The ranking of a workbook, its formulas evaluated with the weights in their cells, or others."""

    def __init__(self, book: bytes, weights: list[float] | None = None, *, language: str = "en") -> None:
        formulas, said = opened(book), words(language)
        self.ranking = formulas[said.say("workbook.ranking")]
        self.values = formulas[said.say("workbook.values")]
        self.sheet = formulas[said.say("workbook.weights")]
        count = self.values.max_column - 5
        cells = [self.sheet.cell(row, 3).value for row in range(2, 2 + count)]
        self.weights = np.array(cells if weights is None else weights, dtype=float)
        self.shares = np.array([self._share(place) for place in range(count)])
        rows = self.values.iter_rows(min_row=3, min_col=3, max_col=2 + count, values_only=True)
        self.worths = [np.array([np.nan if cell is None else cell for cell in row]) for row in rows]
        names = ("scores", "scores_high", "known")
        self.totals = {name: self._totals(3 + count + place) for place, name in enumerate(names)}
        self.last = self.ranking.max_row
        self._columns: dict[str, list[float]] = {}

    def _share(self, place: int) -> float:
        """A share by the formula of its cell on the sheet of weights, which the values refer to."""
        name = self.sheet.title
        assert self.values.cell(2, 3 + place).value == f"='{name}'!$D${2 + place}"
        formula = self.sheet.cell(2 + place, 4).value
        assert formula == f"=IF(SUM(weights)=0,0,C{2 + place}/SUM(weights))"
        whole = self.weights.sum()
        return 0.0 if whole == 0 else float(self.weights[place] / whole)

    def _totals(self, column: int) -> list[float]:
        """What the sheet of values computes in its own rows."""
        found = []
        for row, worths in enumerate(self.worths, start=3):
            code = self.values.cell(row, column).value[1:]
            cells = rf"C{row}:[A-Z]+{row}"
            code = re.sub(cells, "worths", re.sub(rf'\({cells}=""\)', "missing", code))
            known = {
                "SUMPRODUCT": lambda *arrays: float(np.prod(np.nan_to_num(arrays), axis=0).sum()),
                "missing": np.isnan(worths).astype(float),
                "MIN": min,
                "MAX": max,
                "shares": self.shares,
                "worths": worths,
            }
            found.append(float(eval(code, {"__builtins__": {}}, known)))
        return found

    def column(self, name: str) -> list[float]:
        """What a column's formulas come to; missing where they show nothing."""
        if name not in self._columns:
            self._columns[name] = [self._of(COLUMNS[name], row) for row in range(2, self.last + 1)]
        return self._columns[name]

    def ranks(self) -> pd.Series:
        plots = [self.ranking.cell(row, 3).value for row in range(2, self.last + 1)]
        return pd.Series(self.column("rank"), index=pd.Index(plots, name="plot"), dtype=float)

    def _of(self, letter: str, row: int) -> float:
        code = self._python(self.ranking[f"{letter}{row}"].value, row)
        found = eval(code, {"__builtins__": {}}, self._functions())
        return np.nan if found == "" else float(found)

    def _python(self, formula: str, row: int) -> str:
        """A formula as Python: its cells looked up, its functions called."""
        code = re.sub(r"^=", "", formula).replace("<>", "!=")
        code = re.sub(r'([A-Z]+\d+)=""', r'\1==""', code)
        code = code.replace(f"L$2:L${self.last}", "COLUMN_L()")
        for cell in set(re.findall(r"\b([AEIL])(\d+)\b", code)):
            assert int(cell[1]) == row
            code = code.replace("".join(cell), f"CELL{cell[0]}({row})")
        # both sides of IF are computed here, and only one of them is wanted
        return re.sub(r"\bIF\((.*?),\"\",(.*)\)$", r'("" if \1 else \2)', code)

    def _functions(self) -> dict[str, Any]:
        return {
            "CELLA": lambda row: self.ranking[f"A{row}"].value,
            "CELLE": lambda row: self._of("E", row),
            "CELLI": lambda row: self.ranking[f"I{row}"].value or "",
            "CELLL": lambda row: "" if np.isnan(found := self._of("L", row)) else found,
            "COLUMN_L": lambda: self.column("compared"),
            "INDEX": lambda numbers, row: numbers[row - 1],
            "ROUND": round,
            "RANK": lambda number, among: 1 + sum(one > number for one in among),
            **self.totals,
        }
