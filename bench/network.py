"""Ways along roads: 100 000 plots, 202 500 nodes, about 356 000 edges, 200 facilities."""

from __future__ import annotations

import sys
import time
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from bench.timing import installed, peak_mib, row, turns
from siteplan.connect.joints import join
from siteplan.connect.network import Network, build
from siteplan.connect.search import Costs, search
from siteplan.connect.travel import travel

SIDE, STEP, PLOTS, FACILITIES = 450, 400.0, 100_000, 200
CRS, CORNER = "EPSG:32652", np.array([300_000.0, 5_600_000.0])


def measure() -> list[dict[str, Any]]:
    """The whole question and the search alone against networkx, the search against scipy, and building."""
    lines, plots, facilities = world()
    network = build(lines, speeds=60)
    doors = join(network, facilities.geometry.to_numpy())
    metres, minutes = Costs(network.metres, 1.0), Costs(network.minutes, 0.003)
    peer = Peer(network, plots, facilities) if installed("networkx") else None
    found, others = turns(
        lambda: travel(network, plots, facilities, by="distance"),
        {"networkx": peer.ask} if peer else {},
        repeat=5,
    )
    if peer:
        agree(travel(network, plots, facilities, by="distance"), peer)
    graph, sources = _bare(network, facilities)
    searches = {"scipy": lambda: dijkstra(graph, indices=sources, min_only=True, return_predecessors=True)}
    if peer:
        searches["networkx"] = peer.search
    searched, alone = turns(lambda: search(network, doors, metres, minutes), searches, repeat=7)
    built, builders = turns(
        lambda: _ready(build(lines, speeds=60)),
        {"networkx": lambda: Peer(network, plots, facilities)} if peer else {},
    )
    size = f"{len(plots)} plots, {len(network.ends)} edges, {len(facilities)} facilities"
    return [
        row(
            "network-whole",
            f"{size}: plot edges joined to road edges exactly, then the nearest facility along the roads; "
            "graphs and trees of edges ready. Ours tells metres, minutes, tie-in and names; networkx with "
            "shapely's STRtree finds the same metres",
            found,
            others,
            goal=15,
            peak=peak_mib("bench.network", "whole"),
        ),
        row(
            "network-search",
            f"{size}: the search alone, ours of metres and minutes with ways, networkx of metres",
            searched,
            {name: spent for name, spent in alone.items() if name == "networkx"},
            goal=15,
        ),
        row(
            "network-search-scipy",
            f"{size}: the search alone (both measures, targets anywhere on edges) against "
            "dijkstra(min_only=True) with predecessors from nodes",
            searched,
            {"scipy min_only": alone["scipy"]},
            goal=round(1 / 1.5, 3),
        ),
        row(
            "network-build",
            f"{len(network.ends)} edges from a table of lines, gaps closed, parts told, tree of edges built; "
            "networkx is given numbered nodes and weights, and shapely's STRtree is built",
            built,
            builders,
            goal=None,
        ),
    ]


def agree(ways: pd.DataFrame, peer: Peer) -> None:
    """Refuse a comparison of different answers, and tell what the peer spends its time on."""
    ours, theirs = ways["metres"].fillna(np.inf).to_numpy(), peer.ask()
    # A facility whose joint lies in a plot costs us nothing; the peer asks from where the road enters.
    same = np.isclose(ours, theirs, rtol=0, atol=1e-5) | np.isinf(ours) & np.isinf(theirs)
    assert same.mean() > 0.9999, f"{(~same).sum()} answers differ"
    assert (ours <= theirs + 1e-5).all()
    parts = ", ".join(f"{name} {spent:.3g} s" for name, spent in peer.spent.items())
    print(f"networkx: {(~same).sum()} of {len(same)} answers differ; {parts}", file=sys.stderr)


def whole() -> None:
    """Build and ask once, for the memory it takes."""
    lines, plots, facilities = world()
    travel(build(lines, speeds=60), plots, facilities)


@cache
def world() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Roads of a shaken grid, an eighth of them missing; plots of 60 m and facilities anywhere."""
    random = np.random.default_rng(4)
    spots = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).reshape(-1, 2) * STEP
    spots = spots + random.uniform(-STEP / 4, STEP / 4, spots.shape) + CORNER
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    along = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    edges = np.concatenate([across, along])
    edges = edges[random.random(len(edges)) < 0.88]
    corner = random.uniform(0, SIDE * STEP, (PLOTS, 2)) + CORNER
    plots = shapely.box(*corner.T, *(corner + 60).T)
    facilities = shapely.points(random.uniform(0, SIDE * STEP, (FACILITIES, 2)) + CORNER)
    return (
        _table(shapely.linestrings(spots[edges]), "r"),
        _table(plots, "p"),
        _table(facilities, "f"),
    )


def _table(shapes: Any, prefix: str) -> gpd.GeoDataFrame:
    ids = [f"{prefix}{row}" for row in range(len(shapes))]
    return gpd.GeoDataFrame({"name": ids}, geometry=shapes, index=ids, crs=CRS)


def _ready(network: Network) -> Network:
    """Build what is built when it is first asked for."""
    assert len(network.compiled_tree.child)
    assert len(network.arcs.tail)
    return network


class Peer:
    """What a user of networkx and shapely would write for the same answer, as fast as it goes.

    Facilities become nodes, with edges to both ends of the road edge they join. Plots are no nodes,
    that would be slower: the way from a place on an edge leads by one of its ends, or to a facility
    on the same edge.
    """

    def __init__(self, network: Network, plots: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> None:
        import networkx as nx

        self.ends, self.metres = network.ends, network.metres
        self.start, self.stop = network.points[network.ends[:, 0]], network.points[network.ends[:, 1]]
        self.plots, self.goals = plots.geometry.to_numpy(), facilities.geometry.to_numpy()
        self.graph = nx.Graph()
        self.graph.add_weighted_edges_from(zip(*self.ends.T.tolist(), self.metres.tolist(), strict=True))
        self.segments = shapely.linestrings(network.points[network.ends])
        self.tree = shapely.STRtree(self.segments)
        self.sources = range(len(network.points), len(network.points) + len(self.goals))
        self.spent: dict[str, float] = {}
        self.on_edge: dict[int, list[tuple[float, float]]] = {}
        self.split()

    def split(self) -> None:
        """Put the facilities on the graph; done again, it changes nothing."""
        self.on_edge.clear()
        for place, edge, gap, along in zip(*self.snap(self.goals), strict=True):
            self.on_edge.setdefault(edge, []).append((along, gap))
            source, (start, stop) = self.sources[place], self.ends[edge].tolist()
            self.graph.add_edge(source, start, weight=gap + along)
            self.graph.add_edge(source, stop, weight=gap + self.metres[edge] - along)

    def snap(self, shapes: Any) -> Any:
        """Row, edge, gap and place along the edge of each place where a shape may join, exactly."""
        began = time.perf_counter()
        (row, edge), gap = self.tree.query_nearest(shapes, return_distance=True)
        self.spent["query_nearest"] = time.perf_counter() - began
        touching = gap == 0
        pieces = shapely.intersection(self.segments[edge[touching]], shapes[row[touching]])
        spots, piece = shapely.get_coordinates(pieces, return_index=True)
        row, edge, gap = (np.r_[one[~touching], one[touching][piece]] for one in (row, edge, gap))
        beside = int((~touching).sum())
        lines = shapely.shortest_line(shapes[row[:beside]], self.segments[edge[:beside]])
        spots = np.concatenate([shapely.get_coordinates(lines)[1::2], spots])
        along = ((spots - self.start[edge]) * (self.stop - self.start)[edge]).sum(axis=1) / self.metres[edge]
        self.spent["joints"] = time.perf_counter() - began - self.spent["query_nearest"]
        return row, edge, gap, along

    def search(self) -> Any:
        """Metres from every node to the nearest facility."""
        import networkx as nx

        return nx.multi_source_dijkstra_path_length(self.graph, set(self.sources))

    def ask(self) -> Any:
        """Metres from every plot."""
        self.split()
        began = time.perf_counter()
        reached = self.search()
        self.spent["search"] = time.perf_counter() - began
        row, edge, gap, along = self.snap(self.plots)
        began = time.perf_counter()
        metres = np.full(self.sources.stop, np.inf)
        metres[np.fromiter(reached, dtype=int)] = np.fromiter(reached.values(), dtype=float)
        start, stop = self.ends[edge].T
        there = np.minimum(metres[start] + along, metres[stop] + self.metres[edge] - along)
        for place in np.flatnonzero(np.isin(edge, list(self.on_edge))):
            beside = min(abs(along[place] - at) + far for at, far in self.on_edge[edge[place]])
            there[place] = min(there[place], beside)
        found = np.full(len(self.plots), np.inf)
        np.minimum.at(found, row, there + gap)
        self.spent["answers"] = time.perf_counter() - began
        return found


def _bare(network: Network, facilities: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """The graph as scipy takes it, and the node nearest to each facility."""
    arcs, nodes = network.arcs, len(network.points)
    graph = csr_array((network.metres[arcs.edge], (arcs.tail, arcs.head)), shape=(nodes, nodes))
    goals = shapely.get_coordinates(facilities.geometry.to_numpy())
    return graph, np.unique(cKDTree(network.points).query(goals)[1])
