// The ranked table: the rows in the file come alive, the others are made when asked for.

function scoreText(data, plot) {
  const interval = plot.high !== null && plot.high !== plot.score;
  return fill(interval ? data.words.score_between : data.words.score_is, { score: tenths(plot.score), high: interval ? tenths(plot.high) : "" });
}

function tableRow(data, number) {
  const plot = data.plots[number];
  const rank = plot.excluded ? data.words.excluded_short : plot.rank === null ? "" : String(plot.rank);
  const interval = plot.high !== null && plot.high !== plot.score ? "\u2013" + tenths(plot.high) : "";
  const own = [plot.name === plot.id || plot.name === plot.short ? "" : plot.name, plot.status].filter(Boolean).join(" \u00b7 ");
  return el("tr", { "data-plot": number },
    el("td", { class: "number", text: rank }),
    el("td", {}, el("button", { type: "button", class: "row", dir: "auto", text: plot.short }), el("span", { class: "of", dir: "auto", text: own })),
    el("td", { class: "number", text: plot.area === null ? "" : figure(plot.area, 1) }),
    el("td", { class: "number", text: plot.score === null ? "\u2013" : tenths(plot.score) + interval }));
}

function enliven(panel, data, open) {
  const body = panel.querySelector(".ranked tbody");
  const more = document.getElementById("more");
  const present = body.querySelectorAll("tr[data-plot]").length;
  for (const [number, row] of [...body.rows].entries()) chip(data, row, number);
  if (present < data.plots.length) {
    more.textContent = fill(data.words.show_all, { n: figure(data.plots.length, 0) });
    more.hidden = false;
    more.addEventListener("click", () => {
      for (let number = present; number < data.plots.length; number += 1) chip(data, body.appendChild(tableRow(data, number)), number);
      more.hidden = true;
    });
  }
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-plot]");
    if (row) open(Number(row.dataset.plot), { fly: true, focus: event.detail === 0 });
  });
}

// The plot's colour on the map, beside its number.
function chip(data, row, number) {
  const plot = data.plots[number];
  row.cells[1].prepend(swatch("area", [plotStyle(data, plot)]));
}

function markRow(panel, number) {
  for (const row of panel.querySelectorAll("tr.chosen")) row.classList.remove("chosen");
  const row = number === null ? null : panel.querySelector(`tr[data-plot="${Number(number)}"]`);
  if (row) row.classList.add("chosen");
}

function makeTabs(panel) {
  const tabs = [...panel.querySelectorAll('[role="tab"]')];
  const choose = (chosen) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
  };
  tabs.forEach((tab, number) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(number + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });
}
