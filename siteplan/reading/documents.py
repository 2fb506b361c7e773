"""TOML documents in: plans, catalogues, regimes, prices, norms, densities, residents' sheets."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from siteplan.connections import Resident
from siteplan.densities import Densities
from siteplan.errors import PlanError, SiteplanError, SourceError
from siteplan.findings import Finding, Report
from siteplan.models import Sheet
from siteplan.norms import Norms
from siteplan.park import Catalogue
from siteplan.plan import Plan
from siteplan.prices import Prices
from siteplan.reading.sniff import ARCHIVES, SNIFFERS
from siteplan.requirements import Requirements

_Sheet = TypeVar("_Sheet", bound=Sheet)


def read_toml(path: Path, *, error: type[SiteplanError]) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises
    ------
    SourceError
        If the file is missing or cannot be read.
    SiteplanError
        Of the kind `error`, if it is no TOML; the message names line and column.
    """
    if path.suffix.lower() in (*SNIFFERS, *ARCHIVES) and path.exists():
        raise error(f"{path}: is a layer, not a TOML document; check it with: siteplan check {path}")
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        raise error(f"{path}: not valid TOML: {broken}") from None


def read_text(path: Path) -> str:
    """Return a text file, which must be UTF-8.

    Raises
    ------
    SourceError
        If the file is missing, unreadable or in another encoding.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise SourceError(f"{path}: is no plain file")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file{_beside(path)}") from None
    except IsADirectoryError:
        raise SourceError(f"{path}: is a folder; give the file in it") from None
    except UnicodeDecodeError as wrong:
        raise SourceError(f"{path}: not UTF-8 text (byte {wrong.start}); save it as UTF-8") from None
    except (OSError, ValueError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else wrong
        raise SourceError(f"{path}: cannot be read: {reason}") from None


def _beside(path: Path) -> str:
    """What else lies in the folder, for a mistyped name."""
    if not path.parent.is_dir():
        return f"; there is no folder {path.parent} either"
    if not path.suffix:
        return ""
    names = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix == path.suffix)
    return f"; {path.parent} holds {', '.join(names[:5])}" if names else ""


def read_plan(path: str | Path) -> Plan:
    """Read a plan from a TOML file.

    Parameters
    ----------
    path
        A plan.toml; its keys are the fields of `Plan`. `prices`, `densities` and `norms` may name
        files beside it; their tables become part of the plan.

    Raises
    ------
    SourceError
        If a file cannot be read.
    PlanError
        If it is no TOML, or asks for something that cannot be meant: every mistake at once.
    """
    path = Path(path)
    document, refused = _whole(path)
    for refusal in refused:
        raise refusal
    return Plan.from_dict(document, where=str(path))


def _whole(path: Path) -> tuple[dict[str, Any], list[SiteplanError]]:
    """A plan with the tables of the files that it names, and what was wrong with those files."""
    document, refused = read_toml(path, error=PlanError), []
    if {"plots", "region"} <= document.keys() and "criteria" not in document:
        raise PlanError(f"{path}: is a park's catalogue, not a plan; check it with: siteplan check {path}")
    files: dict[str, Callable[[], Sheet]] = {}
    for key, kind in (("prices", Prices), ("densities", Densities)):
        if isinstance(named := document.get(key), str):
            files[key] = partial(_read, kind, path.parent / named)
    if (norms := _named(document.get("norms"))) is not None:
        files["norms"] = partial(read_norms, *(path.parent / file for file in norms))
    for key, read in files.items():
        try:
            document[key] = read().to_dict()
        except SiteplanError as refusal:
            refused.append(refusal)
    return document, refused


def holds_plan(path: Path) -> bool:
    """Return whether a TOML file holds a plan and no park: by what stands in it, whole or broken."""
    try:
        document = read_toml(path, error=PlanError)
    except SiteplanError:
        return False
    plan, park = Plan.model_fields.keys(), Catalogue.model_fields.keys()
    return "criteria" in document or len(document.keys() & plan) > len(document.keys() & park)


def check_plan(path: str | Path) -> Report:
    """Return every problem of a plan, or what is to be said of its weights.

    Of tables in other files that cannot be read, all are told, and the plan by itself is not judged: what it
    asks of them is not known.

    Parameters
    ----------
    path
        A plan.toml, as `read_plan` takes it.
    """
    path = Path(path)
    try:
        document, refused = _whole(path)
        plan = None if refused else Plan.from_dict(document, where=str(path))
    except SiteplanError as refusal:
        plan, refused = None, [refusal]
    if plan is None:
        lines = (line for one in refused for line in _lines(one, path))
        return Report(tuple(Finding("error", str(path), line) for line in lines))
    weights = plan.weights.words if plan.weights else "as the criteria state them"
    doubts = f"; robustness: {plan.robustness.words}" if plan.robustness else ""
    words = (
        f"is a plan: {len(plan.criteria)} criteria, {len(plan.bounds)} constraints and vetoes; "
        f"weights: {weights}{doubts}"
    )
    return Report((Finding("note", str(path), words), *plan.findings))


def _lines(refusal: SiteplanError, path: Path) -> list[str]:
    """What a refusal says, one mistake a line; of another file than the plan with its name."""
    where, _, said = refusal.message.partition(": ")
    if where == str(path):
        return list(refusal.problems) or [said]
    return [f"{where}: {problem}" for problem in refusal.problems] or [refusal.message]


def _read(kind: type[_Sheet], path: str | Path) -> _Sheet:
    """A sheet that is a file by itself."""
    return kind.from_dict(read_toml(Path(path), error=PlanError), where=str(path))


def _named(given: object) -> list[str] | None:
    """The files that a plan names for its norms, one or several; none where it says the rules itself."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, list) and given and all(isinstance(file, str) for file in given):
        return given
    return None


def read_norms(path: str | Path, *own: str | Path) -> Norms:
    """Read protection-zone rules from TOML files; the keys of each are the fields of `Norms`.

    Parameters
    ----------
    path
        The rules.
    own
        A park's own rules, which take the place of earlier ones of the same name.

    Raises
    ------
    SourceError, PlanError
        If a file cannot be read, is no TOML, or holds a mistake; or if the rules contradict each
        other when they come together.
    """
    norms, *others = [_read(Norms, one) for one in (path, *own)]
    for other in others:
        norms = norms.with_own(other)
    return norms


def read_prices(path: str | Path) -> Prices:
    """Read a table of unit costs from a TOML file; its keys are the fields of `Prices`.

    Raises
    ------
    SourceError, PlanError
        If it cannot be read, is no TOML, or holds a mistake: every one of them at once.
    """
    return _read(Prices, path)


def read_densities(path: str | Path) -> Densities:
    """Read least building densities from a TOML file; its keys are the fields of `Densities`.

    Raises
    ------
    SourceError, PlanError
        If it cannot be read, is no TOML, or holds a mistake: every one of them at once.
    """
    return _read(Densities, path)


def read_resident(path: str | Path) -> Resident:
    """Read a resident's sheet from a TOML file; its keys are the fields of `Resident`.

    Raises
    ------
    SourceError, PlanError
        If it cannot be read, is no TOML, or holds a mistake: every one of them at once.
    """
    return _read(Resident, path)


def read_requirements(path: str | Path) -> Requirements:
    """Read what a park must have from a TOML file; its keys are the fields of `Requirements`.

    Raises
    ------
    SourceError, PlanError
        If it cannot be read, is no TOML, or holds a mistake: every one of them at once.
    """
    return _read(Requirements, path)
