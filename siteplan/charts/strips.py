"""Acceptability as a small drawing: one bar for each plot, a colour for each group of places."""

from __future__ import annotations

import numpy as np

from siteplan import safe
from siteplan.charts.paper import INK, name, names
from siteplan.robustness import Robustness, share_text

_GROUPS = ((1, 1, "#08306B"), (2, 3, "#2171B5"), (4, 10, "#9ECAE1"), (11, None, "#E3E8EE"))
_NAMES, _BAR, _ROW, _TOP = 190, 300, 16, 44


def acceptability_strips(sure: Robustness, *, most: int = 36) -> str:
    """Return SVG text: for each of the best plots a bar of the shares of draws by group of places.

    Made to stand in a page: a few kilobytes (less than 15 for 36 plots), without script, style sheet or
    link, the same bytes for the same result, with a title and a description. Its width is 500 user units;
    letters are text of the page's own sans-serif.

    Parameters
    ----------
    sure
        What was drawn and counted; groups are first, 2 to 3, 4 to 10, and all further places.
    most
        How many plots are shown at the most, the best first; how many there are is said.
    """
    shown = sure.acceptability.iloc[:most]
    cells, rows = shown.to_numpy(dtype=float), len(shown)
    ends = np.cumsum(
        [cells[:, low - 1 : high].sum(axis=1) if high else np.zeros(rows) for low, high, _ in _GROUPS[:-1]],
        axis=0,
    ).clip(0.0, 1.0)
    starts, ends = np.vstack([np.zeros(rows), ends]), np.vstack([ends, np.ones(rows)])
    bars = [
        f'<path fill="{colour}" d="{_paths(start, end)}"/>'
        for (_, _, colour), start, end in zip(_GROUPS, starts, ends, strict=True)
    ]
    labels = [
        f'<text x="{_NAMES - 6}" y="{_TOP + row * _ROW + 11}" text-anchor="end">{safe.entities(plot)}</text>'
        for row, plot in enumerate(names(shown.index))
    ]
    height = _TOP + rows * _ROW + 4
    first = ", ".join(
        f"{safe.entities(name(plot))} {share_text(share)}"
        for plot, share in sure.plots["first"].head(5).items()
    )
    of = f", the best {rows} of {len(sure.plots)}" if rows < len(sure.plots) else ""
    title = f"Places in {sure.draws} draws of weights{of}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 {height}" role="img" '
        f'font-family="sans-serif" font-size="10" fill="{INK}">\n<title>{title}</title>\n'
        f"<desc>Share of draws in first place: {first}.</desc>\n"
        f'<text x="4" y="12">{title}</text>\n' + "\n".join([*_legend(), *bars, *labels]) + "\n</svg>\n"
    )


def _paths(start: np.ndarray, end: np.ndarray) -> str:
    """One box for each row in which there is any share."""
    drawn = []
    for row, (low, high) in enumerate(zip(start, end, strict=True)):
        x, y, width = _NAMES + _BAR * low, _TOP + row * _ROW + 2, _BAR * (high - low)
        if width > 1e-6:
            drawn.append(f"M{x:.1f} {y}h{width:.1f}v12h-{width:.1f}z")
    return "".join(drawn)


def _legend() -> list[str]:
    drawn = []
    for at, (low, high, colour) in enumerate(_GROUPS):
        words = "first" if high == 1 else f"{low} to {high}" if high else "further"
        x = _NAMES + at * 75
        drawn.append(
            f'<path fill="{colour}" d="M{x} 22h12v12h-12z"/><text x="{x + 16}" y="32">{words}</text>'
        )
    return drawn
