// The plots' outlines: as degrees for Leaflet, and on the flat world (0 to 1 each way) that the
// canvas draws from, so that a zoom step is one multiplication and no projection.

// `kind` is the first part of the columns' names: nothing for the plots, "net_" for their net land.
function makeOutlines({ steps, corner, count }, columns, kind = "") {
  const [parts, rings, sizes] = ["parts", "rings", "sizes"].map((name) => columns.get(kind + name));
  const partOf = starts(parts);
  const ringOf = starts(rings);
  const vertexOf = starts(sizes);
  const { xs, ys } = vertices(columns, sizes, kind);
  const lon = (x) => (x + corner[0]) / steps;
  const lat = (y) => (y + corner[1]) / steps;
  const [x, y] = [new Float64Array(xs.length), new Float64Array(ys.length)];
  for (let i = 0; i < x.length; i += 1) {
    x[i] = lon(xs[i]) / 360 + 0.5;
    y[i] = mercator(lat(ys[i]));
  }
  // Of every plot its first ring, and as the last the number of all.
  const first = partOf.map((part) => ringOf[part]);
  const at = lazy(() => places(columns, count, (plot) => (parts[plot] ? middle(xs, ys, vertexOf[first[plot]], sizes[first[plot]]) : [0, 0])));
  const boxes = boxesOf(count, first, vertexOf, x, y);
  const ringAt = (ring) => {
    const found = [];
    for (let i = vertexOf[ring]; i < vertexOf[ring + 1]; i += 1) found.push([lat(ys[i]), lon(xs[i])]);
    return found;
  };
  return {
    x, y, first, boxes, vertex: vertexOf,
    has: (plot) => parts[plot] > 0,
    at: (plot) => (at().there[plot] ? [lon(at().x[plot]), lat(at().y[plot])] : null),
    steps: (plot) => [at().x[plot], at().y[plot]],
    degrees: (east, north) => [lon(east), lat(north)],
    // Polygons of rings of [latitude, longitude], the outer ring first.
    polygons(plot) {
      const found = [];
      for (let part = partOf[plot]; part < partOf[plot + 1]; part += 1) {
        const own = [];
        for (let ring = ringOf[part]; ring < ringOf[part + 1]; ring += 1) own.push(ringAt(ring));
        found.push(own);
      }
      return found;
    },
  };
}

function mercator(lat) {
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
}

function starts(counts) {
  const found = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) found[i + 1] = found[i] + counts[i];
  return found;
}

// Vertices in steps from the corner: each ring's first, and moves from there. (A pattern on the left of "="
// would take a microsecond for each of thousands of rings, until the browser has compiled the loop.)
function vertices(columns, sizes, kind) {
  const [far, firstX, firstY, nearX, nearY, wideX, wideY] = ["far", "first_x", "first_y", "near_x", "near_y", "wide_x", "wide_y"].map((name) => columns.get(kind + name));
  const total = nearX.length + wideX.length + sizes.length;
  const [xs, ys] = [new Int32Array(total), new Int32Array(total)];
  let [to, near, wide] = [0, 0, 0];
  for (let ring = 0; ring < sizes.length; ring += 1) {
    let px = firstX[ring];
    let py = firstY[ring];
    const end = to + sizes[ring];
    xs[to] = px;
    ys[to] = py;
    for (to += 1; to < end; to += 1) {
      px += far[ring] ? wideX[wide] : nearX[near];
      py += far[ring] ? wideY[wide++] : nearY[near++];
      xs[to] = px;
      ys[to] = py;
    }
  }
  return { xs, ys };
}

// A point inside each plot, told from the middle of its first ring.
function places(columns, count, middleOf) {
  const [east, north] = ["at_x", "at_y"].map(columns.get);
  const [x, y, there] = [new Int32Array(count), new Int32Array(count), new Uint8Array(count)];
  for (let plot = 0; plot < count; plot += 1) {
    if (!east[plot]) continue;
    const from = middleOf(plot);
    there[plot] = 1;
    x[plot] = unfolded(east[plot] - 1) + from[0];
    y[plot] = unfolded(north[plot] - 1) + from[1];
  }
  return { x, y, there };
}

function middle(xs, ys, start, size) {
  let [x, y] = [0, 0];
  for (let i = start; i < start + size; i += 1) {
    x += xs[i];
    y += ys[i];
  }
  return [Math.floor(x / size), Math.floor(y / size)];
}

// West, north, east, south of every plot on the flat world; of a plot without an outline nothing.
function boxesOf(count, first, vertex, x, y) {
  const boxes = new Float64Array(count * 4);
  for (let plot = 0; plot < count; plot += 1) {
    let west = Infinity;
    let north = Infinity;
    let east = -Infinity;
    let south = -Infinity;
    for (let i = vertex[first[plot]], end = vertex[first[plot + 1]]; i < end; i += 1) {
      if (x[i] < west) west = x[i];
      if (x[i] > east) east = x[i];
      if (y[i] < north) north = y[i];
      if (y[i] > south) south = y[i];
    }
    const b = plot * 4;
    boxes[b] = west;
    boxes[b + 1] = north;
    boxes[b + 2] = east;
    boxes[b + 3] = south;
  }
  return boxes;
}

// A layer's shape from the steps it is written in, back to points: the mirror of siteplan/maps/outlines.py.
function walkAgain(shape) {
  if (shape.lines) shape.lines = shape.lines.map(pointsOf);
  if (shape.polygons) shape.polygons = shape.polygons.map((rings) => rings.map(pointsOf));
}

function pointsOf(steps) {
  const points = [];
  for (let [i, x, y] = [0, 0, 0]; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    points.push([x / 1e6, y / 1e6]);
  }
  return points;
}
