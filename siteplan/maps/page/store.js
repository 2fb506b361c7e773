// The plots, column by column: plot i is the i-th of the official ranking. Everything on the page
// that speaks of a plot asks here; a whole record is made only for the plot whose card is open.

const UNKNOWN = 0xffff;
const NO_SHARE = 0xffffffff;
const SAME = "\t"; // the name is the number

function makeStore(data, columns) {
  const head = data.plots;
  const { count } = head;
  const outlines = makeOutlines(head, columns);
  const text = (name) => {
    const [codes, texts] = [columns.get(name), columns.get(name + "_texts")];
    return (plot) => texts[codes[plot]];
  };
  const [ranks, offers, open] = ["rank", "status", "unknown"].map(columns.get);
  const [officialScore, officialHigh] = ["score", "high"].map((name) => {
    const values = columns.get(name);
    return (plot) => (values[plot] === UNKNOWN ? null : values[plot]);
  });
  const [status, regimes, excluded, unchecked] = ["status", "regimes", "excluded", "unchecked"].map(text);
  const taken = columns.get("status_texts").map((one) => (/^(sold|reserved)$/i.test(one) ? one.toLowerCase() : ""));
  const ids = columns.get("id");
  const values = data.criteria.map((criterion, number) => lazy(() => worths(criterion, number, columns)));
  const net = head.net_corner ? lazy(() => makeOutlines({ ...head, corner: head.net_corner }, columns, "net_")) : () => null;
  let standing = null;
  const store = {
    count, outlines,
    ranked: ranks.reduce((sum, rank) => sum + (rank > 0), 0),
    grid: makeGrid(outlines.boxes),
    // What the table, the card and the map show: the official ranking, or another one that stands in its place.
    rank: (plot) => (standing ? standing.rank : ranks)[plot] || null,
    score: (plot) => (standing ? tenthsIn(standing.score[plot]) : officialScore(plot)),
    high: (plot) => (standing ? tenthsIn(standing.high[plot]) : officialHigh(plot)),
    weight: (criterion) => (standing ? standing.weights[criterion] : data.criteria[criterion].weight),
    officialRank: (plot) => ranks[plot] || null,
    officialScore, officialHigh,
    // Shares of the weights by criterion; score and high of every plot, 0 to 1, NaN where excluded; ranks, 0 where
    // there is none. Null: the official ranking again. Then call page.repaint() and page.table.refresh().
    stand(given) { standing = given; },
    get standing() { return standing !== null; },
    id: (plot) => ids[plot],
    short: (plot) => ids[plot].slice(ids[plot].lastIndexOf(":") + 1) || ids[plot],
    hasName: (plot) => columns.get("name")[plot] !== SAME,
    name: (plot) => (columns.get("name")[plot] === SAME ? ids[plot] : columns.get("name")[plot]),
    area: (plot) => known(columns.get("area")[plot], NO_SHARE, 1e4),
    // Hectares that can be built on, all consents given; null where the plan has no land.
    net: (plot) => known(columns.get("net")[plot], NO_SHARE, 1e4),
    // Whether the plan has land.
    landed: columns.get("net").some((share) => share !== NO_SHARE),
    // What all connections of every plot cost together, NaN where one has no cost; null where none was computed.
    get costs() { return columns.has("cost") ? columns.get("cost") : null; },
    // Outlines of the net land; null where no plot loses any.
    get nets() { return net(); },
    complete: (plot) => (standing ? 1 - openWeight(plot) : known(columns.get("complete")[plot], NO_SHARE, 1e6)),
    synthetic: (plot) => columns.get("synthetic")[plot] === 1,
    // Whether something is not known of it.
    unknown: (plot) => open[plot] === 1,
    status, excluded, unchecked,
    // All there are.
    statuses: columns.get("status_texts"),
    // "sold" or "reserved", or nothing.
    taken: (plot) => taken[offers[plot]],
    regimes: (plot) => regimes(plot).split(" ").filter(Boolean),
    // Worth of every plot by one criterion, 0 to 1, NaN where unknown: the very numbers that Python ranked by.
    values: (criterion) => values[criterion](),
    // NaN where unknown, infinite where there is none.
    amount: (plot, criterion) => shown(columns.get("amount_" + criterion), plot),
    // The columns as they came: single floats where those hold the amounts.
    amounts: (criterion) => columns.get("amount_" + criterion),
    attributeColumn: (number) => columns.get("attribute_" + number),
    category: (plot, criterion) => coded(columns, "category", criterion, plot),
    feature: (plot, criterion) => coded(columns, "feature", criterion, plot),
    tieIn: (plot, criterion) => tieIn(outlines, columns, plot, criterion),
    attributeAt: (plot, number) => attribute(head.attributes[number], columns.get("attribute_" + number), plot),
    attributes: (plot) => head.attributes.map((_, number) => store.attributeAt(plot, number)),
    details: (plot) => (columns.has("details") && columns.get("details")[plot] ? JSON.parse(columns.get("details")[plot]) : {}),
    at: outlines.at,
    bounds: (plot) => (outlines.has(plot) ? L.latLngBounds(outlines.polygons(plot).flat(2)) : null),
    record: (plot) => record(data, store, plot),
    find(name) {
      for (let plot = 0; plot < count; plot += 1) if (ids[plot] === name || store.short(plot) === name) return plot;
      return -1;
    },
  };
  const openWeight = (plot) => values.reduce((sum, worth, number) => sum + (Number.isNaN(worth()[plot]) ? standing.weights[number] : 0), 0);
  const kinds = lazy(() => Array.from({ length: count }, (_, plot) => kindOf(store, plot)));
  store.kind = (plot) => kinds()[plot];
  return store;
}

function lazy(make) {
  let made = null;
  return () => (made === null ? (made = make()) : made);
}

// Whole tenths of a point of 100 as Python rounds them: halves to the even one.
function tenthsIn(share) {
  if (Number.isNaN(share)) return null;
  const count = Math.round(share * 1e12) / 1e9;
  const up = Math.round(count);
  return up - count === 0.5 && up % 2 ? up - 1 : up;
}

function known(value, none, steps) {
  return value === none || Number.isNaN(value) ? null : value / steps;
}

// A worth is what the criterion's straight line says, but for the bits that were told: Python's number to the last.
function worths({ line: [slope, height] }, number, columns) {
  const [amounts, low, high] = ["amount_", "missed_low_", "missed_high_"].map((name) => columns.get(name + number));
  const found = new Float64Array(amounts.length);
  if (slope) for (let plot = 0; plot < found.length; plot += 1) found[plot] = Math.min(1, Math.max(0, amounts[plot] * slope + height)) || 0;
  const halves = new Uint32Array(found.buffer);
  for (let plot = 0; plot < found.length; plot += 1) {
    halves[plot * 2] ^= low[plot];
    halves[plot * 2 + 1] ^= high[plot];
  }
  return found;
}

// Single floats hold seven digits; what lies behind them is noise.
function shown(amounts, plot) {
  const amount = amounts[plot];
  return amounts.BYTES_PER_ELEMENT === 4 && Number.isFinite(amount) ? Number(amount.toPrecision(7)) : amount;
}

function coded(columns, name, criterion, plot) {
  const codes = `${name}_${criterion}`;
  return columns.has(codes) ? columns.get(`${name}_texts_${criterion}`)[columns.get(codes)[plot]] : "";
}

function attribute(texts, column, plot) {
  if (texts) return texts[column[plot]];
  return Number.isNaN(column[plot]) ? null : shown(column, plot);
}

function tieIn(outlines, columns, plot, criterion) {
  const spot = columns.has("spot_x_" + criterion); // of each feature one, from the corner; else of each plot, from the plot
  const [name, row] = spot ? ["spot", columns.get("feature_" + criterion)[plot]] : ["tie", plot];
  const [east, north] = ["_x_", "_y_"].map((axis) => columns.has(name + axis + criterion) ? columns.get(name + axis + criterion)[row] : 0);
  if (!east) return null;
  const [x, y] = spot ? [0, 0] : outlines.steps(plot);
  return outlines.degrees(x + unfolded(east - 1), y + unfolded(north - 1));
}
