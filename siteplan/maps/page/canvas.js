// The plots as a single path among Leaflet's, drawn look by look straight from the columns: fifty
// thousand paths of Leaflet's own would take half a second to zoom and half a gigabyte. Being a path,
// it keeps its place between plants and lines and gets Leaflet's clicks and tooltips.

const COARSE = 12.5; // from further away a dotted outline would be all there is to see of a plot
const TINY = 2; // pixels; a plot that is smaller is drawn as a square of this size
const NEAR = 5; // pixels beside a small plot that still mean it
const NET_FROM = 12; // pixels; the land of a plot that is lower is not drawn
const TOGETHER = 256; // outlines drawn in one go; a path of thousands is slower than its parts

const PlotCanvas = L.Path.extend({
  options: { interactive: true, weight: 3 },

  initialize(store, looks, options) {
    L.setOptions(this, options);
    this._store = store;
    this._looks = looks;
    this._mask = null;
    this._tallest = tallest(store.outlines.boxes);
    this.look = new Uint8Array(store.count);
  },

  // Colours the plots: `classOf` says for a ranked plot which class of the looks it is in, -1 for none.
  paint(classOf, looks = this._looks) {
    this._looks = looks;
    for (let plot = 0; plot < this._store.count; plot += 1) {
      const kind = this._store.kind(plot);
      this.look[plot] = this._looks.of(kind, kind === "ranked" ? classOf(plot) : 0, this._store.unknown(plot));
    }
    return this.redraw();
  },

  // Shows the plots where the mask is 1; null shows all.
  filter(mask) {
    this._mask = mask;
    return this.redraw();
  },

  isShown(plot) {
    return !this._mask || this._mask[plot] === 1;
  },

  // The plot at a point of Leaflet's layer, or null; of several, the smallest.
  plotAt(point) {
    const { scale, origin } = this._frame();
    const [x, y] = [(point.x + origin.x) / scale, (point.y + origin.y) / scale];
    const reach = NEAR / scale;
    const { boxes } = this._store.outlines;
    let best = [Infinity, null];
    for (const plot of this._store.grid.within(x - reach, y - reach, x + reach, y + reach)) {
      if (!this.isShown(plot)) continue;
      const b = plot * 4;
      const size = Math.max(boxes[b + 2] - boxes[b], boxes[b + 3] - boxes[b + 1]);
      const far = distance(boxes, b, x, y);
      const hit = isInside(this._store.outlines, plot, x, y) ? size : size * scale < 2 * NEAR ? 1 + far : Infinity;
      if (hit < best[0]) best = [hit, plot];
    }
    return best[1];
  },

  // Shown plots whose box touches a rectangle of the layer and is so many pixels high, in no order.
  // The array is of numbers and sorts as numbers do.
  plotsIn({ min, max }, high = 0) {
    const { scale, origin } = this._frame();
    const { boxes } = this._store.outlines;
    const tall = high / scale;
    if (tall > this._tallest) return [];
    const found = this._store.grid.within((min.x + origin.x) / scale, (min.y + origin.y) / scale, (max.x + origin.x) / scale, (max.y + origin.y) / scale);
    if (!tall && !this._mask) return found;
    return found.filter((plot) => boxes[plot * 4 + 3] - boxes[plot * 4 + 1] >= tall && this.isShown(plot));
  },

  // Width and height of a plot's box, pixels.
  sizeOf(plot) {
    const { scale } = this._frame();
    const { boxes } = this._store.outlines;
    const b = plot * 4;
    return [(boxes[b + 2] - boxes[b]) * scale, (boxes[b + 3] - boxes[b + 1]) * scale];
  },

  getBounds() {
    const { whole } = this._store.grid;
    return whole ? L.latLngBounds([unmercator(whole[0], whole[3]), unmercator(whole[2], whole[1])]) : L.latLngBounds([]);
  },

  getCenter() {
    return this.getBounds().getCenter();
  },

  _frame() {
    return { scale: this._map.options.crs.scale(this._map.getZoom()), origin: this._map.getPixelOrigin() };
  },

  _project() {},

  _update() {
    const { whole } = this._store.grid;
    if (!this._map || !whole) return;
    const { scale, origin } = this._frame();
    this._pxBounds = L.bounds([whole[0] * scale - origin.x - NEAR, whole[1] * scale - origin.y - NEAR], [whole[2] * scale - origin.x + NEAR, whole[3] * scale - origin.y + NEAR]);
    this._updatePath();
  },

  _containsPoint(point) {
    return this.plotAt(point) !== null;
  },

  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || !this._pxBounds) return;
    const region = renderer._redrawBounds || renderer._bounds;
    const coarse = this._map.getZoom() < COARSE;
    const { squares, outlined } = this._sorted(region);
    this._looks.styles.forEach((style, look) => {
      drawSquares(renderer._ctx, style, squares[look]);
      this._drawOutlines(renderer._ctx, coarse ? this._thin(style) : style, outlined[look]);
    });
  },

  // What is drawn, look by look: squares for tiny plots, of those that fall on one place the best alone.
  _sorted({ min, max }) {
    const { scale, origin } = this._frame();
    const { boxes } = this._store.outlines;
    const [squares, outlined] = [0, 0].map(() => this._looks.styles.map(() => []));
    const columns = Math.ceil((max.x - min.x) / TINY) + 2;
    const taken = new Uint8Array(columns * (Math.ceil((max.y - min.y) / TINY) + 2));
    const [left, top] = [Math.floor(min.x / TINY) - 1, Math.floor(min.y / TINY) - 1];
    for (const plot of this.plotsIn({ min, max }).sort()) {
      const b = plot * 4;
      if (Math.max(boxes[b + 2] - boxes[b], boxes[b + 3] - boxes[b + 1]) * scale >= TINY) {
        outlined[this.look[plot]].push(plot);
        continue;
      }
      const column = Math.floor((((boxes[b] + boxes[b + 2]) / 2) * scale - origin.x) / TINY);
      const row = Math.floor((((boxes[b + 1] + boxes[b + 3]) / 2) * scale - origin.y) / TINY);
      const cell = (row - top) * columns + column - left;
      if (taken[cell]) continue;
      taken[cell] = 1;
      squares[this.look[plot]].push(column * TINY, row * TINY);
    }
    return { squares, outlined };
  },

  _thin(style) {
    return { ...style, weight: this._store.count > 500 ? 0.25 : 0.75, dashArray: null, halo: false };
  },

  // The best come to lie on top.
  _drawOutlines(context, style, plots) {
    const { scale, origin } = this._frame();
    for (let to = plots.length; to > 0; to -= TOGETHER) {
      context.beginPath();
      for (let i = to - 1; i >= Math.max(0, to - TOGETHER); i -= 1) tracePlot(context, this._store.outlines, plots[i], scale, origin);
      paint(context, style, "nonzero");
    }
  },
});

// Round what can be built on: one green line per plot, of those that are large enough to hold it.
const NetCanvas = L.Path.extend({
  options: { interactive: false },

  initialize(plots, store, options) {
    L.setOptions(this, options);
    this._plots = plots;
    this._store = store;
  },

  _project() {},

  _update() {
    this._pxBounds = this._plots._pxBounds;
    this._updatePath();
  },

  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || !this._pxBounds) return;
    const { scale, origin } = this._plots._frame();
    const { nets, outlines } = this._store;
    const plots = this._plots.plotsIn(renderer._redrawBounds || renderer._bounds, NET_FROM).filter((plot) => this._store.net(plot) > 0);
    const trace = (some, of) => {
      renderer._ctx.beginPath();
      for (const plot of some) tracePlot(renderer._ctx, of(plot), plot, scale, origin);
    };
    trace(plots, (plot) => (nets && nets.has(plot) ? nets : outlines));
    for (const style of [{ color: "#ffffff", weight: NET.weight + 2 }, NET]) paint(renderer._ctx, { ...PAINT, ...style, fill: false });
    // What is unknown stays dotted: most of the edge is the same.
    trace(plots.filter((plot) => this._store.unknown(plot)), () => outlines);
    paint(renderer._ctx, { ...PAINT, ...UNKNOWN_MARK, fill: false });
  },
});

function drawSquares(context, style, corners) {
  context.globalAlpha = 1;
  context.fillStyle = style.pattern || style.fillColor === "#ffffff" ? style.color : style.fillColor;
  for (let i = 0; i < corners.length; i += 2) context.fillRect(corners[i], corners[i + 1], TINY, TINY);
}

function tallest(boxes) {
  let most = 0;
  for (let b = 0; b < boxes.length; b += 4) most = Math.max(most, boxes[b + 3] - boxes[b + 1]);
  return most;
}

function tracePlot(context, { x, y, first, vertex }, plot, scale, origin) {
  for (let ring = first[plot]; ring < first[plot + 1]; ring += 1) {
    const end = vertex[ring + 1];
    context.moveTo(x[vertex[ring]] * scale - origin.x, y[vertex[ring]] * scale - origin.y);
    for (let i = vertex[ring] + 1; i < end; i += 1) context.lineTo(x[i] * scale - origin.x, y[i] * scale - origin.y);
    context.closePath();
  }
}

// Inside by the even-odd rule over all rings, so that a hole is outside.
function isInside({ x, y, first, vertex }, plot, px, py) {
  let inside = false;
  for (let ring = first[plot]; ring < first[plot + 1]; ring += 1) {
    for (let i = vertex[ring], end = vertex[ring + 1], j = end - 1; i < end; j = i, i += 1) {
      if (y[i] > py !== y[j] > py && px < ((x[j] - x[i]) * (py - y[i])) / (y[j] - y[i]) + x[i]) inside = !inside;
    }
  }
  return inside;
}

function distance(boxes, b, x, y) {
  return Math.hypot(Math.max(boxes[b] - x, 0, x - boxes[b + 2]), Math.max(boxes[b + 1] - y, 0, y - boxes[b + 3]));
}

function unmercator(x, y) {
  return [(Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90, (x - 0.5) * 360];
}
