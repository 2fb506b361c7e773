// The reader's own weights: sliders in whole points, presets, and what they change at once.

function makeWeigh(page, box) {
  const { data, store } = page;
  const { criteria } = data;
  const official = criteria.map((one) => one.weight);
  const presets = presetsOf(data, official);
  const said = el("p", { class: "said", role: "status" });
  const note = el("p", { class: "of" });
  const buttons = presets.map((preset) => el("button", { type: "button", class: "pill", click: () => weigh.set(preset.points) }));
  let points = presets[0].points;
  let status = () => data.words.weigh_official;
  const sliders = criteria.map((_, number) => weightSlider(data, number, (value) => weigh.set(points.map((one, other) => (other === number ? value : one)))));
  const isOfficial = () => sharesOf(points).every((share, number) => Math.abs(share - official[number]) < 1e-9);

  // What stands on the page follows the points.
  const show = () => {
    const shares = sharesOf(points);
    const most = Math.max(100, ...points);
    sliders.forEach((slider, number) => slider.show(points[number], shares[number], most));
    const chosen = presets.findIndex((preset) => preset.points.every((one, number) => Math.abs(sharesOf(preset.points)[number] - shares[number]) < 1e-9));
    buttons.forEach((button, number) => {
      button.textContent = presets[number].title();
      button.setAttribute("aria-pressed", String(number === chosen));
    });
    note.textContent = chosen >= 0 && !presets[chosen].exact ? data.words.weigh_rounded : "";
    said.textContent = status();
  };

  const weigh = {
    get points() { return isOfficial() ? null : points; },
    // Ranks by these points, one whole number per criterion; null: by the plan's own weights.
    set(given) {
      const wanted = given || presets[0].points;
      if (criteria.length && !wanted.some((one) => one > 0)) {
        status = () => data.words.weigh_none;
        show();
        return;
      }
      points = [...wanted];
      const own = presets[0].points.every((one, number) => one === points[number]) || isOfficial();
      store.stand(own ? null : rerank(store, criteria, sharesOf(points)));
      status = () => (store.standing ? whatChanged(data.words, store) : data.words.weigh_official);
      show();
      page.changed("weights");
    },
  };
  box.replaceChildren(
    el("p", { class: "intro", word: "map.weigh_intro" }),
    el("div", { class: "pills", role: "group", label: "map.weigh_presets" }, ...buttons), note, said,
    el("ul", { class: "sliders" }, ...sliders.map((slider) => slider.node)));
  retell(page, show);
  return weigh;
}

function presetsOf({ criteria, weighings }, official) {
  const given = [{ title: () => say("map.weigh_plan"), shares: official }, { title: () => say("map.weigh_equal"), shares: official.map(() => 1 / criteria.length) }];
  return [...given, ...weighings.map((one) => ({ title: () => told(one.name), shares: one.shares }))].map((preset) => ({ ...preset, ...wholePoints(preset.shares) }));
}

function weightSlider(data, number, act) {
  const { criteria } = data;
  const key = el("i", { class: "key" });
  key.style.background = criterionHue(data, number);
  const share = el("span", { class: "count" });
  const label = el("span");
  const name = "weight-" + number;
  const input = el("input", { type: "range", min: 0, max: 100, step: 1, id: name });
  let waiting = null;
  input.addEventListener("input", () => {
    // One ranking per picture, however fast the hand.
    if (waiting === null) waiting = requestAnimationFrame(() => { waiting = null; act(Number(input.value)); });
  });
  return {
    node: el("li", {}, el("label", { for: name }, key, label), share, input),
    show(points, part, most) {
      label.replaceChildren(named(criteria[number].label));
      input.max = most;
      if (Number(input.value) !== points) input.value = points;
      share.replaceChildren(el("b", { text: percent(part) }), " \u00b7 ", count("map.weigh_points", points));
      input.setAttribute("aria-valuetext", share.textContent);
    },
  };
}

// How many plots rise and fall against the official ranking, and who is first now.
function whatChanged(words, store) {
  const found = { rise: 0, fall: 0 };
  const first = [];
  for (let plot = 0; plot < store.count; plot += 1) {
    const change = rankChange(store, plot);
    if (change > 0) found.rise += 1;
    else if (change < 0) found.fall += 1;
    if (store.rank(plot) === 1) first.push(plot);
  }
  const moved = ["rise", "fall"].filter((way) => found[way]).map((way) => count("map.weigh_" + way, found[way]));
  if (!first.length) return words.legend_none;
  const plot = shorten(store.id(first[0]));
  const stays = first.length === 1 && store.officialRank(first[0]) === 1;
  const lead = first.length > 1 ? count("map.weigh_first_shared", first.length - 1, { plot }) : fill(stays ? words.weigh_first_stays : words.weigh_first, { plot });
  return [...(moved.length ? moved : [words.weigh_same]), lead].join(words.clause) + words.stop.trim();
}

// Places gained against the official ranking; 0 where there is nothing to compare.
function rankChange(store, plot) {
  const [now, then] = [store.rank(plot), store.officialRank(plot)];
  return now === null || then === null ? 0 : then - now;
}
