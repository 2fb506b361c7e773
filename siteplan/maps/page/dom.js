// Elements from text. Nothing here parses markup: a name is text, whatever it looks like.

function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (key === "text") node.textContent = value;
    else if (key === "class") node.className = value;
    else if (key === "click") node.addEventListener("click", value);
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

// A stranger's name, in the page's language if the park has it: isolated, so that its direction cannot turn
// the words around it.
function named(text) {
  return el("bdi", { text: told(text) });
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function isPhone() {
  return matchMedia("(max-width: 720px)").matches;
}

function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
