"""A park whose every text is an attack, and one plain way to find out whether any worked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from siteplan.park import Catalogue, Regime
from siteplan.plan import Plan
from siteplan.scorecard import Scorecard, score
from siteplan.tables import Park

ATTACKS = (
    "{{7*7}}",
    "{#",
    "{%set x=1%}",
    "{{ cycler.__init__.__globals__.os.mkdir('attacked') }}",
    "${window.attacked=1}",
    "`;window.attacked=1;`",
    "</script><script>window.attacked=1</script>",
    "<img src=x onerror=window.attacked=1>",
    "<svg onload=window.attacked=1>",
    "<!--<script>",
    "--><b onclick=window.attacked=1>",
    '" onmouseover=window.attacked=1 x="\'',
    "javascript:window.attacked=1",
    "<a href=javascript:window.attacked=1>x</a>",
    "]]><style>*{display:none}</style>",
    "</title></style></textarea></noscript>",
    "<!--data--><!--rows--><!--scripts-->",
    "{name} {n} {score}",
    "\\2019 C:\\new\\u0041 \\",
    "line\u2028end\u2029\x00\x07\x1b[31m\r\n\t",
    "\u202eright to left\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\N{GRINNING FACE}",
    "__proto__",
    "constructor",
    "&lt;b&gt;&#123;&amp;",
)
EVERYTHING = " ".join(ATTACKS)
LONG = "A" * 10_000


def attack(place: str, number: int = 0) -> str:
    """Return a text that holds every attack and still differs from place to place."""
    return f"{place} {number} {EVERYTHING}"


def hostile(park: Park, plan: Plan) -> tuple[Scorecard, Park]:
    """Return a park and its scorecard in which every text that a stranger may type is an attack."""
    plots = _attacked(park.plots, "plot")
    plots["owner"] = [attack("owner", n) if n else LONG for n in range(len(plots))]
    plots["{{7*7}}<img src=x onerror=window.attacked=1>"] = attack("value")
    plots["regimes"] = "tor __proto__ <img/src=x/onerror=window.attacked=1>"
    plots.attrs["units"] = {**park.plots.attrs["units"], "owner": "<b>`${7*7}{{7*7}}"}
    layers = {name: _attacked(layer, name) for name, layer in park.layers.items()}
    plan = Plan.from_dict(_worded(plan.to_dict()))
    hostile_park = replace(
        park,
        catalogue=Catalogue.from_dict(_worded(park.catalogue.to_dict())),
        plots=plots,
        layers=layers,
        regimes=tuple(_regime(line) for line in park.regimes),
    )
    card = score(plots, layers, plan)
    scored = card.plots.assign(unchecked=[attack("unchecked", n) for n in range(len(plots))])
    scored["excluded_by"] = [attack("why") if reason else "" for reason in scored["excluded_by"]]
    return replace(card, plots=scored), hostile_park


def _regime(line: Regime) -> Regime:
    words = ("regime", "measure", "rate", "unit", "period", "threshold", "act", "source", "note")
    return line.model_copy(update={word: attack(word) for word in words})


def _attacked(frame: gpd.GeoDataFrame, place: str) -> gpd.GeoDataFrame:
    changed = frame.copy()
    changed.attrs = dict(frame.attrs)
    names = [attack(place, number) for number in range(len(frame))]
    changed.index = pd.Index(
        [attack("id", n) for n in range(len(frame))], name=frame.index.name, dtype="object"
    )
    changed["name"] = pd.Series(names, index=changed.index, dtype="object")
    if len(changed) > 2:
        changed.iloc[1, changed.columns.get_loc("name")] = LONG
    return changed


def _worded(data: Any) -> Any:
    """Plain data with every title, note, credit and name of a person replaced by an attack."""
    words = {"title", "notice", "note", "source", "licence", "credit", "author"}
    if isinstance(data, dict):
        return {
            key: attack(key) if key in words and isinstance(value, str) else _worded(value)
            for key, value in data.items()
        }
    return [_worded(item) for item in data] if isinstance(data, list) else data
