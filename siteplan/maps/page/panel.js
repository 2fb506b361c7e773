// What stands in the page itself: title, summary, headings, and the switch between languages.

function tellPage({ data }) {
  const { park, plan } = data;
  document.documentElement.lang = tongue.code;
  document.title = told(park.title);
  for (const key of Object.keys(WORDED)) {
    for (const node of document.querySelectorAll(`[data-${key}]`)) sayIn(node, key);
  }
  const texts = { h1: told(park.title), ".plan": told(plan.title || plan.name), ".summary": summary(data.counts), ".notice": told(park.notice) };
  for (const [place, text] of Object.entries(texts)) document.querySelector(place).textContent = text;
}

// siteplan/maps/payload.py says the same.
function summary(counts) {
  if (!counts.plots) return say("map.no_plots");
  const [what, ...parts] = Object.entries(counts).filter(([, number]) => number).map(([key, number]) => count("map.sum_" + key, number));
  return parts.length ? say("word.colon", { what, said: parts.join(say("word.comma")) }) : what;
}

function languageSwitch(page, box) {
  const codes = Object.keys(page.data.languages);
  if (codes.length < 2) return;
  const buttons = codes.map((code) => {
    const { short, name } = page.data.languages[code].language;
    return el("button", { type: "button", lang: code, "data-language": code, title: name, "aria-label": name, text: short, click: () => setLanguage(page, code) });
  });
  box.replaceChildren(...buttons);
  retell(page, () => { for (const button of buttons) button.setAttribute("aria-pressed", String(button.lang === tongue.code)); });
}

// On a phone the strip begins what it has to say; a button has it say all.
function stripSwitch(page, strip) {
  const button = el("button", { type: "button", class: "quiet", click: () => {
    strip.classList.toggle("whole");
    tell();
  } });
  const tell = () => {
    const whole = strip.classList.contains("whole");
    button.textContent = say(whole ? "map.notice_less" : "map.notice_more");
    button.setAttribute("aria-expanded", String(whole));
  };
  strip.append(button);
  retell(page, tell);
}
