"""Plans and tables whose land cannot be meant, refused in words."""

from __future__ import annotations

from typing import Any

import landscape
import pytest
import ruled
import shapely
import world

from siteplan.errors import DataError, PlanError, SiteplanError
from siteplan.scorecard import score

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"norms": None}, r"land: zones need rules; name a table"),
    (
        {"land": {"zones": [{"layer": "pipe", "object": "pip"}]}},
        r"land.zones 'pipe': no rule is about 'pip', did you mean 'pipe'\?; objects: pipe, bog, gas_main",
    ),
    (
        {"land": {"zones": [{"layer": "pipe", "object": "pipe", "rules": ["pipe_distanse"]}]}},
        r"layer 'pipe': there is no such rule 'pipe_distanse', did you mean 'pipe_distance'",
    ),
    (
        {"land": {"registered": [{"layer": "pipe", "rule": "nothing"}]}},
        r"layer 'pipe': there is no such rule 'nothing'",
    ),
    (
        {"land": {"zones": [{"layer": "mains", "object": "gas_main", "given": {"presure": 10}}]}},
        r"land.zones 'mains': given: there is no class 'presure', did you mean 'pressure'\?; "
        r"classes: pressure, diameter",
    ),
    (
        {"land": {"zones": [{"layer": "mains", "object": "gas_main", "columns": {"dn": "diameter"}}]}},
        r"land.zones 'mains': columns: there is no class 'dn'; classes: pressure, diameter",
    ),
    (
        {"land": {"zones": [{"layer": "pipe", "object": "pipe", "given": {"voltage": 10}}]}},
        r"there is no class 'voltage'; the rules of 'pipe' know no class",
    ),
    (
        {"land": {"zones": [{"layer": "mains", "object": "gas_main", "given": {"pressure": "3 bar"}}]}},
        r"land.zones 'mains': given.pressure is '3 bar'; give a number of MPa",
    ),
    (
        {
            "norms": ruled.norms().to_dict(),
            "land": {"zones": [{"layer": "pipe", "object": "plant", "given": {"hazard_class": 2}}]},
        },
        r"given.hazard_class is 2; give a text: 'I' or 'II' or 'III'",
    ),
    (
        {"land": {"zones": [{"layer": "mains", "object": "gas_main", "half_width": 10}]}},
        r"half_width changes nothing: every rule of 'gas_main' measures from the axis",
    ),
    (
        {"land": {"zones": [{"layer": "mains", "object": "gas_main", "corridor": "wide"}]}},
        r"corridor changes nothing: every rule of 'gas_main' measures from the axis",
    ),
    (
        {"land": {"density": "good"}},
        r"land.density: there is no kind of production 'good', did you mean 'goods'",
    ),
    ({"densities": None, "land": {"density": "goods"}}, r"there is no kind of production 'goods'"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED, ids=lambda one: str(one)[:50])
def test_a_plan_that_cannot_be_meant_is_refused(changes: dict[str, Any], words: str):
    with pytest.raises(PlanError, match=words):
        landscape.plan(**changes)


@pytest.mark.parametrize(
    ("measure", "changes", "words"),
    [
        ({"kind": "net_area"}, {"land": None}, r"c0: net_area needs to know what takes land; give \[land\]"),
        ({"kind": "loss_share", "cause": "bog"}, {}, r"c0: there is no rule 'bog'"),
        ({"kind": "footprint"}, {"densities": None, "land": {}}, r"c0: a footprint needs densities"),
    ],
)
def test_a_measure_without_ground_is_refused(measure: dict[str, Any], changes: dict[str, Any], words: str):
    criterion = {"measure": measure, "unit": "ha", "value": {"shape": "linear", "best": 1, "worst": 0}}
    if measure["kind"] == "loss_share":
        criterion["unit"] = "share"
    given = {"norms": landscape.NORMS, "densities": landscape.DENSITIES, "land": landscape.LAND, **changes}
    with pytest.raises(PlanError, match=words):
        world.only(criterion, **given)


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"zones": [{"layer": "pipe", "object": "pipe", "where": {"voltage": 10}}]},
        r"layer 'pipe', wanted by land: there is no column 'voltage'; columns: name",
    ),
    (
        {"zones": [{"layer": "pipe", "object": "pipe", "where": {"name": "Pipes"}}]},
        r"layer 'pipe', wanted by land: no feature has name = Pipes; there are name: Pipe",
    ),
    (
        {"zones": [{"layer": "wetland", "object": "bog", "corridor": "wide"}]},
        r"layer 'wetland', wanted by land: there is no column 'wide'",
    ),
    (
        {"registered": [{"layer": "wetland", "rule": "bog_ground", "of": "feature_id"}]},
        r"layer 'wetland', wanted by land: there is no column 'feature_id'",
    ),
    (
        {"overrides": {"layer": "patches", "author": "who"}},
        r"layer 'patches', wanted by land: there is no column 'who'",
    ),
    ({"overrides": {"layer": "nowhere"}}, r"layer 'nowhere', wanted by land, is not there"),
]


@pytest.mark.parametrize(("land", "words"), WRONG, ids=lambda one: str(one)[:50])
def test_layers_that_land_cannot_use_are_named(land: dict[str, Any], words: str):
    around = landscape.layers(patches=landscape.patches(("lost", shapely.box(0, 0, 9, 9))))
    with pytest.raises(SiteplanError, match=words):
        score(world.plots(), around, landscape.plan(land=land))


@pytest.mark.parametrize("word", ["author", "date", "reason"])
@pytest.mark.parametrize("missing", ["", None, "  "])
def test_an_override_is_as_good_as_its_words(word: str, missing: str | None):
    drawn = landscape.patches(("lost", shapely.box(0, 0, 9, 9)), **{word: [missing]})
    plan = landscape.plan(land={"overrides": landscape.OVERRIDES})
    with pytest.raises(DataError, match=f"o1: no {word}; an override is only as good as its {word}"):
        score(world.plots(), landscape.layers(patches=drawn), plan)


def test_an_elevation_model_that_is_not_there_is_named():
    with pytest.raises(
        PlanError, match=r"'heigths', which is not there, did you mean 'heights'\?; there are: heights"
    ):
        landscape.amounts({"kind": "slope", "dem": "heigths"}, "%", landscape.ramp())
    with pytest.raises(PlanError, match="there are: none"):
        landscape.amounts({"kind": "slope", "dem": "heights"}, "%")


def test_an_empty_layer_of_zones_is_not_taken_for_none():
    """Nobody knows whether nothing is there or nothing was drawn."""
    around = landscape.layers()
    around["pipe"] = around["pipe"].iloc[:0]
    with pytest.raises(DataError, match=r"layer 'pipe', wanted by land, has no feature; .* may_be_empty"):
        score(world.plots(), around, landscape.plan())
    first, *others = landscape.LAND["zones"]
    assert first["layer"] == "pipe"
    allowed = {**landscape.LAND, "zones": [{**first, "may_be_empty": True}, *others]}
    assert score(world.plots(), around, landscape.plan(land=allowed)).land["net_ha"]["a"] == 1


def test_classes_without_a_unit_are_listed_with_what_was_assumed():
    around = landscape.layers()
    around["mains"] = around["mains"].assign(pressure=5.5, diameter=200.0)
    around["mains"].attrs["units"] = {"diameter": "mm"}
    card = score(world.plots(), around, landscape.plan())
    assert card.provenance.units_assumed == ("mains.pressure",)
    assert "Taken to be in the plan's units: mains.pressure." in card.sentence
