// How a plot is connected: one line per utility, and its routes on the map when asked for.

function connectionBlock(data, plot, routes) {
  if (!plot.connections.length) return null;
  const { words } = data;
  return el("section", { class: "connections" }, el("h3", { text: words.connections }),
    el("ul", {}, ...plot.connections.map((one) => connectionLine(data, one))),
    data.prices.notice ? el("p", { class: "of" }, named(data.prices.notice)) : null,
    routes.empty ? null : drawButton(routes, words.routes_show, words.routes_hide));
}

function connectionLine(data, one) {
  const key = el("i", { class: "key" });
  key.style.background = one.status === "served" ? hueOf(one.utility) : "transparent";
  return el("li", {}, key, el("b", {}, named(one.label)), " ", el("span", { class: "of", text: wordOf("status", one.status) }), named(one.said));
}

// The routes of one plot, drawn along their true course.
function routePaths(page, plot) {
  const options = { renderer: page.above, interactive: false };
  return plot.connections.filter((each) => each.route).flatMap((one) => {
    const line = one.route.map(flip);
    return [
      L.polyline(line, { ...options, color: "#ffffff", weight: 6, opacity: 0.9 }),
      L.polyline(line, { ...options, color: hueOf(one.utility), weight: 3 }),
      L.circleMarker(line[line.length - 1], { ...options, radius: 4, color: hueOf(one.utility), weight: 2, fillColor: "#ffffff", fillOpacity: 1 }),
    ];
  });
}
