// The ranked table: fifty thousand rows of which the page holds those in sight, and the way to every
// plot for keyboards and screen readers. The rest is empty space of the right height; aria-rowcount
// and aria-rowindex tell where in the whole table a row stands.

const BEYOND = 10; // rows kept ready above and below those in sight
const PAGE = 10; // rows that a page key goes
const IN_PRINT = 200;

function makeTable(page, panel) {
  const { data, store } = page;
  const table = panel.querySelector(".ranked");
  const body = table.tBodies[0];
  let shown = upTo(store.count);
  let order = shown;
  let mask = null;
  let current = 0; // the place that the tab key reaches
  let chosen = null;
  let height = 0;
  let printed = false;
  const rows = new Map();

  const rowOf = (place) => {
    const plot = shown[place];
    if (!rows.has(plot)) rows.set(plot, tableRow(data, store, plot, page.looks.styles[page.plots.look[plot]], page.column));
    const row = rows.get(plot);
    row.setAttribute("aria-rowindex", place + 2);
    row.setAttribute("aria-selected", String(plot === chosen));
    row.classList.toggle("chosen", plot === chosen);
    row.querySelector("button").tabIndex = place === current ? 0 : -1;
    return row;
  };

  const update = () => {
    const [first, last] = printed ? [0, Math.min(shown.length, IN_PRINT)] : inSight(panel, body, height, shown.length);
    const wanted = new Set(Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i));
    if (current < shown.length) wanted.add(current); // who stands on a row keeps it under his feet
    const nodes = [];
    let next = 0;
    for (const place of [...wanted].sort((a, b) => a - b)) {
      if (place > next) nodes.push(space((place - next) * height));
      nodes.push(rowOf(place));
      next = place + 1;
    }
    if (next < shown.length) nodes.push(space((shown.length - next) * height));
    settle(body, nodes);
    for (const [plot, row] of rows) if (!row.isConnected) rows.delete(plot);
  };

  const redo = () => {
    shown = mask ? order.filter((plot) => mask[plot] === 1) : order;
    current = Math.min(current, Math.max(0, shown.length - 1));
    table.setAttribute("aria-rowcount", shown.length + 1);
    rows.clear();
    update();
  };

  const go = (place) => {
    current = Math.min(shown.length - 1, Math.max(0, place));
    reveal(panel, body, current * height, height);
    update();
    rows.get(shown[current]).querySelector("button").focus({ preventScroll: true });
  };

  table.setAttribute("role", "grid");
  table.classList.toggle("tall", saysMore(store, shown));
  table.tHead.rows[0].setAttribute("aria-rowindex", 1);
  height = rowHeight(body, tableRow(data, store, 0, PAINT, page.column), store.count);
  redo();
  const resized = new ResizeObserver(update);
  for (const sheet of panel.querySelectorAll("#plots, #weigh")) resized.observe(sheet);
  panel.addEventListener("scroll", update, { capture: true, passive: true });
  addEventListener("beforeprint", () => { printed = true; update(); });
  addEventListener("afterprint", () => { printed = false; update(); });
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + PAGE, PageUp: current - PAGE, Home: 0, End: shown.length - 1 }[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(step);
  });
  body.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-plot]");
    if (!row) return;
    current = Number(row.getAttribute("aria-rowindex")) - 2;
    for (const [plot, one] of rows) one.querySelector("button").tabIndex = plot === shown[current] ? 0 : -1;
    page.ring(event.target.matches(":focus-visible") ? shown[current] : null);
  });
  body.addEventListener("focusout", () => page.ring(null));
  page.selection.on((plot) => {
    chosen = plot;
    update();
  });
  return {
    // Rows in another order: a permutation of the plots.
    order(permutation) {
      const before = new Map([...rows].map(([plot, row]) => [plot, row.getBoundingClientRect().top]));
      order = permutation;
      redo();
      if (!isCalm()) glide(rows, before);
    },
    filter(given) { mask = given; redo(); },
    refresh: redo,
    focus: (plot) => { const place = shown.indexOf(plot); if (place >= 0) go(place); },
  };
}

function space(height) {
  const node = el("tr", { class: "space", "aria-hidden": "true" }, el("td", { colspan: 4 }));
  node.style.height = height + "px";
  return node;
}

// Rows that stood elsewhere go to their new place in sight.
function glide(rows, before) {
  for (const [plot, row] of rows) {
    const way = before.has(plot) ? before.get(plot) - row.getBoundingClientRect().top : 0;
    if (way) row.animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], { duration: 220, easing: "ease-out" });
  }
}

// Puts rows in place without moving those that stay: a row that moves would lose the focus.
function settle(body, nodes) {
  const stay = new Set(nodes);
  const old = [...body.children].filter((node) => !stay.has(node));
  let next = body.firstElementChild;
  for (const node of nodes) {
    while (next && !stay.has(next)) next = next.nextElementSibling;
    if (node === next) next = next.nextElementSibling;
    else body.insertBefore(node, next);
  }
  // Last, or the table would for a moment be too short for where it is scrolled to.
  for (const node of old) node.remove();
}

function rowHeight(body, row, count) {
  if (!count) return 0;
  body.replaceChildren(row);
  return row.getBoundingClientRect().height || 45; // 45 in a page that is not shown yet
}

// The places of the rows in sight, and some more.
function inSight(panel, body, height, count) {
  const [whole, sheet, rows] = [panel, panel.querySelector(".sheets"), body].map((node) => node.getBoundingClientRect());
  const [top, bottom] = [Math.max(whole.top, sheet.top) - rows.top, Math.min(whole.bottom, innerHeight) - rows.top];
  const first = Math.max(0, Math.floor(top / (height || 1)) - BEYOND);
  return [Math.min(first, count), Math.min(count, Math.max(first, Math.ceil(bottom / (height || 1))) + BEYOND)];
}

// Scrolls until a stretch of the table is in sight.
function reveal(panel, body, top, height) {
  let scroller = body;
  while (scroller !== panel && !(scroller.scrollHeight > scroller.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(scroller).overflowY))) scroller = scroller.parentElement;
  const view = scroller.getBoundingClientRect();
  const head = body.parentElement.tHead.getBoundingClientRect().height + panel.querySelector(".tabs").offsetHeight; // both stay in sight
  const above = body.getBoundingClientRect().top + top - view.top - head;
  const below = above + head + height - scroller.clientHeight;
  if (above < 0) scroller.scrollTop += Math.floor(above);
  else if (below > 0) scroller.scrollTop += Math.ceil(below);
}
