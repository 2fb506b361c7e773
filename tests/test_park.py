from __future__ import annotations

import copy
import json
import tomllib
from typing import Any

import pytest
import world
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from siteplan.errors import CatalogueError
from siteplan.park import Catalogue
from siteplan.sources import Column


def refusal(change: Any) -> str:
    data = copy.deepcopy(world.catalogue())
    change(data)
    with pytest.raises(CatalogueError) as error:
        Catalogue.from_dict(data, where="park.toml")
    return str(error.value)


def test_plain_data_and_back_is_the_same_catalogue():
    catalogue = Catalogue.from_dict(world.catalogue())

    assert Catalogue.from_dict(catalogue.to_dict()) == catalogue
    assert Catalogue.from_dict(json.loads(json.dumps(catalogue.to_dict()))) == catalogue
    assert Catalogue.from_dict(tomllib.loads(world.toml(world.catalogue()))) == catalogue


@given(
    st.dictionaries(
        st.sampled_from(sorted(world.catalogue())),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_whatever_stands_in_a_catalogue_is_one_or_is_refused(changes: dict[str, Any]):
    problems: tuple[str, ...] = ()
    try:
        Catalogue.from_dict({**world.catalogue(), **changes})
    except CatalogueError as refusal:
        problems = refusal.problems or ("nothing is said",)
    assert "nothing is said" not in problems


def test_a_catalogue_is_frozen():
    catalogue = Catalogue.from_dict(world.catalogue())

    with pytest.raises(ValidationError):
        catalogue.title = "other"
    with pytest.raises(ValidationError):
        catalogue.plots.crs = "EPSG:4326"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.update(region=[129, 51, 127, 52]), "west < east"),
        (lambda data: data.update(region=[51, 127, 52, 129]), "region"),
        (lambda data: data.update(region=[127, 51, 129]), "region"),
        (lambda data: data.update(quarantine_limit=1.5), "quarantine_limit"),
        (lambda data: data.pop("plots"), "plots: is missing"),
        (lambda data: data["plots"].pop("id"), "plots.id: is missing"),
        (lambda data: data["plots"].update(fiel="x"), "plots.fiel: unknown key, did you mean 'file'?"),
        (lambda data: data["layers"]["gas"].pop("role"), "layers.gas.role: is missing"),
        (lambda data: data["layers"]["gas"].update(role="steam"), "layers.gas.role"),
        (lambda data: data["layers"].update({"Bad Name": data["layers"]["gas"]}), "Bad Name"),
        (lambda data: data["plots"].update(file="https://example.org/plots.gpkg"), "not a local path"),
        (lambda data: data["plots"].update(file="/vsicurl/x.gpkg"), "not a local path"),
        (lambda data: data["plots"].update(file="vsi\0.gpkg"), "not a local path"),
        (lambda data: data["plots"].update(file=""), "plots.file"),
        (lambda data: data["plots"]["columns"].update(name="x"), "siteplan's own names"),
        (lambda data: data["plots"]["columns"].update(x={"from": "x", "unit": "furlong"}), "unknown unit"),
        (
            lambda data: data["plots"]["columns"].update(x={"from": "x", "kind": "number"}),
            "numbers need a unit",
        ),
        (
            lambda data: data["plots"]["columns"].update(x={"from": "x", "kind": "flag", "unit": "m"}),
            "only numbers",
        ),
        (lambda data: data["plots"].update(origin="mixed"), "columns.synthetic"),
        (lambda data: data["plots"].update(origin="invented"), "origin"),
        (
            lambda data: data.update(regimes={"file": "r.toml", "zones": "nowhere"}),
            "there is no layer 'nowhere'",
        ),
        (
            lambda data: data.update(regimes={"file": "r.toml", "zones": "gas"}),
            "maps no text column 'regimes'",
        ),
    ],
)
def test_what_a_catalogue_must_not_say(change: Any, said: str):
    assert said in refusal(change)


def test_every_mistake_at_once():
    text = refusal(
        lambda data: (
            data.update(titel="x"),
            data["plots"].update(crs=5),
            data["layers"]["gas"].update(role="x"),
        )
    )

    assert "refused, 3 mistakes" in text
    assert "titel: unknown key, did you mean 'title'?" in text


def test_a_path_that_climbs_is_a_path_and_is_kept_in_one_spelling():
    catalogue = Catalogue.from_dict({**world.catalogue(), "plots": {"file": "a/./../b.gpkg", "id": "id"}})

    assert catalogue.plots.file == "b.gpkg"


def test_a_column_with_a_unit_holds_numbers():
    column = Catalogue.from_dict(world.catalogue()).plots.columns["free_power"]

    assert (column.kind, column.unit, column.source) == ("number", "MW", "free_power")


@pytest.mark.parametrize("extra", [{"unit_in": "cells"}, {"decimal": ","}, {"pair": "first"}])
def test_how_numbers_are_read_is_for_numbers(extra: dict[str, str]):
    with pytest.raises(ValueError, match="are for numbers; give the unit"):
        Column.model_validate({"from": "x", **extra})
    assert Column.model_validate({"from": "x", "unit": "MW", **extra}).kind == "number"
    with pytest.raises(ValueError, match="only numbers have one"):
        Column.model_validate({"from": "x", "unit": "MW", "kind": "availability"})
