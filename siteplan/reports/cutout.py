"""The piece of the map around a plot, as a drawing of our own: no tiles, no text inside it.

Everything is drawn in the metric CRS that the plan was measured in, one unit of the drawing being a
millimetre on paper. What is written on the map stands beside the drawing, as data.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siteplan import crs
from siteplan.reports import furniture, styles
from siteplan.reports.furniture import HEIGHT, WIDTH
from siteplan.reports.labels import Label, placed
from siteplan.words import Words

if TYPE_CHECKING:
    from siteplan.scorecard import Scorecard
    from siteplan.tables import Park

_LEAST_M, _AROUND = 250.0, 1.7
_FARTHEST_M = 1500.0
_FINE_MM = 0.04
_DEGREE = 1e-3


@dataclass(frozen=True)
class Cutout:
    """A drawing and what is written beside it.

    Attributes
    ----------
    svg
        The drawing.
    labels
        Texts with their place on it, millimetres from the top left corner.
    layers
        Names of the layers of which something is drawn, in the order of the catalogue.
    points
        Those of them that are points.
    """

    svg: str
    labels: tuple[Label, ...]
    layers: tuple[str, ...]
    points: frozenset[str]


@dataclass(frozen=True)
class _Frame:
    """A rectangle of land, and how it comes onto the paper."""

    west: float
    north: float
    scale: float  # metres in a millimetre

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.west, self.north - HEIGHT * self.scale, self.west + WIDTH * self.scale, self.north

    def on_paper(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.column_stack(
            [(points[:, 0] - self.west) / self.scale, (self.north - points[:, 1]) / self.scale]
        )


class Surroundings:
    """The plots, layers and routes of a result in metres, from which every plot's piece is cut."""

    def __init__(self, card: Scorecard, park: Park) -> None:
        self.metric = crs.parse(card.provenance.metric_crs)
        self.plots = crs.project(card.plots, self.metric)
        self.layers = {name: crs.project(layer, self.metric) for name, layer in park.layers.items()}
        self.roles = {name: park.catalogue.layers[name].role for name in park.layers}
        self.connections = crs.project(card.connections, self.metric)
        self.losses = crs.project(card.losses, self.metric)

    def around(self, plot: str, words: Words) -> Cutout | None:
        """Return the piece around a plot; none for a plot without an outline."""
        outline = self.plots.geometry.loc[plot]
        if outline is None or outline.is_empty:
            return None
        routes = self.connections[(self.connections["plot"] == plot).to_numpy()]
        routes = routes[~routes.geometry.is_empty.to_numpy() & routes.geometry.notna().to_numpy()]
        frame = _frame(outline, routes.geometry.to_numpy())
        drawn = [
            (name, frame_of_layer)
            for name in sorted(self.layers, key=lambda name: styles.order(self.roles[name]))
            if (frame_of_layer := self._layer(name, frame))
        ]
        parts = [*(part for _, part in drawn), *self._plots(plot, frame), *_routes(routes, frame)]
        there = {name for name, _ in drawn}
        labels = placed(self._wanted(plot, routes, frame), WIDTH, HEIGHT, [*furniture.places(frame.scale)])
        return Cutout(
            _document([*parts, *furniture.drawn(frame.scale, self._north(outline))]),
            (*labels, *furniture.written(frame.scale, words)),
            tuple(name for name in self.layers if name in there),
            frozenset(name for name in there if (self.layers[name].geom_type == "Point").all()),
        )

    def _layer(self, name: str, frame: _Frame) -> str:
        """What a layer shows inside the frame."""
        layer, look = self.layers[name], styles.look(self.roles[name])
        near = layer.iloc[np.sort(layer.sindex.intersection(frame.box))]
        paths = []
        for geometry, record in zip(near.geometry.to_numpy(), near.to_dict("records"), strict=True):
            dashed = str(record.get("status") or "").lower() in styles.PLANNED
            paths.append(_drawn(geometry, frame, look, dashed=dashed))
        return "".join(paths)

    def _plots(self, plot: str, frame: _Frame) -> Iterable[str]:
        """The neighbours, what zones take of this plot, and its outline."""
        near = self.plots.iloc[np.sort(self.plots.sindex.intersection(frame.box))]
        for geometry in near[near.index != plot].geometry.to_numpy():
            yield _drawn(geometry, frame, styles.NEIGHBOUR)
        yield _drawn(self.plots.geometry.loc[plot], frame, styles.CHOSEN_FILL)
        lost = self.losses[(self.losses["plot"] == plot).to_numpy()]
        for severity, patch in zip(lost["severity"], lost.geometry.to_numpy(), strict=True):
            if severity in styles.LOST:
                yield _drawn(patch, frame, styles.LOST[severity])
        yield _drawn(self.plots.geometry.loc[plot], frame, styles.CHOSEN)

    def _wanted(self, plot: str, routes: gpd.GeoDataFrame, frame: _Frame) -> list[Label]:
        """What should be written, the most important first."""
        near = self.plots.iloc[np.sort(self.plots.sindex.intersection(frame.box))]
        inside = [(str(one), shape) for one, shape in zip(near.index, near.geometry, strict=True)]
        chosen = [_label(_short(one), shape, frame, 8.5, bold=True) for one, shape in inside if one == plot]
        others = [_label(_short(one), shape, frame, 6.5) for one, shape in inside if one != plot]
        ties = [
            _label(str(name), shapely.Point(shapely.get_coordinates(route)[-1]), frame, 6.5)
            for name, route in zip(routes["feature_name"], routes.geometry, strict=True)
        ]
        plants = [
            _label(str(record["name"]), geometry, frame, 8.0, bold=True)
            for name, layer in self.layers.items()
            if self.roles[name] == "plant"
            for record, geometry in zip(layer.to_dict("records"), layer.geometry, strict=True)
        ]
        return [one for one in (*chosen, *ties, *plants, *others) if one is not None]

    def _north(self, outline: BaseGeometry) -> float:
        """How far true north stands to the right of the paper's top, degrees."""
        here = gpd.GeoSeries([outline.centroid], crs=self.metric).to_crs(crs.DEGREES)
        lon, lat = shapely.get_coordinates(here.to_numpy())[0]
        two = gpd.GeoSeries.from_xy([lon, lon], [lat, lat + _DEGREE], crs=crs.DEGREES)
        (x, y), (x_north, y_north) = shapely.get_coordinates(two.to_crs(self.metric).to_numpy())
        return math.degrees(math.atan2(x_north - x, y_north - y))


def _short(plot: str) -> str:
    return plot.rsplit(":", 1)[-1] or plot


def _frame(outline: BaseGeometry, routes: Iterable[BaseGeometry]) -> _Frame:
    """The plot with land around it, and its routes where they are not too long."""
    west, south, east, north = outline.bounds
    around = max(_LEAST_M, _AROUND * max(east - west, north - south) / 2)
    wide = outline.buffer(_FARTHEST_M, quad_segs=4)
    near = [shapely.box(*outline.bounds).buffer(around).bounds]
    near += [shapely.box(*route.bounds).buffer(_LEAST_M / 4).bounds for route in routes if wide.covers(route)]
    west, south, east, north = (
        f(bounds[place] for bounds in near) for place, f in enumerate((min, min, max, max))
    )
    scale = max((east - west) / WIDTH, (north - south) / HEIGHT)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return _Frame(middle_x - WIDTH * scale / 2, middle_y + HEIGHT * scale / 2, scale)


def _drawn(
    geometry: BaseGeometry | None, frame: _Frame, look: Mapping[str, str], *, dashed: bool = False
) -> str:
    """A geometry as elements of the drawing; nothing of what lies outside the frame."""
    if geometry is None or geometry.is_empty:
        return ""
    west, south, east, north = frame.box
    edge = 2 * frame.scale
    cut = shapely.clip_by_rect(geometry, west - edge, south - edge, east + edge, north + edge)
    cut = shapely.simplify(cut, _FINE_MM * frame.scale)
    style = dict(look) | ({"stroke-dasharray": "1.6 1.1"} if dashed else {})
    size = float(style.pop("point", "0"))
    return "".join(_element(part, frame, style, size) for part in _simple(cut) if not part.is_empty)


def _simple(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    for part in shapely.get_parts(np.array([geometry], dtype=object)):
        yield from _simple(part) if hasattr(part, "geoms") else (part,)


def _element(part: BaseGeometry, frame: _Frame, style: Mapping[str, str], size: float) -> str:
    if part.geom_type == "Point":
        (x, y), *_ = frame.on_paper(shapely.get_coordinates(part))
        filled = {"fill": style.get("stroke", "none"), "stroke": "#ffffff", "stroke-width": "0.25"}
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{size or 0.8:.2f}"{_attributes(filled)}/>'
    if isinstance(part, shapely.Polygon):
        rings = [part.exterior, *part.interiors]
        path = "".join(f"{_path(ring, frame)}Z" for ring in rings)
        return f'<path d="{path}" fill-rule="evenodd"{_attributes(style)}/>'
    lined = {**style, "fill": "none"}
    return f'<path d="{_path(part, frame)}"{_attributes(lined)}/>'


def _path(line: BaseGeometry, frame: _Frame) -> str:
    points = frame.on_paper(shapely.get_coordinates(line)).round(2)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points.tolist())


def _attributes(style: Mapping[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in style.items())


def _routes(routes: gpd.GeoDataFrame, frame: _Frame) -> Iterable[str]:
    for utility, route in zip(routes["utility"], routes.geometry, strict=True):
        yield _drawn(route, frame, styles.HALO)
        yield _drawn(route, frame, styles.route(utility))
    for route in routes.geometry:
        yield _drawn(shapely.Point(shapely.get_coordinates(route)[-1]), frame, styles.TIE_IN)


def _label(
    text: str, geometry: BaseGeometry | None, frame: _Frame, size: float, *, bold: bool = False
) -> Label | None:
    """A text at the middle of what is seen of a geometry."""
    if geometry is None or geometry.is_empty or not text:
        return None
    seen = shapely.clip_by_rect(geometry, *frame.box) if geometry.geom_type != "Point" else geometry
    if seen.is_empty or not shapely.box(*frame.box).intersects(seen):
        return None
    point = seen if seen.geom_type == "Point" else _middle(seen)
    (x, y), *_ = frame.on_paper(shapely.get_coordinates(point))
    above = 2.2 if seen.geom_type == "Point" else 0.0
    west, _, east, _ = seen.bounds
    room = math.inf if above else (east - west) / frame.scale
    return Label(text, float(x), float(y) - above, size, bold=bold, room=room)


def _middle(geometry: BaseGeometry) -> BaseGeometry:
    centre = geometry.centroid
    return centre if geometry.covers(centre) else geometry.representative_point()


def _document(parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{styles.LAND}"/>'
        f"{''.join(parts)}</svg>"
    )
