"""What all charts share: paper, inks, and text of other people that stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from siteplan import safe

# Okabe & Ito 2008, Color universal design: told apart with any colour vision, the palest left out.
INKS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#5B4A8A")
INK, QUIET = "#222222", "#767676"
_LONGEST = 28
_LONGER = (_LONGEST, 44, 70)
_NO_XML = re.compile(
    "[\ufffe\uffff]"
)  # of the characters that are neither controls nor signs, what XML refuses

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "siteplan",
    "hatch.linewidth": 0.6,
}


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure of so many inches, which pyplot knows nothing of."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.add_subplot()


def said(figure: Figure, words: str) -> Figure:
    """Return a figure with what it shows in words, for those who do not see it."""
    figure.set_label(words)
    return figure


def name(text: object, longest: int = _LONGEST) -> str:
    """Return a name as a chart shows it: invisible characters spelled out, its middle left out if long.

    Plots of one place differ in the ends of their names.

    Examples
    --------
    >>> name("28:21:999999:7"), name("Plot at the eastern gate, number 17")
    ('28:21:999999:7', 'Plot at the east…, number 17')
    """
    shown = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", safe.visible(text))
    if len(shown) <= longest:
        return shown
    end = longest * 2 // 5
    return f"{shown[: longest - end - 1]}\N{HORIZONTAL ELLIPSIS}{shown[-end:]}"


def names(texts: Iterable[object]) -> list[str]:
    """Return names that stand beside each other, cut no shorter than tells them apart.

    Examples
    --------
    >>> names(["Distance to the gas connection, km", "Distance to the rail connection, km"])
    ['Distance to the gas connection, km', 'Distance to the rail connection, km']
    """
    wanted = [str(text) for text in texts]
    cut = [[name(text, longest) for text in wanted] for longest in _LONGER]
    apart = len(set(wanted))
    return next((shown for shown in cut if len(set(shown)) == apart), cut[-1])
