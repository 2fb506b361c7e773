// The legend counts what the map shows; switches stand beside a piece of what they switch.

function makeLegend(page, box) {
  const { words } = page.data;
  const [head, body] = [el("h2"), el("div")];
  const choice = page.colourings.length > 1 ? colourChoice(page) : null;
  box.replaceChildren(head, ...(choice ? [choice] : []), body, el("p", { class: "legend-off", text: words.legend_off }));
  return () => {
    const { classes, title, none } = page.colouring;
    const found = tally(page);
    head.textContent = classes.length ? title : none;
    const notes = ["excluded", "reserved", "sold", "unranked"].filter((kind) => found[kind])
      .map((kind) => legendLine(swatch("area", [KINDS[kind]]), kindText(words, kind, found), found[kind]));
    if (found.unknown) notes.push(legendLine(swatch("area", [UNKNOWN_MARK]), words.legend_unknown, found.unknown));
    if (page.stack.isOn("net")) notes.push(legendLine(swatch("area", [NET]), words.layer_net, found.net));
    body.replaceChildren(
      el("ol", { class: Math.max(0, ...found.members) < 10000 ? "ramp" : "ramp many" }, ...classes.map((one, number) => classBlock(one, found.members[number]))),
      el("ul", { class: "marks" }, ...notes));
  };
}

const UNKNOWN_MARK = { color: "#12181f", weight: 2, dashArray: "2 3", fillColor: "#ffffff" };

// How many plots wear each colour and each mark.
function tally({ store, colouring }) {
  const found = { members: colouring.classes.map(() => 0), excluded: 0, reserved: 0, sold: 0, unranked: 0, unknown: 0, net: 0, more: 0 };
  for (let plot = 0; plot < store.count; plot += 1) {
    const kind = store.kind(plot);
    const number = kind === "ranked" ? colouring.classOf(plot) : -1;
    if (number >= 0) found.members[number] += 1;
    else found[kind === "ranked" ? "unranked" : kind] += 1;
    if (store.unknown(plot)) found.unknown += 1;
    if (store.net(plot) > 0) found.net += 1;
    // The sold and reserved have a mark of their own; those of them that are excluded too are said beside it.
    if (kind !== "excluded" && store.excluded(plot)) found.more += 1;
  }
  return found;
}

function kindText(words, kind, found) {
  return kind === "excluded" && found.more ? fill(words.legend_excluded_more, { n: figure(found.more, 0) }) : words["legend_" + kind];
}

function classBlock({ low, high, colour }, count) {
  const chip = el("i", { class: "chip" });
  chip.style.background = colour;
  return el("li", {}, chip, el("span", { class: "bounds", text: `${plain(low)}\u2013${plain(high)}` }), el("span", { class: "count", text: figure(count, 0) }));
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
