// Which plots lie here? A grid of cells, about two plots in each, each cell with the plots whose box
// touches it: what is under the mouse, or in view, is found without looking at fifty thousand. The cells
// are filled when a part of the whole is first asked for: the first view shows all.

const PLOTS_A_CELL = 2;

function makeGrid(boxes) {
  const count = boxes.length / 4;
  const whole = extentOf(boxes);
  if (!whole) return { whole: null, within: () => new Uint32Array(0) };
  const [west, north, east, south] = whole;
  const [width, height] = [Math.max(east - west, 1e-12), Math.max(south - north, 1e-12)];
  const cells = Math.max(1, count / PLOTS_A_CELL);
  const columns = Math.min(2048, Math.max(1, Math.round(Math.sqrt((cells * width) / height))));
  const rows = Math.min(2048, Math.max(1, Math.round(cells / columns)));
  const column = (x) => Math.min(columns - 1, Math.max(0, Math.floor(((x - west) / width) * columns)));
  const row = (y) => Math.min(rows - 1, Math.max(0, Math.floor(((y - north) / height) * rows)));
  const eachCell = (x0, y0, x1, y1, act) => {
    const [left, right] = [column(x0), column(x1)];
    for (let r = row(y0), last = row(y1); r <= last; r += 1) {
      for (let c = left; c <= right; c += 1) act(r * columns + c);
    }
  };
  const cellsFilled = lazy(() => {
    const eachPlot = (act) => {
      for (let plot = 0, b = 0; plot < count; plot += 1, b += 4) {
        if (boxes[b] <= boxes[b + 2]) eachCell(boxes[b], boxes[b + 1], boxes[b + 2], boxes[b + 3], (cell) => act(cell, plot));
      }
    };
    const sizes = new Uint32Array(columns * rows);
    eachPlot((cell) => { sizes[cell] += 1; });
    const start = starts(sizes);
    const free = start.slice();
    const plots = new Uint32Array(start[start.length - 1]);
    eachPlot((cell, plot) => { plots[free[cell]++] = plot; });
    return { start, plots };
  });
  const seen = new Uint32Array(count);
  const room = new Uint32Array(count);
  const all = upTo(count).filter((plot) => boxes[plot * 4] <= boxes[plot * 4 + 2]);
  let turn = 0;
  return {
    whole,
    // Plots whose box touches a rectangle, in no order, each once.
    within(x0, y0, x1, y1) {
      if (x1 < west || x0 > east || y1 < north || y0 > south) return new Uint32Array(0);
      if (x0 <= west && x1 >= east && y0 <= north && y1 >= south) return all;
      const { start, plots } = cellsFilled();
      let found = 0;
      turn += 1;
      eachCell(x0, y0, x1, y1, (cell) => {
        for (let i = start[cell]; i < start[cell + 1]; i += 1) {
          const plot = plots[i];
          const b = plot * 4;
          if (seen[plot] === turn) continue;
          seen[plot] = turn;
          if (boxes[b] <= x1 && boxes[b + 2] >= x0 && boxes[b + 1] <= y1 && boxes[b + 3] >= y0) room[found++] = plot;
        }
      });
      return room.slice(0, found);
    },
  };
}

// 0, 1, 2 ... before the number.
function upTo(count) {
  const found = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) found[i] = i;
  return found;
}

function extentOf(boxes) {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let b = 0; b < boxes.length; b += 4) {
    west = Math.min(west, boxes[b]);
    north = Math.min(north, boxes[b + 1]);
    east = Math.max(east, boxes[b + 2]);
    south = Math.max(south, boxes[b + 3]);
  }
  return west <= east ? [west, north, east, south] : null;
}
