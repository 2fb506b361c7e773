// The drawer below the map: plots side by side, or the shortlist; and the buttons that open it.

function makeDrawer(page) {
  const tray = el("div", { id: "tray", role: "region", label: "map.kept", hidden: "" });
  const body = el("div", { class: "drawn" });
  const title = el("h2", { tabindex: "-1" });
  const node = el("section", { id: "drawer", label: "map.kept", hidden: "" },
    el("button", { type: "button", class: "close", label: "map.close", text: "\u00d7", click: () => drawer.close() }), title, body);
  page.map.getContainer().after(tray, node);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // what is on top closes first
    drawer.close();
  });
  const sheets = { compare: () => compareSheet(page), shortlist: () => shortlistSheet(page) };
  let open = null;
  const fillTray = () => {
    const counts = { compare: page.compare.plots.length, shortlist: page.shortlist.plots.length };
    tray.replaceChildren(...Object.keys(sheets).filter((name) => counts[name]).map((name) => el("button", { type: "button", "aria-expanded": String(open === name), click: () => (open === name ? drawer.close() : drawer.show(name, true)), text: `${say("map." + name)} (${figure(counts[name], 0)})` })));
    tray.hidden = !tray.children.length;
  };
  const drawer = {
    get open() { return open; },
    show(name, focus = false) {
      open = name;
      node.hidden = false;
      document.body.classList.add("has-drawer");
      drawer.refresh();
      if (focus) title.focus({ preventScroll: true });
    },
    close() {
      const inside = node.contains(document.activeElement);
      const was = open;
      open = null;
      node.hidden = true;
      document.body.classList.remove("has-drawer");
      fillTray();
      const back = [...tray.children][was === "shortlist" ? tray.children.length - 1 : 0];
      if (inside && back) back.focus();
      page.changed("drawer");
    },
    // What is kept has changed, or what is said of it.
    refresh() {
      if (open) {
        const { scrollLeft, scrollTop } = node;
        title.textContent = say("map." + open);
        body.replaceChildren(sheets[open]());
        node.scrollTo(scrollLeft, scrollTop);
        document.documentElement.style.setProperty("--drawer", node.offsetHeight + "px"); // the scale stands above it
      }
      fillTray();
    },
  };
  retell(page, drawer.refresh);
  return drawer;
}
