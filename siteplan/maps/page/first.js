// Before anything is shown: rows that stand here for readers without scripts need not be laid out.
document.documentElement.classList.add("scripted");
addEventListener("load", () => { if (!window.siteplan) document.documentElement.classList.remove("scripted"); });
