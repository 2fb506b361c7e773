"""TOML documents in: plans, catalogues, regimes, prices, norms, densities, residents' sheets."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from siteplan.connections import Resident
from siteplan.densities import Densities
from siteplan.errors import PlanError, SiteplanError, SourceError
from siteplan.models import Sheet
from siteplan.norms import Norms
from siteplan.plan import Plan
from siteplan.prices import Prices
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
    document = read_toml(path, error=PlanError)
    for key, kind in (("prices", Prices), ("densities", Densities)):
        if isinstance(named := document.get(key), str):
            document[key] = _read(kind, path.parent / named).to_dict()
    if (files := _named(document.get("norms"))) is not None:
        document["norms"] = read_norms(*(path.parent / file for file in files)).to_dict()
    return Plan.from_dict(document, where=str(path))


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
