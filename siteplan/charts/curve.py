"""A value function drawn: what each amount is worth, and where the plots lie on it."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from siteplan.charts.paper import INKS, QUIET, STYLE, name, sheet
from siteplan.criteria import Criterion
from siteplan.valuing import value
from siteplan.worth import Category, Relative

_POINTS = 801


def value_function(criterion: Criterion, amounts: pd.Series | None = None) -> Figure:
    """Draw the worth of amounts from 0 to 1, with a tick for every plot.

    Parameters
    ----------
    criterion
        Holds the value function and the unit.
    amounts
        What was measured, in that unit (texts for a table of categories); relative values need it.

    Raises
    ------
    ValueError
        If a relative value is drawn without amounts.
    """
    with mpl.rc_context(STYLE):
        figure, axes = sheet(5.2, 2.8)
        if isinstance(criterion.value, Category):
            worths = criterion.value.worths
            axes.barh(range(len(worths)), list(worths.values()), color=INKS[0], height=0.6)
            axes.set_yticks(range(len(worths)), [name(text) for text in worths])
            axes.invert_yaxis()
            axes.set_xlim(0, 1.02)
            axes.set_xlabel("worth")
        else:
            at, worth = _curve(criterion, amounts)
            axes.plot(at, worth, color=INKS[0], linewidth=1.6)
            if amounts is not None:
                finite = amounts[np.isfinite(amounts.astype(float))]
                axes.plot(finite, np.full(len(finite), -0.04), "|", color=QUIET, markersize=7, clip_on=False)
            axes.set_ylim(-0.06, 1.04)
            axes.set_ylabel("worth")
            axes.set_xlabel(f"{name(criterion.label)}, {criterion.symbol}")
        axes.set_title(f"{name(criterion.label)}: {criterion.value.shape}", loc="left", size=9)
    return figure


def _curve(criterion: Criterion, amounts: pd.Series | None) -> tuple[np.ndarray, np.ndarray]:
    """Amounts from end to end and their worth; of a relative value that of the amounts there are."""
    if isinstance(criterion.value, Relative):
        if amounts is None:
            raise ValueError(f"{criterion.name}: a relative value has no curve of its own; give amounts")
        at = np.sort(amounts[np.isfinite(amounts.astype(float))].to_numpy(dtype=float))
    else:
        low, high = _ends(criterion, amounts)
        at = np.linspace(low, high, _POINTS)
    measured = pd.DataFrame({"amount": at, "category": None})
    return at, value(measured, criterion).to_numpy(dtype=float)


def _ends(criterion: Criterion, amounts: pd.Series | None) -> tuple[float, float]:
    """From a little before the first to a little past the last amount that matters."""
    plain = criterion.value.model_dump()
    stated = [plain[key] for key in ("best", "worst", "half", "high", "low") if plain.get(key) is not None]
    marks = [
        float(one) for given in stated for one in (given if isinstance(given, tuple | list) else (given,))
    ]
    marks += [float(amount) for amount, _ in plain.get("points", plain.get("steps", ()))]
    if plain["shape"] in ("exponential", "logistic"):
        away = marks[-1] - marks[0] if plain["shape"] == "logistic" else 4 * (plain["half"] - plain["best"])
        marks += (
            [marks[0] - 2 * away, marks[0] + 2 * away]
            if plain["shape"] == "logistic"
            else [plain["best"] + away]
        )
    if amounts is not None:
        marks += [float(one) for one in amounts if np.isfinite(one)]
    low, high = min(marks), max(marks)
    margin = 0.06 * (high - low) or 1.0
    return (max(low - margin, 0.0) if low >= 0 else low - margin), high + margin
