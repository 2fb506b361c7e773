"""The acceptability heat map: how often each plot takes each place."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure

from siteplan.charts.paper import INK, STYLE, name, sheet
from siteplan.robustness import Robustness

_DARK = 0.55  # shares above this are told in white


def acceptability(sure: Robustness, *, most: int = 20) -> Figure:
    """Draw in which share of the draws a plot takes each place, the best plots first.

    Parameters
    ----------
    sure
        What was drawn and counted.
    most
        How many plots and places are shown at the most.
    """
    shown = sure.acceptability.iloc[:most, :most]
    rows, columns = shown.shape
    with mpl.rc_context(STYLE):
        figure, axes = sheet(2.4 + 0.42 * columns, 1.3 + 0.28 * rows)
        cells = shown.to_numpy(dtype=float)
        axes.imshow(cells, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row in range(rows):
            for column in range(columns):
                share = cells[row, column]
                if share >= 0.005:
                    ink = "white" if share > _DARK else INK
                    axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=ink, size=8)
        axes.set_xticks(range(columns), [str(place) for place in shown.columns])
        axes.set_yticks(range(rows), [name(plot) for plot in shown.index])
        axes.set_xlabel("place")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.set_title(
            f"How often a plot takes a place, % of {sure.draws} draws\n{name(sure.weighting)}",
            loc="left",
            size=9,
        )
    return figure
