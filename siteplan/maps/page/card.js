// What is chosen: a plot, with its score as a sum you can read, or a feature of a layer.

const PLACES = ["1", "2\u20133", "4\u201310", "\u2265\u200911"];

function fillCard(box, close, ...content) {
  const button = el("button", { type: "button", class: "close", "aria-label": close.label, text: "\u00d7", click: close.act });
  box.replaceChildren(button, ...content.flat().filter(Boolean));
  box.hidden = false;
  box.scrollTop = 0;
}

function plotCard(data, plot, fly, { routes, land, actions }) {
  const { words } = data;
  return [
    cardHead(data, plot, fly), actions,
    plot.synthetic ? el("p", { class: "synthetic-note", text: words.synthetic_plot }) : null,
    plot.outlined ? null : el("p", { class: "note", text: words.no_outline }),
    plot.excluded.length ? listBlock("excluded", words.excluded, plot.excluded) : null,
    plot.unchecked.length ? listBlock("unchecked", words.not_checked, plot.unchecked) : null,
    sumBlock(data, plot),
    sureBlock(words, plot),
    unknownBlock(data, plot),
    landBlock(data, plot, land),
    connectionBlock(data, plot, routes),
    attributeBlock(words.about_plot, data.columns, plot.attributes),
    regimeBlock(data, plot),
  ];
}

function cardHead(data, plot, fly) {
  const { words } = data;
  const rank = plot.rank === null ? words.not_ranked : fill(words.ranked, { rank: figure(plot.rank, 0), n: figure(data.ranked, 0) });
  const facts = [plot.area === null ? null : figure(plot.area, 1) + SPACE + symbol("ha"), wordOf("offer", plot.status)].filter(Boolean);
  const share = plot.complete === null ? "" : percent(plot.complete);
  return el("header", {},
    el("p", { class: "eyebrow", text: words.plot }),
    el("h2", { tabindex: "-1" }, named(plot.short), el("span", { class: "facts" }, named(facts.join(" \u00b7 ")))),
    el("p", { class: "of" }, named(plot.id), plot.name && plot.name !== plot.id ? " \u00b7 " : "", plot.name !== plot.id ? named(plot.name) : ""),
    el("p", { class: "rank" }, el("b", { text: rank }), plot.score === null ? "" : el("span", { text: scoreSaid(data, plot.score, plot.high) })),
    plot.own ? el("p", { class: "own", text: ownSaid(data, plot) }) : null,
    plot.complete !== null && plot.complete < 1 ? el("p", { class: "of", text: fill(words.score_why, { share }) }) : null,
    plot.outlined ? el("button", { type: "button", class: "quiet", text: words.back_to, click: fly }) : null);
}

// That the weights are the reader's, and what the plan's own make of the plot.
function ownSaid(data, { official }) {
  const { words } = data;
  if (official.rank === null) return words.own_weights + words.stop.trim();
  return words.own_weights + words.stop + fill(words.own_official, { rank: figure(official.rank, 0), n: figure(data.ranked, 0), score: scoreSaid(data, official.score, official.high) });
}

function listBlock(kind, title, items) {
  return el("section", { class: kind }, el("h3", { text: title }), el("ul", {}, ...items.map((item) => el("li", {}, named(item)))));
}

// How sure the rank is: in which places the draws left the plot, as a bar and in figures; and in sentences.
function sureBlock(words, plot) {
  if (!plot.sure.length) return null;
  const block = listBlock("sure", plot.own ? words.how_sure_official : words.how_sure, plot.sure);
  const taken = plot.places.map((part, group) => ({ part, group })).filter(({ part }) => part);
  if (!taken.length) return block;
  const bar = el("div", { class: "bar", "aria-hidden": "true" }, ...taken.map(({ part, group }) => {
    const node = el("i", { class: "places-" + group });
    node.style.width = part / 1000 + "%";
    return node;
  }));
  const keys = taken.map(({ part, group }) => el("span", {}, el("i", { class: "key places-" + group }), `${PLACES[group]}: ${nearly(part / 1e5)}`));
  block.querySelector("h3").after(bar, el("p", { class: "places" }, words.places, ...keys));
  return block;
}

function sumBlock(data, plot) {
  if (!plot.parts.length) return null;
  const { words } = data;
  const title = plot.score === null ? words.how_excluded : words.how;
  const all = plot.parts.every((part) => part.worth !== null);
  return el("section", { class: "sum" },
    el("h3", { text: title }), stackedBar(data, plot),
    el("table", {}, el("thead", { class: "unseen" }, el("tr", {}, el("th", { scope: "col", text: words.criterion }), el("th", { scope: "col", text: words.points }))),
      el("tbody", {}, ...plot.parts.map((part) => partRow(data, part))),
      el("tfoot", {}, el("tr", {}, el("th", { scope: "row", text: all ? words.sum : words.sum_known }), el("td", { class: "number total", text: tenths(plot.sum) })))),
    el("p", { class: "of", text: words.rounded }));
}

// The bar's whole width is 100 points.
function stackedBar(data, plot) {
  const segment = (width, colour, kind) => {
    const node = el("i", { class: kind });
    node.style.width = width + "%";
    if (colour) node.style.background = colour;
    return node;
  };
  const known = plot.parts.filter((part) => part.points).map((part) => segment(part.points / 10, criterionHue(data, part.criterion), "known"));
  const open = plot.parts.filter((part) => part.worth === null).map((part) => segment(part.weight * 100, null, "open"));
  return el("div", { class: "bar", "aria-hidden": "true" }, ...known, ...open);
}

function partRow(data, part) {
  const { words } = data;
  const criterion = data.criteria[part.criterion];
  const key = el("i", { class: "key" });
  key.style.background = part.worth === null ? "transparent" : criterionHue(data, part.criterion);
  const weight = percent(part.weight);
  const sum = part.worth === null
    ? fill(words.worth_unknown, { points: figure(part.weight * 100, 1) })
    : fill(words.worth, { value: worth(part.worth), weight });
  return el("tr", {},
    el("th", { scope: "row" }, key, named(criterion.label),
      el("span", { class: "measured" }, measured(words, part, criterion), part.feature && !part.none ? " \u2192 " : "", part.feature && !part.none ? named(part.feature) : ""),
      el("span", { class: "of", text: sum })),
    el("td", { class: "number", text: part.worth === null ? "?" : tenths(part.points) }));
}

function measured(words, part, criterion) {
  if (part.category) return wordIn(part.category);
  if (part.none) return words.none_there;
  return part.amount === null ? say("word.unknown") : amount(part.amount, criterion.unit);
}

function unknownBlock(data, plot) {
  const unknown = plot.parts.filter((part) => part.worth === null).map((part) => data.criteria[part.criterion].label);
  return unknown.length ? listBlock("unknowns", data.words.unknown_list, unknown) : null;
}

function attributeBlock(title, columns, attributes) {
  const pairs = columns.map((column, number) => [column, attributes[number]]).filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (!pairs.length) return null;
  return el("section", {}, el("h3", { text: title }), el("dl", {}, ...pairs.flatMap(([column, value]) => [
    el("dt", {}, named(heading(column))), el("dd", {}, named(cell(value, column)))])));
}

function regimeBlock(data, plot) {
  if (!plot.regimes.length) return null;
  const { words } = data;
  const known = plot.regimes.flatMap((id) => Object.hasOwn(data.regimes, id) ? data.regimes[id] : [{ regime: id, missing: true }]);
  return el("section", { class: "regimes" }, el("h3", { text: words.support }), el("ul", {}, ...known.map((line) => regimeLine(words, line))));
}

function regimeLine(words, line) {
  if (line.missing) return el("li", {}, named(line.regime), " ", el("span", { class: "of", text: words.support_missing }));
  const what = [line.measure, [line.rate, symbol(line.unit)].filter(Boolean).map(told).join(SPACE), line.period, line.threshold].filter(Boolean).map(told).join(say("word.comma"));
  const sure = [dated(line), line.new_only && words.support_new].filter(Boolean).join(say("word.comma"));
  return el("li", {}, el("b", {}, named(line.regime)), " ", named(what), el("span", { class: "of" }, named([line.act, line.source].filter(Boolean).map(told).join(" \u00b7 ")), "; ", sure));
}

function featureCard(data, layer, feature) {
  const { words } = data;
  const source = [layer.source, layer.licence].filter(Boolean).map(told).join(" \u00b7 ");
  const columns = [{ title: words.status, unit: "", kind: "status" }, ...layer.columns];
  return [
    el("header", {}, el("p", { class: "eyebrow" }, named(layer.title)), el("h2", { tabindex: "-1" }, named(feature.name || words.feature))),
    feature.synthetic ? el("p", { class: "synthetic-note", text: words.synthetic_feature }) : null,
    attributeBlock(words.feature, columns, [feature.status, ...feature.attributes]),
    el("p", { class: "of" }, named(source), source ? "; " : "", dated(layer)),
    layer.note ? el("p", { class: "of" }, named(layer.note)) : null,
  ];
}
