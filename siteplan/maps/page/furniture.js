// Scale, north, coordinates, zoom, and the two views.

function corner(position, node) {
  const control = L.control({ position });
  control.onAdd = () => {
    L.DomEvent.disableClickPropagation(node);
    return node;
  };
  return control;
}

function northArrow(words) {
  const arrow = svg("svg", { viewBox: "0 0 24 34", width: 22, height: 31, "aria-hidden": "true" },
    svg("path", { d: "M12 10L17 31L12 27Z", fill: "#1d2733" }),
    svg("path", { d: "M12 10L7 31L12 27Z", fill: "#ffffff", stroke: "#1d2733", "stroke-width": "0.8" }));
  const letter = svg("text", { x: 12, y: 8, "text-anchor": "middle", class: "north-letter" });
  letter.textContent = "N";
  arrow.append(letter);
  return el("div", { class: "north", role: "img", "aria-label": words.north }, arrow);
}

function addFurniture(map, words, views) {
  L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  const buttons = Object.entries(views).map(([label, click]) => el("button", { type: "button", text: label, click }));
  corner("topright", el("div", { class: "views" }, ...buttons)).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 140 }).addTo(map);
  const readout = el("div", { class: "readout", "aria-hidden": "true" });
  corner("bottomright", readout).addTo(map);
  corner("bottomright", northArrow(words)).addTo(map);
  map.on("mousemove", (event) => {
    const { lat, lng } = event.latlng.wrap();
    readout.textContent = `${figure(Math.abs(lat), 4)}\u00b0\u00a0${lat < 0 ? "S" : "N"}  ${figure(Math.abs(lng), 4)}\u00b0\u00a0${lng < 0 ? "W" : "E"}`;
  });
}
