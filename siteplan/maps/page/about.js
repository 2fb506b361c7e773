// Where everything comes from: the plan, the sources, and who is thanked.

function fillAbout(box, data) {
  const { words, park, plan, made } = data;
  const sources = park.sources.map((source) => el("li", {}, el("b", {}, named(source.title)), " ",
    el("span", { class: "origin " + source.origin, text: wordOf("origin", source.origin) }), el("br"),
    named([source.source, source.licence, source.credit].filter(Boolean).map(told).join(" \u00b7 ")), " ",
    el("span", { class: "of", text: dated(source) }), source.note ? el("p", { class: "of" }, named(source.note)) : null));
  const weights = data.criteria.map((criterion) => el("li", {}, named(criterion.label), el("span", { class: "count", text: percent(criterion.weight) })));
  box.replaceChildren(
    park.notice ? el("p", { class: "synthetic-note" }, named(park.notice)) : "",
    el("h3", { text: words.plan_heading }), el("p", {}, named(plan.title || plan.name), planMade(plan)),
    plan.note ? el("p", { class: "of" }, named(plan.note)) : "",
    el("h3", { text: words.weights }), el("ul", { class: "marks" }, ...weights),
    el("h3", { text: words.sources }), el("ul", { class: "sources" }, ...sources),
    el("h3", { text: words.made }), el("p", { class: "of", text: [made.version && fill(words.made_by, made), made.crs && fill(words.made_crs, made)].filter(Boolean).join(say("word.comma")) + say("map.stop") + words.straight }),
  );
}

// Who made the plan, and when.
function planMade({ author, as_of }) {
  const said = [author && say("map.plan_by", { author: told(author) }), as_of && say("map.as_of", { date: day(as_of) })].filter(Boolean);
  return said.length ? [" \u00b7 ", said.join(say("word.comma"))].join("") : "";
}

function dated({ as_of, confidence }) {
  return [as_of && say("map.as_of", { date: day(as_of) }), confidence && say("map.confidence", { confidence: wordOf("confidence", confidence) })].filter(Boolean).join(say("word.comma"));
}

function fillCredits(node, data) {
  const { words, park } = data;
  const date = park.as_of ? fill(words.data_as_of, { date: day(park.as_of) }) : words.data_undated;
  // Who made up what is synthetic stands under "Data"; the strip thanks those whose data these are.
  const credits = [...new Set(park.sources.filter((source) => source.origin !== "synthetic").flatMap((source) => source.credit.split("; ")).filter(Boolean))];
  node.replaceChildren(date, ...credits.flatMap((credit) => [" \u00b7 ", named(credit)]));
}
