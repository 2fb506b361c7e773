// The legend counts what the map shows; switches stand beside a piece of what they switch.

function makeLegend(page, box) {
  const { words } = page.data;
  const [head, body] = [el("h2"), el("div")];
  const choice = page.colourings.length > 1 ? colourChoice(page) : null;
  box.replaceChildren(head, ...(choice ? [choice] : []), body, el("p", { class: "legend-off", text: words.legend_off }));
  return () => {
    const { classes, title, none } = page.colouring;
    if (choice) for (const input of choice.querySelectorAll("input")) input.checked = input.value === page.colouring.name;
    const found = tally(page);
    const own = page.store.standing && page.colouring.name === "score";
    head.textContent = !classes.length ? none : own ? words.legend_own : title;
    const notes = ["excluded", "reserved", "sold", "unranked"].filter((kind) => found[kind])
      .map((kind) => legendLine(swatch("area", [KINDS[kind]]), kindText(words, kind, found), found[kind]));
    if (found.unknown) notes.push(legendLine(swatch("area", [UNKNOWN_MARK]), words.legend_unknown, found.unknown));
    if (page.stack.isOn("net")) notes.push(legendLine(swatch("area", [NET]), words.layer_net, found.net));
    body.replaceChildren(
      el("ol", { class: Math.max(0, ...found.members) < 10000 ? "ramp" : "ramp many" }, ...classes.map((one, number) => classBlock(one, found.members[number], own && classes.length > 1 ? [number === 0, number === classes.length - 1] : []))),
      el("ul", { class: "marks" }, ...notes));
  };
}

const UNKNOWN_MARK = { color: "#12181f", weight: 2, dashArray: "2 3", fillColor: "#ffffff" };

// How many of the plots that are shown wear each colour and each mark.
function tally({ store, colouring, plots, looks }) {
  const worn = new Uint32Array(looks.styles.length);
  let [net, more] = [0, 0];
  for (let plot = 0; plot < store.count; plot += 1) {
    if (!plots.isShown(plot)) continue;
    worn[plots.look[plot]] += 1;
    if (store.landed && store.net(plot) > 0) net += 1;
    // The sold and reserved have a mark of their own; those of them that are excluded too are said beside it.
    if (store.taken(plot) && store.excluded(plot)) more += 1;
  }
  const [known, unknown] = [worn.filter((_, look) => look % 2 === 0), worn.filter((_, look) => look % 2)];
  const both = Array.from(known, (sum, number) => sum + unknown[number]);
  const bare = BARE.map((kind, number) => [kind, both[colouring.classes.length + number]]);
  return { members: both.slice(0, colouring.classes.length), ...Object.fromEntries(bare), unknown: unknown.reduce((sum, one) => sum + one, 0), net, more };
}

function kindText(words, kind, found) {
  return kind === "excluded" && found.more ? fill(words.legend_excluded_more, { n: figure(found.more, 0) }) : words["legend_" + kind];
}

// By other weights a score may lie beyond the first class, or the last: then those are open.
function classBlock({ low, high, colour }, count, [first, last]) {
  const bounds = first ? `<\u2009${plain(high)}` : last ? `\u2265\u2009${plain(low)}` : `${plain(low)}\u2013${plain(high)}`;
  const chip = el("i", { class: "chip" });
  chip.style.background = colour;
  return el("li", {}, chip, el("span", { class: "bounds", text: bounds }), el("span", { class: "count", text: figure(count, 0) }));
}

function colourChoice(page) {
  const button = (colouring) => {
    const input = el("input", { type: "radio", name: "colouring", value: colouring.name });
    input.checked = colouring === page.colouring;
    input.addEventListener("change", () => colourBy(page, colouring));
    return el("label", {}, input, el("span", { text: colouring.short }));
  };
  return el("div", { class: "choice", role: "radiogroup", "aria-label": page.data.words.colour_by }, ...page.colourings.map(button));
}

function legendLine(picture, text, count) {
  return el("li", {}, picture, el("span", { text }), el("span", { class: "count", text: figure(count, 0) }));
}

function fillLayers(box, page, changed) {
  const { data, stack } = page;
  const sections = GROUPS.map((group) => [group, data.layers.filter((layer) => roleOf(layer).group === group)])
    .filter(([, layers]) => layers.length)
    .map(([group, layers]) => layerGroup(data, group, layers, stack, changed));
  const plots = el("ul", { class: "switches" }, layerSwitch(data, { name: "plots", title: data.words.layer_plots, features: { length: data.plots.count }, origin: "" },
    swatch("area", [{ fillColor: data.classes.length ? data.classes[data.classes.length >> 1].colour : "#ffffff", color: "#33484f" }]), stack, changed));
  const built = tally(page).net;
  if (built) plots.append(layerSwitch(data, { name: "net", title: data.words.layer_net, features: { length: built }, origin: "" }, swatch("area", [NET]), stack, changed));
  box.replaceChildren(plots, ...sections);
}

function layerGroup(data, group, layers, stack, changed) {
  const title = data.words["group_" + group];
  const list = el("ul", { class: "switches" }, ...layers.map((layer) => layerSwitch(data, layer, layerSwatch(layer), stack, changed)));
  const boxes = () => [...list.querySelectorAll("input")];
  const all = el("button", { type: "button", class: "quiet", text: data.words.group_all, "aria-label": `${title}: ${data.words.group_all}`, click: () => {
    const on = !boxes().every((one) => one.checked);
    for (const one of boxes()) if (one.checked !== on) one.click();
  } });
  return el("section", { "aria-label": title }, el("h3", {}, title, all), list);
}

function layerSwitch(data, layer, picture, stack, changed) {
  const input = el("input", { type: "checkbox", "data-layer": layer.name });
  input.checked = stack.isOn(layer.name);
  input.addEventListener("change", () => { stack.set(layer.name, input.checked); changed(); });
  const origin = layer.origin ? el("span", { class: "origin " + layer.origin, text: wordOf("origin", layer.origin) }) : null;
  const number = layer.features.length ? figure(layer.features.length, 0) : data.words.empty_layer;
  return el("li", {}, el("label", {}, input, picture, el("span", { class: "title" }, named(layer.title)), origin, el("span", { class: "count", text: number })));
}

function layerSwatch(layer) {
  const role = roleOf(layer);
  const has = (kind) => layer.features.some((feature) => feature.shape[kind]);
  const planned = layer.features.length > 0 && layer.features.every((feature) => feature.planned);
  if (has("lines")) return swatch("line", lineStyles(role, planned));
  if (has("polygons")) return swatch("area", [areaStyle(role)]);
  return swatch("point", [pointStyle(role, planned)]);
}
