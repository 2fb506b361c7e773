// The legend counts what the map shows; switches stand beside a piece of what they switch.

function fillLegend(box, data, store) {
  const { words, classes } = data;
  const plots = [...Array(store.count).keys()];
  const count = (kind) => plots.filter((plot) => store.kind(plot) === kind).length;
  const members = classes.map(() => 0);
  for (const plot of plots) if (store.kind(plot) === "ranked") members[classOf(data, store.score(plot))] += 1;
  const bar = classes.map((one, number) => {
    const block = el("li", {}, el("span", { class: "bounds", text: `${plain(one.low)}\u2013${plain(one.high)}` }), el("span", { class: "count", text: figure(members[number], 0) }));
    const chip = el("i", { class: "chip" });
    chip.style.background = one.colour;
    block.prepend(chip);
    return block;
  });
  const notes = ["excluded", "reserved", "sold", "unranked"].filter(count)
    .map((kind) => legendLine(swatch("area", [KINDS[kind]]), kind === "excluded" ? excludedText(words, store, plots) : words["legend_" + kind], count(kind)));
  const unknown = plots.filter(store.unknown).length;
  if (unknown) {
    const style = { color: "#12181f", weight: 2, dashArray: "2 3", fillColor: "#ffffff" };
    notes.push(legendLine(swatch("area", [style]), words.legend_unknown, unknown));
  }
  box.replaceChildren(
    el("h2", { text: bar.length ? words.legend : words.legend_none }),
    el("ol", { class: Math.max(0, ...members) < 10000 ? "ramp" : "ramp many" }, ...bar),
    el("ul", { class: "marks" }, ...notes),
    el("p", { class: "legend-off", text: words.legend_off }),
  );
}

// The sold and reserved have a mark of their own; those of them that are excluded too are said here.
function excludedText(words, store, plots) {
  const more = plots.filter((plot) => store.excluded(plot) && store.kind(plot) !== "excluded").length;
  return more ? fill(words.legend_excluded_more, { n: figure(more, 0) }) : words.legend_excluded;
}

function legendLine(picture, text, count) {
  return el("li", {}, picture, el("span", { text }), el("span", { class: "count", text: figure(count, 0) }));
}

function fillLayers(box, data, stack, changed) {
  const sections = GROUPS.map((group) => [group, data.layers.filter((layer) => roleOf(layer).group === group)])
    .filter(([, layers]) => layers.length)
    .map(([group, layers]) => layerGroup(data, group, layers, stack, changed));
  const plots = el("ul", { class: "switches" }, layerSwitch(data, { name: "plots", title: data.words.layer_plots, features: { length: data.plots.count }, origin: "" },
    swatch("area", [{ fillColor: data.classes.length ? data.classes[data.classes.length >> 1].colour : "#ffffff", color: "#33484f" }]), stack, changed));
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
  const origin = layer.origin ? el("span", { class: "origin " + layer.origin, text: data.words["origin_" + layer.origin] }) : null;
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

function fillAbout(box, data) {
  const { words, park, plan, made } = data;
  const sources = park.sources.map((source) => el("li", {}, el("b", {}, named(source.title)), " ",
    el("span", { class: "origin " + source.origin, text: words["origin_" + source.origin] }), el("br"),
    named([source.source, source.licence, source.credit].filter(Boolean).join(" \u00b7 ")), " ",
    el("span", { class: "of", text: dated(words, source) }), source.note ? el("p", { class: "of" }, named(source.note)) : null));
  const weights = data.criteria.map((criterion) => el("li", {}, named(criterion.label), el("span", { class: "count", text: percent(criterion.weight) })));
  box.replaceChildren(
    park.notice ? el("p", { class: "synthetic-note" }, named(park.notice)) : "",
    el("h3", { text: words.plan_heading }), el("p", {}, named(plan.title || plan.name), plan.author ? " " + fill(words.plan_by, { author: plan.author }) : "", plan.as_of ? ", " + fill(words.as_of, { date: plan.as_of }) : ""),
    plan.note ? el("p", { class: "of" }, named(plan.note)) : "",
    el("h3", { text: words.weights }), el("ul", { class: "marks" }, ...weights),
    el("h3", { text: words.sources }), el("ul", { class: "sources" }, ...sources),
    el("h3", { text: words.made }), el("p", { class: "of", text: [made.version && fill(words.made_by, made), made.crs && fill(words.made_crs, made)].filter(Boolean).join(", ") + ". " + words.straight }),
  );
}

function dated(words, source) {
  return [source.as_of && fill(words.as_of, { date: source.as_of }), source.confidence && fill(words.confidence, source)].filter(Boolean).join(", ");
}

function fillCredits(node, data) {
  const { words, park } = data;
  const date = park.as_of ? fill(words.data_as_of, { date: park.as_of }) : words.data_undated;
  // Who made up what is synthetic stands under "Data"; the strip thanks those whose data these are.
  const credits = [...new Set(park.sources.filter((source) => source.origin !== "synthetic").flatMap((source) => source.credit.split("; ")).filter(Boolean))];
  node.replaceChildren(date, ...credits.flatMap((credit) => [" \u00b7 ", named(credit)]));
}
