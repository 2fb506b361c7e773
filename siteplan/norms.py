"""Protection-zone rules as data: what an object keeps clear around it, how strictly, by which act, how sure.

A rule speaks of one object and one kind of zone; its widths are told apart by the object's class::

    [[rules]]
    name = "power_line_zone"
    object = "power_line"
    zone = "protection zone"
    severity = "consent"
    measured_from = "outer_wire"
    units = { voltage = "kV" }
    without_class = "widest"
    half_width = 4  # m from axis to outer wire where nobody gives it
    widths = [
      { when = { voltage = { above = 1, up_to = 20 } }, metres = 10 },
      { when = { voltage = { above = 20, up_to = 35 } }, metres = 15 },
    ]
    act = "..."
    source = "..."
    as_of = 2026-11-25
    confidence = "low"
    status = "official"

The four severities follow the legal ladder of Russian norms: an `exclusion` forbids capital building,
`consent` asks somebody's permission, a `condition` must be met, `information` is only told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from siteplan import units
from siteplan.buildable import Land, Zoned
from siteplan.errors import PlanError, SiteplanError
from siteplan.models import Name, Sheet, near, repeated
from siteplan.prices import Sourced
from siteplan.spans import Metres, Span, Width

Severity = Literal["exclusion", "consent", "condition", "information"]

SEVERITIES: tuple[Severity, ...] = ("exclusion", "consent", "condition", "information")
"""From the strictest; causes of land lost are counted in this order."""


OVERRIDE = "override"
"""Name of the cause that a planner's own patches are, which no rule may have."""


class Rule(Sourced):
    """What an object keeps clear around it.

    Attributes
    ----------
    name, title
        The cause of land lost, as a key and in words.
    object
        What the rule protects, by the name that a plan's zones give their layers.
    zone
        Which of the object's zones this is, such as "protection zone" or "minimum distance".
    severity
        exclusion, consent, condition or information.
    measured_from
        Where the width begins. From outer wire, edge or boundary, a line drawn as an axis needs
        half the width of its corridor.
    units
        Units of the classes that are numbers.
    widths
        Reach by class; the first that holds is taken, and no two may meet with different metres.
    without_class
        What becomes of an object whose class is not known: "widest" takes the widest reach and
        says so, "unknown" leaves the land within it unknown.
    half_width
        Metres from axis to outer wire or edge that are assumed where nobody gives them.
    act, clause
        Where it is written.
    status
        official: the act's own number; calculated: follows from one; assumed: ours.
    """

    name: Name
    title: str = Field(min_length=1)
    object: Name
    zone: str = "protection zone"
    severity: Severity
    measured_from: Literal["outer_wire", "axis", "edge", "boundary"]
    units: dict[Name, str] = Field(default_factory=dict)
    widths: tuple[Width, ...] = Field(min_length=1)
    without_class: Literal["widest", "unknown"] = "widest"
    half_width: Metres | None = None
    act: str = Field(min_length=1)
    clause: str = ""
    status: Literal["official", "calculated", "assumed"]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = [
            f"widths {one.words!r} ({one.metres:g} m) and {other.words!r} ({other.metres:g} m) overlap"
            for one, other in combinations(self.widths, 2)
            if one.metres != other.metres and one.meets(other)
        ]
        for name, wanted in (pair for width in self.widths for pair in width.when):
            if isinstance(wanted, Span) != (name in self.units):
                problems.append(f"units: {name} needs one where it is a number, and only there")
        for name, unit in self.units.items():
            try:
                units.unit(unit)
            except SiteplanError as unknown:
                problems.append(f"units.{name}: {unknown}")
        if self.name == OVERRIDE:
            problems.append(f"name: {OVERRIDE!r} is the cause of what a planner holds back; take another")
        if self.half_width is not None and self.measured_from == "axis":
            problems.append("half_width means nothing where the width is measured from the axis")
        if problems:
            raise ValueError("; ".join(dict.fromkeys(problems)))
        return self

    @property
    def classes(self) -> list[str]:
        """The classes that tell the widths apart."""
        return list(dict.fromkeys(name for width in self.widths for name, _ in width.when))

    def reach(self, classes: Mapping[str, float | str]) -> float | None:
        """Return the reach for an object of these classes, metres; none where no width holds."""
        return next((width.metres for width in self.widths if width.holds(classes)), None)

    def widest_of(self, classes: Mapping[str, float | str]) -> float:
        """Return the widest reach that is left when only some classes are known, metres."""
        left = [
            width.metres
            for width in self.widths
            if Width(when=[pair for pair in width.when if pair[0] in classes], metres=0).holds(classes)
        ]
        return max(left, default=max(width.metres for width in self.widths))


class Norms(Sheet):
    """A table of protection-zone rules.

    Attributes
    ----------
    title, notice
        Shown with the rules; the notice says what the table is not.
    """

    called: ClassVar[str] = "norms"

    title: str = Field(min_length=1)
    notice: str = ""
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        problems = [
            f"rules: {name!r} stands twice; names must differ"
            for name in repeated([rule.name for rule in self.rules])
        ]
        problems += [
            f"rules {one.name!r} and {other.name!r} contradict each other: both give the {one.zone} of "
            f"{one.object}, {_clash(one, other)}"
            for one, other in combinations(self.rules, 2)
            if (one.object, one.zone) == (other.object, other.zone) and _clash(one, other)
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def with_own(self, own: Norms) -> Self:
        """Return these norms with a park's own rules, which take the place of those of their name."""
        theirs = {rule.name: rule for rule in own.rules}
        kept = [theirs.pop(rule.name, rule) for rule in self.rules]
        merged = {
            "title": f"{self.title}; {own.title}",
            "notice": " ".join(filter(None, (self.notice, own.notice))),
            "rules": [rule.to_dict() for rule in (*kept, *theirs.values())],
        }
        return self.parse(merged, where=own.title, error=PlanError)

    def of(self, thing: str, names: Collection[str] = ()) -> tuple[Rule, ...]:
        """Return the rules of an object; only those of the given names, where any are."""
        return tuple(
            rule for rule in self.rules if rule.object == thing and (not names or rule.name in names)
        )

    def rule(self, name: str) -> Rule:
        """Return the rule of a name."""
        return next(rule for rule in self.rules if rule.name == name)

    def problems(self, land: Land) -> list[str]:
        """Return every object, rule and class that a plan's land names and these norms do not have."""
        objects = dict.fromkeys(rule.object for rule in self.rules)
        names = [rule.name for rule in self.rules]
        found = [
            f"land.zones {zone.layer!r}: no rule is about {zone.object!r}{near(zone.object, objects)}; "
            f"objects: {', '.join(objects)}"
            for zone in land.zones
            if zone.object not in objects
        ]
        found += [
            f"land.zones {zone.layer!r}: {problem}"
            for zone in land.zones
            if zone.object in objects
            for problem in _misread(zone, self.of(zone.object, zone.rules) or self.of(zone.object))
        ]
        asked = [(zone.layer, name, self.of(zone.object)) for zone in land.zones for name in zone.rules]
        asked += [(zone.layer, zone.rule, self.rules) for zone in land.registered]
        return found + [
            f"land, layer {layer!r}: there is no such rule {name!r}{near(name, names)}"
            for layer, name, rules in asked
            if name not in [rule.name for rule in rules]
        ]


def _misread(zone: Zoned, rules: Collection[Rule]) -> list[str]:
    """What a layer is told of classes and corridors that the rules of its object do not ask for."""
    found = []
    if zone.half_width is not None or zone.corridor is not None:
        said = "half_width" if zone.half_width is not None else "corridor"
        if all(rule.measured_from == "axis" for rule in rules):
            found.append(f"{said} changes nothing: every rule of {zone.object!r} measures from the axis")
    known = dict.fromkeys(name for rule in rules for name in rule.classes)
    listed = f"classes: {', '.join(known)}" if known else f"the rules of {zone.object!r} know no class"
    for table, pairs in (("given", zone.given), ("columns", zone.columns)):
        found += [
            f"{table}: there is no class {name!r}{near(name, known)}; {listed}"
            for name, _ in pairs
            if name not in known
        ]
    for name, value in zone.given:
        units = [rule.units.get(name) for rule in rules if name in rule.classes]
        if any(units) and isinstance(value, str):
            found.append(f"given.{name} is {value!r}; give a number of {next(filter(None, units))}")
        elif units and not all(units) and not isinstance(value, str):
            found.append(f"given.{name} is {value:g}; give {_texts(name, rules)}")
    return found


def _texts(name: str, rules: Collection[Rule]) -> str:
    """The texts that rules know of a class, as they stand in a plan."""
    told = [
        text
        for rule in rules
        for width in rule.widths
        for one, wanted in width.when
        if one == name and not isinstance(wanted, Span)
        for text in wanted
    ]
    return f"a text: {' or '.join(repr(text) for text in dict.fromkeys(told))}"


def _clash(one: Rule, other: Rule) -> str:
    """How two rules about the same zone disagree; empty where no object meets both."""
    for mine in one.widths:
        for theirs in other.widths:
            if mine.meets(theirs):
                return (
                    f"{mine.metres:g} m ({one.severity}) for {mine.words} and "
                    f"{theirs.metres:g} m ({other.severity}) for {theirs.words}"
                )
    return ""
