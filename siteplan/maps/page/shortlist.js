// Plots to come back to, each with a note.

const LISTED = 50;
const NOTE = 300;

function makeShortlist(page) {
  let notes = new Map(); // in the order they were chosen
  return {
    get plots() { return [...notes.keys()]; },
    has: (plot) => notes.has(plot),
    note: (plot) => notes.get(plot) || "",
    get full() { return notes.size >= LISTED; },
    toggle(plot) {
      if (!notes.delete(plot) && notes.size < LISTED) notes.set(plot, "");
      page.changed("shortlist");
    },
    write(plot, text) {
      notes.set(plot, text.slice(0, NOTE));
      page.changed("note");
    },
    set(given) {
      notes = new Map(given.slice(0, LISTED).map(([plot, note]) => [plot, note.slice(0, NOTE)]));
      page.changed("shortlist");
    },
  };
}

function shortlistSheet(page) {
  const { data, store, shortlist } = page;
  const { words } = data;
  if (!shortlist.plots.length) return el("div", {}, el("p", { class: "of", text: words.shortlist_empty }), rememberBox(page));
  const act = (text, click, label = text) => el("button", { type: "button", class: "quiet", text, click, "aria-label": label });
  const item = (plot) => {
    const note = el("textarea", { rows: 2, maxlength: NOTE, "aria-label": say("word.colon", { what: words.note, said: store.short(plot) }), placeholder: words.note });
    note.value = shortlist.note(plot);
    note.addEventListener("input", () => shortlist.write(plot, note.value));
    const rank = store.rank(plot) === null ? words.not_ranked : fill(words.ranked, { rank: figure(store.rank(plot), 0), n: figure(data.ranked, 0) });
    return el("li", {},
      el("div", {}, el("button", { type: "button", class: "row", dir: "auto", text: store.short(plot), click: () => page.open(plot, { fly: true, focus: true }) }),
        el("span", { class: "of" }, named([store.area(plot) === null ? "" : figure(store.area(plot), 1) + SPACE + symbol("ha"), rank, wordOf("offer", store.status(plot))].filter(Boolean).join(" \u00b7 "))), act(words.remove, () => shortlist.toggle(plot), say("word.colon", { what: words.remove, said: store.short(plot) }))),
      note);
  };
  return el("div", {},
    el("p", { class: "acts" }, act(words.shortlist_compare, () => { page.compare.set(shortlist.plots); page.drawer.show("compare", true); }),
      act(words.export_csv, () => saveCsv(page, shortlist.plots)), act(words.export_geojson, () => saveGeoJson(page, shortlist.plots))),
    el("ul", { class: "listed" }, ...shortlist.plots.map(item)), rememberBox(page));
}

// Nothing is stored on the reader's computer before this box is ticked, and all of it goes when it is not.
function rememberBox(page) {
  const input = el("input", { type: "checkbox", id: "remember" });
  input.checked = page.state.remembers;
  const said = el("p", { class: "of", role: "status" });
  input.addEventListener("change", () => {
    input.checked = page.state.remember(input.checked) && input.checked;
    said.textContent = say(page.state.remembers ? "map.remembered" : "map.not_remembered");
  });
  return el("div", { class: "remember" }, el("label", { class: "keep" }, input, say("map.remember")), said);
}
