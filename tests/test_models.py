from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from siteplan.errors import PlanError
from siteplan.models import Document, Name, near, repeated


class Leaf(Document):
    name: Name
    size: Annotated[float, Field(ge=0)] = 0


class Tree(Document):
    leaves: tuple[Leaf, ...] = Field(min_length=1)


def test_every_mistake_at_once_with_place_and_remedy():
    data = {"leaves": [{"name": "Bad Name", "size": -1}, {"siez": 2}], "extra": 1}

    with pytest.raises(PlanError) as refused:
        Tree.parse(data, where="tree.toml", error=PlanError)

    text = str(refused.value)
    assert text.startswith("tree.toml: refused, 5 mistakes")
    assert "leaves[1] 'Bad Name'.name: must be lower-case letters" in text
    assert "leaves[1] 'Bad Name'.size" in text
    assert "-1" in text
    assert "leaves[2].name: is missing" in text
    assert "leaves[2].siez: unknown key, did you mean 'size'?" in text
    assert "extra: unknown key" in text


@pytest.mark.parametrize("data", [None, [], "text", 5, {"leaves": {}}, {"leaves": [5]}, {"leaves": []}])
def test_anything_may_stand_in_a_file(data: object):
    with pytest.raises(PlanError, match="refused"):
        Tree.parse(data, where="x", error=PlanError)


def test_documents_are_frozen():
    leaf = Leaf(name="a")

    with pytest.raises(ValidationError):
        leaf.name = "b"
    assert hash(leaf) == hash(Leaf(name="a"))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_endless_numbers_are_refused(number: float):
    with pytest.raises(PlanError, match="finite"):
        Leaf.parse({"name": "a", "size": number}, where="x", error=PlanError)


def test_near_and_repeated():
    assert near("gaz", ["gas", "power"]) == ", did you mean 'gas'?"
    assert near("zzz", ["gas"]) == ""
    assert near("x", []) == ""
    assert repeated("abcbaa") == ["b", "a"]
    assert repeated([]) == []
