"""Figures as SVG: the same bytes for the same figure, and nothing in them that could run."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from siteplan import safe
from siteplan.charts.bars import contributions, tornado
from siteplan.charts.curve import value_function
from siteplan.charts.paper import STYLE
from siteplan.charts.places import acceptability
from siteplan.errors import OutputError
from siteplan.scorecard import Scorecard
from siteplan.worth import Category
from siteplan.writing.atomic import atomic_text, saying
from siteplan.writing.scorecards import charts_in


def svg(figure: Figure, *, outlines: bool = False) -> str:
    """Return a figure as SVG text, with its title and what it shows for those who do not see it.

    Parameters
    ----------
    figure
        From a chart of this package, or any other.
    outlines
        Draw letters as shapes, for a place that has no fonts; else they stay text, to be found, copied
        and read aloud.
    """
    held, style = io.StringIO(), {**STYLE, "svg.fonttype": "path" if outlines else "none"}
    with mpl.rc_context(style), warnings.catch_warnings():
        # A browser has other fonts for the letters that ours lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        figure.savefig(held, format="svg", metadata={"Date": None, "Creator": "siteplan"})
    text = "\n".join(line.rstrip() for line in held.getvalue().splitlines()) + "\n"
    return _DRAWN.sub(lambda opening: _told(opening[0], figure), text, count=1)


_DRAWN = re.compile(r"<svg [^>]*>")


def _told(opening: str, figure: Figure) -> str:
    """The opening tag with title and description behind it."""
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    title, words = safe.entities(" ".join(titles)), safe.entities(figure.get_label())
    return f'{opening[:-1]} role="img">\n <title>{title}</title>\n <desc>{words}</desc>'


def write_charts(card: Scorecard, folder: Path) -> list[Path]:
    """Write the charts of a result into a folder, each whole or not at all.

    Charts of an earlier result that this one has none in the place of are removed.

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
        column = "category" if isinstance(one.value, Category) else "amount"
        amounts = card.contributions.loc[card.contributions["criterion"] == one.name, column]
        figures[f"value-{one.name}"] = value_function(one, amounts)
    with saying(folder):
        folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.svg" for name in figures]
    for path, figure in zip(paths, figures.values(), strict=True):
        atomic_text(path, svg(figure))
    for path in set(charts_in(folder)) - set(paths):
        path.unlink()
    return paths
