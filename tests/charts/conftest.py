"""Results to draw: one with long names and many criteria."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import world

from siteplan import charts
from siteplan.scorecard import Scorecard, score

HOSTILE = [
    r"$\frac{1}{2}$ plot",
    "<script>window.attacked = 1</script>",
    "{{7*7}}${7*7}",
    "\x1b[31mred\u202e\uffff",
    "\u6c34\u5382 \N{FACTORY}",
    'a" onload="window.attacked = 1',
    "]]><svg onload='window.attacked = 1'>--&amp;",
]


def made(worths: dict[str, Any], plots: list[str] | None = None, **rest: Any) -> Scorecard:
    """A result whose worths are given, by criteria of falling weight; their titles may be given, too."""
    titles, weights = rest.pop("titles", {}), rest.pop("weights", {})
    frame = pd.DataFrame(worths)
    names = plots or [f"p{row}" for row in range(len(frame))]
    land = world.table({name: world.square(200 * row, 0) for row, name in enumerate(names)}, "plot")
    table = gpd.GeoDataFrame(frame.set_axis(land.index), geometry=land.geometry, crs=land.crs)
    entries = [
        {
            "name": name,
            "title": titles.get(name, ""),
            "unit": "1",
            "weight": weights.get(name, 1),
            "measure": {"kind": "attribute", "column": name},
            "value": {"shape": "linear", "best": 1, "worst": 0},
        }
        for name in frame
    ]
    return score(table.assign(name=names), {}, world.only(*entries, **rest))


@pytest.fixture(scope="session")
def large() -> Scorecard:
    """36 plots by 12 criteria with long names, some amounts unknown, how sure the ranks are, an exclusion."""
    random = np.random.default_rng(5)
    worths = {f"c{column}": random.random(36).round(2) for column in range(12)}
    worths["c3"][4:9] = np.nan
    return made(
        worths,
        [f"Plot at the eastern gate of the second terrace, number {row}" for row in range(36)],
        titles={name: f"Distance to the {name} connection of the district" for name in worths},
        weights={name: 1 + row for row, name in enumerate(worths)},
        robustness={"draws": 2000},
        constraints=[
            {
                "name": "enough",
                "unit": "1",
                "at_least": 0.05,
                "measure": {"kind": "attribute", "column": "c1"},
            }
        ],
    )


@pytest.fixture(scope="session")
def hostile() -> Scorecard:
    """Plots, criteria and a title that would like to be obeyed."""
    worths = {"a": [0.9, 0.8, 0.5, 0.4, 0.3, 0.2, np.nan], "b": [0.1, 0.9, 0.4, 0.3, 0.6, 0.2, 0.7]}
    return made(worths, HOSTILE, titles={"a": HOSTILE[0], "b": HOSTILE[1]}, robustness={"draws": 500})


@pytest.fixture(scope="session")
def sheets(large: Scorecard, hostile: Scorecard) -> dict[str, str]:
    """Every chart of both results as SVG; drawing them takes seconds."""
    figures = {}
    for which, card in (("large", large), ("hostile", hostile)):
        best = str(card.ranked.index[0])
        figures[f"{which} contributions"] = charts.contributions(card)
        figures[f"{which} tornado"] = charts.tornado(card, best)
        figures[f"{which} acceptability"] = charts.acceptability(card.robustness)
        figures[f"{which} value"] = charts.value_function(card.plan.criteria[0])
    return {key: charts.svg(figure) for key, figure in figures.items()}
