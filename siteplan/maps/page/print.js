// On paper things stand below each other: what is opened, the map around it, its legend, and all that the
// screen scrolls. The map is drawn anew for the sheet, and as it was when the printer is done.

function makePrint(page) {
  const { map } = page;
  let was = null;
  addEventListener("beforeprint", () => {
    if (was) return;
    was = [map.getCenter(), map.getZoom()];
    document.body.classList.add("printing");
    map.invalidateSize({ animate: false, pan: false });
    const open = page.selection.plot;
    const around = open === null || !page.store ? page.park : page.store.bounds(open) && page.store.bounds(open).pad(1.5);
    show(page, around || page.park, { animate: false });
    page.labels();
  });
  addEventListener("afterprint", () => {
    if (!was) return;
    document.body.classList.remove("printing");
    map.invalidateSize({ animate: false, pan: false });
    map.setView(...was, { animate: false });
    was = null;
    page.labels();
  });
}
