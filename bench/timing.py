"""How the benchmarks take time and memory: in turns, medians, each measured alike."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from statistics import median
from typing import Any

_PEAK = """
import sys
from importlib import import_module
getattr(import_module(sys.argv[1]), sys.argv[2])()
from bench.timing import own_peak
print("peak", own_peak())
"""


def turns(
    ours: Callable[[], Any], peers: Mapping[str, Callable[[], Any]], *, repeat: int = 3
) -> tuple[float, dict[str, float]]:
    """Time ours and its peers in turns, so that a busy minute of the machine hits all of them.

    Each is called once before, untimed: a first call reads files, compiles and fills caches.

    Returns
    -------
    ours, peers
        Medians, seconds.
    """
    calls = {"": ours, **peers}
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(repeat):
        for name, call in calls.items():
            spent[name].append(seconds(call))
    medians = {name: median(times) for name, times in spent.items()}
    return medians.pop(""), medians


def seconds(call: Callable[[], Any]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def row(
    name: str,
    what: str,
    ours: float,
    peers: Mapping[str, float],
    *,
    goal: float | None,
    peak: float | None = None,
) -> dict[str, Any]:
    """One line of the result, numbers rounded to what timing can tell.

    Parameters
    ----------
    name
        Starts with the part's name and a hyphen.
    what
        What was done, and to how much.
    ours, peers
        Seconds.
    goal
        The least that the ratio should be: how many times as long the fastest peer takes. Below 1
        where the peer is the bare call that ours is built on.
    peak
        Largest memory of a process that does only ours, MiB.
    """
    ratio = min(peers.values()) / ours if peers else None
    return {
        "id": name,
        "what": what,
        "ours_s": _digits(ours),
        "peers": {peer: _digits(spent) for peer, spent in peers.items()},
        "ratio": None if ratio is None else _digits(ratio),
        "goal": goal,
        "ours_peak_mib": None if peak is None else round(peak),
    }


def installed(name: str) -> bool:
    """Return whether a peer is there; say so where it is not."""
    there = find_spec(name) is not None
    if not there:
        print(f"{name} is not installed: left out", file=sys.stderr)
    return there


def peak_mib(module: str, function: str) -> float:
    """Call a function of no arguments in a process of its own, and return the most memory it took, MiB."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, module, function], check=True, capture_output=True, text=True
    )
    return float(done.stdout.split()[-1])


def own_peak() -> float:
    """Return the most memory this process has taken, MiB."""
    # getrusage hands the parent's peak down to the child on Linux; the kernel's own mark does not.
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
    except FileNotFoundError:
        import resource

        unit = 1024**2 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _digits(number: float) -> float:
    return float(f"{number:.4g}")
