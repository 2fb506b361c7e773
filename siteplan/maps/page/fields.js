// What can be asked of plots: numbers, to filter and sort by, and texts of few kinds, to tick.

const KINDS_MOST = 24; // a column with more different texts is prose
const STEPS_MOST = 8; // a column with as few whole numbers is ticked, not ranged
const FIRST = ["status", "readiness", "regimes", "permitted_use"]; // asked first, where there are such

function makeFields(data, store) {
  const columns = data.columns.map((column, number) => ({ ...column, head: () => heading(column), texts: data.plots.attributes[number], number }));
  const shown = new Set(columns.filter((column) => !column.texts).map((column) => column.name + " " + column.unit));
  const numbers = [
    numberField("area", () => data.words.area_field, "ha", () => Float64Array.from({ length: store.count }, (_, plot) => store.area(plot) ?? NaN)),
    data.net_classes.length ? numberField("net", () => data.words.net_field, "ha", () => Float64Array.from({ length: store.count }, (_, plot) => store.net(plot) ?? NaN)) : null,
    store.costs ? numberField("cost", () => costTitle(data), "RUB", () => store.costs) : null,
    ...data.criteria.flatMap((one, number) => {
      const twice = shown.has(one.name + " " + one.unit) || one.measure === "area" || (one.measure === "net_area" && data.net_classes.length);
      return twice ? [] : [numberField("k:" + one.name, () => told(one.label), one.unit, () => store.amounts(number))];
    }),
    ...columns.filter((column) => !column.texts).map((column) => numberField("a:" + column.name, column.head, column.unit, () => store.attributeColumn(column.number))),
  ].filter((field) => field && (field.known || field.key === "area"));
  // Only when conditions are asked for: to count the kinds of fifty thousand plots takes its time.
  const asked = lazy(() => conditionFields(data, store, columns, numbers));
  return { numbers, get all() { return asked().all; }, get first() { return asked().first; } };
}

function conditionFields(data, store, columns, numbers) {
  const steps = numbers.filter((field) => FIRST.includes(field.key.slice(2))).map(stepField).filter(Boolean);
  const kinds = [
    kindField("status", () => data.words.status, store.count, (plot) => [store.status(plot)], (text) => wordOf("offer", text)),
    kindField("regimes", () => data.words.support, store.count, (plot) => store.regimes(plot), (id) => regimeName(data, id)),
    ...columns.filter((column) => column.texts && column.texts.length <= KINDS_MOST + 1).map((column) => kindField("a:" + column.name, column.head, store.count, (plot) => [store.attributeAt(plot, column.number)], (text) => cell(text, column))),
    ...steps,
  ].filter((field) => field.options.length && field.options.length <= KINDS_MOST);
  const ticked = new Set(kinds.map((field) => field.key));
  const ranged = numbers.filter((field) => field.known && !ticked.has(field.key));
  return { all: [...ranged, ...kinds], first: firstAsked(data, ranged, kinds) };
}

// The conditions that stand open to everybody; the others are a choice away.
function firstAsked(data, ranged, kinds) {
  const heavy = data.criteria.map((one) => one).sort((a, b) => b.weight - a.weight).map((one) => one.name);
  const place = (field) => { const at = heavy.indexOf(field.key.slice(2)); return at < 0 ? heavy.length : at; };
  const areas = ranged.filter((field) => !field.key.includes(":"));
  const weighty = ranged.filter((field) => field.key.includes(":")).sort((a, b) => place(a) - place(b)).slice(0, 3);
  return [...areas, ...weighty, ...kinds.filter((field) => FIRST.includes(field.key.replace("a:", "")))].map((field) => field.key);
}

// `head` makes the title in the language of the moment.
function numberField(key, head, unit, make) {
  const values = lazy(make);
  const finite = lazy(() => values().filter(Number.isFinite).sort());
  const unknown = lazy(() => values().reduce((sum, value) => sum + Number.isNaN(value), 0));
  // What came as a single float is compared with single floats: 0.8 is then not less than 0.8.
  const round = (bound) => (values() instanceof Float32Array ? Math.fround(bound) : bound);
  return {
    key, unit, kind: "range", round,
    get title() { return head(); },
    get values() { return values(); },
    get finite() { return finite(); },
    get unknown() { return unknown(); },
    get known() { return values().some(Number.isFinite); },
    text: (plot) => short(values()[plot], unit),
    said: (plot) => full(values()[plot], unit),
  };
}

// Money is never shown without what must be said of its prices.
function costTitle(data) {
  return data.prices.title ? `${data.words.cost_field} (${told(data.prices.title)})` : data.words.cost_field;
}

// As a table says it whose head says the unit; of money three digits, for estimates hold no more.
function short(value, unit) {
  if (unit === "ha" && Number.isFinite(value)) return figure(value, 1);
  if (unit === "RUB" && Math.abs(value) >= 1e6 && Number.isFinite(value)) return money(value, value);
  return full(value, unit === "share" ? unit : "");
}

function full(value, unit) {
  if (Number.isNaN(value)) return "?";
  return Number.isFinite(value) ? amount(value, unit) : value < 0 ? "\u2212\u221e" : "\u221e";
}

function kindField(key, head, plots, of, said, before = (a, b) => a < b) {
  const chosen = lazy(() => Array.from({ length: plots }, (_, plot) => of(plot).filter((text) => text !== null && text !== undefined && text !== "").map(String)));
  const tallied = lazy(() => {
    const counts = new Map();
    for (const texts of chosen()) for (const text of texts) counts.set(text, (counts.get(text) || 0) + 1);
    return [...counts].sort(([a], [b]) => (before(a, b) ? -1 : 1));
  });
  return {
    key, kind: "kinds", kindSaid: said,
    get title() { return head(); },
    of: (plot) => chosen()[plot],
    get options() { return tallied(); },
    get unknown() { return chosen().reduce((sum, texts) => sum + !texts.length, 0); },
    said: (plot) => listed(chosen()[plot].map(said)) || "?",
  };
}

// A number of few whole steps, as texts to tick; null for any other.
function stepField(field) {
  const steps = [...new Set(field.finite)];
  if (!steps.length || steps.length > STEPS_MOST || !steps.every(Number.isInteger)) return null;
  const of = (plot) => (Number.isNaN(field.values[plot]) ? [] : [field.values[plot]]);
  return kindField(field.key, () => field.title, field.values.length, of, (text) => figure(Number(text), 0), (a, b) => Number(a) < Number(b));
}

function regimeName(data, id) {
  return Object.hasOwn(data.regimes, id) ? told(data.regimes[id][0].regime) : id;
}
