// Everything about one plot, for its card: the score as parts that add up as they are printed.

const SCALE = 1000;
const SLACK = 1e-6;
const EXACT = 1e12; // parts are compared to twelve digits, as in Python

function record(data, store, plot) {
  const parts = data.criteria.map((_, criterion) => partOf(data, store, plot, criterion));
  const known = parts.filter((part) => part.worth !== null);
  const exact = known.map((part) => part.exact);
  const points = shownParts(exact, store.score(plot) === null ? Math.round(sumOf(exact) * SCALE) : store.score(plot));
  known.forEach((part, number) => { part.points = points[number]; });
  return {
    number: plot, id: store.id(plot), short: store.short(plot), name: store.name(plot), area: store.area(plot),
    synthetic: store.synthetic(plot), status: store.status(plot), regimes: store.regimes(plot), attributes: store.attributes(plot),
    rank: store.rank(plot), score: store.score(plot), high: store.high(plot), complete: store.complete(plot), sum: sumOf(points),
    own: store.standing, official: { rank: store.officialRank(plot), score: store.officialScore(plot), high: store.officialHigh(plot) },
    unknown: store.unknown(plot), parts,
    net: store.net(plot), at: store.at(plot), outlined: store.outlines.has(plot), ...detailed(store, plot),
  };
}

// What is unpacked only now: connections, land, why it is excluded, and how sure the rank is; with its
// sentences, as in siteplan/maps/sentences.py.
function detailed(store, plot) {
  const { connections = [], land = null, places = [], said = {} } = store.details(plot);
  const sentences = said[tongue.code] || {};
  return {
    excluded: sentences.excluded || [], unchecked: sentences.unchecked || [], sure: sentences.sure || [], places,
    connections: connections.map((one, number) => ({ ...one, said: sentences.connections[number] })),
    land: land && landSaid(land, sentences, store.nets && store.nets.has(plot) ? store.nets.polygons(plot) : null),
  };
}

function landSaid(land, { land: said = "", acts = [], overrides = [] }, net) {
  return { ...land, said, losses: land.losses.map((one, number) => ({ ...one, act: acts[number] })), overrides, net };
}

function partOf(data, store, plot, criterion) {
  const worth = store.values(criterion)[plot];
  const amount = store.amount(plot, criterion);
  const unknown = Number.isNaN(worth);
  const weight = store.weight(criterion);
  return {
    criterion, weight, amount: Number.isFinite(amount) ? amount : null, none: Math.abs(amount) === Infinity,
    category: store.category(plot, criterion), feature: store.feature(plot, criterion), tie_in: store.tieIn(plot, criterion),
    worth: unknown ? null : worth, exact: unknown ? null : Math.round(worth * weight * EXACT) / EXACT,
  };
}

const sumOf = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

// Parts cut to whole tenths, the largest remainders rounded up until they make the total.
function shownParts(parts, total) {
  const exact = parts.map((part) => part * SCALE);
  const whole = exact.map((part) => Math.floor(part + SLACK));
  const order = [...whole.keys()].sort((a, b) => (whole[a] - exact[a]) - (whole[b] - exact[b]) || a - b);
  for (const part of order.slice(0, Math.max(0, total - sumOf(whole)))) whole[part] += 1;
  return whole;
}
