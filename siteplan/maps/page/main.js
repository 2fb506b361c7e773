// The page: one map, one panel, one card.

const MAX_ZOOM = 18;

function start() {
  const data = JSON.parse(document.getElementById("siteplan-data").textContent);
  for (const { features } of data.layers) for (const feature of features) walkAgain(feature.shape);
  speak(data, firstLanguage(data));
  const panel = document.getElementById("panel");
  const box = document.getElementById("card");
  const map = makeMap();
  const stack = makeStack(map);
  const page = {
    data, map, stack, panel, box, back: null, telling: [], selection: makeSelection(), marks: L.featureGroup().addTo(map), changed() {},
  };
  page.open = (number, how) => page.ready.then(() => openPlot(page, number, how || {}));
  drawContext(page);
  languageSwitch(page, panel.querySelector(".languages"));
  retell(page, () => tellPage(page));
  retell(page, () => fillAbout(document.getElementById("about"), data));
  retell(page, () => fillCredits(document.querySelector("#strip .credits"), data));
  stripSwitch(page, document.getElementById("strip"));
  new ResizeObserver(() => fitStrip(page)).observe(document.getElementById("strip"));
  fitStrip(page);
  page.tabs = makeTabs(panel, (name) => tabChosen(page, name));
  retell(page, makeFurniture(map, [["map.go_park", () => show(page, page.park)], ["map.go_region", () => show(page, page.region)]]));
  firstView(page);
  retell(page, page.labels);
  retell(page, () => refillCard(page));
  panel.querySelector(".ranked tbody").addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-plot]");
    if (row) page.open(Number(row.dataset.plot), { fly: true, focus: event.detail === 0 });
  });
  map.on("click", () => closeCard(page));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !box.hidden) closeCard(page); });
  makePrint(page);
  page.ready = unpackPlots(page);
  page.ready.catch((error) => sayWhy(page, error));
  return page;
}

// Layers stand at once; the plots come when the browser has unpacked them.
async function unpackPlots(page) {
  const { data } = page;
  const block = document.getElementById("siteplan-plots");
  const columns = await unpackColumns(data.plots.columns, block.textContent);
  block.remove();
  page.store = makeStore(data, columns);
  data.ranked = page.store.ranked;
  page.colourings = makeColourings(data, page.store);
  page.colouring = page.colourings[0];
  page.looks = makeLooks(page.colouring.classes);
  page.plots = drawPlots(page, page.above);
  page.stack.add("plots", "plots", L.featureGroup([page.plots]), true);
  page.stack.add("net", "net", L.featureGroup([new NetCanvas(page.plots, page.store, { renderer: page.above })]), false);
  page.plots.paint(page.colouring.classOf);
  retell(page, () => { page.legend = makeLegend(page, document.getElementById("legend")); page.legend(); });
  page.repaint = () => colourBy(page, page.colouring);
  page.labels();
  retell(page, () => fillLayers(document.getElementById("layers"), page, () => switched(page)));
  page.ring = focusRing(page);
  page.fields = makeFields(data, page.store);
  page.column = page.fields.numbers[0];
  page.table = makeTable(page, page.panel);
  page.telling.push(page.table.refresh); // in this language it has just been made
  page.stack.restack();
  addTools(page);
}

// Finding and weighing share one table: it goes where the reader goes.
function tabChosen(page, name) {
  const sheet = document.getElementById(name);
  if (name === "plots" || name === "weigh") sheet.append(document.getElementById("table"));
  if (isPhone()) sheet.parentElement.scrollIntoView();
  page.changed("tab");
}

// The plot whose row has the keyboard's focus wears a ring on the map too.
function focusRing(page) {
  const ring = L.featureGroup().addTo(page.map);
  return (plot) => {
    ring.clearLayers();
    if (plot === null || !page.store.outlines.has(plot) || !page.stack.isOn("plots")) return;
    const options = { renderer: page.above, interactive: false, fill: false };
    for (const style of [{ color: "#ffffff", weight: 7 }, { color: "#1769c2", weight: 3.5 }]) ring.addLayer(L.polygon(page.store.outlines.polygons(plot), { ...options, ...style }));
  };
}

function sayWhy(page, error) {
  document.documentElement.classList.remove("scripted");
  const old = typeof DecompressionStream === "undefined";
  document.getElementById("legend").replaceChildren(el("p", { role: "alert", text: old ? page.data.words.cannot_unpack : String(error) }));
}

// The strip says all it has to say; map and panel end where it begins.
function fitStrip(page) {
  const strip = document.getElementById("strip");
  if (isPhone()) document.documentElement.style.removeProperty("--strip");
  else document.documentElement.style.setProperty("--strip", strip.offsetHeight + "px");
  page.map.invalidateSize({ animate: false, pan: false });
}

function makeMap() {
  const calm = isCalm();
  return L.map("map", {
    zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: MAX_ZOOM, zoomSnap: 0.25, zoomDelta: 1, wheelPxPerZoomLevel: 90,
    zoomAnimation: !calm, fadeAnimation: false, inertia: !calm, center: [0, 0], zoom: 3,
  });
}

function drawContext(page) {
  const { map, data, stack } = page;
  map.createPane("context").classList.add("context");
  const below = new Drawing({ pane: "context", padding: 0.4 });
  const above = new Drawing({ padding: 0.4, tolerance: 4 });
  page.above = above;
  const pickFeature = (layer, feature) => openCard(page, () => featureCard(data, layer, feature), {});
  for (const layer of data.layers) stack.add(layer.name, ABOVE.includes(layer.role) || BELOW.includes(layer.role) ? layer.role : "other", drawLayer(layer, above, below, pickFeature), !roleOf(layer).off);
  page.labels = makeLabels(page);
}

function switched(page) {
  document.getElementById("legend").classList.toggle("off", !page.stack.isOn("plots"));
  page.legend();
  page.marks.eachLayer((path) => path.bringToFront());
  page.labels();
}

// The part of the map that neither panel nor card covers, in pixels of the map.
function freeView(page) {
  const whole = page.map.getContainer().getBoundingClientRect();
  const printing = document.body.classList.contains("printing");
  let [left, right] = [0, whole.width];
  if (!isPhone() && !printing) {
    left = page.panel.getBoundingClientRect().right - whole.left;
    if (!page.box.hidden) right = page.box.getBoundingClientRect().left - whole.left;
  }
  const strip = document.getElementById("strip").getBoundingClientRect();
  const drawer = document.getElementById("drawer");
  const below = drawer && !drawer.hidden && !isPhone() && !printing ? drawer.getBoundingClientRect().top : strip.top;
  return L.bounds([left, 0], [right, Math.min(whole.height, strip.top - whole.top, below - whole.top)]);
}

function show(page, bounds, options) {
  if (!bounds || !bounds.isValid()) return;
  const free = freeView(page);
  const size = page.map.getSize();
  const padding = { paddingTopLeft: [free.min.x + 28, 28], paddingBottomRight: [size.x - free.max.x + 28, size.y - free.max.y + 28] };
  page.map.fitBounds(bounds, { ...padding, animate: !isCalm(), maxZoom: 16, ...options });
}

// First what is offered and the plants beside it; "Region" shows towns, plants and where connections lead.
function firstView(page) {
  const { data } = page;
  const box = (corners) => L.latLngBounds(corners ? [[corners[1], corners[0]], [corners[3], corners[2]]] : []);
  const [plots, ties] = [box(data.plots.bounds), box(data.plots.ties)];
  const of = (...roles) => boundsOf(data.layers.filter((layer) => roles.includes(layer.role)).flatMap((layer) => layer.features.map((f) => f.shape)));
  const join = (...many) => many.reduce((all, one) => (one.isValid() ? all.extend(one) : all), L.latLngBounds([]));
  const wide = join(plots, of("plant"));
  const span = (bounds) => bounds.getNorthEast().distanceTo(bounds.getSouthWest());
  page.park = plots.isValid() && span(wide) > 6 * span(plots) ? plots : wide;
  page.region = join(wide, ties, of("place", "hub"));
  if (plots.isValid()) data.middle = plots.getCenter();
  const first = page.park.isValid() ? page.park : boundsOf(data.layers.flatMap((layer) => layer.features.map((f) => f.shape)));
  if (first.isValid()) show(page, first, { animate: false });
  page.stack.restack();
  page.labels();
}

function openPlot(page, number, { fly, focus }) {
  const { data, store } = page;
  const plot = store.record(number);
  const around = store.bounds(number);
  const goThere = () => around && show(page, around.pad(1.2), {});
  const drawings = { routes: drawingOf(page, plot, routePaths(page, plot)), land: drawingOf(page, plot, landPaths(page, plot)) };
  openCard(page, () => plotCard(data, store.record(number), goThere, { ...drawings, actions: cardActions(page, number) }), { focus });
  page.selection.choose(number);
  markPlot(page, plot);
  if (!around) return;
  if (fly) goThere();
  else bringOut(page, around);
}

// Moves the map just so far that the card hides nothing of what was chosen.
function bringOut(page, bounds) {
  const free = freeView(page);
  const size = page.map.getSize();
  const padding = { paddingTopLeft: [free.min.x + 24, 24], paddingBottomRight: [size.x - free.max.x + 24, size.y - free.max.y + 24] };
  for (const point of [bounds.getNorthWest(), bounds.getSouthEast()]) page.map.panInside(point, { ...padding, animate: false });
}

// `make` makes what the card says, in the language of the moment.
function openCard(page, make, { focus }) {
  if (page.box.hidden) page.back = document.activeElement;
  page.marks.clearLayers();
  page.selection.choose(null);
  page.card = make;
  fillCard(page.box, { label: page.data.words.close, act: () => closeCard(page) }, make());
  document.body.classList.add("has-card");
  if (focus) page.box.querySelector("h2").focus({ preventScroll: true });
  page.labels();
}

// The same card again in another language: as far down and with the focus where it was.
function refillCard(page) {
  const { box } = page;
  if (box.hidden) return;
  const stops = () => [...box.querySelectorAll("button, h2")];
  const [top, held] = [box.scrollTop, stops().indexOf(document.activeElement)];
  fillCard(box, { label: page.data.words.close, act: () => closeCard(page) }, page.card());
  box.scrollTop = top;
  if (held >= 0) stops()[held].focus({ preventScroll: true });
}

function closeCard(page) {
  if (page.box.hidden) return;
  const inside = page.box.contains(document.activeElement);
  page.box.hidden = true;
  document.body.classList.remove("has-card");
  page.marks.clearLayers();
  const was = page.selection.plot;
  page.selection.choose(null);
  if (inside && page.back && page.back.isConnected) page.back.focus({ preventScroll: true });
  else if (inside && was !== null) page.table.focus(was);
  page.labels();
}

// The chosen plot's outline, and straight lines to where it would be connected.
function markPlot(page, plot) {
  if (!plot.outlined) return;
  const options = { renderer: page.above, interactive: false };
  const polygons = page.store.outlines.polygons(plot.number);
  for (const style of [{ color: "#ffffff", weight: 5 }, { color: INK, weight: 2.5 }]) page.marks.addLayer(L.polygon(polygons, { ...options, ...style, fill: false }));
  for (const part of plot.parts) {
    if (!part.tie_in || part.amount === 0) continue;
    const colour = criterionHue(page.data, part.criterion);
    const line = [nearest(polygons, part.tie_in), flip(part.tie_in)];
    page.marks.addLayer(L.polyline(line, { ...options, color: "#ffffff", weight: 4, opacity: 0.8 }));
    page.marks.addLayer(L.polyline(line, { ...options, color: colour, weight: 1.75, dashArray: "5 4" }));
    page.marks.addLayer(L.circleMarker(flip(part.tie_in), { ...options, radius: 3.5, color: colour, weight: 1.75, fillColor: "#ffffff", fillOpacity: 1 }));
  }
}

// The point of a plot's edge nearest to a tie-in, near enough for drawing a line.
function nearest(polygons, [lon, lat]) {
  const shrink = Math.cos((lat * Math.PI) / 180);
  let best = [Infinity, null];
  for (const ring of polygons.flat()) {
    for (let i = 0; i < ring.length; i += 1) {
      const [[ay, ax], [by, bx]] = [ring[i], ring[(i + 1) % ring.length]];
      const [dx, dy] = [(bx - ax) * shrink, by - ay];
      const [px, py] = [(lon - ax) * shrink, lat - ay];
      const t = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
      const far = (px - t * dx) ** 2 + (py - t * dy) ** 2;
      if (far < best[0]) best = [far, [ay + t * dy, ax + (t * dx) / shrink]];
    }
  }
  return best[1];
}
