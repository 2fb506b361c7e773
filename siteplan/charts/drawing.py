"""Figures as SVG: the same bytes for the same figure, and nothing in them that could run."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from siteplan.charts.bars import contributions, tornado
from siteplan.charts.curve import value_function
from siteplan.charts.paper import STYLE
from siteplan.charts.places import acceptability
from siteplan.errors import OutputError
from siteplan.scorecard import Scorecard
from siteplan.writing.atomic import atomic_text, saying


def svg(figure: Figure) -> str:
    """Return a figure as SVG text.

    Parameters
    ----------
    figure
        From a chart of this package, or any other.
    """
    held = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": "siteplan"})
    return "\n".join(line.rstrip() for line in held.getvalue().splitlines()) + "\n"


def write_charts(card: Scorecard, folder: Path) -> list[Path]:
    """Write the charts of a result into a folder, each whole or not at all.

    Parameters
    ----------
    card
        The result: contributions and value functions are drawn, the tornado of the first plot and,
        where the plan asks how sure the ranks are, the heat map of places.
    folder
        Made when it is not there.

    Raises
    ------
    OutputError
        If no plot is ranked, or the folder cannot be written.
    """
    ranked = card.ranked[card.ranked["rank"].notna()]
    if ranked.empty:
        raise OutputError(f"{folder}: no plot is ranked, so that there is nothing to draw")
    figures = {"contributions": contributions(card), "tornado": tornado(card, str(ranked.index[0]))}
    if card.robustness is not None:
        figures["acceptability"] = acceptability(card.robustness)
    for one in card.plan.criteria:
        amounts = card.contributions.loc[card.contributions["criterion"] == one.name, "amount"]
        figures[f"value-{one.name}"] = value_function(one, amounts)
    with saying(folder):
        folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.svg" for name in figures]
    for path, figure in zip(paths, figures.values(), strict=True):
        atomic_text(path, svg(figure))
    return paths
