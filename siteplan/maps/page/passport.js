// How a plot is connected: one line per utility, and its routes on the map when asked for.

function connectionBlock(data, plot, routes) {
  if (!plot.connections.length) return null;
  const { words } = data;
  const toggle = el("button", { type: "button", class: "quiet", "aria-pressed": String(routes.on), text: routes.on ? words.routes_hide : words.routes_show, click: () => {
    routes.toggle();
    toggle.setAttribute("aria-pressed", String(routes.on));
    toggle.textContent = routes.on ? words.routes_hide : words.routes_show;
  } });
  return el("section", { class: "connections" }, el("h3", { text: words.connections }),
    el("ul", {}, ...plot.connections.map((one) => connectionLine(data, one))),
    data.prices.notice ? el("p", { class: "of" }, named(data.prices.notice)) : null,
    plot.connections.some((one) => one.route) ? toggle : null);
}

function connectionLine(data, one) {
  const key = el("i", { class: "key" });
  key.style.background = one.status === "served" ? hueOf(one.utility) : "transparent";
  return el("li", {}, key, el("b", {}, named(one.label)), " ", el("span", { class: "of", text: data.words["status_" + one.status] || one.status }), named(one.said));
}

// The routes of one plot, drawn along their true course.
function makeRoutes(page, plot) {
  const drawn = L.featureGroup();
  const options = { renderer: page.above, interactive: false };
  for (const one of plot.connections.filter((each) => each.route)) {
    const line = one.route.map(flip);
    drawn.addLayer(L.polyline(line, { ...options, color: "#ffffff", weight: 6, opacity: 0.9 }));
    drawn.addLayer(L.polyline(line, { ...options, color: hueOf(one.utility), weight: 3 }));
    drawn.addLayer(L.circleMarker(line[line.length - 1], { ...options, radius: 4, color: hueOf(one.utility), weight: 2, fillColor: "#ffffff", fillOpacity: 1 }));
  }
  return drawn;
}

function routesOf(page, plot) {
  const drawn = makeRoutes(page, plot);
  return {
    get on() { return page.marks.hasLayer(drawn); },
    toggle() {
      if (this.on) {
        page.marks.removeLayer(drawn);
        return;
      }
      page.marks.addLayer(drawn);
      show(page, plot.path ? drawn.getBounds().extend(plot.path.getBounds()) : drawn.getBounds(), {});
    },
  };
}
