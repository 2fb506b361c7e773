// What the plots are coloured by: the score, or what can be built on. A colouring says which of its classes
// a plot is in; whoever changes what it asks the store for calls page.repaint().

function makeColourings(data, store) {
  const score = {
    name: "score", get title() { return data.words.legend; }, get none() { return data.words.legend_none; }, get short() { return data.words.colour_score; },
    classes: data.classes,
    classOf: (plot) => classFor(data.classes, store.score(plot) === null ? null : store.score(plot) / 10),
  };
  const net = {
    name: "net", get title() { return data.words.legend_net; }, get none() { return data.words.legend_none; }, get short() { return data.words.colour_net; },
    classes: data.net_classes,
    classOf: (plot) => classFor(data.net_classes, store.net(plot)),
  };
  return data.net_classes.length ? [score, net] : [score];
}

// Puts a colouring on the page: map, table, legend and the numbers' ink follow.
function colourBy(page, colouring) {
  page.colouring = colouring;
  page.looks = makeLooks(colouring.classes);
  page.plots.paint(colouring.classOf, page.looks);
  page.legend();
  if (page.table) page.table.refresh();
  page.labels();
}
