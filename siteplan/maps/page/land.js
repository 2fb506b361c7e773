// What can be built on of a plot and what takes the rest: a table, and the patches on the map when asked for.

function landBlock(data, plot, drawing) {
  if (!plot.land) return null;
  const { words } = data;
  const { said, losses, overrides } = plot.land;
  const key = landKey(words, plot.land);
  key.hidden = !drawing.on;
  return el("section", { class: "land" }, el("h3", { text: words.land }), el("p", {}, named(said)),
    drawing.empty ? null : drawButton(drawing, words.land_show, words.land_hide, (on) => { key.hidden = !on; }), key,
    losses.length ? lossTable(words, losses) : null,
    losses.length > 1 ? el("p", { class: "of", text: words.land_order }) : null,
    overrides.length ? el("div", { class: "overrides" }, el("h3", { text: words.overrides }), el("ul", {}, ...overrides.map((one) => el("li", {}, named(one))))) : null,
    losses.length && data.norms.notice ? el("p", { class: "of" }, named(data.norms.notice)) : null);
}

function lossTable(words, losses) {
  const head = (text, kind) => el("th", { scope: "col", class: kind, text });
  return el("table", {},
    el("thead", {}, el("tr", {}, head(words.land_zone, ""), head(words.covers, "number"), head(words.covers_alone, "number"))),
    el("tbody", {}, ...losses.flatMap((one) => lossRows(words, one))));
}

function lossRows(words, one) {
  return [
    el("tr", {},
      el("th", { scope: "row" }, swatch("area", [severityStyle(one.severity, one.assumed)]), named(one.title)),
      el("td", { class: "number", text: amount(one.taken, "ha") }), el("td", { class: "number", text: amount(one.alone, "ha") })),
    el("tr", {}, el("td", { colspan: 3, class: "act" },
      el("b", { text: wordOf("severity", one.severity) }), one.act ? " \u00b7 " : "", el("span", { class: "of" }, named(one.act)))),
  ];
}

// The legend of what the button draws, beside the button: on a phone the panel's legend is out of sight.
function landKey(words, { losses, net, rectangle }) {
  const line = (style, text) => el("li", {}, swatch("area", [style]), el("span", { text }));
  const patches = losses.filter((one) => one.patch);
  const drawn = new Set(patches.map((one) => one.severity));
  return el("ul", { class: "marks" },
    net ? line(NET, words.key_net) : null,
    ...Object.keys(SEVERITIES).filter((severity) => drawn.has(severity)).map((severity) => line(SEVERITIES[severity], words["key_" + severity])),
    patches.some((one) => one.assumed) ? line(ASSUMED, words.key_assumed) : null,
    rectangle ? line(RECTANGLE, words.key_rectangle) : null);
}

// From the least to the strictest, then outlines: what is lost is never under what is only told.
function landPaths(page, { land }) {
  if (!land) return [];
  const options = { renderer: page.above, interactive: false };
  const turned = (polygons) => polygons && polygons.map((rings) => rings.map(flipAll));
  const drawn = (polygons, style) => L.polygon(polygons, { ...options, ...style });
  const outlined = (polygons, style) => (polygons ? [drawn(polygons, { color: "#ffffff", weight: style.weight + 3, fill: false }), drawn(polygons, { ...style, fill: false })] : []);
  return [
    ...land.losses.filter((one) => one.patch).reverse().map((one) => drawn(turned(one.patch), severityStyle(one.severity, one.assumed))),
    ...outlined(land.net, NET), ...outlined(turned(land.rectangle), RECTANGLE),
  ];
}
