"""How the time and memory of a batch grow with the number of plots, drawn from the benchmark's rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

NAME = "batch-growth.svg"
_STARTS = "batch-"
_INK, _PALE, _PEER = "#1f3a5f", "#9aa5b1", "#b5541c"
_FIXED = {"svg.hashsalt": "siteplan", "svg.fonttype": "none", "font.size": 9}
"""What makes the file the same, byte by byte, for the same rows."""


def sizes(rows: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Rows of whole batches with their number of plots, the fewest first.

    Examples
    --------
    >>> sizes([{"id": "batch-100"}, {"id": "batch-growth"}, {"id": "batch-10"}, {"id": "map-5"}])
    [(10, {'id': 'batch-10'}), (100, {'id': 'batch-100'})]
    """
    named = [(row["id"].removeprefix(_STARTS), row) for row in rows if row["id"].startswith(_STARTS)]
    return sorted(((int(size), row) for size, row in named if size.isdigit()), key=lambda pair: pair[0])


def draw(rows: list[dict[str, Any]], path: Path) -> bool:
    """Draw seconds and peak memory over plots into an SVG; False, and nothing, of fewer than two sizes."""
    measured = sizes(rows)
    if len(measured) < 2:
        return False
    with mpl.rc_context(_FIXED):
        figure = Figure(figsize=(7.2, 2.9), layout="constrained")
        spent, memory = figure.subplots(1, 2)
        _seconds(spent, measured)
        peaks = [(size, row["ours_peak_mib"]) for size, row in measured if row["ours_peak_mib"]]
        memory.plot(*zip(*peaks, strict=True), "o-", color=_INK)
        memory.set(xscale="log", ylim=(0, None), xlabel="plots", ylabel="peak memory, MiB")
        figure.savefig(path, format="svg", metadata={"Date": None})
    return True


def _seconds(axes: Any, measured: list[tuple[int, dict[str, Any]]]) -> None:
    plots = [size for size, _ in measured]
    seconds = [row["ours_s"] for _, row in measured]
    axes.plot(plots, seconds, "o-", color=_INK, label="siteplan batch")
    straight = [seconds[-1] * size / plots[-1] for size in plots]
    axes.plot(plots, straight, ":", color=_PALE, label="proportional")
    for name in dict.fromkeys(peer for _, row in measured for peer in row["peers"]):
        known = [(size, row["peers"][name]) for size, row in measured if name in row["peers"]]
        axes.plot(*zip(*known, strict=True), "s", color=_PEER, label=name)
    axes.set(xscale="log", yscale="log", xlabel="plots", ylabel="seconds")
    axes.legend(frameon=False)
