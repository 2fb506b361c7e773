// Numbers as people print them in the page's language: a real minus, spaces in thousands, a unit after
// each. siteplan/words/spoken.py prints the same.

const SPACE = "\u00a0";

// With so many decimals.
function figure(number, digits) {
  return local(number, rounded(Math.abs(number), digits));
}

// Four digits, all whole ones.
function plain(number) {
  if (!Number.isFinite(number)) return say("word.none_there");
  const size = Math.abs(number);
  return local(number, significant(size, size < 1000 ? 4 : rounded(size, 0).length));
}

function local(number, text) {
  const [whole, rest] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, tongue.texts.number.thousands);
  return (number < 0 && Number(text) !== 0 ? "\u2212" : "") + grouped + (rest ? tongue.texts.number.decimal + rest : "");
}

// Halves go to the even digit, as in Python; toFixed takes them up.
function rounded(size, digits) {
  if ((size * 10 ** digits) % 1 !== 0.5) return size.toFixed(digits);
  const exact = size.toFixed(Math.min(100, digits + 40));
  const end = exact.indexOf(".") + 1 + digits;
  const down = exact.slice(0, end).replace(/\.$/, "");
  return /^50*$/.test(exact.slice(end)) && Number(down.at(-1)) % 2 === 0 ? down : size.toFixed(digits);
}

function significant(size, digits) {
  if (!size) return "0";
  const power = Number(size.toExponential(digits - 1).split("e")[1]);
  return trimmed(rounded(size, Math.max(0, digits - 1 - power)));
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

// Tenths of a point, as the payload counts scores.
function tenths(count) {
  return figure(count / 10, 1);
}

function symbol(unit) {
  return Object.hasOwn(tongue.texts.unit, unit) ? tongue.texts.unit[unit] : unit;
}

function amount(number, unit) {
  if (unit === "m" && Math.abs(number) >= 10000) return figure(number / 1000, 1) + SPACE + symbol("km");
  if (unit === "m") return figure(number, 0) + SPACE + symbol("m");
  if (unit === "share") return figure(number * 100, number > 0 && number < 0.1 ? 1 : 0) + SPACE + "%";
  if (unit === "RUB" && Math.abs(number) >= 1e6) return money(number, number);
  return unit && unit !== "1" ? plain(number) + SPACE + symbol(unit) : plain(number);
}

// A range of RUB: three digits, all whole ones, one more to tell two ends apart.
function money(low, high) {
  const steps = Object.keys(tongue.texts.money).map(Number).sort((a, b) => b - a);
  const many = steps.find((step) => high >= step) || steps.at(-1);
  const said = (number, digits) => local(number, shortened(Math.abs(number / many), digits));
  const [first, last] = [3, 4].map((digits) => [said(low, digits), said(high, digits)]).find(([one, other], i) => i || one !== other);
  return (first === last ? first : `${first}\u2013${last}`) + SPACE + tongue.texts.money[many];
}

function shortened(size, digits) {
  return size >= 10 ** digits ? rounded(size, 0) : significant(size, digits);
}

// A date as the language writes it; other text as it stands.
function day(text) {
  const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
  if (!found) return text;
  const [year, month, date] = found.slice(1).map(Number);
  return say("word.date", { year, month, day: date });
}

// Exact where it is short, so that a reader can multiply it: 0.625 stays 0.625.
function worth(number) {
  return figure(number, Math.abs(number * 100 - Math.round(number * 100)) < 1e-6 ? 2 : 3);
}

function percent(share) {
  const digits = Math.abs(share * 100 - Math.round(share * 100)) < 1e-4 ? 0 : 1;
  return figure(share * 100, digits) + SPACE + "%";
}

// A share of draws in tenths of a percent, never rounded to all or nothing.
function nearly(share) {
  if (share > 0 && share < 0.001) return "<" + percent(0.001);
  return share > 0.999 && share < 1 ? ">" + percent(0.999) : percent(share);
}

// A word of the plots' table: siteplan's own in the language, any other by the glossary.
function wordIn(word) {
  if (word === "yes" || word === "no") return say("word." + word);
  const section = ["category", "offer", "availability"].find((name) => Object.hasOwn(tongue.texts[name], word));
  return section ? wordOf(section, word) : told(word);
}

// A cell of a table as its column says it is meant.
function cell(value, { unit, kind }) {
  if (typeof value === "number") return amount(value, unit);
  if (typeof value === "boolean") return say(value ? "word.yes" : "word.no");
  if (kind === "date") return day(value);
  return wordOf(kind === "status" ? "offer" : "availability", value);
}

function heading({ title, name }) {
  const words = title ? told(title) : wordOf("column", name).replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
