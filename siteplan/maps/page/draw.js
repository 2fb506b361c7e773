// Leaflet's canvas, taught patterns and point symbols. Canvas, because ten thousand shapes must
// stay fluid and because patterns then need no markup.

const patterns = {};

const STROKES = {
  hatch: ["#8d9299", 1.1, 7, (c, s) => { c.moveTo(-1, s + 1); c.lineTo(s + 1, -1); c.moveTo(-1, 1); c.lineTo(1, -1); c.moveTo(s - 1, s + 1); c.lineTo(s + 1, s - 1); }],
  grid: ["#8b8f96", 1, 8, (c, s) => { c.moveTo(0, 0); c.lineTo(s, s); c.moveTo(s, 0); c.lineTo(0, s); }],
  dots: ["#7d828a", 1.6, 7, (c, s) => { c.moveTo(s / 2 - 0.8, s / 2); c.lineTo(s / 2 + 0.8, s / 2); }],
  marsh: ["#b4cac8", 1, 12, (c) => { c.moveTo(1, 3); c.lineTo(6, 3); c.moveTo(7, 9); c.lineTo(12, 9); }],
  crossed: ["#8e1b3f", 1.6, 7, (c, s) => { c.moveTo(0, 0); c.lineTo(s, s); c.moveTo(s, 0); c.lineTo(0, s); }],
  slanted: ["#a65300", 1.8, 9, (c, s) => { c.moveTo(-1, -1); c.lineTo(s + 1, s + 1); c.moveTo(s - 1, -1); c.lineTo(s + 1, 1); c.moveTo(-1, s - 1); c.lineTo(1, s + 1); }],
  dotted: ["#1f5a9e", 3, 8, (c, s) => { c.moveTo(s / 2 - 1.5, s / 2); c.lineTo(s / 2 + 1.5, s / 2); }],
  lined: ["#5a6470", 1, 6, (c, s) => { c.moveTo(0, s / 2); c.lineTo(s, s / 2); }],
  works: ["#bfbfbf", 1, 10, (c, s) => { c.moveTo(0, s / 2); c.lineTo(s, s / 2); }],
};

// A name with a question mark is the same pattern in broken lines: of what nobody knows for certain.
function patternFor(context, name) {
  if (!patterns[name]) {
    const [colour, width, size, path] = STROKES[name.replace("?", "")];
    const tile = document.createElement("canvas");
    tile.width = tile.height = size * 2; // drawn at double size, so that fine screens stay fine
    const c = tile.getContext("2d");
    c.scale(2, 2);
    c.strokeStyle = colour;
    c.lineWidth = width;
    if (name.endsWith("?")) c.setLineDash([1.75, 1.75]);
    c.beginPath();
    path(c, size);
    c.stroke();
    patterns[name] = context.createPattern(tile, "repeat");
    patterns[name].setTransform(new DOMMatrix([0.5, 0, 0, 0.5, 0, 0]));
  }
  return patterns[name];
}

const OUTLINES = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  up: [[0, -1], [1, 0.8], [-1, 0.8]],
  down: [[0, 1], [1, -0.8], [-1, -0.8]],
  cross: [[-0.4, -1], [0.4, -1], [0.4, -0.4], [1, -0.4], [1, 0.4], [0.4, 0.4], [0.4, 1], [-0.4, 1], [-0.4, 0.4], [-1, 0.4], [-1, -0.4], [-0.4, -0.4]],
};

function tracePoint(context, shape, x, y, radius) {
  context.beginPath();
  if (!OUTLINES[shape]) context.arc(x, y, radius, 0, Math.PI * 2);
  else for (const [dx, dy] of OUTLINES[shape]) context.lineTo(x + dx * radius, y + dy * radius);
  context.closePath();
}

function paint(context, options, rule = "evenodd") {
  if (options.fill) {
    context.globalAlpha = options.fillOpacity;
    context.fillStyle = options.fillColor || options.color;
    context.fill(rule);
    if (options.pattern) {
      context.fillStyle = patternFor(context, options.pattern);
      context.fill(rule);
    }
  }
  if (!options.stroke || options.weight === 0) return;
  context.globalAlpha = options.opacity;
  context.lineCap = options.lineCap;
  context.lineJoin = options.lineJoin;
  if (options.halo) { // a dotted outline must show on dark fills too
    context.setLineDash([]);
    context.lineWidth = options.weight;
    context.strokeStyle = "#ffffff";
    context.stroke();
  }
  context.setLineDash(options.dashArray ? String(options.dashArray).split(/[\s,]+/).map(Number) : []);
  context.lineWidth = options.weight;
  context.strokeStyle = options.color;
  context.stroke();
  context.setLineDash([]);
}

const Drawing = L.Canvas.extend({
  _fillStroke(context, layer) {
    paint(context, this._scaled(layer.options));
  },
  _updateCircle(layer) {
    if (!this._drawing || layer._empty() || (layer.options.dense && this._map.getZoom() < 12)) return;
    const radius = layer._radius * (layer.options.scaled ? this._scale() : 1);
    tracePoint(this._ctx, layer.options.shape, layer._point.x, layer._point.y, Math.max(radius, 1));
    paint(this._ctx, this._scaled(layer.options));
  },
  // Networks thin out from afar, or they would hide what they serve.
  _scale() {
    const zoom = this._map.getZoom();
    return zoom < 11 ? 0.55 : zoom < 14 ? 0.72 : 1;
  },
  _scaled(options) {
    if (!options.scaled) return options;
    return Object.assign(Object.create(options), { weight: options.weight * this._scale() });
  },
});

const PAINT = { stroke: true, fill: true, opacity: 1, fillOpacity: 1, weight: 1, lineCap: "butt", lineJoin: "round" };

// A piece of legend: plain areas as vectors, for a canvas to each row of a table is dear; all else by the
// same brush as the map.
function swatch(kind, styles) {
  const [width, height] = [26, 16];
  if (kind === "area" && !styles.some((style) => style.pattern)) return areaSwatch(width, height, styles);
  const canvas = el("canvas", { class: "swatch", width: width * 2, height: height * 2, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  for (const style of styles) {
    if (kind === "point") tracePoint(context, style.shape, width / 2, height / 2, style.radius);
    else {
      context.beginPath();
      if (kind === "line") { context.moveTo(1, height / 2); context.lineTo(width - 1, height / 2); }
      else context.rect(2, 2, width - 4, height - 4);
    }
    paint(context, { ...PAINT, ...style });
  }
  return canvas;
}

function areaSwatch(width, height, styles) {
  const frame = { x: 2, y: 2, width: width - 4, height: height - 4 };
  const shapes = styles.map((style) => ({ ...PAINT, ...style })).flatMap((style) => {
    const line = { ...frame, fill: "none", stroke: style.color, "stroke-width": style.weight, "stroke-opacity": style.opacity, "stroke-linejoin": style.lineJoin };
    return [
      svg("rect", { ...frame, fill: style.fillColor || style.color, "fill-opacity": style.fillOpacity }),
      ...(style.halo ? [svg("rect", { ...line, stroke: "#ffffff" })] : []),
      svg("rect", { ...line, "stroke-dasharray": style.dashArray || "none", "stroke-linecap": style.lineCap }),
    ];
  });
  return svg("svg", { class: "swatch", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...shapes);
}
