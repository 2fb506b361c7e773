"""How every kernel here is compiled: kept on disk between runs, free of the interpreter lock, one thread."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Any)


def compiled(function: _Function) -> _Function:
    """Compile a function when it is first called; to its callers it keeps its types."""
    return cast(_Function, njit(cache=True, nogil=True)(function))
