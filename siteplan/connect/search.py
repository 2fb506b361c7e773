"""The cheapest way from every node to the nearest target: one search for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from siteplan.connect.joints import Joints
from siteplan.connect.junctions import Rows
from siteplan.connect.network import Arcs, Network, sorted_arcs

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Costs:
    """One measure of the ways: metres or minutes.

    Attributes
    ----------
    edges
        Of each edge of the network.
    per_metre
        Of a straight stretch between a road and what lies beside it.
    """

    edges: Floats
    per_metre: float


@dataclass(frozen=True, eq=False)
class Ways:
    """What it costs to reach the nearest target from every place.

    Places are numbered through: the nodes of the network, then the doors (where targets join the
    roads), then the targets.

    Attributes
    ----------
    cost, other
        Of each place: what was minimised, and the other measure along the same way; inf out of reach.
    onward
        The next place on the way; at a target its own number.
    target
        Position of the target reached, -1 out of reach.
    doors
        The targets' joints, sorted by edge and place along it.
    first_door
        Number of the first of them; the nodes come before it.
    door
        Of each place: position in `doors` of the one that the way ends with, -1 out of reach.
    """

    cost: Floats
    other: Floats
    onward: Rows
    target: Rows
    doors: Joints
    first_door: int
    door: Rows

    @property
    def first_target(self) -> int:
        """Number of the first target."""
        return self.first_door + len(self.doors)


def search(network: Network, joints: Joints, cost: Costs, other: Costs) -> Ways:
    """Search from all targets at once.

    Parameters
    ----------
    network
        The roads.
    joints
        Where the targets join them: at least one joint for every target, or none at all.
    cost, other
        What is minimised, and what is added up along the same ways.

    Notes
    -----
    A target in the middle of an edge is a place of its own, with ways to both ends of the edge and to
    the next doors on it; the edge itself stays. So the arcs of the network are sorted once and serve
    every search, which adds a few rows to them.
    """
    doors = joints.take(np.lexsort((joints.along, joints.edge)))
    nodes, targets = len(network.points), int(doors.row.max(initial=-1)) + 1
    if not targets:
        never = np.full(nodes, np.inf)
        none = np.full(nodes, -1)
        return Ways(never, never, np.arange(nodes), none, doors, nodes, none)
    arcs = network.arcs
    added, added_costs = _added(network, doors, (cost, other))
    tail, head = np.r_[arcs.tail, added.tail], np.r_[arcs.head, added.head]
    weight, other_weight = (
        np.r_[one.edges[arcs.edge], extra] for one, extra in zip((cost, other), added_costs, strict=True)
    )
    places = nodes + len(doors) + targets
    starts = np.r_[0, np.cumsum(np.bincount(tail, minlength=places))].astype(np.int32)
    reached, before, source = dijkstra(
        csr_array((weight, head, starts), shape=(places, places)),
        indices=np.arange(places - targets, places),
        min_only=True,
        return_predecessors=True,
    )
    onward = np.where(before < 0, np.arange(places), before)
    target = np.where(source < 0, -1, source - (places - targets))
    # Two nodes share one edge, so each place has one arc from the place before it.
    on_way = before[head] == tail
    step = np.zeros(places)
    step[head[on_way]] = other_weight[on_way]
    summed, door = _summed(step, onward, first_target=places - targets)
    out = target < 0
    return Ways(
        reached,
        np.where(out, np.inf, summed),
        onward,
        target,
        doors,
        nodes,
        np.where(out, -1, door - nodes),
    )


def _added(network: Network, doors: Joints, measures: tuple[Costs, Costs]) -> tuple[Arcs, list[Floats]]:
    """Arcs from doors along their edge, and from targets to their doors, with what each costs."""
    door = len(network.points) + np.arange(len(doors))
    target = len(network.points) + len(doors) + doors.row
    start, stop = network.ends[doors.edge].T
    next_ = np.flatnonzero(doors.edge[:-1] == doors.edge[1:])
    tails = np.concatenate([door, door, door[next_], door[next_ + 1], target])
    heads = np.concatenate([start, stop, door[next_ + 1], door[next_], door])
    arcs = sorted_arcs(tails, heads, np.arange(len(tails)))
    share = doors.along / network.metres[doors.edge]
    between = share[next_ + 1] - share[next_]
    costs = []
    for one in measures:
        of_edge = one.edges[doors.edge]
        step = between * of_edge[next_]
        along = (share * of_edge, (1 - share) * of_edge, step, step, one.per_metre * doors.gap)
        costs.append(np.concatenate(along)[arcs.edge])
    return arcs, costs


def _summed(step: Floats, onward: Rows, *, first_target: int) -> tuple[Floats, Rows]:
    """Sum of the steps from every place to its target, and the last place before the target.

    Each round doubles how far a place looks ahead.
    """
    places = np.arange(len(onward))
    ahead = np.where(onward >= first_target, places, onward)
    total = np.where(ahead == places, 0.0, step)
    while True:
        further = ahead[ahead]
        if (further == ahead).all():
            return total + step[ahead], ahead
        total += total[ahead]
        ahead = further


def doors_beside(doors: Joints, joints: Joints, edges: int) -> tuple[Rows, Rows]:
    """Return the last door before and the first door after each joint on its edge, -1 where none is.

    Parameters
    ----------
    doors
        Sorted by edge and place along it.
    joints
        In any order.
    edges
        Number of edges of the network.
    """
    before, after = np.full((2, len(joints)), -1)
    with_door = np.zeros(edges, dtype=bool)
    with_door[doors.edge] = True
    asked = np.flatnonzero(with_door[joints.edge])
    edge = np.r_[doors.edge, joints.edge[asked]]
    # Sorted together; at the same place a door comes before a joint.
    order = np.lexsort((np.r_[doors.along, joints.along[asked]], edge))
    is_door = order < len(doors)
    passed = np.cumsum(is_door)[~is_door]
    joint = order[~is_door] - len(doors)
    padded = np.r_[-1, doors.edge, -1]
    own = joints.edge[asked[joint]]
    before[asked[joint]] = np.where(padded[passed] == own, passed - 1, -1)
    after[asked[joint]] = np.where(padded[passed + 1] == own, passed, -1)
    return before, after
