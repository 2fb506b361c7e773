"""Ways along roads: 100 000 plots, 202 500 nodes, about 356 000 edges, 200 facilities."""

from __future__ import annotations

from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
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
    """Ours whole against networkx, the search alone against bare scipy, and building."""
    lines, plots, facilities = world()
    network = build(lines, speeds=60)
    ways = travel(network, plots, facilities, by="distance")
    peers = {}
    if installed("networkx"):
        peers["networkx"] = _networkx(network, plots, facilities)
    found, others = turns(lambda: travel(network, plots, facilities, by="distance"), peers)
    graph, sources = _bare(network, facilities)
    doors = join(network, facilities.geometry.to_numpy())
    metres, minutes = Costs(network.metres, 1.0), Costs(network.minutes, 0.003)
    searched, bare = turns(
        lambda: search(network, doors, metres, minutes),
        {"scipy min_only": lambda: dijkstra(graph, indices=sources, min_only=True, return_predecessors=True)},
        repeat=7,
    )
    built, builders = turns(
        lambda: build(lines, speeds=60), {"networkx": lambda: _graph(network)} if peers else {}
    )
    size = f"{len(plots)} plots, {len(network.ends)} edges, {len(facilities)} facilities"
    assert (ways["status"] == "reached").mean() > 0.99
    return [
        row(
            "network-100k-networkx",
            f"{size}: plot edges joined to roads exactly, metres and minutes; networkx joins centres to "
            "nodes (cKDTree), metres only, its graph ready",
            found,
            others,
            goal=15,
            peak=peak_mib("bench.network", "whole"),
        ),
        row(
            "network-100k-scipy",
            f"{size}: the search alone (both measures, targets anywhere on edges) against "
            "dijkstra(min_only=True) with predecessors from nodes",
            searched,
            bare,
            goal=round(1 / 1.5, 3),
        ),
        row(
            "network-build",
            f"{len(network.ends)} edges from a table of lines, gaps closed, parts told; networkx is given "
            "numbered nodes and weights",
            built,
            builders,
            goal=None,
        ),
    ]


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


def _graph(network: Network) -> Any:
    import networkx as nx

    graph = nx.Graph()
    edges = zip(*network.ends.T.tolist(), network.metres.tolist(), strict=True)
    graph.add_weighted_edges_from(edges)
    return graph


def _networkx(network: Network, plots: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> Any:
    """What a user of networkx would write, the graph ready as ours is."""
    import networkx as nx

    graph, nodes = _graph(network), cKDTree(network.points)
    centres = shapely.get_coordinates(shapely.centroid(plots.geometry.to_numpy()))
    goals = shapely.get_coordinates(facilities.geometry.to_numpy())

    def ask() -> list[float]:
        sources = set(nodes.query(goals)[1].tolist())
        metres = nx.multi_source_dijkstra_path_length(graph, sources)
        gaps, near = nodes.query(centres)
        return [
            metres.get(node, np.inf) + gap for node, gap in zip(near.tolist(), gaps.tolist(), strict=True)
        ]

    return ask


def _bare(network: Network, facilities: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """The graph as scipy takes it, and the node nearest to each facility."""
    arcs, nodes = network.arcs, len(network.points)
    graph = csr_array((network.metres[arcs.edge], (arcs.tail, arcs.head)), shape=(nodes, nodes))
    goals = shapely.get_coordinates(facilities.geometry.to_numpy())
    return graph, np.unique(cKDTree(network.points).query(goals)[1])
