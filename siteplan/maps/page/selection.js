// Which plot is chosen, and who wants to know.

function makeSelection() {
  const listeners = [];
  let chosen = null;
  return {
    get plot() { return chosen; },
    on(listener) { listeners.push(listener); },
    choose(plot) {
      if (plot === chosen) return;
      chosen = plot;
      for (const listener of listeners) listener(plot);
    },
  };
}
