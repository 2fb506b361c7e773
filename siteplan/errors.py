"""Everything siteplan refuses.

::

    SiteplanError
    ├── PlanError        the plan asks for something that cannot be meant
    ├── CatalogueError   the park's catalogue (park.toml) is wrong
    ├── SourceError      a file is missing, unreadable or not what it says
    ├── CrsError         coordinates that cannot be measured in metres
    ├── DataError        a table is not what it must be; carries every problem
    └── OutputError      a result cannot be written, or no longer follows from its inputs

Each message says what is wrong, where, and what would be right. Where several things are wrong,
all of them are in `problems`, and the message lists them.
"""

from __future__ import annotations

from collections.abc import Iterable


class SiteplanError(Exception):
    """Base of everything siteplan refuses.

    Parameters
    ----------
    message
        One sentence: what was refused.
    problems
        One line each: where, what, and what would be right.

    Examples
    --------
    >>> error = PlanError("plan.toml: refused", ["criteria.rail.weight: -1 is negative; give 0 or more"])
    >>> print(error)
    plan.toml: refused
      - criteria.rail.weight: -1 is negative; give 0 or more
    """

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__(message, self.problems)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  - {problem}" for problem in self.problems)])


class PlanError(SiteplanError):
    """The plan asks for something that cannot be meant."""


class CatalogueError(SiteplanError):
    """The park's catalogue (park.toml) is wrong."""


class SourceError(SiteplanError):
    """A file is missing, unreadable or not what it says."""


class CrsError(SiteplanError):
    """Coordinates that cannot be measured in metres."""


class DataError(SiteplanError):
    """A table is not what it must be."""


class OutputError(SiteplanError):
    """A result cannot be written, or no longer follows from its inputs."""
