// One condition on the plots: a range with a histogram of what is there, or kinds to tick. What is
// unknown of a plot is left out, unless a box is ticked that keeps it.

const BINS = 24;
const NOTCHES = 200; // of a range's two handles

function makeCondition(page, field, changed, remove) {
  const state = { low: null, high: null, chosen: new Set(), keep: false };
  const isActive = () => (field.kind === "range" ? state.low !== null || state.high !== null : state.chosen.size > 0);
  const asked = el("span", { class: "told" });
  const parts = field.kind === "range" ? rangeParts(page, field, state, () => act()) : kindParts(page, field, state, () => act());
  const keep = keepBox(field, state, () => act());
  const node = el("details", { class: "condition", "data-field": field.key },
    el("summary", {}, el("span", { class: "title" }, named(field.title)), parts.small, asked),
    ...parts.nodes, keep ? keep.node : null,
    el("p", { class: "acts" }, el("button", { type: "button", class: "quiet", word: "map.find_any", click: () => { condition.set({}); changed(); } }), remove ? el("button", { type: "button", class: "quiet", word: "map.find_remove", click: () => remove(condition) }) : null));
  const show = () => {
    parts.show();
    if (keep) keep.input.checked = state.keep;
    asked.replaceChildren(isActive() ? named(parts.said()) : page.data.words.find_any_short);
    node.classList.toggle("active", isActive());
  };
  const act = () => { show(); changed(); };
  const condition = {
    field, node, state, isActive,
    said: () => parts.said(),
    set({ low = null, high = null, chosen = [], keep: kept = false }) {
      Object.assign(state, { low, high, chosen: new Set(chosen), keep: kept });
      show();
    },
    // Per plot 1 if it meets the condition, 0 if not; 2 where it is unknown.
    mask: () => parts.mask(),
  };
  show();
  return condition;
}

function keepBox(field, state, act) {
  if (!field.unknown) return null;
  const input = el("input", { type: "checkbox" });
  input.addEventListener("change", () => { state.keep = input.checked; act(); });
  return { input, node: el("label", { class: "keep" }, input, count("map.find_keep", field.unknown)) };
}

function rangeParts({ data }, field, state, act) {
  const [least, most] = [field.finite[0], field.finite[field.finite.length - 1]];
  const span = most - least;
  const step = span > 0 ? 10 ** Math.floor(Math.log10(span / NOTCHES)) : 1;
  const digits = Math.max(0, -Math.round(Math.log10(step)));
  const valueAt = (notch) => Number((Math.round((least + (notch / NOTCHES) * span) / step) * step).toFixed(digits));
  const notchOf = (value) => (span > 0 ? Math.min(NOTCHES, Math.max(0, Math.round(((value - least) / span) * NOTCHES))) : 0);
  const bins = histogram(field.finite, least, most);
  const [small, large] = [bars(bins, 60, 14), bars(bins, 300, 38)];
  const side = (end) => {
    const label = say("word.colon", { what: field.title, said: data.words["find_" + end] });
    const handle = el("input", { type: "range", min: 0, max: NOTCHES, class: end, "aria-label": label });
    const entry = el("input", { type: "number", step: "any", inputmode: "decimal", "aria-label": label, placeholder: plain(end === "low" ? least : most) });
    const other = end === "low" ? "high" : "low";
    const take = (value) => {
      state[end] = value;
      if (value !== null && state[other] !== null && state.low > state.high) state[other] = value;
      act();
    };
    handle.addEventListener("input", () => {
      const notch = Number(handle.value);
      take(notch === (end === "low" ? 0 : NOTCHES) ? null : valueAt(notch));
    });
    entry.addEventListener("change", () => take(entry.value === "" || !Number.isFinite(entry.valueAsNumber) ? null : entry.valueAsNumber));
    return { handle, entry, show() {
      const value = state[end];
      handle.value = value === null ? (end === "low" ? 0 : NOTCHES) : notchOf(value);
      handle.setAttribute("aria-valuetext", value === null ? data.words.find_any_short : amount(value, field.unit));
      entry.value = value === null ? "" : value;
    } };
  };
  const [low, high] = [side("low"), side("high")];
  return {
    small: small.node,
    nodes: [el("div", { class: "range" }, large.node, low.handle, high.handle),
      el("p", { class: "ends" }, low.entry, "\u2013", high.entry, el("span", { class: "of", text: field.unit && field.unit !== "1" ? symbol(field.unit) : "" }))],
    said() {
      const [from, to] = [state.low, state.high].map((value) => (value === null ? null : amount(value, field.unit)));
      return from && to ? `${from} \u2013 ${to}` : from ? "\u2265" + SPACE + from : "\u2264" + SPACE + to;
    },
    show() {
      for (const one of [low, high]) one.show();
      for (const one of [small, large]) one.light(state.low === null ? 0 : notchOf(state.low) / NOTCHES, state.high === null ? 1 : notchOf(state.high) / NOTCHES);
    },
    mask() {
      const [from, to] = [state.low === null ? -Infinity : field.round(state.low), state.high === null ? Infinity : field.round(state.high)];
      return Uint8Array.from(field.values, (value) => (Number.isNaN(value) ? 2 : value >= from && value <= to ? 1 : 0));
    },
  };
}

function histogram(values, least, most) {
  const bins = new Uint32Array(BINS);
  const width = (most - least) / BINS || 1;
  for (const value of values) bins[Math.min(BINS - 1, Math.floor((value - least) / width))] += 1;
  return bins;
}

// Even one plot must be seen beside thousands.
function bars(bins, width, height) {
  const most = Math.max(...bins);
  const each = width / BINS;
  const rects = Array.from(bins, (plots, bin) => {
    const high = plots ? Math.max(2, (plots / most) * height) : 0;
    return svg("rect", { x: bin * each + 0.5, y: height - high, width: each - 1, height: high });
  });
  return {
    node: svg("svg", { class: "histogram", viewBox: `0 0 ${width} ${height}`, width, height, preserveAspectRatio: "none", "aria-hidden": "true" }, ...rects),
    light(from, to) {
      rects.forEach((rect, bin) => rect.classList.toggle("out", (bin + 1) / BINS <= from || bin / BINS >= to));
    },
  };
}

function kindParts(page, field, state, act) {
  const inputs = field.options.map(([text, plots]) => {
    const input = el("input", { type: "checkbox" });
    input.addEventListener("change", () => { state.chosen[input.checked ? "add" : "delete"](text); act(); });
    return { text, input, node: el("li", {}, el("label", {}, input, el("span", {}, named(field.kindSaid(text))), el("span", { class: "count", text: figure(plots, 0) }))) };
  });
  return {
    small: null,
    nodes: [el("ul", { class: "switches" }, ...inputs.map((one) => one.node))],
    said: () => listed([...state.chosen].map(field.kindSaid)),
    show() { for (const { text, input } of inputs) input.checked = state.chosen.has(text); },
    mask: () => Uint8Array.from({ length: page.store.count }, (_, plot) => {
      const texts = field.of(plot);
      return texts.length ? Number(texts.some((text) => state.chosen.has(text))) : 2;
    }),
  };
}
