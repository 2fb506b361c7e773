// What a card draws on the map only when asked, and the button that asks.

function drawingOf(page, plot, paths) {
  const drawn = L.featureGroup(paths);
  return {
    get on() { return page.marks.hasLayer(drawn); },
    get empty() { return !paths.length; },
    toggle() {
      if (this.on) {
        page.marks.removeLayer(drawn);
        return;
      }
      page.marks.addLayer(drawn);
      const around = page.store.bounds(plot.number);
      show(page, around ? drawn.getBounds().extend(around) : drawn.getBounds(), {});
    },
  };
}

function drawButton(drawing, ask, unask, changed = () => {}) {
  const say = () => (drawing.on ? unask : ask);
  const button = el("button", { type: "button", class: "quiet", "aria-pressed": String(drawing.on), text: say(), click: () => {
    drawing.toggle();
    button.setAttribute("aria-pressed", String(drawing.on));
    button.textContent = say();
    changed(drawing.on);
  } });
  return button;
}
