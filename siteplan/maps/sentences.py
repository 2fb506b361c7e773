"""What siteplan says of each plot in sentences: composed here, in every language the map speaks.

A page could compose them too, but then every rule of every sentence would stand twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from siteplan import losses, passports
from siteplan.maps.values import text
from siteplan.maps.wording import Speaker
from siteplan.words import retold

if TYPE_CHECKING:
    from siteplan.robustness import Robustness
    from siteplan.scorecard import Scorecard

_PLACES = (1, 3, 10)  # the last of each group; all further ones are another

Sentences = dict[str, Any]
"""Of one plot: `excluded`, `unchecked`, `sure`, `connections`, `acts`, `overrides`, a list each, and `land`;
without what is empty."""


def sentences(card: Scorecard, plots: Sequence[str], speaker: Speaker) -> list[Sentences]:
    """Return what is said of plots in one language, in their order."""
    sure = card.robustness and card.robustness.named(speaker.named)
    connected, acts = _connections(card, speaker), _acts(card, speaker)
    left, decided = _land(card, speaker), _overrides(card, speaker)
    excluded, unchecked = (_verdicts(card, name, speaker) for name in ("excluded_by", "unchecked"))
    if not any((excluded, unchecked, sure, connected, acts, left, decided)):
        nothing: Sentences = {}  # one for all: fifty thousand take longer to make than to draw
        return [nothing] * len(plots)
    return [
        {
            name: said
            for name, said in (
                ("excluded", excluded.get(plot)),
                ("unchecked", unchecked.get(plot)),
                ("sure", [text(one) for one in sure.sentences(plot, speaker.words)] if sure else []),
                ("connections", connected.get(plot)),
                ("land", left.get(plot)),
                ("acts", acts.get(plot)),
                ("overrides", decided.get(plot)),
            )
            if said
        }
        for plot in plots
    ]


def places(sure: Robustness | None) -> dict[str, list[int]]:
    """Return of 100 000 draws how many put each plot 1st, 2nd or 3rd, 4th to 10th, further behind.

    The places are those of `siteplan.charts.acceptability_strips`; of each plot the numbers add up.
    """
    if sure is None:
        return {}
    shares = sure.acceptability.to_numpy(float).cumsum(axis=1)
    last = shares.shape[1] - 1
    ends = [shares[:, min(place - 1, last)] for place in _PLACES]
    whole = np.rint(100_000 * np.column_stack(ends).clip(0, 1)).astype(int)
    parts = np.diff(whole, axis=1, prepend=0, append=100_000)
    return dict(zip(sure.acceptability.index, parts.tolist(), strict=True))


def told(plot: dict[str, Any], said: Sentences) -> dict[str, Any]:
    """Return the details of a plot with its sentences where they belong; page/record.js does the same."""
    land = plot["land"]
    if land:
        acts = said.get("acts", [])
        lost = [{**one, "act": act} for one, act in zip(land["losses"], acts, strict=True)]
        land = {
            **land,
            "said": said.get("land", ""),
            "losses": lost,
            "overrides": said.get("overrides", []),
        }
    return {
        **{name: said.get(name, []) for name in ("excluded", "unchecked", "sure")},
        "connections": [
            {**one, "said": sentence}
            for one, sentence in zip(plot["connections"], said.get("connections", []), strict=True)
        ],
        "land": land,
    }


def _verdicts(card: Scorecard, column: str, speaker: Speaker) -> dict[Any, list[str]]:
    """What a column of the plots tells, one constraint after the other."""
    told = card.plots[column][card.plots[column] != ""]
    return {
        plot: [text(retold(one, speaker.words, speaker.named)) for one in card.sayings.parts(said)]
        for plot, said in told.items()
    }


def _connections(card: Scorecard, speaker: Speaker) -> dict[Any, list[str]]:
    prices = card.plan.prices
    own = {prices.name: prices.said(speaker.words)} if prices else {}
    found: dict[Any, list[str]] = {}
    for untold in _rows(card.connections):
        row = speaker.translated(untold, "feature_name", "class")
        row |= {name: speaker.retold(row[name]) for name in ("reason", "missing", "given_up")}
        row["prices"] = own.get(untold["prices"]) or speaker.named(untold["prices"])
        found.setdefault(row["plot"], []).append(text(passports.sentence(row, speaker.words)))
    return found


def _land(card: Scorecard, speaker: Speaker) -> dict[Any, str]:
    return {
        plot: text(losses.sentence({**row, "unknown": speaker.retold(row["unknown"])}, speaker.words))
        for plot, row in zip(card.land.index, _rows(card.land), strict=True)
    }


def _acts(card: Scorecard, speaker: Speaker) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for row in _rows(card.losses):
        said = losses.act(speaker.translated(row, "act", "clause"), speaker.words)
        found.setdefault(row["plot"], []).append(text(said))
    return found


def _overrides(card: Scorecard, speaker: Speaker) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for row in _rows(card.overrides):
        said = losses.overridden(speaker.translated(row, "reason", "author"), speaker.words)
        found.setdefault(row["plot"], []).append(text(said))
    return found


def _rows(table: gpd.GeoDataFrame) -> list[dict[Any, Any]]:
    return table.drop(columns="geometry").to_dict("records") if len(table) else []
