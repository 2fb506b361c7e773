// One row of the ranked table, and a score in words.

function scoreSaid(data, score, high) {
  const interval = high !== null && high !== score;
  return fill(interval ? data.words.score_between : data.words.score_is, { score: tenths(score), high: interval ? tenths(high) : "" });
}

function scoreText(data, store, plot) {
  return scoreSaid(data, store.score(plot), store.high(plot));
}

// What a row says below the number: the name, where it says more, and the status.
function besides(store, plot) {
  const name = store.name(plot);
  return [name === store.id(plot) || name === store.short(plot) ? "" : told(name), wordOf("offer", store.status(plot))].filter(Boolean).join(" \u00b7 ");
}

// Whether any row does.
function saysMore(store, plots) {
  return store.statuses.some((text) => wordOf("offer", text)) || plots.some((plot) => store.hasName(plot) && besides(store, plot));
}

function tableRow(data, store, plot, style, column) {
  const [rank, score, high] = [store.rank(plot), store.score(plot), store.high(plot)];
  const interval = high !== null && high !== score ? "\u2013" + tenths(high) : "";
  return el("tr", { "data-plot": plot },
    el("td", { class: "number", text: store.excluded(plot) ? data.words.excluded_short : rank === null ? "" : String(rank) }, store.standing ? changeMark(rankChange(store, plot)) : null),
    el("td", {}, swatch("area", [style]), el("button", { type: "button", class: "row", dir: "auto", text: store.short(plot) }), el("span", { class: "of", dir: "auto", text: besides(store, plot) })),
    el("td", { class: "number", text: column ? column.text(plot) : "" }),
    el("td", { class: "number", text: score === null ? "\u2013" : tenths(score) + interval }));
}

// How many places up or down from the official rank.
function changeMark(change) {
  if (!change) return null;
  const [arrow, word] = change > 0 ? ["\u2191", "rank_up"] : ["\u2193", "rank_down"];
  return el("span", { class: change > 0 ? "moved up" : "moved down" }, el("span", { "aria-hidden": "true", text: arrow + Math.abs(change) }), el("span", { class: "unseen", text: count("map." + word, Math.abs(change)) }));
}
