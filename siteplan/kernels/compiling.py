"""How a kernel is compiled: when it is first called, kept on disk between runs, free of the interpreter lock.

Compiling takes seconds that a small job does not have, so the same function can also be run by Python
itself (`Kernel.plain`): same source, same answers, and numba is not even imported.

numba keeps compiled code beside the file of a function and makes it anew when *that* file changes. What
the function calls is compiled into it, also from other files: after such a file had changed, the old
code met the new one's arrays and the process died. So what is kept here goes by the text of all kernels.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, cached_property, update_wrapper
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any, ClassVar, TypeVar, cast

import numpy as np

_Function = TypeVar("_Function", bound=Any)

BUDGET = 4.0
"""Seconds of plain work, by estimate, after which a process compiles. In a fresh installation compiling
takes 10 to 20 s, afterwards a second to import numba and load what is kept: a small job never pays
either, and a large one loses no more than this.
"""
STEP = 3e-6
"""Seconds that Python takes for a step of a kernel's inner loop: measured, 2 to 3 millionths."""


class Kernel:
    """A function that is compiled when it is first called."""

    spent: ClassVar[float] = 0.0
    """Seconds of plain work that this process has booked."""

    def __init__(self, function: FunctionType) -> None:
        self._function = function
        update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:
        return self.fast(*arguments)

    @cached_property
    def fast(self) -> Callable[..., Any]:
        """The function, to be compiled by numba."""
        from numba import njit  # noqa: PLC0415 (numba is heavy, and a small job does without)

        try:
            kernel = njit(cache=True, nogil=True)(self._function)
        except RuntimeError:  # no folder that can be written: compiled in every process
            kernel = njit(nogil=True)(self._function)
        else:
            kept = kernel._cache._cache_file
            if not hasattr(kept, "_source_stamp"):  # pragma: no cover (a numba of another build)
                return cast(Callable[..., Any], njit(nogil=True)(self._function))
            kept._source_stamp = _digest()
        return cast(Callable[..., Any], kernel)

    @cached_property
    def plain(self) -> Callable[..., Any]:
        """The function as Python runs it, and all kernels that it calls as Python runs them."""
        called = {name: self._function.__globals__.get(name) for name in self._function.__code__.co_names}
        plain = {name: value.plain for name, value in called.items() if isinstance(value, Kernel)}
        names = {**self._function.__globals__, **plain}
        return FunctionType(self._function.__code__, names, self._function.__name__)

    @property
    def _numba_type_(self) -> Any:
        """What numba asks for when another kernel calls this one."""
        from numba import typeof  # noqa: PLC0415

        return typeof(self.fast)


def compiled(function: _Function) -> _Function:
    """Compile a function when it is first called; to its callers it keeps its types."""
    return cast(_Function, Kernel(function))


def plain(function: _Function) -> _Function:
    """Return a compiled function as Python runs it: for so little work that compiling would take longer."""
    # compiled code divides by next to nothing without a word, and so does this
    return cast(_Function, np.errstate(all="ignore")(cast(Kernel, function).plain))


def fitting(function: _Function, steps: float) -> _Function:
    """Return a compiled function as it is, or as Python runs it while so many steps are in the budget."""
    return plain(function) if affordable(steps * STEP) else function


def affordable(seconds: float) -> bool:
    """Return whether plain work of so many seconds is in the budget, and book it.

    Never once numba is there. The answers are the same either way, so that what a process did before
    shows in nothing but its speed.
    """
    if "numba" in sys.modules or Kernel.spent + seconds > BUDGET:
        return False
    Kernel.spent += seconds
    return True


@cache
def _digest() -> str:
    """Return what tells the kernels of this version from those of another."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
