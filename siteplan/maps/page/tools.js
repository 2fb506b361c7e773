// What a reader does with the plots: find, weigh, compare, keep. Each tool says what it changed; here
// the rest of the page follows.

function addTools(page) {
  page.compare = makeCompare(page);
  page.shortlist = makeShortlist(page);
  page.drawer = makeDrawer(page);
  page.sorting = makeSorting(page, page.panel.querySelector(".ranked"));
  page.find = makeFind(page, document.getElementById("find"));
  page.weigh = makeWeigh(page, document.getElementById("weights"));
  Object.assign(page, { csvCell, csvOf, rerank: (points) => rerank(page.store, page.data.criteria, sharesOf(points)) });
  page.state = makeState(page);
  const follow = {
    weights() {
      page.repaint();
      page.sorting.redo();
      page.drawer.refresh();
      refillCard(page);
    },
    filters() {
      page.legend();
      page.labels();
    },
    compare() {
      page.drawer.refresh();
      page.labels(); // its buttons take the place of names
      if (!page.box.contains(document.activeElement)) refillCard(page);
    },
    shortlist() {
      follow.compare();
      if (page.find.listed) page.find.update();
    },
  };
  page.changed = (what) => {
    if (page.state.restoring) return;
    if (follow[what]) follow[what]();
    page.state.changed();
  };
  page.refresh = () => {
    follow.weights();
    page.find.update();
  };
  page.selection.on(() => page.state.changed());
  page.state.begin();
}
