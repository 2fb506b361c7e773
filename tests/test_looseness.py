"""Unsure amounts as tables of worths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from judged import plan

from siteplan import valuing
from siteplan.looseness import amounts_within, loose


def test_equal_amounts_share_a_table_and_what_is_always_worth_the_same_has_none():
    """Beyond its anchors an amount is worth the same wherever it lies within its spread."""
    by = plan({"x": {"weight": 1, "spread": {"amount": 0.1}}, "y": {"weight": 1}})
    amounts = pd.DataFrame(
        {"x": [0.5, 2.0, 0.5, np.nan, np.inf, -1.0], "y": [0.5, np.nan, 0.5, 0.5, 0.5, 0.5]},
        index=pd.Index([*"abcdef"], name="plot"),
    )
    worths = amounts.clip(0, 1)
    certain, found = loose(amounts, worths, [*by.criteria], 0)

    assert found.offsets.tolist() == [0, 1, 2, 3, 4, 4, 4]  # of e and f nothing is drawn, of b only y
    assert found.table.tolist() == [0, -1, 0, -1]
    assert found.criterion.tolist() == [0, 1, 0, 0]
    assert certain.tolist() == [[0, 0.5], [1, 0], [0, 0.5], [0, 0.5], [1, 0.5], [0, 0.5]]
    assert found.tables.shape == (1, 256)


@pytest.mark.parametrize("kind", ["uniform", "triangular", "normal"])
def test_each_unsure_amount_has_the_worths_of_its_own_spread(kind: str, monkeypatch: pytest.MonkeyPatch):
    """Amounts valued a few at a time, as of very many plots."""
    monkeypatch.setattr("siteplan.looseness._AT_ONCE", 3)
    by = plan({name: {"weight": 1, "spread": {"kind": kind, "share": 0.3}} for name in "xy"})
    amounts = pd.DataFrame(np.random.default_rng(1).random((8, 2)) * 1.4, columns=[*"xy"])
    _, found = loose(amounts, amounts.clip(0, 1), [*by.criteria], 0)

    for plot in range(8):
        for one in range(found.offsets[plot], found.offsets[plot + 1]):
            criterion = by.criteria[found.criterion[one]]
            assert criterion.spread is not None
            within = amounts_within(amounts.iloc[[plot], found.criterion[one]].to_numpy(), criterion.spread)[
                0
            ]
            wanted = valuing.value(pd.DataFrame({"amount": within}), criterion)
            assert found.tables[found.table[one]] == pytest.approx(wanted.to_numpy())
    assert len(found.tables) == (found.table >= 0).sum() <= 16
