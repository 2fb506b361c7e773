"""What hard barriers shut off: the ground that plots reach, and what would have to give for the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import label

from siteplan.connect.crossed import named
from siteplan.connect.lines import Grid
from siteplan.connect.spreading import spread
from siteplan.connect.surface import Surface
from siteplan.kernels import leastcost

Rows = NDArray[np.intp]
Flat = NDArray[np.int64]
Reals = NDArray[np.float64]

# How much dearer than the dearest open cell a barred one is, when it is asked what would have to give.
_GREAT = 1e6
# A step leads to any of eight neighbours, as in the pass.
_NEIGHBOURS = np.ones((3, 3), dtype=bool)


def reachable(surface: Surface, cells: Flat) -> NDArray[np.bool_]:
    """Return which cells are not walled in: without entering a hard barrier they can be reached.

    Parameters
    ----------
    surface
        The surface, or a window of it.
    cells
        Flat cells to set out from. So is every outermost cell: no surface shows what ways there are
        beyond it, so only what barriers enclose on the surface itself is walled in.

    Returns
    -------
    reachable
        One flag per cell, flat.
    """
    free = ~surface.standing(surface.hard)
    if free.all():
        return np.ones(free.size, dtype=bool)
    part, count = label(free, structure=_NEIGHBOURS)
    part = part.ravel()
    reached = np.zeros(count + 1, dtype=bool)
    reached[part[cells]] = True
    reached[part[np.concatenate(sides(surface.grid))]] = True
    reached[0] = False
    return np.asarray(reached[part])


def would_have_to_give(surface: Surface, sources: Flat, owner: Rows, cells: Flat) -> pd.DataFrame:
    """Name the hard barriers on the way that enters fewest cells of them.

    Parameters
    ----------
    surface
        What the ways lie on.
    sources
        Flat cells where ways end.
    owner, cells
        One row per owner and cell where its way may begin, owners ascending.

    Returns
    -------
    entered
        As `crossed.named` gives it; `route` is the owner.
    """
    dear = np.where(surface.standing(surface.hard), _GREAT * surface.resistance.max(), surface.resistance)
    over = spread(dear, sources, cell=surface.grid.cell)
    rows, targets, _ = cheapest(over.cost, owner, cells)
    passed, offsets = leastcost.trace(over.came_from, targets)
    return named(surface, np.repeat(rows, np.diff(offsets)), passed, surface.hard)


def cheapest(cost: Reals, owner: Rows, cells: Flat) -> tuple[Rows, Flat, Reals]:
    """Return each owner's cheapest reached cell, the first of equals, with its cost."""
    costs = cost.ravel()[cells]
    order = np.lexsort((cells, costs, owner))
    first = order[np.unique(owner[order], return_index=True)[1]]
    first = first[np.isfinite(costs[first])]
    return owner[first], cells[first], costs[first]


def open_sides(grid: Grid, whole: Grid) -> Flat:
    """Return the outermost cells on the sides where a window is cut from the whole; there is such a side."""
    shut = np.isclose(grid.bounds, whole.bounds, rtol=0, atol=grid.cell / 2)
    return np.unique(
        np.concatenate([side for side, closed in zip(sides(grid), shut, strict=True) if not closed])
    )


def sides(grid: Grid) -> tuple[Flat, Flat, Flat, Flat]:
    """Return the outermost cells: west, south, east, north."""
    flat = np.arange(grid.rows * grid.columns, dtype=np.int64).reshape(grid.shape)
    return flat[:, 0], flat[-1], flat[:, -1], flat[0]
