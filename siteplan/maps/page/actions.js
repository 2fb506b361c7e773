// What can be done with the plot whose card is open.

function cardActions(page, plot) {
  const { words } = page.data;
  const said = el("p", { class: "of", role: "status" });
  const toggle = (kept, word, full) => {
    const button = el("button", { type: "button", class: "pill", click: () => {
      if (!kept.has(plot) && kept.full) said.textContent = words[full];
      else kept.toggle(plot);
      show();
    } });
    const show = () => {
      button.textContent = words[word];
      button.setAttribute("aria-pressed", String(kept.has(plot)));
    };
    show();
    return button;
  };
  const link = el("button", { type: "button", class: "pill", text: words.copy_link, click: async () => {
    const copied = await copy(page.state.link());
    said.replaceChildren(copied ? words.link_copied : linkBox(words, page.state.link()));
    if (!copied) said.querySelector("input").select();
    if (page.state.shortened) said.append(" ", words.link_short);
  } });
  return el("div", { class: "actions" },
    toggle(page.compare, "do_compare", "compare_full"), toggle(page.shortlist, "do_shortlist", "shortlist_full"), link,
    el("button", { type: "button", class: "pill", text: words.do_print, click: () => print() }), said);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // an old browser, or one that does not allow it: the reader copies by hand
  }
}

function linkBox(words, text) {
  const input = el("input", { type: "text", readonly: "", "aria-label": words.copy_link });
  input.value = text;
  return input;
}
