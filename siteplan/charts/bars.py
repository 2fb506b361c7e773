"""Bars: what a score is made of, and what one weight or one unknown amount would make of it."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from siteplan import scoring
from siteplan.charts.paper import INK, INKS, QUIET, STYLE, name, names, said, sheet
from siteplan.reweighing import Reweighing
from siteplan.scorecard import Scorecard, score_text

_HATCHES = ("", "////", "....", "xxxx")  # colours come again with another hatch
_TIMES = 2.0
_EXCLUDED = "excluded, without a place"
_UNKNOWN: dict[str, Any] = {"facecolor": "white", "edgecolor": QUIET, "hatch": "\\\\\\\\\\", "linewidth": 0.6}


def contributions(card: Scorecard, *, most: int = 15) -> Figure:
    """Draw the scores of the best plots as sums: a bar of contributions, and hatched what is unknown.

    Parameters
    ----------
    card
        The result.
    most
        How many plots are shown at the most.
    """
    ranked = card.ranked[card.ranked["rank"].notna()]
    best, rows = ranked.head(most), range(min(len(ranked), most))
    wide = card.contributions.pivot(index="plot", columns="criterion", values="contribution")
    weighing = [criterion for criterion, share in card.plan.shares.items() if share > 0]
    parts = wide.reindex(index=best.index, columns=weighing).astype(float)
    labels = _labels(card)
    texts = [score_text(low, high) for low, high in zip(best["score"], best["score_high"], strict=True)]
    with mpl.rc_context(STYLE):
        figure, axes = sheet(9.5, 1.4 + max(0.3 * len(best), 0.19 * len(weighing), 1.0))
        left = pd.Series(0.0, index=best.index)
        for number, column in enumerate(parts):
            width = parts[column].fillna(0.0)
            look: dict[str, Any] = {"color": INKS[number % len(INKS)], "edgecolor": "white", "linewidth": 0.4}
            hatch = _HATCHES[number // len(INKS) % len(_HATCHES)]
            axes.barh(rows, width, left=left, hatch=hatch, label=labels[str(column)], **look)
            left += width
        open_ = best["score_high"].astype(float) - best["score"].astype(float)
        if (open_ > 0).any():
            axes.barh(rows, open_, left=left, label="unknown, up to", **_UNKNOWN)
        for row, (end, text) in enumerate(zip(left + open_, texts, strict=True)):
            axes.text(end + 0.008, row, text, va="center", size=8)
        axes.set_yticks(rows, names(best.index))
        axes.invert_yaxis()
        axes.set_xlim(0, max(1.0, float((left + open_).max()) + 0.12) if len(best) else 1.0)
        axes.set_xlabel("score, 0 to 1")
        axes.set_title(f"What each score is the sum of{_of(len(best), card)}", loc="left", size=9)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8)
    shown = [f"{name(plot)} {text}" for plot, text in zip(best.index, texts, strict=True)]
    return said(figure, f"Stacked bars of contributions by criterion. Scores: {', '.join(shown)}.")


def _labels(card: Scorecard) -> dict[str, str]:
    """What a chart calls each criterion."""
    criteria = card.plan.criteria
    return dict(zip((one.name for one in criteria), names(one.label for one in criteria), strict=True))


def _of(shown: int, card: Scorecard) -> str:
    """How many plots are not drawn."""
    ranked = int(card.plots["rank"].notna().sum())
    excluded = len(card.plots) - ranked
    words = [f"the best {shown} of {ranked} ranked plots"] if shown < ranked else []
    words += [f"{excluded} excluded not shown"] if excluded else []
    return f" ({', '.join(words)})" if words else ""


def tornado(card: Scorecard, plot: str) -> Figure:
    """Draw what a plot's score becomes when one weight is halved or doubled, or one unknown amount known.

    Other weights give way in proportion. Of an unknown amount the bar runs from worth 0 to worth 1. At the
    end of a bar stands the place where it is another than now. Beside the first plot stand the shares
    within which it stays first, where the result holds them. An excluded plot has
    the score that it would have.

    Parameters
    ----------
    card
        The result.
    plot
        Its identifier.

    Raises
    ------
    DataError
        If there is no such plot.
    """
    rows = card.explain(plot).rows.set_index("criterion")
    shares, again, score = card.plan.shares, Reweighing(card), _sum(rows, card.plan.shares)
    place = card.plots["rank"].loc[plot]
    bars: list[tuple[str, str, list[tuple[float, int | None]]]] = []
    for criterion in (one for one in shares if 0 < shares[one] < 1):
        ends = []
        for times in (1 / _TIMES, _TIMES):
            weights = {**shares, criterion: shares[criterion] * times}
            rank = again(weights)["rank"].loc[plot]
            ends.append((_sum(rows, weights), None if pd.isna(rank) or rank == place else int(rank)))
        bars.append((criterion, "", ends))
    unknown = rows.index[rows["value"].isna() & (rows["weight"] > 0)]
    bars += [
        (
            str(one),
            "unknown: ",
            [(score, None), (score + shares[one], _place(card, plot, score + shares[one]))],
        )
        for one in unknown
    ]
    bars.sort(key=lambda bar: abs(bar[2][0][0] - bar[2][1][0]))
    labels = _labels(card)
    with mpl.rc_context(STYLE):
        figure, axes = sheet(8.2, 1.9 + 0.26 * max(len(bars), 3))
        for row, (_, kind, ends) in enumerate(bars):
            _bar(axes, row, score, ends, unknown=bool(kind))
        axes.axvline(score, color=INK, linewidth=0.8)
        axes.margins(x=0.09)
        axes.set_yticks(range(len(bars)), [kind + labels[one] for one, kind, _ in bars])
        axes.set_xlabel("score, 0 to 1; a number at the end of a bar is the place there")
        ranked = f"place {place} of {int(card.plots['rank'].notna().sum())}" if pd.notna(place) else _EXCLUDED
        axes.set_title(f"{name(plot)}: score {score:.3f}, {ranked}", loc="left", size=9)
        _stays(axes, [one if not kind else "" for one, kind, _ in bars], card, plot)
        keys = [Patch(color=INKS[1], label="weight halved"), Patch(color=INKS[0], label="weight doubled")]
        keys += [Patch(label="unknown, worth 0 to 1", **_UNKNOWN)] if len(unknown) else []
        figure.legend(handles=keys, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    widest = ", ".join(f"{kind}{labels[one]}" for one, kind, _ in reversed(bars[-3:]))
    moves = f"What moves it most: {widest}." if bars else "No weight and no unknown amount moves it."
    return said(figure, f"Tornado of {name(plot)}, score {score:.3f}, {ranked}. {moves}")


def _place(card: Scorecard, plot: str, score: float) -> int | None:
    """The place that a plot would have with a score, where it is another than now."""
    now, others = card.plots["rank"].loc[plot], scoring.rounded(card.plots["score"].drop(plot))
    place = 1 + int((others > scoring.rounded(pd.Series([score]))[0]).sum())
    return None if pd.isna(now) or place == now else place


def _sum(rows: pd.DataFrame, weights: dict[str, float]) -> float:
    """The plot's score by these weights; what is unknown is worth 0."""
    worth = rows["value"].fillna(0.0)
    return float(sum(worth[one] * weight for one, weight in weights.items()) / sum(weights.values()))


def _bar(axes: Axes, row: int, score: float, ends: list[tuple[float, int | None]], *, unknown: bool) -> None:
    """The bar of one criterion, from what halving makes of the score to what doubling does."""
    for ink, (end, place) in zip((INKS[1], INKS[0]), ends, strict=True):
        look: dict[str, Any] = _UNKNOWN if unknown else {"color": ink}
        axes.barh(row, end - score, left=score, height=0.7, **look)
        if place is not None:
            away = 4 if end >= score else -4
            axes.annotate(
                str(place),
                (end, row),
                (away, 0),
                textcoords="offset points",
                ha="left" if away > 0 else "right",
                va="center",
                size=8,
            )


def _stays(axes: Axes, criteria: list[str], card: Scorecard, plot: str) -> None:
    """Beside each criterion its share, and the shares within which the first plot stays first."""
    sure = card.robustness
    if sure is None or plot != str(sure.plots.index[0]):
        return
    where: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "size": 8, "va": "center"}
    axes.text(1.02, len(criteria) - 0.2, "share; first within", color=QUIET, **where)
    for row, criterion in enumerate(criteria):
        if criterion in sure.limits.index:
            limit = sure.limits.loc[criterion]
            axes.text(1.02, row, f"{limit['share']:.3f}; {limit['low']:.3f} to {limit['high']:.3f}", **where)
