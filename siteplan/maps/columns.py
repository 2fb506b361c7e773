"""An offer as the columns of the page's packed block; page/unpack.js and page/store.js read them back.

What is worth most bytes is told in the fewest: an amount keeps the precision of single floats, and a
worth, which a page that re-ranks must have to the last bit, is told as the bits in which it differs
from what a straight line through the amounts says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siteplan.maps.lines import Line
from siteplan.maps.offer import Offer
from siteplan.maps.packing import Column, coded, narrow, packed
from siteplan.maps.rings import Rings, Whole, rings
from siteplan.maps.values import attributes

SAME = "\t"
"""In the place of a name that is the plot's number; no visible text is a tab."""

_UNKNOWN = 0xFFFF
_NO_SHARE = 0xFFFFFFFF
_SINGLE = 1e6  # amounts below keep their shown digits as single floats
_DETAILS = ("connections", "land", "places")


def packed_plots(plots: Offer, lines: Sequence[Line]) -> tuple[dict[str, Any], str]:
    """Return what the page must know to unpack the plots, and the packed block.

    Parameters
    ----------
    plots
        The offer.
    lines
        Slope and height at zero of each criterion's line, as `siteplan.maps.lines.line_of` returns them.
    """
    drawn = rings(plots.shapes)
    columns: dict[str, Column] = {**drawn.columns(), **_described(plots), **_places(plots, drawn)}
    for number, line in enumerate(lines):
        columns |= {
            f"{name}_{number}": column for name, column in _judged(plots, number, line, drawn).items()
        }
    if np.isfinite(plots.cost).any():
        columns["cost"] = _amounts(plots.cost)
    told = [_attribute(plots.attributes[name]) for name in plots.attributes]
    columns |= {f"attribute_{number}": column for number, (_, column) in enumerate(told)}
    kept = rings(plots.nets) if any(one is not None for one in plots.nets) else None
    if kept:
        columns |= {f"net_{name}": column for name, column in kept.columns().items()}
    if any(map(any, (*(getattr(plots, name) for name in _DETAILS), *plots.said.values()))):
        columns["details"] = [_details(plots, plot) for plot in range(len(plots))]
    directory, block = packed(columns)
    head = {
        "count": len(plots),
        "steps": drawn.steps,
        "corner": drawn.corner.tolist(),
        "net_corner": kept.corner.tolist() if kept else None,
        "columns": directory,
        "attributes": [values for values, _ in told],
        "bounds": _bounds(plots.at, drawn),
        "ties": _box(plots.sums.tie_in.reshape(-1, 2)),
    }
    return head, block


def _described(plots: Offer) -> dict[str, Column]:
    """What stands in the table, and what says how a plot is drawn."""
    columns: dict[str, Column] = {
        "id": plots.ids,
        "name": [SAME if one == plot else one for one, plot in zip(plots.names, plots.ids, strict=True)],
        "area": _counted(plots.area, 10_000),
        "net": _counted(plots.net, 10_000),
        "synthetic": plots.synthetic.astype(np.uint8),
        "unknown": plots.unknown.astype(np.uint8),
        "rank": narrow(plots.rank),
        "score": _or(plots.tenths, _UNKNOWN).astype(np.uint16),
        "high": _or(np.rint(plots.high * 1000), _UNKNOWN).astype(np.uint16),
        "complete": _or(np.rint(plots.complete * 1e6), _NO_SHARE).astype(np.uint32),
    }
    for name in ("status", "regimes", "excluded", "unchecked"):
        columns[name], columns[f"{name}_texts"] = coded(getattr(plots, name))
    return columns


def _places(plots: Offer, drawn: Rings) -> dict[str, Column]:
    """Points inside the plots, from the middles of their outlines, near which most of them lie."""
    return _named("at", _moves(plots.at, drawn.middles, drawn))


def _moves(points: NDArray[np.float64], origins: Whole, drawn: Rings) -> Whole:
    """Degrees as folded steps from places of the plots' own, plus one; 0 where there is no point."""
    there = np.isfinite(points).all(axis=1)
    moves = np.zeros(points.shape, np.int64)
    counted = np.rint(points[there] * drawn.steps).astype(np.int64) - drawn.corner
    moves[there] = 1 + folded(counted - origins[there])
    return moves


def _named(name: str, xy: Whole) -> dict[str, Column]:
    return {f"{name}_x": narrow(xy[:, 0]), f"{name}_y": narrow(xy[:, 1])}


def _judged(plots: Offer, number: int, line: Line, drawn: Rings) -> dict[str, Column]:
    """One criterion: amounts, worths, what they were measured to and where."""
    sums = plots.sums
    amount = _amounts(sums.amount[:, number])
    low, high = _missed(sums.worth[:, number], amount, line)
    columns: dict[str, Column] = {"amount": amount, "missed_low": low, "missed_high": high}
    for name in ("category", "feature"):
        texts = getattr(sums, name)[:, number]
        if texts.any():
            columns[name], columns[f"{name}_texts"] = coded(texts.tolist())
    ties = sums.tie_in[:, number]
    if np.isfinite(ties).any():
        columns |= _ties(plots, ties, columns.get("feature"), drawn)
    return columns


def _ties(plots: Offer, ties: NDArray[np.float64], feature: Column | None, drawn: Rings) -> dict[str, Column]:
    """Where plots would be connected: once per feature where each has one place, else once per plot."""
    if isinstance(feature, np.ndarray):
        _, firsts = np.unique(feature, return_index=True)
        spots = ties[firsts]
        if np.array_equal(spots[feature], ties, equal_nan=True):
            return _named("spot", _moves(spots, np.zeros(spots.shape, np.int64), drawn))
    origins = np.where(np.isnan(plots.at), 0, np.rint(plots.at * drawn.steps) - drawn.corner)
    return _named("tie", _moves(ties, origins.astype(np.int64), drawn))


def _amounts(amount: NDArray[np.float64]) -> NDArray[Any]:
    finite = np.abs(amount[np.isfinite(amount)])
    return amount.astype(np.float32 if finite.max(initial=0) < _SINGLE else np.float64)


def _missed(
    worth: NDArray[np.float64], amount: NDArray[Any], line: Line
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The bits in which worths differ from the line, low and high half; of an unknown worth those of NaN."""
    guessed = np.zeros(len(worth))
    if line[0]:
        guessed = (
            np.nan_to_num(np.clip(amount.astype(float) * line[0] + line[1], 0, 1)) + 0.0
        )  # no minus zero
    missed = np.where(np.isnan(worth), np.nan, worth).view(np.uint64) ^ guessed.view(np.uint64)
    return (missed & 0xFFFFFFFF).astype(np.uint32), (missed >> np.uint64(32)).astype(np.uint32)


def folded(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole numbers without a sign: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...

    Examples
    --------
    >>> folded(np.array([0, -1, 1, -2])).tolist()
    [0, 1, 2, 3]
    """
    return np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)


def _counted(numbers: NDArray[np.float64], steps: int) -> NDArray[Any]:
    """Numbers as whole counts of a fraction, where four bytes hold them; the largest count is missing."""
    counts = np.rint(numbers * steps)
    if np.nanmax(counts, initial=0) >= _NO_SHARE:
        return counts
    return _or(counts, _NO_SHARE).astype(np.uint32)


def _or(numbers: NDArray[np.float64], instead: int) -> NDArray[np.float64]:
    return np.where(np.isnan(numbers), instead, numbers)


def _attribute(column: pd.Series) -> tuple[list[Any] | None, Column]:
    """A column of the plots table: numbers as they are, anything else as places in a list."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        exact = column.to_numpy(float, na_value=np.nan).round(6)
        exact[~np.isfinite(exact)] = np.nan
        single = exact.astype(np.float32)
        return None, single if np.array_equal(single, exact, equal_nan=True) else exact
    told = [json.dumps(attributes({"": value}, [""])[0]) for value in column]
    codes, values = coded(told)
    return [json.loads(value) for value in values], codes


def _details(plots: Offer, plot: int) -> str:
    """What the card shows only when asked, as JSON of its own: it is read for one plot at a time."""
    content = {name: one for name in _DETAILS if (one := getattr(plots, name)[plot])}
    if "land" in content:
        # The outline of the net land is told with all the others.
        content["land"] = {name: one for name, one in content["land"].items() if name != "net"}
    # All languages side by side: the compression finds the names and numbers that they share.
    if said := {language: found[plot] for language, found in plots.said.items() if found[plot]}:
        content["said"] = said
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) if content else ""


def _bounds(at: NDArray[np.float64], drawn: Rings) -> list[float] | None:
    """West, south, east and north of all plots, for the first view."""
    corners = np.array([drawn.corner, drawn.corner + drawn.xy.max(axis=0)]) if len(drawn.xy) else at[:0]
    return _box(corners / drawn.steps)


def _box(points: NDArray[np.float64]) -> list[float] | None:
    known = points[np.isfinite(points).all(axis=1)]
    return [*known.min(axis=0).tolist(), *known.max(axis=0).tolist()] if len(known) else None
