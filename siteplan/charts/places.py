"""The acceptability heat map: how often each plot takes each place."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from siteplan.charts.paper import INK, STYLE, name, names, said, sheet
from siteplan.robustness import Robustness, share_text

_DARK = 0.55  # shares above this are told in white


def acceptability(sure: Robustness, *, most: int = 20) -> Figure:
    """Draw in which share of the draws a plot takes each place, the best plots first.

    Shares are in percent, "<1" for what rounds to none; a cell without a number never occurred. Where
    there are more places than shown, a last column holds all of them, so that rows add up.

    Parameters
    ----------
    sure
        What was drawn and counted.
    most
        How many plots and places are shown at the most.
    """
    shown = sure.acceptability.iloc[:most, :most]
    cells, places = shown.to_numpy(dtype=float), [str(place) for place in shown.columns]
    if len(sure.plots) > len(places):
        beyond = np.clip(1.0 - cells.sum(axis=1, keepdims=True), 0.0, 1.0)
        cells, places = np.hstack([cells, beyond]), [*places, f">{places[-1]}"]
    rows, columns = cells.shape
    with mpl.rc_context(STYLE):
        figure, axes = sheet(2.6 + 0.4 * max(columns, 6), 1.3 + 0.28 * max(rows, 2))
        axes.pcolormesh(cells, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=0.5)
        for (row, column), share in np.ndenumerate(cells):
            if share > 1e-9:
                ink = "white" if share > _DARK else INK
                text = f"{100 * share:.0f}" if share >= 0.005 else "<1"
                axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", color=ink, size=8)
        axes.set_xticks(np.arange(columns) + 0.5, places)
        axes.set_yticks(np.arange(rows) + 0.5, names(shown.index))
        axes.invert_yaxis()
        axes.set_xlabel("place")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        draws = f"{sure.draws:,}".replace(",", " ")
        of = f"; the best {rows} of {len(sure.plots)} plots" if rows < len(sure.plots) else ""
        axes.set_title(
            f"How often a plot takes a place, % of {draws} draws{of}\nweights drawn: {name(sure.weighting)}",
            loc="left",
            size=9,
        )
    best = [f"{name(plot)} {share_text(share)}" for plot, share in sure.plots["first"].head(5).items()]
    return said(figure, f"Heat map of plots and places. Share of draws in first place: {', '.join(best)}.")
