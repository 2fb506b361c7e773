"""A binary heap of numbered items that knows where each one lies, so that a key can be lowered."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siteplan.kernels.compiling import compiled


class Queue(NamedTuple):
    """Items 0 to n - 1, the one with the least key first; among equal keys by history, not by number."""

    keys: NDArray[np.float64]
    """Keys in heap order; the first `size` count."""
    items: NDArray[np.int64]
    """Items in heap order."""
    slot: NDArray[np.int64]
    """Where in the heap each item lies, -1 when it does not."""
    size: NDArray[np.int64]
    """How many items wait, (1,)."""


@compiled
def queue(items: int) -> Queue:
    """Return an empty queue for items 0 to `items` - 1."""
    return Queue(
        np.empty(items, np.float64),
        np.empty(items, np.int64),
        np.full(items, -1, np.int64),
        np.zeros(1, np.int64),
    )


@compiled
def push(waiting: Queue, key: float, item: int) -> None:
    """Let an item wait under a key; an item that waits already keeps the lower of its two keys."""
    here = waiting.slot[item]
    if here < 0:
        here = waiting.size[0]
        waiting.size[0] += 1
    elif waiting.keys[here] <= key:
        return
    while here > 0:
        parent = (here - 1) >> 1
        if waiting.keys[parent] <= key:
            break
        _put(waiting, here, waiting.keys[parent], waiting.items[parent])
        here = parent
    _put(waiting, here, key, item)


@compiled
def pop(waiting: Queue) -> int:
    """Take out the item with the least key; the queue must not be empty."""
    first = waiting.items[0]
    waiting.slot[first] = -1
    waiting.size[0] -= 1
    size = waiting.size[0]
    if size > 0:
        key, item = waiting.keys[size], waiting.items[size]
        here, child = 0, 1
        while child < size:
            if child + 1 < size and waiting.keys[child + 1] < waiting.keys[child]:
                child += 1
            if waiting.keys[child] >= key:
                break
            _put(waiting, here, waiting.keys[child], waiting.items[child])
            here, child = child, 2 * child + 1
        _put(waiting, here, key, item)
    return int(first)


@compiled
def _put(waiting: Queue, here: int, key: float, item: int) -> None:
    waiting.keys[here] = key
    waiting.items[here] = item
    waiting.slot[item] = here
