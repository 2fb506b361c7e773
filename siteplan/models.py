"""What every typed-in document (plan, catalogue, regimes) has in common.

Documents are frozen pydantic models that know every key they may have. A mistake is reported with
its key, what stands there and what would be right, and all mistakes of a document at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from siteplan import units
from siteplan.errors import PlanError, SiteplanError

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name that is also a key: lower-case letters, digits and underscores."""

Amount = Annotated[float, Field(ge=-1e15, le=1e15)]

Weight = Annotated[float, Field(ge=0, le=1e9)]


def several(given: Any) -> tuple[Any, ...]:
    """Return one value or several as plain values: what a list, a set, an array or a column holds.

    Examples
    --------
    >>> several(10), several("existing"), several({"planned"}), several([])
    ((10,), ('existing',), ('planned',), ())
    """
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        return (given,)
    return tuple(one.item() if hasattr(one, "item") else one for one in given)


def pairs(given: Any) -> Any:
    """Return a table of columns and values as pairs, which unlike a table can be compared and hashed."""
    if not isinstance(given, Mapping):
        return given
    return tuple((column, several(values)) for column, values in given.items())


def _table(pairs: tuple[tuple[str, tuple[Any, ...]], ...]) -> dict[str, list[Any]]:
    return {column: list(values) for column, values in pairs}


Where = Annotated[
    tuple[tuple[str, Annotated[tuple[bool | float | str, ...], Field(min_length=1)]], ...],
    BeforeValidator(pairs),
    PlainSerializer(_table),
]
"""Which features of a layer count: allowed values by column, as { voltage = 10, status = ["existing"] }."""

_HINTS = {
    "missing": "is missing",
    "union_tag_not_found": "needs its {discriminator} key",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "float_parsing": "must be a number",
    "tuple_type": "must be a list [..]",
    "too_short": "needs at least {min_length}",
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "list_type": "must be a list [..]",
    "model_type": "must be a table {{..}}",
    "model_attributes_type": "must be a table {{..}}",
    "dict_type": "must be a table {{..}}",
    "greater_than": "must be more than {gt:g}",
    "string_pattern_mismatch": "must be lower-case letters, digits and _, starting with a letter",
}


class Mistakes(ValueError):  # noqa: N818 (what a validator says to pydantic; nobody else meets it)
    """Several mistakes that a validator found; each is told by itself."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class Document(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)

    @classmethod
    def parse(cls, data: Mapping[str, Any], *, where: str, error: type[SiteplanError]) -> Self:
        """Read a document from plain data, or raise `error` with every mistake in it.

        Parameters
        ----------
        data
            What the TOML or JSON held.
        where
            The document's name for the message, usually its path.
        error
            The branch of the error tree to raise.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as invalid:
            details = [detail for detail in invalid.errors() if not _echo(detail, invalid.errors())]
            problems = [line for detail in details for line in _lines(detail, data, cls)]
            problems = list(dict.fromkeys([*problems, *cls.apart(data)]))
            raise error(f"{where}: refused, {_count(problems)}", problems) from None

    @classmethod
    def apart(cls, data: Any) -> list[str]:  # noqa: ARG003 (for documents whose parts depend on each other)
        """Return what is wrong between parts of data that cannot be read as a whole; nothing unless told."""
        return []

    def to_dict(self) -> dict[str, Any]:
        """Return plain data (text, numbers, lists, dicts) that reads back as an equal document."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Titled(Document):
    """A document with a name for programs and a title for people, and amounts in one unit."""

    name: Name
    title: str = ""
    unit: str | None = None
    note: str = ""

    @property
    def label(self) -> str:
        """The title, or the name where no title is given."""
        return self.title or self.name.replace("_", " ")

    @property
    def symbol(self) -> str:
        """The unit as siteplan writes it; empty where there is none."""
        return units.unit(self.unit).symbol if self.unit else ""


class Sheet(Document):
    """A document that is read by itself: a plan, a catalogue, prices, a resident's sheet."""

    called: ClassVar[str]
    refused_as: ClassVar[type[SiteplanError]] = PlanError

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, where: str | None = None) -> Self:
        """Read the document from plain data.

        Parameters
        ----------
        data
            What the TOML or JSON held.
        where
            The document's name for the message, usually its path; by default what it is.

        Raises
        ------
        PlanError, CatalogueError
            With every mistake, its key and what would be right; the second for a catalogue.
        """
        return cls.parse(data, where=where or cls.called, error=cls.refused_as)


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once, each once, in order.

    Examples
    --------
    >>> repeated(["rail", "gas", "rail"])
    ['rail']
    """
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for name in names:
        if name in seen:
            twice[name] = None
        seen.add(name)
    return list(twice)


def near(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" for a name close to a known one, else an empty text.

    Examples
    --------
    >>> near("wieght", ["weight", "name"])
    ", did you mean 'weight'?"
    """
    close = difflib.get_close_matches(name, [one for one in known if one != name], n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def _echo(detail: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """Whether a list is called too short only because its members were refused."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in details
    )


def _count(problems: Sequence[str]) -> str:
    return "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"


def _lines(detail: ErrorDetails, data: Mapping[str, Any], model: type[BaseModel]) -> list[str]:
    """The mistakes of one place: mostly one."""
    found = detail.get("ctx", {}).get("error")
    if not isinstance(found, Mistakes):
        return [_line(detail, data, model)]
    place = _place(detail["loc"], data)
    return [f"{place}: {problem}" if place else problem for problem in found.problems]


def _line(detail: ErrorDetails, data: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One mistake as text: its place, what is wrong and what would be right."""
    place = _place(detail["loc"], data) or "the document"
    kind = detail["type"]
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        return f"{place}: unknown key{near(key, _known_keys(model))}"
    context = detail.get("ctx", {})
    if kind == "value_error":
        return f"{place}: {context['error']}" if detail["loc"] else str(context["error"])
    if kind == "union_tag_invalid":
        return f"{place}: {context['tag']!r} is not known; give one of {context['expected_tags']}"
    hint = _HINTS[kind].format(**context) if kind in _HINTS else detail["msg"].lower()
    if kind == "missing" or isinstance(detail["input"], dict | list):
        return f"{place}: {hint}"
    return f"{place}: {hint}, not {detail['input']!r}"


def _place(location: Sequence[str | int], data: Any) -> str:
    """The path of a mistake in the words of the file: criteria[2] 'rail', key weight."""
    parts: list[str] = []
    here, chosen = data, False
    for step, following in zip_longest(location, location[1:]):
        if not chosen and _variant(step, here, following):
            chosen = True
            continue
        chosen = False
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
            name = here.get("name") if isinstance(here, Mapping) else None
            parts[-1] += f"[{step + 1}]" + (f" {name!r}" if name else "")
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            parts.append(step)
    return ".".join(parts)


def _variant(step: str | int, here: Any, following: str | int | None) -> bool:
    """Whether a step is pydantic's name of the chosen variant of a union: the file has no such key there.

    The method "experts" has a key of its own name: a variant is followed by a key, a list by a number.
    """
    if not isinstance(here, Mapping) or step not in here.values():
        return False
    return step not in here or (isinstance(following, str) and not isinstance(here[step], Mapping))


def _known_keys(model: type[BaseModel]) -> list[str]:
    """Keys of every nested model: a near miss is worth naming even if it belongs next door."""
    keys: list[str] = []
    todo: list[Any] = [model]
    seen: set[Any] = set()
    while todo:
        kind = todo.pop()
        if kind in seen:
            continue
        seen.add(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, field in kind.model_fields.items():
                keys.append(field.alias or name)
                todo.append(field.annotation)
        else:
            todo.extend(getattr(kind, "__args__", ()))
    return keys
