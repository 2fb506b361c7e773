// What each role looks like. Context is pale; one hue per utility, everywhere; plots alone are strong.

const GROUPS = ["anchor", "utility", "transport", "place", "zone", "nature"];

const ROLES = {
  land_cover: { group: "nature", line: "#e3ddcb", fill: "#ebe6d8", area: 0.7 },
  forest: { group: "nature", line: "#cfdcc3", fill: "#dfe8d5", area: 0.8 },
  wetland: { group: "nature", line: "#c3d5d2", fill: "#e0ebe8", area: 0.7, pattern: "marsh" },
  flood: { group: "nature", line: "#a9c4de", fill: "#cadcee", area: 0.45, dash: "3 4" },
  surface_water: { group: "nature", line: "#9fc0d4", fill: "#cbdfea", area: 1, weight: 3 },
  regime: { group: "zone", line: "#b48ab8", fill: "#b48ab8", area: 0.05, dash: "8 4 2 4", weight: 1.25, off: true },
  zone: { group: "zone", line: "#b5896a", fill: "#b5896a", area: 0.08, dash: "4 4", weight: 1 },
  border: { group: "anchor", line: "#4b5563", fill: "#4b5563", area: 0.04, dash: "10 4 2 4", weight: 1.5 },
  plant: { group: "anchor", line: "#565b66", fill: "#d3d2d0", area: 1, weight: 1.25, shape: "square", size: 4, pattern: "works" },
  road: { group: "transport", line: "#ffffff", casing: "#a3a7ae", fill: "#a3a7ae", area: 0.3, weight: 2.5, shape: "circle", size: 4 },
  rail: { group: "transport", line: "#ffffff", casing: "#2f333b", ties: true, fill: "#2f333b", area: 0.3, weight: 1.5, shape: "square", size: 4.5 },
  hub: { group: "transport", line: "#2f333b", fill: "#ffffff", area: 0.6, weight: 2, shape: "circle", size: 5 },
  sewer: { group: "utility", line: "#7b4a2b", shape: "down", size: 5.5 },
  water: { group: "utility", line: "#2377d4", shape: "circle", size: 5 },
  heat: { group: "utility", line: "#cf3a34", shape: "up", size: 5.5 },
  gas: { group: "utility", line: "#9a7a08", shape: "diamond", size: 6 },
  telecom: { group: "utility", line: "#7a4fc0", shape: "cross", size: 5 },
  power: { group: "utility", line: "#e08600", shape: "square", size: 5 },
  place: { group: "place", line: "#5c626c", fill: "#ffffff", area: 0.5, weight: 1.5, shape: "circle", size: 3.5 },
  other: { group: "place", line: "#84888f", fill: "#84888f", area: 0.15, shape: "circle", size: 4 },
};

// From below to above. Plots lie over plants and under lines.
const BELOW = ["land_cover", "forest", "wetland", "flood", "surface_water", "regime", "zone", "border"];
const ABOVE = ["plant", "plots", "net", "other", "road", "rail", "sewer", "water", "heat", "gas", "telecom", "power", "place", "hub"];

const NEUTRALS = ["#8b9098", "#b9bdc3", "#686e77"]; // for criteria that belong to no utility
const INK = "#1d2733";

// What zones do to land, from the strictest: each with a pattern and an outline of its own, so that
// they are told apart without colours, and on dark plots as on light ones.
const PATCH = { fillColor: "#ffffff", fillOpacity: 0.85, weight: 1.5 };
const SEVERITIES = {
  exclusion: { ...PATCH, color: "#8e1b3f", pattern: "crossed", weight: 2 },
  consent: { ...PATCH, color: "#a65300", pattern: "slanted", dashArray: "9 4" },
  condition: { ...PATCH, color: "#1f5a9e", pattern: "dotted", dashArray: "16 5" },
  information: { ...PATCH, color: "#5a6470", pattern: "lined", fillOpacity: 0.5, weight: 1, dashArray: "7 3 2 3" },
};
const ASSUMED = { color: INK, weight: 2, dashArray: "2 4", fillColor: "#ffffff", fillOpacity: 0.5 };
const NET = { color: "#00703c", weight: 2.5, fillColor: "#ffffff", fillOpacity: 0 };
const RECTANGLE = { color: "#1d2733", weight: 1.75, dashArray: "5 3", fillColor: "#ffffff", fillOpacity: 0 };

// A zone whose width nobody knows for certain is dotted round, as a plot is of which something is unknown.
function severityStyle(severity, assumed) {
  const style = Object.hasOwn(SEVERITIES, severity) ? SEVERITIES[severity] : SEVERITIES.information;
  return assumed ? { ...style, pattern: style.pattern + "?", dashArray: ASSUMED.dashArray, weight: style.weight + 1 } : style;
}

function roleOf(layer) {
  return ROLES[layer.role] || ROLES.other;
}

function hueOf(role) {
  const style = ROLES[role];
  return style ? style.casing || style.line : NEUTRALS[0];
}

// One colour per criterion: its utility's, or a grey of its own.
function criterionHue(data, number) {
  const { role } = data.criteria[number];
  if (ROLES[role]) return hueOf(role);
  return NEUTRALS[data.criteria.slice(0, number).filter((one) => !ROLES[one.role]).length % NEUTRALS.length];
}

function areaStyle(role) {
  return {
    color: role.casing || role.line, weight: role.fill ? Math.min(role.weight || 1, 1.5) : 1.5, dashArray: role.dash || null,
    fillColor: role.fill || role.line, fillOpacity: role.area || 0.12, pattern: role.pattern || null,
  };
}

// One or two strokes: roads and railways have a casing with a lighter line inside.
function lineStyles(role, planned) {
  const weight = role.weight || 2.25;
  const dash = planned ? "6 5" : role.dash || null;
  const base = { fill: false, lineCap: "butt", dashArray: dash, opacity: role.group === "nature" ? 1 : 0.9 };
  if (!role.casing) return [{ ...base, color: role.line, weight }];
  return [
    { ...base, color: role.casing, weight: weight + (role.ties ? 1.5 : 1.5) },
    { ...base, color: role.line, weight: weight - 0.25, dashArray: role.ties ? "7 7" : dash, interactive: false },
  ];
}

function pointStyle(role, planned) {
  return {
    shape: role.shape || "circle", radius: role.size || 4.5, color: role.fill ? role.line : "#ffffff", weight: role.fill ? 1.75 : 1.25,
    fillColor: planned ? "#ffffff" : role.fill || role.line, fillOpacity: 1,
    ...(planned ? { color: role.line, weight: 1.75, dashArray: "2 2" } : {}),
  };
}

// Which of the classes a number falls into: the nearest for one beyond them, -1 for none at all.
function classFor(classes, number) {
  if (number === null || Number.isNaN(number)) return -1;
  const found = classes.findIndex((one) => number < one.high - 1e-9);
  return found < 0 ? classes.length - 1 : found;
}

// Which entry of the legend a plot belongs to: exactly one.
function kindOf(store, plot) {
  const taken = store.taken(plot);
  if (taken) return taken;
  if (store.excluded(plot)) return "excluded";
  return store.rank(plot) === null || store.score(plot) === null ? "unranked" : "ranked";
}

const KINDS = {
  excluded: { fillColor: "#f5f4f1", pattern: "hatch", color: "#777c84" },
  reserved: { fillColor: "#dcdcdb", pattern: "dots", color: "#777c84" },
  sold: { fillColor: "#c4c4c4", pattern: "grid", color: "#6a6e75" },
  unranked: { fillColor: "#ffffff", color: "#777c84" },
};
