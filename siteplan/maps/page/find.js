// Which plots are left: conditions, a search, and the shortlist alone; with the count, and what to do
// when nothing is left.

function makeFind(page, box) {
  const { data, store, fields } = page;
  const conditions = new Map();
  const list = el("div", { class: "conditions" });
  const said = el("p", { class: "said", role: "status" });
  const search = el("input", { type: "search", id: "search", maxlength: 100, hint: "map.find_search_hint" });
  const kept = el("input", { type: "checkbox" });
  const more = el("select", { label: "map.find_more" });
  const sought = lazy(() => Array.from({ length: store.count }, (_, plot) => (store.id(plot) + "\n" + store.name(plot)).toLowerCase()));
  const filters = el("details", { class: "condition filters" });
  let left = null;

  const make = (field) => makeCondition(page, field, () => update(), fields.first.includes(field.key) ? null : drop);
  const add = (field) => {
    if (conditions.has(field.key)) return conditions.get(field.key);
    const condition = make(field);
    conditions.set(field.key, condition);
    list.append(condition.node);
    fillMore();
    return condition;
  };
  const drop = (condition) => {
    conditions.delete(condition.field.key);
    condition.node.remove();
    fillMore();
    update();
    more.focus();
  };
  const fillMore = () => more.replaceChildren(el("option", { value: "", text: data.words.find_more }), ...fields.all.filter((field) => !conditions.has(field.key)).map((field) => el("option", { value: field.key, text: field.title })));

  const asked = () => {
    const { words } = data;
    const found = [...conditions.values()].filter((one) => one.isActive()).map((one) => ({ title: one.field.title, said: one.said(), value: one.field.said, keep: one.state.keep, mask: one.mask(), undo: () => one.set({}) }));
    const text = search.value.trim().toLowerCase();
    if (text) found.push({ title: words.find_search, said: search.value.trim(), value: (plot) => store.short(plot), keep: false, mask: Uint8Array.from(sought(), (one) => one.includes(text)), undo: () => { search.value = ""; } });
    if (kept.checked) found.push({ title: words.shortlist, said: words.find_listed, value: () => "", keep: false, mask: Uint8Array.from({ length: store.count }, (_, plot) => page.shortlist.has(plot)), undo: () => { kept.checked = false; } });
    return found;
  };

  const update = () => {
    const found = asked();
    left = found.length ? together(found, store.count) : null;
    page.plots.filter(left && left.mask);
    page.table.filter(left && left.mask);
    show(found);
    page.changed("filters");
  };
  const show = (found) => {
    said.replaceChildren(...counting(page, found, left, update));
    clear.hidden = !found.length;
    active.textContent = found.length ? count("map.find_active", found.length) : "";
  };
  // Conditions are made anew in the page's language, as they stand.
  const tell = () => {
    for (const [key, { field, node, state }] of conditions) {
      const again = make(field);
      again.set(state);
      again.node.open = node.open;
      node.replaceWith(again.node);
      conditions.set(key, again);
    }
    if (conditions.size) fillMore();
    show(asked());
  };

  const find = {
    get mask() { return left && left.mask; },
    get shown() { return upTo(store.count).filter((plot) => !left || left.mask[plot] === 1); },
    get conditions() { return [...conditions.values()].filter((one) => one.isActive()); },
    get search() { return search.value; },
    get listed() { return kept.checked; },
    // Sets everything at once: a list of { key, low, high, chosen, keep }, the text sought, the shortlist alone.
    set({ asked: given = [], search: text = "", listed: only = false }) {
      if (given.length) begin();
      for (const one of conditions.values()) one.set({});
      for (const one of given) {
        const field = fields.all.find((each) => each.key === one.key);
        if (!field) continue;
        const condition = add(field);
        condition.set(one);
        condition.node.open = filters.open = true;
      }
      search.value = text;
      kept.checked = only;
      update();
    },
    clear() { find.set({}); },
    update,
  };
  search.addEventListener("input", () => update());
  kept.addEventListener("change", () => update());
  more.addEventListener("change", () => {
    const field = fields.all.find((one) => one.key === more.value);
    if (!field) return;
    const { node } = add(field);
    node.open = true;
    node.querySelector("summary").focus();
  });
  const begin = lazy(() => { for (const key of fields.first) add(fields.all.find((field) => field.key === key)); return true; });
  filters.addEventListener("toggle", () => { if (filters.open) begin(); });
  const act = (how, click) => el("button", { type: "button", class: "quiet", ...how, click });
  const clear = act({ word: "map.find_clear" }, find.clear);
  const active = el("span", { class: "told" });
  filters.append(el("summary", {}, el("span", { class: "title", word: "map.find_filters" }), active), list, el("div", { class: "more" }, more, el("label", { class: "keep" }, kept, el("span", { word: "map.find_listed" }))));
  box.replaceChildren(
    el("label", { class: "seek", for: "search" }, el("span", { class: "unseen", word: "map.find_search" }), search), filters,
    el("div", { class: "counted" }, said, el("p", { class: "acts" }, clear, act({ text: "CSV", label: "map.export_csv" }, () => saveCsv(page, find.shown)), act({ text: "GeoJSON", label: "map.export_geojson" }, () => saveGeoJson(page, find.shown)))));
  retell(page, tell);
  return find;
}

// Plots that meet all: 1 in the mask. How many are left out for the sole reason that something is unknown.
function together(asked, plots) {
  const mask = new Uint8Array(plots).fill(1);
  let unknown = 0;
  for (let plot = 0; plot < plots; plot += 1) {
    let [missed, open] = [0, 0];
    for (const { mask: own, keep } of asked) {
      if (own[plot] === 0) missed += 1;
      else if (own[plot] === 2 && !keep) open += 1;
    }
    mask[plot] = missed || open ? 0 : 1;
    if (!missed && open) unknown += 1;
  }
  return { mask, unknown, n: mask.reduce((sum, one) => sum + one, 0) };
}

function counting({ data, store }, asked, left, update) {
  const { words } = data;
  if (!left) return [count("map.sum_plots", store.count)];
  const lines = [count("map.find_left", store.count, { left: figure(left.n, 0) })];
  if (left.unknown) lines.push(" ", el("span", { class: "of", text: count("map.find_unknown", left.unknown) }));
  return left.n || !store.count ? lines : [...lines, emptied({ words, store }, asked, update)];
}

// Why nothing is left: the condition that no plot meets, or how many each one costs; and the nearest miss.
function emptied({ words, store }, asked, update) {
  const said = (one) => say("word.colon", { what: one.title, said: one.said });
  const meets = (one, plot) => one.mask[plot] === 1 || (one.mask[plot] === 2 && one.keep);
  const plots = Array.from({ length: store.count }, (_, plot) => plot);
  const alone = asked.filter((one) => !plots.some((plot) => meets(one, plot)));
  const without = alone.length ? [] : asked.map((one) => ({ one, n: together(asked.filter((other) => other !== one), store.count).n })).filter(({ n }) => n).sort((a, b) => b.n - a.n);
  const misses = (plot) => asked.filter((one) => !meets(one, plot));
  const nearest = plots.reduce((best, plot) => { const n = misses(plot).length; return n < best[0] ? [n, plot] : best; }, [Infinity, 0])[1];
  const undo = (one) => el("button", { type: "button", class: "quiet", text: fill(words.find_drop, { title: one.title }), click: () => { one.undo(); update(); } });
  return el("ul", { class: "why" },
    ...alone.map((one) => el("li", {}, named(fill(words.find_alone, { condition: said(one) })), " ", undo(one))),
    ...without.map(({ one, n }) => el("li", {}, named(count("map.find_without", n, { condition: said(one) })), " ", undo(one))),
    alone.length || without.length ? null : el("li", { text: words.find_several }),
    el("li", {}, named(fill(words.find_nearest, { plot: store.short(nearest), missed: listed(misses(nearest).map((one) => [one.title, one.value(nearest)].filter(Boolean).join(" "))) }))));
}
