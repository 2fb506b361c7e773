// Where the reader is, in the address: what is asked, weighed, kept, open and in view, after the # sign,
// so that a link restores it, also from a file. What arrives there is a stranger's text: every part is
// read by itself, measured against what the page has, and left out where it does not fit.

const LONGEST = 6000; // characters of a link's part; longer ones are refused unread
const MOST = 200; // parts of one name
const SETTLED = 250; // milliseconds after which a change is written

const parcel = (...texts) => texts.map((text) => encodeURIComponent(text).replace(/~/g, "%7E")).join("~");

function unparcel(text) {
  try {
    return text.split("~").map(decodeURIComponent);
  } catch {
    return []; // cut in the middle of a sign
  }
}

function makeState(page) {
  const parts = stateParts(page);
  const address = () => location.href.split("#")[0];
  const key = "siteplan " + page.data.park.title + " " + page.data.plan.name;
  let [waiting, restoring, shortened, remembers] = [null, false, false, false];

  // What does not fit is left out; the notes, which are longest, come last.
  const text = () => {
    let found = "";
    shortened = false;
    for (const [name, value] of parts.flatMap((part) => part.write())) {
      const longer = (found && found + "&") + new URLSearchParams([[name, value]]);
      if (longer.length > LONGEST) shortened = true;
      else found = longer;
    }
    return found;
  };
  const state = {
    get remembers() { return remembers; },
    get shortened() { return shortened; },
    get restoring() { return restoring; },
    text,
    link: () => { const now = text(); return now ? address() + "#" + now : address(); },
    changed() {
      if (!restoring && waiting === null) waiting = setTimeout(state.save, SETTLED);
    },
    save() {
      clearTimeout(waiting);
      waiting = null;
      const now = text();
      if (location.protocol !== "about:") history.replaceState(null, "", now ? "#" + now : address());
      if (remembers) stored(() => localStorage.setItem(key, now));
    },
    restore(given) {
      const found = new URLSearchParams(given.length > LONGEST ? "" : given);
      restoring = true;
      for (const { read } of parts) read((name) => found.getAll(name).slice(0, MOST));
      restoring = false;
      page.refresh();
    },
    // Whether it could be done: a browser may forbid it.
    remember(wanted) {
      remembers = wanted && stored(() => localStorage.setItem(key, text())) !== undefined;
      if (!wanted) stored(() => localStorage.removeItem(key));
      return remembers === wanted;
    },
  };
  const old = stored(() => localStorage.getItem(key));
  remembers = typeof old === "string";
  state.begin = () => {
    const given = location.hash.slice(1) || old || "";
    if (given) state.restore(given);
    addEventListener("hashchange", () => state.restore(location.hash.slice(1)));
    page.map.on("moveend", state.changed);
  };
  return state;
}

// What the browser's storage gives; undefined where it may not be used.
function stored(act) {
  try {
    return act() ?? null;
  } catch {
    return undefined;
  }
}

// Each part of the state: the names and texts it writes, and how it takes what `all(name)` gives.
function stateParts(page) {
  const { store, data, map } = page;
  const plotOf = lazy(() => new Map(Array.from({ length: store.count }, (_, plot) => [store.id(plot), plot])));
  const plots = (texts) => texts.map((text) => plotOf().get(text)).filter((plot) => plot !== undefined);
  const one = (name, text) => (text === "" || text === null ? [] : [[name, text]]);
  return [
    { write: () => one("lang", tongue.code === firstLanguage(data) ? "" : tongue.code), read: (all) => setLanguage(page, all("lang")[0] || firstLanguage(data)) },
    { write: () => one("tab", page.tabs.chosen === "plots" ? "" : page.tabs.chosen), read: (all) => page.tabs.choose(all("tab")[0] || "plots") },
    { write: () => one("by", page.colouring === page.colourings[0] ? "" : page.colouring.name), read: (all) => colourBy(page, page.colourings.find(({ name }) => name === all("by")[0]) || page.colourings[0]) },
    { write: () => (page.weigh.points || []).map((points, number) => ["w", parcel(data.criteria[number].name, String(points))]), read: (all) => page.weigh.set(pointsIn(data.criteria, all("w"))) },
    keptPart(page, plots),
    foundPart(page),
    sortedPart(page),
    { write: () => one("drawer", page.drawer.open), read: (all) => { const [name] = all("drawer"); if (name === "compare" || name === "shortlist") page.drawer.show(name); else if (page.drawer.open) page.drawer.close(); } },
    { write: () => one("plot", page.selection.plot === null ? "" : store.id(page.selection.plot)), read: (all) => { const [plot] = plots(all("plot")); if (plot === undefined) closeCard(page); else openPlot(page, plot, {}); } },
    { write: () => { const { lat, lng } = map.getCenter(); return one("at", [map.getZoom(), lat.toFixed(5), lng.toFixed(5)].join("~")); }, read: (all) => lookAt(map, all("at")[0]) },
    { write: () => page.shortlist.plots.filter((plot) => page.shortlist.note(plot)).map((plot) => ["note", parcel(store.id(plot), page.shortlist.note(plot))]), read() {} },
  ];
}

function keptPart(page, plots) {
  const { store } = page;
  return {
    write: () => [...page.compare.plots.map((plot) => ["compare", store.id(plot)]), ...page.shortlist.plots.map((plot) => ["keep", store.id(plot)])],
    read(all) {
      const notes = new Map(all("note").map(unparcel).filter((one) => one.length === 2));
      page.compare.set(plots(all("compare")));
      page.shortlist.set(plots(all("keep")).map((plot) => [plot, notes.get(store.id(plot)) || ""]));
    },
  };
}

function foundPart(page) {
  return {
    write: () => [
      ...(page.find.search ? [["q", page.find.search]] : []), ...(page.find.listed ? [["listed", "1"]] : []),
      ...page.find.conditions.map(({ field, state }) => ["f", parcel(field.key, String(state.low ?? ""), String(state.high ?? ""), state.keep ? "1" : "", ...state.chosen)]),
    ],
    read(all) {
      const asked = all("f").map(unparcel).filter((one) => one.length >= 4).map(([key, low, high, keep, ...chosen]) => ({ key, low: numberIn(low), high: numberIn(high), keep: keep === "1", chosen }));
      page.find.set({ asked, search: (all("q")[0] || "").slice(0, 100), listed: all("listed")[0] === "1" });
    },
  };
}

function sortedPart(page) {
  return {
    write() {
      const { key, down, column } = page.sorting.state;
      return key === "rank" && !down && column === "area" ? [] : [["sort", parcel(key, down ? "1" : "", column)]];
    },
    read(all) {
      const [key, down, column] = unparcel(all("sort")[0] || "");
      const known = ["rank", "plot", "column", "score"].includes(key);
      page.sorting.by(known ? key : "rank", known && down === "1", column || "area");
    },
  };
}

function numberIn(text) {
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}

// Points by criterion, 0 for one that is not named; null where there are none to weigh by.
function pointsIn(criteria, texts) {
  const given = new Map(texts.map(unparcel).filter(([, points]) => /^\d{1,4}$/.test(points)));
  const points = criteria.map(({ name }) => Number(given.get(name) || 0));
  return points.some((one) => one > 0) ? points : null;
}

function lookAt(map, text) {
  const [zoom, lat, lng] = (text || "").split("~").map(numberIn);
  const fits = [zoom, lat, lng].every((one) => typeof one === "number") && zoom >= 3 && zoom <= MAX_ZOOM && Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
  if (fits) map.setView([lat, lng], zoom, { animate: false });
}
