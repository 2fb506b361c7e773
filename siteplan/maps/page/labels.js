// Names on the map. Each asks for a place; the more important first; who finds none stays silent.

const measure = document.createElement("canvas").getContext("2d");
const FONTS = { plant: "600 13px", gate: "500 11px", water: "italic 12px", place: "500 12px", plot: "600 11px", point: "11px", hub: "500 11px", away: "11px" };
const FAMILY = ' system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif';

function textWidth(text, kind) {
  measure.font = FONTS[kind] + FAMILY;
  return measure.measureText(text).width;
}

const shorten = (text, most = 36) => (text.length > most ? text.slice(0, most - 1) + "\u2026" : text);
const LINE = 15;
const WIDEST = 180;
const PLOT_WEIGHT = 40;
const overlaps = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

// Every feature that may carry a name: which, where, which kind, how important, from which zoom.
function labelCandidates(data) {
  const found = [];
  const seen = new Set();
  const spokenFor = plantNames(data);
  for (const layer of data.layers) {
    for (const feature of layer.features) {
      const wanted = spokenFor.has(feature) ? null : labelKind(layer, feature);
      if (!wanted || !feature.name || (wanted.once && seen.has(layer.role + feature.name))) continue;
      seen.add(layer.role + feature.name);
      found.push({ ...wanted, name: feature.name, layer: layer.name, hue: hueOf(layer.role), feature });
    }
  }
  return found.sort((a, b) => b.weight - a.weight);
}

// The plots in view that are large enough on the screen for their number, best first.
function plotCandidates(page, view) {
  const { map, plots, store, stack } = page;
  if (!plots || !stack.isOn("plots")) return [];
  const bounds = L.bounds(map.containerPointToLayerPoint(view.min), map.containerPointToLayerPoint(view.max));
  return [...plots.plotsIn(bounds, LINE).sort()].map((plot) => ({ kind: "plot", weight: PLOT_WEIGHT, from: 0, name: store.short(plot), layer: "plots", plot, at: store.at(plot) }));
}

// A point inside a plant's outline names the plant; the outline itself stays silent, and the
// plant's other points are gates. Returns the features that say nothing.
function plantNames(data) {
  const all = data.layers.filter((layer) => layer.role === "plant").flatMap((layer) => layer.features);
  const points = all.filter((feature) => feature.shape.points);
  const silent = new Set();
  for (const area of all.filter((feature) => feature.shape.polygons)) {
    const bounds = boundsOf([area.shape]).pad(-0.1);
    const middle = L.latLng(flip(area.at));
    const far = (feature) => middle.distanceTo(flip(feature.shape.points[0]));
    const namer = points.filter((feature) => bounds.contains(flip(feature.shape.points[0]))).sort((a, b) => far(a) - far(b))[0];
    if (namer) silent.add(area);
    for (const feature of points) feature.gate = feature.gate !== false && feature !== namer;
  }
  return silent;
}

function labelKind({ role, features }, feature) {
  if (role === "plant" && feature.gate) return { kind: "gate", weight: 25, from: 13.5, once: true };
  if (role === "plant") return { kind: "plant", weight: 100, from: 9, once: true };
  if (role === "surface_water") return { kind: "water", weight: 30, from: 8, once: true };
  if (role === "place" && feature.shape.points) return { kind: "place", weight: 60 + population(feature), from: 0 };
  if (role === "hub" && feature.shape.points) return { kind: "hub", weight: 50, from: 11 };
  const utility = ROLES[role] && ROLES[role].group === "utility";
  return utility && feature.shape.points ? { kind: "point", weight: 20, from: features.length > FEW ? 15 : 13 } : null;
}

// Bigger places first, where the data know how big they are.
function population(feature) {
  const largest = Math.max(0, ...feature.attributes.filter((value) => typeof value === "number"));
  return Math.min(9, Math.log10(largest + 1));
}

function anchor(map, candidate, view) {
  const at = candidate.at || candidate.feature.at;
  if (at) return map.latLngToContainerPoint(flip(at));
  const { points = [], lines = [] } = candidate.feature.shape;
  if (points.length) return map.latLngToContainerPoint(flip(points[0]));
  const inView = lines.flat().map((point) => map.latLngToContainerPoint(flip(point))).filter((point) => view.contains(point));
  return inView.length ? inView[inView.length >> 1] : null;
}

// Boxes to try, best first: a plot's number and an area's name stand in the middle, a point's name beside it.
function boxes(candidate, point, width, height) {
  if (candidate.kind === "plant" && !candidate.feature.at) return [[point.x - width / 2, point.y - 8 - height], [point.x - width / 2, point.y + 8]];
  if (candidate.kind === "plot" || candidate.kind === "water" || (candidate.feature && candidate.feature.at)) {
    return [[point.x - width / 2, point.y - height / 2]];
  }
  return [[point.x + 9, point.y - 8], [point.x - width - 9, point.y - 8], [point.x - width / 2, point.y - 8 - height], [point.x - width / 2, point.y + 8]];
}

function fitsPlot(plots, plot, width) {
  const [wide, high] = plots.sizeOf(plot);
  return wide > width + 4 && high > 15;
}

function makeLabels(page) {
  const { map, data, stack } = page;
  map.createPane("labels").classList.add("leaflet-zoom-hide");
  const pane = map.getPane("labels");
  const candidates = labelCandidates(data);
  const away = el("div", { class: "away", "aria-hidden": "true" });
  map.getContainer().append(away);
  const update = () => {
    const view = freeView(page);
    const taken = placeAway(map, data, away, view, stack);
    const nodes = [];
    for (const candidate of [...candidates, ...plotCandidates(page, view)].sort((a, b) => b.weight - a.weight)) {
      const node = place(page, candidate, view, taken);
      if (node) nodes.push(node);
    }
    pane.replaceChildren(...nodes);
  };
  map.on("moveend zoomend resize", update);
  return update;
}

function place(page, candidate, view, taken) {
  const { map, stack, plots } = page;
  if (map.getZoom() < candidate.from || !stack.isOn(candidate.layer)) return null;
  const isPlot = candidate.kind === "plot";
  const point = anchor(map, candidate, view);
  if (!point || !view.contains(point)) return null;
  const text = shorten(isPlot ? candidate.name : told(candidate.name), candidate.kind === "plant" ? 70 : 36);
  const full = textWidth(text, candidate.kind) + 4;
  const lines = candidate.kind === "plant" ? Math.ceil((full * 1.12) / WIDEST) : 1;
  const [width, height] = [lines > 1 ? WIDEST : full, lines * LINE];
  if (isPlot && !fitsPlot(plots, candidate.plot, width)) return null;
  const free = boxes(candidate, point, width, height).map(([x, y]) => [x, y, x + width, y + height])
    .find((box) => view.contains([[box[0], box[1]], [box[2], box[3]]]) && !taken.some((other) => overlaps(box, other)) && !hidesPlots(page, candidate, box));
  if (!free) return null;
  taken.push(free);
  const node = el("div", { class: "label " + candidate.kind, dir: "auto", text });
  if (isPlot && page.looks.isDark(plots.look[candidate.plot])) node.classList.add("on-dark");
  if (lines > 1) node.style.width = WIDEST + "px";
  if (candidate.kind === "point") node.style.color = `color-mix(in srgb, ${candidate.hue} 62%, black)`;
  L.DomUtil.setPosition(node, map.containerPointToLayerPoint([free[0] + 2, free[1]]));
  return node;
}

// What serves the plots may not write across them.
function hidesPlots({ map, stack, plots }, candidate, box) {
  if (!plots || !["point", "gate"].includes(candidate.kind) || !stack.isOn("plots")) return false;
  const corners = [[box[0], box[1]], [box[2], box[3]]].map((point) => map.containerPointToLayerPoint(point));
  return plots.plotsIn(L.bounds(...corners), 0).length > 0;
}

// Towns beyond the edge: their names stand at the edge, with the distance from the plots.
function placeAway(map, data, box, view, stack) {
  const taken = furniture(map);
  const nodes = [];
  const centre = view.getCenter();
  const inner = L.bounds(view.min.add([14, 14]), view.max.subtract([14, 30]));
  for (const town of towns(data, stack)) {
    const point = map.latLngToContainerPoint(flip(town.at));
    if (view.contains(point) || nodes.length === 4) continue;
    const text = fill(data.words.away, { name: shorten(told(town.name)), far: figure(town.km, 0) + SPACE + symbol("km") });
    const width = textWidth(text, "away") + 30;
    const edge = onEdge(centre, point, inner, width);
    const place = [edge.x, edge.y, edge.x + width, edge.y + 18];
    if (taken.some((other) => overlaps(place, other))) continue;
    taken.push(place);
    nodes.push(awayNode(text, edge, Math.atan2(point.y - centre.y, point.x - centre.x)));
  }
  box.replaceChildren(...nodes);
  return taken;
}

// Where controls stand, no name does.
function furniture(map) {
  const box = map.getContainer();
  const whole = box.getBoundingClientRect();
  return [...box.querySelectorAll(".leaflet-control"), ...document.querySelectorAll("#tray:not([hidden])")].map((node) => {
    const rect = node.getBoundingClientRect();
    return [rect.left - whole.left - 4, rect.top - whole.top - 4, rect.right - whole.left + 4, rect.bottom - whole.top + 4];
  });
}

function towns(data, stack) {
  if (!data.middle) return [];
  if (!data.towns) {
    data.towns = data.layers.filter((layer) => layer.role === "place").flatMap((layer) => layer.features.filter((f) => f.name && f.shape.points).map((f) => {
      const at = f.shape.points[0];
      const km = L.latLng(flip(at)).distanceTo(data.middle) / 1000;
      return { name: f.name, at, km, layer: layer.name, weight: (1 + population(f)) / Math.sqrt(km + 1) };
    })).sort((a, b) => b.weight - a.weight);
  }
  return data.towns.filter((town) => stack.isOn(town.layer));
}

function onEdge(centre, point, inner, width) {
  const dx = point.x - centre.x;
  const dy = point.y - centre.y;
  const half = inner.getSize().divideBy(2);
  const scale = Math.min(dx ? half.x / Math.abs(dx) : Infinity, dy ? half.y / Math.abs(dy) : Infinity);
  const x = Math.min(Math.max(centre.x + dx * scale - width / 2, inner.min.x), inner.max.x - width);
  return L.point(x, Math.min(Math.max(centre.y + dy * scale - 9, inner.min.y), inner.max.y - 9));
}

function awayNode(text, at, angle) {
  const arrow = svg("svg", { viewBox: "-6 -6 12 12", width: 12, height: 12, "aria-hidden": "true" }, svg("path", { d: "M-5 0H4M1 -3L4 0L1 3" }));
  arrow.style.transform = `rotate(${angle}rad)`;
  const node = el("div", { class: "label away-label" }, arrow, named(text));
  L.DomUtil.setPosition(node, at);
  return node;
}
