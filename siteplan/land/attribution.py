"""Who takes what: causes take from a plot one after the other, each what those before it left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan.land.reach import Field, Reached, in_chunks
from siteplan.land.uniting import together
from siteplan.shapes import Shapes

NOTHING_M2 = 1e-6
"""Less than this is what rounding makes of shapes that only touch."""

_EMPTY = shapely.Polygon()
_Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Claims:
    """Everything that one cause claims of one plot, one row each, in order of plots and causes.

    Attributes
    ----------
    plot, rank
        Position of the plot, and the cause's place in the order.
    features
        How many features of the cause reach the plot.
    covered
        Whether the cause is known to claim the whole plot.
    shape
        The union of what it claims, which may reach beyond the plot; empty where `covered`.
    """

    plot: _Positions
    rank: _Positions
    features: _Positions
    covered: NDArray[np.bool_]
    shape: Shapes


@dataclass(frozen=True, eq=False)
class Taken:
    """What each cause took of each plot, one row each; only where it claims anything.

    Attributes
    ----------
    plot, rank, features
        As in `Claims`.
    taken_m2, alone_m2
        What was left of it to take, and what it would have taken had it come first.
    patch
        What it took.
    """

    plot: _Positions
    rank: _Positions
    features: _Positions
    taken_m2: NDArray[np.float64]
    alone_m2: NDArray[np.float64]
    patch: Shapes

    @classmethod
    def all(cls, some: list[Taken]) -> Taken:
        """Everything that was taken, by plot and in the order of causes."""
        if not some:
            none = np.empty(0, dtype=np.intp)
            return cls(none, none, none, np.empty(0), np.empty(0), np.empty(0, dtype=object))
        columns = [np.concatenate([getattr(one, field.name) for one in some]) for field in fields(cls)]
        order = np.lexsort([columns[1], columns[0]])
        return cls(*(column[order] for column in columns))

    def of(self, plots: _Positions) -> Taken:
        """The same, of plots that stand elsewhere in a larger table."""
        return replace(self, plot=plots[self.plot])


def claims(grounds: Shapes, field: Field, found: Reached, rank: _Positions, feature: _Positions) -> Claims:
    """Unite the stretches of each cause around each plot.

    Parameters
    ----------
    grounds
        The plots.
    field
        All zones.
    found
        Which stretches reach which plots.
    rank, feature
        For each zone, the place of its cause and the number of its feature.
    """
    row = field.row(found.stretch)
    order = np.lexsort([found.stretch, feature[row], rank[row], found.plot])
    plot, stretch, row = found.plot[order], found.stretch[order], row[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (plot[1:] != plot[:-1]) | (rank[row[1:]] != rank[row[:-1]])
    other = begins.copy()
    other[1:] |= feature[row[1:]] != feature[row[:-1]]
    claim, first = np.cumsum(begins) - 1, np.flatnonzero(begins)
    covered = np.zeros(len(first), dtype=bool)
    covered[claim[found.covered[order]]] = True
    shape = np.full(len(first), _EMPTY, dtype=object)
    cut = ~covered[claim]
    owner, union = _united(grounds, field, plot[cut], stretch[cut], claim[cut])
    shape[owner] = union
    features = np.bincount(claim[other], minlength=len(first))
    return Claims(plot[first], rank[row[first]], features, covered, shape)


def _united(
    grounds: Shapes, field: Field, plot: _Positions, stretch: _Positions, claim: _Positions
) -> tuple[_Positions, Shapes]:
    """Unite the stretches of each claim; where one of several covers the plot, that one is enough."""
    made = field.made(stretch)
    several = np.flatnonzero((np.bincount(claim) > 1)[claim])
    inside, around = shapely.bounds(grounds[plot[several]]), shapely.bounds(made[several])
    around[:, :2] *= -1
    inside[:, :2] *= -1
    several_in = several[(inside <= around).all(axis=1)]
    whole = several_in[shapely.covers(made[several_in], grounds[plot[several_in]])]
    needed = ~np.isin(claim, claim[whole])
    needed[whole[np.unique(claim[whole], return_index=True)[1]]] = True
    # Of a zone with thousands of corners only what lies on the plot is united with others.
    large = several[needed[several] & (stretch[several] >= field.first_area)]
    made[large] = solid(shapely.intersection(made[large], grounds[plot[large]]))
    return together(made[needed], claim[needed])


def take(grounds: Shapes, claimed: Claims, marks: tuple[int, ...]) -> tuple[Taken, list[Shapes]]:
    """Let every cause take in its turn.

    Parameters
    ----------
    grounds
        The plots.
    claimed
        What the causes claim.
    marks
        Places in the order of causes at which what is left is wanted.

    Returns
    -------
    taken
        By plot, in the order of causes.
    left
        What is left of every plot by the causes before each mark, and by all.
    """
    rest, kept = grounds.copy(), []
    size = shapely.area(grounds)
    rows: list[Taken] = []
    for rank in np.unique([*claimed.rank, *marks]):
        kept += [rest.copy()] * marks.count(rank)
        if (claimed.rank == rank).any():
            rows.append(_row(claimed, int(rank), grounds, rest, size))
    return Taken.all(rows), [*kept, rest]


def _row(claimed: Claims, rank: int, grounds: Shapes, rest: Shapes, size: NDArray[np.float64]) -> Taken:
    """Let one cause take; what is left of `rest` is changed."""
    which = np.flatnonzero(claimed.rank == rank)
    plot, shape, whole = claimed.plot[which], claimed.shape[which], claimed.covered[which]
    before = rest[plot]
    touched = shapely.area(before) < size[plot]
    after = np.full(len(plot), _EMPTY, dtype=object)
    after[~whole] = shapely.difference(before[~whole], shape[~whole])
    taken = np.maximum(shapely.area(before) - shapely.area(after), 0.0)
    alone = np.where(whole, size[plot], taken)
    again = touched & ~whole
    alone[again] = shapely.area(shapely.intersection(grounds[plot[again]], shape[again]))
    patch = before.copy()
    patch[~whole] = solid(shapely.intersection(before[~whole], shape[~whole]))
    real = alone > NOTHING_M2
    rest[plot[real]] = after[real]
    which, alone = which[real], np.maximum(alone, taken)[real]
    return Taken(plot[real], claimed.rank[which], claimed.features[which], taken[real], alone, patch[real])


def left(grounds: Shapes, field: Field, found: Reached) -> Shapes:
    """Take stretch after stretch, where nobody asks who took what: cheaper than uniting them first.

    Parameters
    ----------
    grounds, field, found
        As for `claims`.

    Returns
    -------
    rest
        What is left of every plot.
    """
    rest, open_ = grounds.copy(), np.ones(len(grounds), dtype=bool)
    rest[found.plot[found.covered]] = _EMPTY
    open_[found.plot[found.covered]] = False
    plot, stretch = (column[open_[found.plot]] for column in (found.plot, found.stretch))
    made = field.made(stretch)
    while len(plot):
        first = np.ones(len(plot), dtype=bool)
        first[1:] = plot[1:] != plot[:-1]
        rest[plot[first]] = shapely.difference(rest[plot[first]], made[first])
        more = ~first & ~shapely.is_empty(rest[plot])
        plot, made = plot[more], made[more]
    return rest


def written(
    grounds: Shapes,
    field: Field,
    threads: int,
    of: Callable[[Shapes], NDArray[Any]],
    out: NDArray[Any],
) -> NDArray[Any]:
    """Write something of what is `left` of every plot, chunk by chunk, and return it.

    Parameters
    ----------
    grounds, field
        As for `left`.
    threads
        How many chunks at once.
    of
        Says it of shapes: their areas, or the shapes without dust.
    out
        Where it goes, one for each plot.
    """

    def work(rows: NDArray[np.intp]) -> None:
        mine = grounds[rows]
        out[rows] = of(left(mine, field, field.reached(mine)))

    for _ in in_chunks(grounds, work, threads):
        pass
    return out


def solid(shapes: Shapes) -> Shapes:
    """Only the polygons of shapes: where they touch, an intersection has points and lines too."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    thin = shapely.get_dimensions(shapes) < 2
    made = shapes.copy()
    made[thin] = _EMPTY
    for one in mixed:
        parts = shapely.get_parts(shapes[one])
        made[one] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return made
