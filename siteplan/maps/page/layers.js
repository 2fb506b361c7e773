// The park's layers and plots as Leaflet layers, in a fixed order from below to above.

const flip = (point) => [point[1], point[0]];
const flipAll = (points) => points.map(flip);

const FEW = 6; // a layer of few points is worth naming from afar, one of many is not

function drawFeature(feature, role, options) {
  const drawn = [];
  const { polygons = [], lines = [], points = [] } = feature.shape;
  if (polygons.length) drawn.push(L.polygon(polygons.map((rings) => rings.map(flipAll)), { ...areaStyle(role), ...options }));
  if (lines.length) {
    for (const style of lineStyles(role, feature.planned)) drawn.push(L.polyline(lines.map(flipAll), { ...options, ...style, fill: false }));
  }
  for (const point of points) drawn.push(L.circleMarker(flip(point), { ...options, ...pointStyle(role, feature.planned) }));
  return drawn;
}

function drawLayer(layer, above, below, onPick) {
  const role = roleOf(layer);
  const context = BELOW.includes(layer.role);
  const dense = role.group === "utility" && layer.features.length > FEW;
  const options = { renderer: context ? below : above, interactive: !context, pane: context ? "context" : "overlayPane", scaled: !context, dense };
  const group = L.featureGroup();
  const second = []; // inner strokes of all lines lie over all casings, so that crossings join
  for (const feature of layer.features) {
    drawFeature(feature, role, options).forEach((path, number) => {
      path.feature = feature;
      if (number && role.casing) second.push(path);
      else group.addLayer(path);
    });
  }
  for (const path of second) group.addLayer(path);
  if (!context) {
    group.on("click", (event) => { L.DomEvent.stop(event); onPick(layer, event.sourceTarget.feature); });
    group.bindTooltip((path) => named(path.feature.name || layer.title), { sticky: true, className: "tip" });
  }
  return group;
}

// The plots as one path with a tooltip that follows the plot under the mouse.
function drawPlots(page, renderer) {
  const { data, store } = page;
  const canvas = new PlotCanvas(store, page.looks, { renderer });
  const tip = L.tooltip({ sticky: true, className: "tip" });
  const say = (plot) => tip.setContent(plotTip(data, store, plot));
  let under = null;
  canvas.bindTooltip(tip);
  canvas.on("mouseover mousemove", (event) => {
    const plot = canvas.plotAt(event.layerPoint);
    if (plot !== null && plot !== under) say(plot);
    under = plot;
  });
  canvas.on("click", (event) => {
    const plot = canvas.plotAt(event.layerPoint);
    if (plot === null) return;
    L.DomEvent.stop(event);
    page.open(plot);
  });
  return canvas;
}

function plotTip(data, store, plot) {
  const said = store.excluded(plot) ? data.words.legend_excluded : store.score(plot) === null ? data.words.legend_unranked : scoreText(data, store, plot);
  return el("span", {}, el("b", {}, named(store.short(plot))), "  ", said);
}

// Groups of Leaflet layers with their switches; switching never changes what lies above what.
function makeStack(map) {
  const entries = [];
  const restack = () => {
    for (const entry of entries) if (map.hasLayer(entry.group)) entry.group.eachLayer((path) => path.bringToFront());
  };
  return {
    entries,
    add(name, role, group, on) {
      entries.push({ name, role, group });
      const order = (entry) => [...BELOW, ...ABOVE].indexOf(entry.role);
      entries.sort((a, b) => order(a) - order(b));
      if (on) group.addTo(map);
    },
    isOn: (name) => entries.some((entry) => entry.name === name && map.hasLayer(entry.group)),
    set(name, on) {
      for (const entry of entries) if (entry.name === name) entry.group[on ? "addTo" : "removeFrom"](map);
      restack();
    },
    restack,
  };
}

function boundsOf(shapes) {
  const bounds = L.latLngBounds([]);
  const walk = (nested) => (typeof nested[0] === "number" ? bounds.extend(flip(nested)) : nested.forEach(walk));
  for (const shape of shapes) if (shape) Object.values(shape).forEach(walk);
  return bounds;
}
