// Numbers as people print them: a real minus, narrow spaces in thousands, a unit after each.

const THIN = "\u202f";

function figure(number, digits) {
  const [whole, rest] = Math.abs(number).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  const sign = number < 0 && Number(number.toFixed(digits)) !== 0 ? "\u2212" : "";
  return sign + grouped + (rest ? "." + rest : "");
}

// Tenths of a point, as the payload counts scores.
function tenths(count) {
  return figure(count / 10, 1);
}

// Three significant digits, but never a rounded thousand.
function plain(number) {
  const size = Math.abs(number);
  if (Number.isInteger(number) || size >= 100) return figure(number, 0);
  return figure(number, size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

function symbol(unit) {
  return unit.replace(/([a-z])3\b/g, "$1\u00b3").replace(/([a-z])2\b/g, "$1\u00b2");
}

function amount(number, unit) {
  if (unit === "m" && Math.abs(number) >= 10000) return figure(number / 1000, 1) + "\u00a0km";
  if (unit === "m") return figure(number, 0) + "\u00a0m";
  if (unit === "share") return figure(number * 100, number > 0 && number < 0.1 ? 1 : 0) + "\u00a0%";
  if (unit === "RUB" && Math.abs(number) >= 1e6) return plain(number / 1e6) + "\u00a0million\u00a0RUB";
  return unit && unit !== "1" ? plain(number) + "\u00a0" + symbol(unit) : plain(number);
}

// Exact where it is short, so that a reader can multiply it: 0.625 stays 0.625.
function worth(number) {
  return figure(number, Math.abs(number * 100 - Math.round(number * 100)) < 1e-6 ? 2 : 3);
}

function percent(share) {
  const digits = Math.abs(share * 100 - Math.round(share * 100)) < 1e-4 ? 0 : 1;
  return figure(share * 100, digits) + "\u00a0%";
}

function values(value, unit) {
  return typeof value === "number" ? amount(value, unit) : value;
}

function heading(column) {
  const words = column.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// A text with its number, in the form that the number asks for in the page's language.
function counted(forms, number, more = {}) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(number);
  return fill(forms[form] || forms.other, { n: figure(number, 0), ...more });
}
