"""The search that is asked again for plots that want more, against one search for each plot."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siteplan.connect.ways import Reached, Rows, Searched, Straight


@dataclass(frozen=True)
class Numbers(Searched):
    """A way whose lengths stand in a table of plots by tie-ins; inf where none leads."""

    metres: np.ndarray
    searches: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, metres: np.ndarray, free: np.ndarray) -> Numbers:
        plots = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)] * len(metres))
        offers = gpd.GeoDataFrame(
            {"free": free, "most": free}, geometry=shapely.points(np.arange(len(free)), 5.0)
        )
        return cls(plots, offers, Straight.between(plots, offers), metres)

    def _found(self, rows: Rows, able: Rows) -> Reached:
        self.searches.append(len(rows))
        metres = self.metres[np.ix_(rows, able)]
        best = metres.min(axis=1)
        tie_in = np.where(np.isfinite(best), able[metres.argmin(axis=1)], -1)
        return replace(Reached.nothing(len(rows)), tie_in=tie_in, metres=best)


LENGTHS = st.sampled_from([1.0, 2.0, 3.0, 4.0, np.inf])
AMOUNTS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


@given(st.data(), st.integers(1, 6), st.integers(1, 5))
def test_every_plot_reaches_the_nearest_that_has_enough(data: st.DataObject, plots: int, tie_ins: int):
    def drawn(one: st.SearchStrategy[float], count: int) -> np.ndarray:
        return np.array(data.draw(st.lists(one, min_size=count, max_size=count)))

    metres = drawn(LENGTHS, plots * tie_ins).reshape(plots, tie_ins)
    free = drawn(st.one_of(AMOUNTS, st.just(np.nan)), tie_ins)
    counts = drawn(st.booleans(), tie_ins).astype(bool)
    wanted = drawn(AMOUNTS, plots)
    way = Numbers.of(metres, free)
    found = way.reach(np.arange(plots), counts, wanted)
    for row in range(plots):
        enough = counts & (free >= wanted[row])
        best = metres[row, enough].min(initial=np.inf)
        assert found.metres[row] == best
        if np.isfinite(best):
            assert enough[found.tie_in[row]]
            assert metres[row, found.tie_in[row]] == best
        else:
            assert found.tie_in[row] == -1
    assert len(way.searches) <= len(np.unique(free[counts & ~np.isnan(free)]))


def test_who_finds_enough_at_once_is_not_searched_for_again():
    """Every plot wants something else, and the first tie-in has enough for all but the last."""
    metres, free = np.array([[1.0, 2.0, 9.0]] * 5), np.array([4.0, 3.0, 9.0])
    way = Numbers.of(metres, free)
    found = way.reach(np.arange(5), np.ones(3, dtype=bool), np.array([0.0, 1.0, 2.0, 4.0, 5.0]))
    assert found.tie_in.tolist() == [0, 0, 0, 0, 2]
    assert way.searches == [5, 1]
