// Before anything is shown: rows that stand here for readers without scripts need not be laid out.
document.documentElement.classList.add("scripted");
addEventListener("load", () => { if (!window.siteplan) document.documentElement.classList.remove("scripted"); });
// Leaflet asks for an old browser's namespaces and catches the error; to say where that was, V8 would read
// all of Leaflet a second time.
document.namespaces = { add() {} };
