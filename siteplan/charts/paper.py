"""What all charts share: paper, inks, and text of other people that stays text."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from siteplan import safe

# Okabe & Ito 2008, Color universal design: told apart with any colour vision, the palest left out.
INKS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#5B4A8A")
INK, QUIET = "#222222", "#767676"
_LONGEST = 28

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


def name(text: object) -> str:
    """Return a name as a chart shows it: invisible characters spelled out, cut where it is long.

    Examples
    --------
    >>> name("28:21:999999:7"), len(name("long " * 100))
    ('28:21:999999:7', 28)
    """
    shown = safe.visible(text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
