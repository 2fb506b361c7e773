"""Rankings made of worths alone: a table of plots by criteria in, everything behind a scorecard out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from world import UTM

from siteplan import scoring
from siteplan.plan import Plan

SITING = {
    "profit": (max, [4184.3, 5211.9, 5021.3, 5566.1, 5060.5, 4317.9]),
    "cost": (min, [2914.0, 3630.0, 3920.5, 3957.9, 3293.5, 2925.9]),
    "energy": (max, [407.2, 501.7, 504.0, 559.5, 514.1, 432.8]),
    "peak": (max, [251.0, 308.3, 278.6, 335.3, 284.2, 239.3]),
    "homes": (min, [195, 282, 12, 167, 69, 12]),
    "reservoir": (min, [244, 346, 56, 268, 90, 55]),
    "villages": (min, [15, 21, 3, 16, 7, 3]),
    "environment": (max, [2.41, 1.41, 4.42, 3.36, 4.04, 4.36]),
}
"""Six hydropower systems: Opricovic & Tzeng 2007, EJOR 178(2), 514-529."""


def plan(criteria: dict[str, Any], **rest: Any) -> Plan:
    """A plan whose criteria are columns of worth, each with what is said of it: a weight or a dict."""
    entries = [
        {
            "name": name,
            "unit": "1",
            "measure": {"kind": "attribute", "column": name},
            "value": {"shape": "linear", "best": 1, "worst": 0},
            **({"weight": said} if not isinstance(said, dict) else said),
        }
        for name, said in criteria.items()
    ]
    return Plan.from_dict({"name": "judged", "metric_crs": UTM, "criteria": entries, **rest})


def ranking(
    worths: pd.DataFrame, by: Plan, excluded: dict[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contributions and totals of worths as a scorecard has them."""
    measured = {
        name: pd.DataFrame(
            {
                "amount": worths[name].astype(float),
                "category": None,
                "unit": "1",
                "feature": "",
                "feature_name": "",
            },
            index=worths.index.rename("plot"),
        )
        for name in worths
    }
    said = pd.Series(excluded or {}, dtype="str").reindex(worths.index).fillna("")
    verdict = pd.DataFrame({"excluded_by": said, "unchecked": ""}, index=worths.index)
    contributions = scoring.contributions(measured, by, said == "")
    return contributions, scoring.totals(contributions, [verdict], worths.index)


def siting() -> pd.DataFrame:
    """The siting matrix as worths by min-max."""
    frame = pd.DataFrame({name: column for name, (_, column) in SITING.items()}, dtype=float)
    frame.index = pd.Index([f"A{row + 1}" for row in range(len(frame))], name="plot")
    signed = frame * [1 if best is max else -1 for best, _ in SITING.values()]
    return (signed - signed.min()) / (signed.max() - signed.min())


def random_worths(plots: int, criteria: int, seed: int, *, unknown: float = 0.0) -> pd.DataFrame:
    """Worths to one digit, so that many are equal, some of them unknown."""
    random = np.random.default_rng(seed)
    worths = random.random((plots, criteria)).round(1)
    worths[random.random(worths.shape) < unknown] = np.nan
    return pd.DataFrame(
        worths,
        index=pd.Index([f"p{row}" for row in range(plots)], name="plot"),
        columns=[f"c{column}" for column in range(criteria)],
    )
