// The language the page speaks: siteplan's own texts from the catalogue, the park's as the park translates
// them. Who shows text asks here when he shows it, and says with retell() how to show it again.

const tongue = { code: "", texts: {}, glossary: {}, rules: null };

function speak(data, code) {
  Object.assign(tongue, { code, texts: data.languages[code], glossary: data.glossary, rules: new Intl.PluralRules(code) });
  data.words = tongue.texts.map; // what the page says by itself; other sections through say() and wordOf()
}

// {name} in a text of the catalogue, replaced in one pass; {day:02d} is filled up with zeros.
function fill(text, values) {
  return text.replace(/\{(\w+)(?::0(\d)d)?\}/g, (_, key, width) => String(values[key]).padStart(width || 0, "0"));
}

// A text by "section.key".
function say(key, values = {}) {
  const [section, name] = key.split(/\.(.*)/);
  return fill(tongue.texts[section][name], values);
}

// A text in the form that a number asks for.
function count(key, number, values = {}) {
  const [section, name] = key.split(/\.(.*)/);
  return fill(tongue.texts[section][name][tongue.rules.select(number)], { n: figure(number, 0), ...values });
}

// Somebody else's text in the language, as far as the park brings it.
function told(text) {
  const found = Object.hasOwn(tongue.glossary, text) ? tongue.glossary[text] : {};
  return Object.hasOwn(found, tongue.code) ? found[tongue.code] : text;
}

// What a section calls a word of siteplan's own; any other text is somebody else's.
function wordOf(section, word) {
  return Object.hasOwn(tongue.texts[section], word) ? tongue.texts[section][word] : told(word);
}

// The language asked for when the map was drawn, else the reader's, else the first.
function firstLanguage({ languages, language, settled }) {
  const wanted = settled ? [] : navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  return wanted.find((code) => Object.hasOwn(languages, code)) || language;
}

// `tell` shows something that has words or numbers in it: now, and after every change of language.
function retell(page, tell) {
  page.telling.push(tell);
  tell();
}

function setLanguage(page, code) {
  if (code === tongue.code || !Object.hasOwn(page.data.languages, code)) return;
  speak(page.data, code);
  for (const tell of page.telling) tell();
}
