// The panel's tabs, by mouse and by arrow keys.

function makeTabs(panel, chosen = () => {}) {
  const tabs = [...panel.querySelectorAll('[role="tab"]')];
  const choose = (wanted) => {
    for (const tab of tabs) {
      const on = tab === wanted;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    chosen(wanted.getAttribute("aria-controls"));
  };
  tabs.forEach((tab, number) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(number + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });
  return {
    get chosen() { return tabs.find((tab) => tab.getAttribute("aria-selected") === "true").getAttribute("aria-controls"); },
    choose(name) {
      const tab = tabs.find((one) => one.getAttribute("aria-controls") === name);
      if (tab) choose(tab);
    },
  };
}
