"""What the planner knows better: patches where nothing can be built, and patches where zones do not count."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siteplan import cells
from siteplan.errors import DataError
from siteplan.findings import Finding
from siteplan.land import casting
from siteplan.land.attribution import NOTHING_M2, solid
from siteplan.norms import OVERRIDE
from siteplan.shapes import Shapes

CAUSE = OVERRIDE
TITLE = "Held back by the planner"
EFFECTS = ("buildable", "lost")
_WORDS = ("author", "date", "reason")
_EMPTY = shapely.Polygon()


@dataclass(frozen=True, eq=False)
class Patches:
    """Patches that can be laid over plots.

    Attributes
    ----------
    lost
        Shapes on which nothing can be built.
    given
        Buildable patches as they are drawn.
    buildable
        For each patch of the table what of it is buildable: not lost, and in no earlier patch; empty
        for a lost one.
    findings
        What was repaired, and patches that lie on no plot.
    """

    lost: Shapes
    given: Shapes
    buildable: Shapes
    findings: tuple[Finding, ...]


def patches(overrides: gpd.GeoDataFrame, plots: gpd.GeoDataFrame) -> Patches:
    """Check what the planner drew.

    Parameters
    ----------
    overrides
        `effect` ("buildable" or "lost"), `author`, `date` (as 2026-11-23), `reason` and polygons, in the
        plots' CRS.
    plots
        What they are laid over.

    Raises
    ------
    DataError
        If a patch does not say what it does, who drew it, when and why, or is no polygon; all at once.
    """
    _refuse_unusable(overrides)
    casting.refuse_two_crs(plots, overrides, "overrides")

    def named(where: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(str(name) for name in overrides.index[where])

    shapes, findings = casting.repaired(overrides.geometry.to_numpy(), named, "overrides")
    patch, plot = shapely.STRtree(plots.geometry.to_numpy()).query(shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(shapes[patch], plots.geometry.to_numpy()[plot]))
    nowhere = np.bincount(patch, weights=common, minlength=len(shapes)) <= NOTHING_M2
    if nowhere.any():
        rows = named(nowhere)
        message = f"{len(rows)} patches lie on no plot and change nothing"
        findings.append(Finding("warning", "overrides", message, "draw them where plots are", rows))
    is_lost = (overrides["effect"] == "lost").to_numpy()
    return Patches(shapes[is_lost], shapes[~is_lost], _buildable(shapes, is_lost), tuple(findings))


def _refuse_unusable(overrides: gpd.GeoDataFrame) -> None:
    missing = [name for name in ("effect", *_WORDS) if name not in overrides.columns]
    problems = [f"overrides: no column {name!r}" for name in missing]
    if not missing:
        for name, patch in zip(overrides.index, overrides.itertuples(), strict=True):
            if patch.effect not in EFFECTS:
                problems.append(f"overrides, {name}: effect is {patch.effect!r}; it is buildable or lost")
            problems += [
                f"overrides, {name}: no {word}; an override is only as good as its {word}"
                for word in _WORDS
                if cells.blank(getattr(patch, word))
            ]
            if not cells.blank(patch.date) and not _is_iso(patch.date):
                problems.append(f"overrides, {name}: date is {patch.date!r}; give a date as 2026-11-23")
    shapes = overrides.geometry.to_numpy()
    flat = (shapely.get_dimensions(shapes) != 2) | shapely.is_empty(shapes)
    problems += [f"overrides, {name}: a patch is a polygon" for name in overrides.index[flat]]
    if problems:
        raise DataError("overrides cannot be laid over the plots", problems)


def _is_iso(cell: object) -> bool:
    """Whether a cell is a date as 2026-11-23; a time may follow."""
    words = cells.identifier(cell)
    return words is not None and cells.date(words) == words[:10]


def _buildable(shapes: Shapes, is_lost: NDArray[np.bool_]) -> Shapes:
    """What each buildable patch has for itself: a lost one wins over it, and so does an earlier one."""
    clear = np.full(len(shapes), _EMPTY, dtype=object)
    tree = shapely.STRtree(shapes)
    for row in np.flatnonzero(~is_lost):
        others = tree.query(shapes[row], predicate="intersects")
        others = others[is_lost[others] | (others < row)]
        clear[row] = shapely.difference(shapes[row], shapely.union_all(shapes[others]))
    return clear


def laid_over(zones: casting.Cast, drawn: Patches) -> casting.Cast:
    """Put lost patches before all other causes."""
    count = len(drawn.lost)
    own = pd.DataFrame({"cause": [CAUSE], "title": [TITLE], "severity": ["exclusion"]})
    after = zones.feature.max(initial=-1) + 1
    return replace(
        zones,
        shapes=np.concatenate([drawn.lost, zones.shapes]),
        metres=np.concatenate([np.zeros(count), zones.metres]),
        rank=np.concatenate([np.zeros(count, dtype=np.intp), zones.rank + 1]),
        feature=np.concatenate([after + np.arange(count), zones.feature]),
        causes=pd.concat([own, zones.causes], ignore_index=True),
        findings=zones.findings + drawn.findings,
    )


@dataclass(frozen=True, eq=False)
class Given:
    """Buildable patches on plots, by plot and patch.

    Attributes
    ----------
    plot, patch
        Positions.
    common
        What they share, of which no part is in two rows.
    """

    plot: NDArray[np.intp]
    patch: NDArray[np.intp]
    common: Shapes

    @classmethod
    def nothing(cls) -> Given:
        """No patch anywhere."""
        none = np.empty(0, dtype=np.intp)
        return cls(none, none, np.empty(0, dtype=object))


def given(plots: Shapes, drawn: Patches) -> Given:
    """Lay buildable patches over plots.

    Parameters
    ----------
    plots
        Polygons.
    drawn
        The planner's patches.
    """
    patch, plot = shapely.STRtree(plots).query(drawn.buildable, predicate="intersects")
    common = solid(shapely.intersection(plots[plot], drawn.buildable[patch]))
    order = np.lexsort([patch, plot])
    order = order[shapely.area(common[order]) > NOTHING_M2]
    return Given(plot[order], patch[order], common[order])
