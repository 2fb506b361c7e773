"""A value function drawn: what each amount is worth, and where the plots lie on it."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from siteplan.charts.paper import INKS, STYLE, name, said, sheet
from siteplan.criteria import Criterion
from siteplan.valuing import value
from siteplan.worth import Category, Exponential, Logistic, Relative, Step

_POINTS = 801


def value_function(criterion: Criterion, amounts: pd.Series | None = None) -> Figure:
    """Draw the worth of amounts from 0 to 1, with a dot for every plot.

    Parameters
    ----------
    criterion
        Holds the value function and the unit.
    amounts
        What was measured, in that unit (texts for a table of categories); relative values need it. What
        is unknown or without end has no dot and is counted in the title.

    Raises
    ------
    ValueError
        If a relative value is drawn without amounts.
    """
    label, shape = name(criterion.label), criterion.value.shape
    counted = _counted(amounts)
    with mpl.rc_context(STYLE):
        figure, axes = sheet(5.2, 2.9)
        if isinstance(criterion.value, Category):
            _bars(axes, criterion.value, amounts)
        else:
            at, worth = _curve(criterion, amounts)
            stepped = "steps-pre" if isinstance(criterion.value, Step) else "default"
            axes.plot(at, worth, color=INKS[0], linewidth=1.6, drawstyle=stepped)
            if amounts is not None:
                there = np.unique(amounts[np.isfinite(amounts.astype(float))].to_numpy(dtype=float))
                look: dict[str, Any] = {
                    "color": INKS[5],
                    "markersize": 4.5,
                    "markeredgecolor": "white",
                    "markeredgewidth": 0.4,
                }
                axes.plot(there, _worth(criterion, amounts, there), "o", clip_on=False, zorder=3, **look)
            axes.set_ylim(-0.04, 1.04)
            axes.set_ylabel("worth")
            axes.set_xlabel(
                ", ".join([label, *([] if criterion.symbol in ("", "1") else [criterion.symbol])])
            )
        axes.set_title(f"{label}: {shape}{counted}", loc="left", size=9)
    return said(figure, f"Worth of {label} from 0 to 1: {shape}{counted}.")


def _counted(amounts: pd.Series | None) -> str:
    """How many plots there are, and how many of them have no place on the axis."""
    if amounts is None:
        return ""
    unknown, endless = int(amounts.isna().sum()), int(amounts.isin([np.inf, -np.inf]).sum())
    words = [f"{len(amounts)} plots"]
    words += [f"{unknown} unknown"] if unknown else []
    words += [f"{endless} without end"] if endless else []
    return f" ({', '.join(words)})"


def _bars(axes: Axes, value_: Category, amounts: pd.Series | None) -> None:
    """The worth of each text, with how many plots have it."""
    worths, known = dict(value_.worths), {} if amounts is None else amounts.value_counts().to_dict()
    texts = [(name(text), worth, known.get(text, 0)) for text, worth in worths.items()]
    if value_.other is not None:
        texts.append(("any other", value_.other, sum(n for text, n in known.items() if text not in worths)))
    axes.barh(range(len(texts)), [worth for _, worth, _ in texts], color=INKS[0], height=0.6)
    for row, (_, worth, plots) in enumerate(texts):
        if plots:
            axes.text(worth + 0.015, row, f"{plots} plot{'s' if plots > 1 else ''}", va="center", size=8)
    axes.set_yticks(range(len(texts)), [text for text, _, _ in texts])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15)
    axes.set_xlabel("worth")


def _worth(criterion: Criterion, amounts: pd.Series, there: np.ndarray) -> np.ndarray:
    """The worth of the plots' amounts; a relative one by all of them."""
    everyone = pd.DataFrame({"amount": amounts.astype(float), "category": None})
    worth = value(everyone, criterion)
    return worth.groupby(everyone["amount"]).first().reindex(there).to_numpy(dtype=float)


def _curve(criterion: Criterion, amounts: pd.Series | None) -> tuple[np.ndarray, np.ndarray]:
    """Amounts from end to end and their worth; of a relative value that of the amounts there are."""
    if isinstance(criterion.value, Relative):
        if amounts is None:
            raise ValueError(f"{criterion.name}: a relative value has no curve of its own; give amounts")
        at = np.sort(amounts[np.isfinite(amounts.astype(float))].to_numpy(dtype=float))
    else:
        at = _along(criterion, amounts)
    measured = pd.DataFrame({"amount": at, "category": None})
    return at, value(measured, criterion).to_numpy(dtype=float)


def _along(criterion: Criterion, amounts: pd.Series | None) -> np.ndarray:
    """Amounts from a little before the first to a little past the last that matters, with all of those."""
    plain = criterion.value.model_dump()
    stated = [plain[key] for key in ("best", "worst", "half", "high", "low") if plain.get(key) is not None]
    marks = np.hstack([*stated, *(amount for amount, _ in plain.get("points", plain.get("steps", ())))])
    if isinstance(criterion.value, Exponential):
        marks = np.append(marks, 4 * plain["half"] - 3 * plain["best"])  # worth 1/16
    if isinstance(criterion.value, Logistic):
        away = 2 * (plain["high"] - plain["half"])
        marks = np.append(marks, [plain["half"] - away, plain["half"] + away])  # worth 1/82 and 81/82
    if amounts is not None:
        marks = np.append(marks, amounts[np.isfinite(amounts.astype(float))].to_numpy(dtype=float))
    low, high = float(marks.min()), float(marks.max())
    margin = 0.06 * (high - low) or 1.0
    start = max(low - margin, 0.0) if low >= 0 else low - margin
    return np.unique(np.append(np.linspace(start, high + margin, _POINTS), marks))
