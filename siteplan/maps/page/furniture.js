// Scale, north, coordinates, zoom, and the two views.

function corner(position, node) {
  const control = L.control({ position });
  control.onAdd = () => {
    L.DomEvent.disableClickPropagation(node);
    return node;
  };
  return control;
}

function northArrow() {
  const arrow = svg("svg", { viewBox: "0 0 24 34", width: 22, height: 31, "aria-hidden": "true" },
    svg("path", { d: "M12 10L17 31L12 27Z", fill: "#1d2733" }),
    svg("path", { d: "M12 10L7 31L12 27Z", fill: "#ffffff", stroke: "#1d2733", "stroke-width": "0.8" }));
  const letter = svg("text", { x: 12, y: 8, "text-anchor": "middle", class: "north-letter" });
  letter.textContent = say("map.north_letter");
  arrow.append(letter);
  return el("div", { class: "north", role: "img", "aria-label": say("map.north") }, arrow);
}

const Scale = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    const text = metres < 1000 ? plain(metres) + SPACE + symbol("m") : plain(metres / 1000) + SPACE + symbol("km");
    this._updateScale(this._mScale, text, metres / most);
  },
});

function degrees(number, positive, negative) {
  return say("map." + (number < 0 ? negative : positive), { degrees: figure(Math.abs(number), 4) + "\u00b0" });
}

// Views are pairs of a word and what it does. Returns what puts everything up in the page's language.
function makeFurniture(map, views) {
  const readout = el("div", { class: "readout", "aria-hidden": "true" });
  let controls = [];
  map.on("mousemove", (event) => {
    const { lat, lng } = event.latlng.wrap();
    readout.textContent = `${degrees(lat, "north_of", "south_of")}  ${degrees(lng, "east_of", "west_of")}`;
  });
  return () => {
    for (const one of controls) one.remove();
    readout.textContent = "";
    const buttons = views.map(([key, click]) => el("button", { type: "button", text: say(key), click }));
    controls = [
      L.control.zoom({ position: "topright", zoomInTitle: say("map.zoom_in"), zoomOutTitle: say("map.zoom_out") }),
      corner("topright", el("div", { class: "views" }, ...buttons)),
      new Scale({ position: "bottomright", imperial: false, maxWidth: 140 }),
      corner("bottomright", readout), corner("bottomright", northArrow()),
    ];
    for (const one of controls) one.addTo(map);
  };
}
