"""What a plan says about land: which layers cast zones by which norms, and what a planner overrides.

It stands in plan.toml under ``[land]`` and knows no geometry::

    norms = ["../../norms/russia.toml", "own-rules.toml"]  # later rules take the place of earlier ones

    [land]
    overrides = { layer = "patches" }

    [[land.zones]]
    layer = "power_110kv"
    object = "power_line"
    half_width = 4  # m from the axis to the outer wire

    [[land.registered]]
    layer = "zouit"  # zones of the cadastre: they win over calculated ones
    rule = "power_line_zone"
    of = "object_id"  # column naming the feature a zone stands for
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, PlainSerializer, model_validator

from siteplan.models import Document, Name, Where
from siteplan.spans import Metres


def _pairs(given: Any) -> Any:
    return tuple(given.items()) if isinstance(given, dict) else given


Columns = Annotated[tuple[tuple[Name, Name], ...], BeforeValidator(_pairs), PlainSerializer(dict)]
Given = Annotated[tuple[tuple[Name, float | str], ...], BeforeValidator(_pairs), PlainSerializer(dict)]


class Zoned(Document):
    """A layer whose features cast zones.

    Attributes
    ----------
    layer, where
        The features that do: all of them, or those with the given values by column.
    object
        What they are to the norms.
    rules
        Names of the object's rules that count; all of them unless said.
    columns
        Which column holds a class of the rules, where it is not called the same.
    given
        A class that all features share, in the rule's unit, where no column holds it.
    half_width
        Metres from the drawn axis to the outer wire, edge or boundary of the corridor.
    corridor
        Column of the corridor's whole width, in place of `half_width`.
    may_be_empty
        Whether a layer without a feature means that there is truly none; else it is refused, for
        nobody knows whether nothing is there or nothing was drawn.
    """

    layer: Name
    where: Where = ()
    object: Name
    rules: tuple[Name, ...] = ()
    columns: Columns = ()
    given: Given = ()
    half_width: Metres | None = None
    corridor: Name | None = None
    may_be_empty: bool = False

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        if self.half_width is not None and self.corridor is not None:
            raise ValueError("give half_width, or the column of the corridor's width, not both")
        if both := dict(self.columns).keys() & dict(self.given).keys():
            raise ValueError(f"{', '.join(sorted(both))}: give a column or one class for all, not both")
        return self

    @property
    def named(self) -> list[str]:
        """Columns of the layer that must be there."""
        corridor = [self.corridor] if self.corridor else []
        return [*(name for name, _ in self.where), *(column for _, column in self.columns), *corridor]


class Registered(Document):
    """A layer of zones from the cadastre, which win over calculated ones of the same rule.

    Attributes
    ----------
    layer, where
        The zones.
    rule
        Name of the rule whose calculated zone they replace.
    of
        Column that names the feature a zone stands for, as `layer/feature` where several layers have
        one of that name. Without one, or where it is empty, a zone stands for every feature that lies
        in it by more than half; what of it lies outside keeps its calculated zone.
    """

    layer: Name
    where: Where = ()
    rule: Name
    of: Name | None = None


class Overrides(Document):
    """A layer of patches on which a planner knows better, and its columns.

    Attributes
    ----------
    effect
        Column of "buildable" or "lost".
    author, date, reason
        Columns of who decided it, when (as 2026-11-23) and why; none may be empty.
    """

    layer: Name
    effect: Name = "effect"
    author: Name = "author"
    date: Name = "date"
    reason: Name = "reason"


class Land(Document):
    """What takes land from plots.

    Attributes
    ----------
    zones, registered, overrides
        Where it comes from. Inside one severity, causes count in the order of `zones`.
    density
        Name of the kind of production whose least building density turns net land into floor area.
    """

    zones: tuple[Zoned, ...] = ()
    registered: tuple[Registered, ...] = ()
    overrides: Overrides | None = None
    density: str = ""

    @property
    def uses(self) -> list[tuple[str, list[str]]]:
        """Each layer that is looked at, and its columns."""
        used = [(one.layer, one.named) for one in self.zones]
        for zone in self.registered:
            of = [zone.of] if zone.of else []
            used.append((zone.layer, [*(column for column, _ in zone.where), *of]))
        if patch := self.overrides:
            used.append((patch.layer, [patch.effect, patch.author, patch.date, patch.reason]))
        return used
