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

function tableRow(data, store, plot, style) {
  const [rank, area, score, high] = [store.rank(plot), store.area(plot), store.score(plot), store.high(plot)];
  const interval = high !== null && high !== score ? "\u2013" + tenths(high) : "";
  return el("tr", { "data-plot": plot },
    el("td", { class: "number", text: store.excluded(plot) ? data.words.excluded_short : rank === null ? "" : String(rank) }),
    el("td", {}, swatch("area", [style]), el("button", { type: "button", class: "row", dir: "auto", text: store.short(plot) }), el("span", { class: "of", dir: "auto", text: besides(store, plot) })),
    el("td", { class: "number", text: area === null ? "" : figure(area, 1) }),
    el("td", { class: "number", text: score === null ? "\u2013" : tenths(score) + interval }));
}
