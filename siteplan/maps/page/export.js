// What the filters leave, as files: CSV in which no spreadsheet finds a formula, and GeoJSON.

const FORMULA = /(^|[;\t\r\n])(\s*[=+\-@|\uff1d\uff0b\uff0d\uff20])/g;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

function saveCsv(page, plots) {
  save(page, ".csv", "text/csv;charset=utf-8", csvOf(page, plots));
}

function saveGeoJson(page, plots) {
  save(page, ".geojson", "application/geo+json", JSON.stringify(geoJsonOf(page, plots)));
}

function save(page, ending, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const name = page.data.plan.name.replace(/[^\p{L}\p{N}_-]+/gu, "_").slice(0, 60) || "plots";
  const link = el("a", { href: address, download: name + ending, hidden: "" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function csvOf(page, plots) {
  const columns = exportColumns(page);
  const rows = [columns.map(({ title }) => title), ...Array.from(plots, (plot) => columns.map(({ of }) => of(plot)))];
  return rows.map((row) => row.map(csvCell).join(",")).join("\n") + "\n";
}

// Text that no spreadsheet takes for a formula, as siteplan.safe makes it; plain numbers stay as they are.
function csvCell(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const plain = String(value).replace(HIDDEN, (sign) => (sign === "\t" ? "\\t" : sign === "\n" ? "\\n" : sign === "\r" ? "\\r" : spelled(sign)));
  const harmless = NUMBER.test(plain) ? plain : plain.replace(FORMULA, "$1'$2");
  return /[",\n\r]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

// A character nobody sees, spelled out.
function spelled(sign) {
  const code = sign.codePointAt(0);
  const hex = (length) => code.toString(16).padStart(length, "0");
  return code < 0x100 ? "\\x" + hex(2) : code < 0x10000 ? "\\u" + hex(4) : "\\U" + hex(8);
}

// The columns have the names of scores.csv, whatever the page's language; then the plots table's own, and amounts.
function exportColumns({ data, store, shortlist }) {
  const share = (tenths) => (tenths === null ? null : tenths / 1000);
  const own = store.standing ? [["own_rank", store.rank], ["own_score", (plot) => share(store.score(plot))]] : [];
  return [
    ["plot", store.id], ["name", store.name], ["status", store.status],
    ["rank", store.officialRank], ["score", (plot) => share(store.officialScore(plot))], ["score_high", (plot) => share(store.officialHigh(plot))], ...own,
    ["excluded_by", store.excluded], ["unchecked", store.unchecked], ["area_ha", store.area], ["net_ha", store.net],
    ...(store.costs ? [["connections_cost_base (RUB)", (plot) => store.costs[plot]]] : []),
    ["regimes", (plot) => store.regimes(plot).join(" ")],
    ...data.columns.map((column, number) => [unitsIn(column.name, column.unit), (plot) => store.attributeAt(plot, number)]),
    ...data.criteria.flatMap((one, number) => [[unitsIn("amount_" + one.name, one.unit), (plot) => store.amount(plot, number)], ["worth_" + one.name, (plot) => store.values(number)[plot]]]),
    ["note", (plot) => shortlist.note(plot)],
  ].map(([title, of]) => ({ title, of }));
}

function unitsIn(name, unit) {
  return unit && unit !== "1" ? `${name} (${unit})` : name;
}

function geoJsonOf(page, plots) {
  const columns = exportColumns(page);
  const plain = (value) => (value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : value);
  const features = Array.from(plots, (plot) => ({
    type: "Feature", id: page.store.id(plot),
    properties: Object.fromEntries(columns.map(({ title, of }) => [title, plain(of(plot))])),
    geometry: geometryOf(page.store.outlines, plot),
  }));
  return { type: "FeatureCollection", name: page.data.park.title, features };
}

function geometryOf(outlines, plot) {
  if (!outlines.has(plot)) return null;
  const polygons = outlines.polygons(plot).map((rings) => rings.map((ring, number) => closed(ring, number === 0)));
  return polygons.length === 1 ? { type: "Polygon", coordinates: polygons[0] } : { type: "MultiPolygon", coordinates: polygons };
}

// Longitude before latitude, closed, outer rings against the clock and holes with it (RFC 7946).
function closed(ring, outer) {
  const round = (degrees) => Number(degrees.toFixed(8));
  const points = ring.map(([lat, lon]) => [round(lon), round(lat)]);
  let area = 0;
  points.forEach(([x, y], i) => { const [nx, ny] = points[(i + 1) % points.length]; area += x * ny - nx * y; });
  if ((area > 0) !== outer) points.reverse();
  return [...points, points[0]];
}
