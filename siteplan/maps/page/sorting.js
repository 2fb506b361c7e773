// The order of the table: by a click on a column's head, the third column being any number there is.
// What is unknown stands last, whichever way.

function makeSorting(page, table) {
  const { data, store, fields } = page;
  const head = [...table.tHead.rows[0].cells];
  const columns = [
    { key: "rank", down: false, value: (plot) => store.rank(plot) ?? NaN },
    { key: "plot", down: false, value: null },
    { key: "column", down: true, value: (plot) => page.column.values[plot] },
    { key: "score", down: true, value: (plot) => store.score(plot) ?? NaN },
  ];
  const caption = table.caption;
  const select = el("select", { label: "map.sort_column" });
  let by = { key: "rank", down: false };
  const names = lazy(() => {
    const collator = new Intl.Collator(undefined, { numeric: true });
    const order = upTo(store.count).sort((a, b) => collator.compare(store.id(a), store.id(b)));
    const places = new Float64Array(store.count);
    order.forEach((plot, place) => { places[plot] = place; });
    return places;
  });

  const sort = () => {
    const { value } = columns.find((one) => one.key === by.key);
    const keys = Float64Array.from({ length: store.count }, (_, plot) => { const key = value ? value(plot) : names()[plot]; return Number.isNaN(key) ? Infinity : by.down ? -key : key; });
    // Infinitely far comes before unknown, both after all the others.
    const lost = value ? Uint8Array.from({ length: store.count }, (_, plot) => Number.isNaN(value(plot))) : null;
    page.table.order(upTo(store.count).sort((a, b) => (lost && lost[a] - lost[b]) || (keys[a] === keys[b] ? a - b : keys[a] - keys[b])));
  };
  const show = () => {
    select.replaceChildren(...fields.numbers.map((field) => el("option", { value: field.key, text: field.title })));
    columns.forEach(({ key }, number) => head[number].setAttribute("aria-sort", key === by.key ? (by.down ? "descending" : "ascending") : "none"));
    const unit = page.column.unit && page.column.unit !== "1" ? ", " + symbol(page.column.unit) : "";
    titles[2].textContent = page.column.title + unit;
    select.value = page.column.key;
    caption.textContent = by.key === "rank" ? data.words.table_caption : fill(data.words.table_sorted, { column: titles[columns.findIndex((one) => one.key === by.key)].textContent });
  };
  const sorting = {
    get state() { return { ...by, column: page.column.key }; },
    by(key, down, column = page.column.key) {
      by = { key, down };
      page.column = fields.numbers.find((field) => field.key === column) || page.column;
      show();
      sort();
      page.changed("sorting");
    },
    redo: sort,
  };
  const titles = columns.map(({ key, down }, number) => {
    const button = el("button", { type: "button", class: "sort", word: head[number].dataset.word, click: () => sorting.by(key, by.key === key ? !by.down : down) });
    delete head[number].dataset.word; // or the head would say it in the button's place
    head[number].replaceChildren(button);
    return button;
  });
  delete titles[2].dataset.word;
  delete caption.dataset.word;
  select.addEventListener("change", () => sorting.by("column", true, select.value));
  table.before(el("label", { class: "sorting" }, el("span", { word: "map.sort_column" }), select));
  retell(page, show);
  return sorting;
}
