// Up to four plots side by side: what differs first, and the best in each row in bold where the plan
// says what is better.

const COMPARED = 4;

function makeCompare(page) {
  let plots = [];
  const change = (next) => {
    plots = next;
    page.changed("compare");
  };
  return {
    get plots() { return plots; },
    has: (plot) => plots.includes(plot),
    get full() { return plots.length >= COMPARED; },
    toggle(plot) { change(plots.includes(plot) ? plots.filter((one) => one !== plot) : [...plots, plot].slice(0, COMPARED)); },
    set(given) { change([...new Set(given)].slice(0, COMPARED)); },
  };
}

// Rows of one text per plot; `good` is what the plan thinks of each, more being better, null where it does not say.
function comparedRows({ data, store, shortlist }, plots) {
  const { words } = data;
  const records = plots.map((plot) => store.record(plot));
  const row = (title, of, good = null) => ({ title, cells: records.map(of), good: good && records.map(good) });
  const missing = (value, tell) => (value === null ? "?" : tell(value));
  return [
    row(words.rank, (one) => (one.excluded.length ? words.excluded : missing(one.rank, (rank) => figure(rank, 0))), (one) => (one.rank === null ? NaN : -one.rank)),
    store.standing ? row(words.official_rank, (one) => missing(one.official.rank, (rank) => figure(rank, 0))) : null,
    row(words.score, (one) => (one.score === null ? "\u2013" : tenths(one.score) + (one.high !== one.score ? "\u2013" + tenths(one.high) : "")), (one) => one.score ?? NaN),
    row(words.status, (one) => wordOf("offer", one.status) || "?"),
    row(words.area_field, (one) => missing(one.area, (area) => amount(area, "ha"))),
    data.net_classes.length && !data.criteria.some((one) => one.measure === "net_area") ? row(words.net_field, (one) => missing(one.net, (net) => amount(net, "ha"))) : null,
    ...data.criteria.map((criterion, number) => row(told(criterion.label), ({ parts }) => measured(words, parts[number], criterion), ({ parts }) => parts[number].worth ?? NaN)),
    ...connectionRows(words, records, row),
    ...data.columns.map((column, number) => row(heading(column), (one) => missing(one.attributes[number] === "" ? null : one.attributes[number] ?? null, (value) => cell(value, column)))),
    row(words.support, (one) => listed(one.regimes.map((id) => regimeName(data, id))) || "\u2013"),
    row(words.excluded, (one) => one.excluded.join(say("word.semicolon")) || "\u2013"),
    row(words.unknown_list, (one) => listed(one.parts.filter((part) => part.worth === null).map((part) => told(data.criteria[part.criterion].label))) || "\u2013"),
    row(words.note, (one) => shortlist.note(one.number) || "\u2013"),
  ].filter((one) => one && one.cells.some((text) => text !== "?" && text !== "\u2013"));
}

function connectionRows(words, records, row) {
  const labels = [...new Set(records.flatMap((one) => one.connections.map((each) => each.label)))];
  const of = (one, label) => one.connections.find((each) => each.label === label);
  return labels.map((label) => row(say("word.colon", { what: words.connections, said: told(label) }), (one) => {
    const found = of(one, label);
    return found ? say("word.colon", { what: wordOf("status", found.status), said: found.said }) : "?";
  }));
}

// The best of a row, if not all are as good; what reads the same is as good.
function bestOf({ cells, good }) {
  const known = good.filter((one) => !Number.isNaN(one));
  const best = new Set(cells.filter((_, number) => good[number] === Math.max(...known)));
  const all = cells.map((cell, number) => best.has(cell) && !Number.isNaN(good[number]));
  return known.length > 1 && all.filter(Boolean).length < known.length ? all : good.map(() => false);
}

function compareSheet(page) {
  const { data, store, compare } = page;
  const { words } = data;
  const { plots } = compare;
  if (!plots.length) return el("p", { class: "of", text: words.compare_empty });
  const rows = comparedRows(page, plots);
  const [differ, same] = [rows.filter((row) => new Set(row.cells).size > 1), rows.filter((row) => new Set(row.cells).size <= 1)];
  const line = (row) => {
    const { title, cells } = row;
    const best = row.good ? bestOf(row) : cells.map(() => false);
    return el("tr", {}, el("th", { scope: "row" }, named(title)), ...cells.map((text, number) => el("td", {}, best[number] ? el("b", {}, named(text)) : named(text))));
  };
  const head = (plot) => el("th", { scope: "col" },
    el("button", { type: "button", class: "row", dir: "auto", text: store.short(plot), click: () => page.open(plot, { fly: true, focus: true }) }),
    el("button", { type: "button", class: "quiet", text: words.remove, "aria-label": say("word.colon", { what: words.remove, said: store.short(plot) }), click: () => compare.toggle(plot) }));
  const group = (title, lines) => (lines.length ? [el("tbody", {}, el("tr", { class: "part" }, el("th", { scope: "rowgroup", colspan: plots.length + 1, text: title })), ...lines.map(line))] : []);
  return el("div", {},
    el("p", { class: "of", text: plots.length < 2 ? words.compare_more : words.compare_bold }),
    el("table", { class: "compared" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "unseen", text: words.criterion })), ...plots.map(head))),
      ...(plots.length > 1 ? [...group(words.compare_differ, differ), ...group(words.compare_same, same)] : group(words.compare_all, rows))));
}
