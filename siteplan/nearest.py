"""Exact nearest: from every plot's edge to the nearest point of a layer.

Both ways give the same answers. A small job goes through shapely's tree of segments, which needs
nothing compiled; a large one through `siteplan.kernels.nearest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from siteplan import segments
from siteplan.plainly import plain
from siteplan.shapes import Shapes

if TYPE_CHECKING:
    from siteplan.kernels.outline import Plots
    from siteplan.kernels.tree import Tree

WORTH_COMPILING = 30_000
"""Plots from which the compiled way is faster in a process that has not used it yet."""

_CHUNK = 4096

Way = Literal["plain", "compiled"]


@dataclass(frozen=True, eq=False)
class Nearest:
    """What is nearest to each plot, one row per plot.

    Attributes
    ----------
    metres
        Straight line from the plot's edge to the nearest point of the nearest feature; 0 where they
        touch, overlap or one lies in the other; inf where no feature counts.
    feature
        Position of the feature in the layer, the first of those at exactly the same distance; -1
        where no feature counts.
    x, y
        The tie-in: that point of the feature; NaN where no feature counts.
    start_x, start_y
        The point of the plot's edge it is reached from; where the feature lies inside the plot, the
        tie-in itself.
    """

    metres: NDArray[np.float64]
    feature: NDArray[np.intp]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    start_x: NDArray[np.float64]
    start_y: NDArray[np.float64]

    @classmethod
    def nothing(cls, count: int) -> Nearest:
        """Return the answer of a layer in which no feature counts, to be filled in."""
        return cls(
            np.full(count, np.inf),
            np.full(count, -1, dtype=np.intp),
            *(np.full(count, np.nan) for _ in "xyxy"),
        )


@dataclass(frozen=True, eq=False)
class PackedPlots:
    """Plots made ready once, to be measured to any number of layers."""

    shapes: Shapes

    @classmethod
    def of(cls, shapes: Shapes, ids: Iterable[object] | None = None) -> PackedPlots:
        """Take polygons in metres.

        Parameters
        ----------
        shapes
            Polygons, single or multiple.
        ids
            Their identifiers for a message; positions where there are none.

        Raises
        ------
        DataError
            If a shape is missing, empty, not finite or no polygon; all of them at once.
        """
        segments.refuse_unusable(shapes, ids, polygons=True, what="plots")
        return cls(shapes)

    def __len__(self) -> int:
        return len(self.shapes)

    @cached_property
    def _along_the_curve(self) -> tuple[NDArray[np.int64], Plots]:
        """Positions of the plots in the order in which they are asked, and their edges in it."""
        from siteplan.kernels import outline, tree  # noqa: PLC0415 (numba is heavy)

        taken = segments.runs(self.shapes)
        first = np.searchsorted(taken.row, np.arange(len(self) + 1)).astype(np.int32)
        corner = taken.start[first[:-1]]
        order = tree.along_the_curve(taken.x[corner], taken.y[corner])
        return order, outline.Plots(*outline.packed(taken.x, taken.y, taken.start, first, taken.outer, order))


@dataclass(frozen=True, eq=False)
class LayerIndex:
    """A layer made ready once, to be asked often.

    Memory is that of the layer and of the plots of one call: whoever has more plots than fit packs
    and asks them chunk by chunk, and gets the same answers.

    Examples
    --------
    >>> lines = np.array([shapely.LineString([(400, -900), (400, 900)]), shapely.Point(130, 140)])
    >>> plots = PackedPlots.of(np.array([shapely.box(0, 0, 100, 100)]))
    >>> near = LayerIndex.of(lines).nearest(plots)
    >>> near.metres.tolist(), near.feature.tolist(), near.start_x.tolist()
    ([50.0], [1], [100.0])
    >>> LayerIndex.of(lines).nearest(plots, counts=np.array([True, False])).metres.tolist()
    [300.0]
    """

    shapes: Shapes

    @classmethod
    def of(cls, shapes: Shapes, ids: Iterable[object] | None = None) -> LayerIndex:
        """Take the features of a layer in metres.

        Parameters
        ----------
        shapes
            Points, lines and polygons, single or multiple, in any mixture.
        ids
            Their identifiers for a message; positions where there are none.

        Raises
        ------
        DataError
            If a shape is missing, empty or not finite; all of them at once.
        """
        segments.refuse_unusable(shapes, ids, polygons=False, what="layer")
        return cls(shapes)

    def __len__(self) -> int:
        return len(self.shapes)

    def nearest(
        self,
        plots: PackedPlots,
        *,
        counts: NDArray[np.bool_] | None = None,
        level: NDArray[np.float64] | None = None,
        at_least: NDArray[np.float64] | None = None,
        way: Way | None = None,
        threads: int | None = None,
    ) -> Nearest:
        """Find what is nearest to each plot, of the features that count for it.

        Parameters
        ----------
        plots
            In the same CRS as the layer.
        counts
            Whether each feature counts at all; all do if not given.
        level, at_least
            A number for each feature and one for each plot: a feature counts for a plot where its
            level is at least the plot's. NaN on either side never counts.
        way
            "plain" or "compiled"; whichever is faster for so many plots if not given.
        threads
            How many at once on the compiled way; one per core if not given. The answer is the same.
        """
        if (level is None) != (at_least is None):
            raise ValueError("give level and at_least together")
        if not len(self) or not len(plots) or (counts is not None and not counts.any()):
            return Nearest.nothing(len(plots))
        if (way or ("compiled" if len(plots) >= WORTH_COMPILING else "plain")) == "compiled":
            return self._compiled(plots, counts, level, at_least, threads)
        return self._plain(plots, counts, level, at_least)

    @cached_property
    def _tree(self) -> Tree:
        from siteplan.kernels import tree  # noqa: PLC0415 (numba is heavy)

        taken = segments.runs(self.shapes)
        first, second, run = segments.pieces(taken)
        ends = (taken.x[first], taken.y[first], taken.x[second], taken.y[second])
        return tree.build(tree.Segments(*ends, taken.row[run], taken.part[run], taken.part_row))

    def _compiled(
        self,
        plots: PackedPlots,
        counts: NDArray[np.bool_] | None,
        level: NDArray[np.float64] | None,
        at_least: NDArray[np.float64] | None,
        threads: int | None,
    ) -> Nearest:
        from siteplan.kernels import nearest, tree  # noqa: PLC0415 (numba is heavy)

        own, highest = np.empty(0), np.empty((0, tree.WIDE))
        if counts is not None or level is not None:
            every = np.zeros(len(self)) if level is None else np.asarray(level, dtype=np.float64)
            own, highest = tree.levels(
                self._tree, every if counts is None else np.where(counts, every, np.nan)
            )
        least = np.empty(0) if at_least is None else np.ascontiguousarray(at_least, dtype=np.float64)
        order, packed = plots._along_the_curve
        feature, out = np.empty(len(plots), dtype=np.intp), np.empty((5, len(plots)))
        layer = self._tree

        def ask(start: int) -> None:
            stop = min(start + _CHUNK, len(plots))
            nearest.nearest(layer, packed, start, stop, own, highest, least, order, feature, out)

        starts = range(0, len(plots), _CHUNK)
        # Threads of Python, for the kernel holds no lock: numba's own end the process where it is
        # forked, or where two threads of the caller ask at once.
        with ThreadPoolExecutor(threads or nearest.cores()) as pool:
            list(pool.map(ask, starts))
        return Nearest(out[0], feature, *out[1:])

    def _plain(
        self,
        plots: PackedPlots,
        counts: NDArray[np.bool_] | None,
        level: NDArray[np.float64] | None,
        at_least: NDArray[np.float64] | None,
    ) -> Nearest:
        """Ask shapely, once for each set of features that counts for some plots."""
        found = Nearest.nothing(len(plots))
        for rows, features in self._sets(len(plots), counts, level, at_least):
            if not len(rows) or not len(features):
                continue
            shapes = plots.shapes[rows]
            metres, feature, lines = plain(shapes, self.shapes[features])
            found.metres[rows], found.feature[rows] = metres, features[feature]
            ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
            found.start_x[rows], found.start_y[rows] = ends[:, 0].T
            found.x[rows], found.y[rows] = ends[:, 1].T
        return found

    def _sets(
        self,
        plots: int,
        counts: NDArray[np.bool_] | None,
        level: NDArray[np.float64] | None,
        at_least: NDArray[np.float64] | None,
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Plots with the features that count for all of them."""
        features = np.arange(len(self)) if counts is None else np.flatnonzero(counts)
        if level is None or at_least is None:
            yield np.arange(plots), features
            return
        features = features[~np.isnan(level[features])]
        steps = np.unique(level[features])
        step = np.searchsorted(steps, at_least)
        for one in np.unique(step[step < len(steps)]):
            yield np.flatnonzero(step == one), features[level[features] >= steps[one]]
