"""The largest rectangle in a piece of land, at any angle, and whether a hall fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan.errors import DataError
from siteplan.land import boxes, seeds
from siteplan.land.boxes import Floats, Worth
from siteplan.segments import pieces, runs
from siteplan.shapes import Shapes

OWN_ANGLES, EVEN_ANGLES = 12, 15
"""Angles looked at: along so many of the longest edges, and every 6 degrees."""

_WIDTHS = 3
_STAGES = ((6, 4, 0.12), (3, 8, 0.06), (1, 24, 0.03))
"""How many boxes of a plot go on, for how many rounds, with which step at most."""

_INSIDE = 1e-6
"""Metres. A side may be drawn in by so much for the rectangle to lie inside in spite of rounding."""

_BATCH = 400_000
"""Edges times boxes looked at together: what stays in a processor's cache."""

_THREADS = 2


def search(shapes: Shapes, worth: Worth) -> Floats:
    """Best box of each shape, (shapes, 7): angle, sides in turned axes, and the origin's x and y.

    Rows are NaN where no box was found.
    """
    best = np.full((len(shapes), 7), np.nan)
    with ThreadPoolExecutor(_THREADS) as pool:
        for rows, found in pool.map(lambda one: _searched(*one, worth), _chunks(shapes)):
            best[rows] = found
    return best


def _chunks(shapes: Shapes) -> Iterator[tuple[NDArray[np.intp], Floats, Floats]]:
    """Shapes with about as many edges each: their positions, origins, and edges around the origins."""
    solid = np.flatnonzero(shapely.area(shapes) > 0)
    if not solid.size:
        return
    taken = runs(shapes[solid])
    first, second, run = pieces(taken)
    owner = taken.row[run]
    bounds = shapely.bounds(shapes[solid])
    origin = np.column_stack([bounds[:, 0] + bounds[:, 2], bounds[:, 1] + bounds[:, 3]]) / 2
    xy = np.column_stack([taken.x, taken.y])
    ends = np.hstack([xy[first] - origin[owner], xy[second] - origin[owner]])
    order = np.argsort(owner, kind="stable")
    ends = ends[order]
    count = np.bincount(owner, minlength=len(solid))
    start = np.cumsum(count) - count
    by_size = np.argsort(count, kind="stable")
    at = 0
    while at < len(by_size):
        # As many as fit with the edges of the largest among them; sizes grow slowly.
        room = np.arange(1, len(by_size) - at + 1) * count[by_size[at:]]
        many = max(int(np.searchsorted(room, 1200, side="right")), 1)
        rows = by_size[at : at + many]
        at += many
        n = count[rows].max()
        pick = start[rows, None] + np.arange(n)
        spare = np.arange(n) >= count[rows, None]
        pick[spare] = np.broadcast_to(start[rows, None], pick.shape)[spare]
        edges = ends[pick]
        edges[spare, 2:] = edges[spare, :2]
        yield solid[rows], origin[rows], edges


def _searched(
    rows: NDArray[np.intp], origin: Floats, edges: Floats, worth: Worth
) -> tuple[NDArray[np.intp], Floats]:
    angle = seeds.angles(edges, own=OWN_ANGLES, even=EVEN_ANGLES)
    tried = seeds.seeds(edges, angle, worth, each=_WIDTHS).reshape(len(rows), -1, 5)
    tried = _grown(edges, tried)
    step = np.full(tried.shape[:2], 1.0)
    for keep, rounds, largest in _STAGES:
        tried, step = _chosen(tried, step, worth, keep)
        owner = np.repeat(np.arange(len(rows)), tried.shape[1])
        done, steps = boxes.climb(
            edges,
            tried.reshape(-1, 5),
            owner,
            worth,
            np.minimum(step.ravel(), largest),
            rounds=rounds,
        )
        tried, step = done.reshape(len(rows), -1, 5), steps.reshape(len(rows), -1)
    best = np.hstack([tried[:, 0], origin])
    best[~(best[:, 2] > best[:, 1])] = np.nan
    return rows, best


def _grown(edges: Floats, tried: Floats) -> Floats:
    many = tried.shape[1]
    return boxes.grown(np.repeat(edges, many, axis=0), tried.reshape(-1, 5)).reshape(tried.shape)


def _chosen(tried: Floats, step: Floats, worth: Worth, keep: int) -> tuple[Floats, Floats]:
    """The best boxes of each plot, those that are much like a better one last; (plots, keep, 5)."""
    value = boxes.worths(tried.reshape(-1, 5), worth).reshape(tried.shape[:2])
    angle, west, east, south, north = np.moveaxis(tried, -1, 0)
    x, y = (west + east) / 2, (south + north) / 2
    c, s = np.cos(angle), np.sin(angle)
    x, y = x * c - y * s, x * s + y * c
    quarter = np.mod(angle, np.pi / 2)
    size = np.sort(np.stack([east - west, north - south]), axis=0)
    picked = np.empty((len(tried), keep), dtype=np.intp)
    all_rows = np.arange(len(tried))
    for k in range(keep):
        best = value.argmax(axis=1)
        picked[:, k] = best
        def of(one, best=best):
            return np.take_along_axis(one, best[:, None], axis=1)
        turn = np.abs(quarter - of(quarter))
        turn = np.minimum(turn, np.pi / 2 - turn)
        near = np.hypot(x - of(x), y - of(y)) < 0.25 * of(size[0])
        alike = (np.abs(size[0] - of(size[0])) < 0.25 * of(size[0])) & (turn < np.radians(5))
        value = np.where(near & alike, value - 1e15, value)
        value[all_rows, best] = -np.inf
    return (
        np.take_along_axis(tried, picked[..., None], axis=1),
        np.take_along_axis(step, picked, axis=1),
    )
