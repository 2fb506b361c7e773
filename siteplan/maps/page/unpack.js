// The packed block back into columns: the mirror of siteplan/maps/packing.py. The browser inflates it
// by itself; a column is put together when it is first asked for, so a card's details cost nothing
// until a card is opened.

const NUMBERS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };

async function unpackColumns(directory, text) {
  const packed = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const places = new Map();
  let start = 0;
  for (const [name, kind, length] of directory) {
    places.set(name, [kind, start, start += length]);
  }
  const made = new Map();
  return {
    has: (name) => places.has(name),
    get(name) {
      if (!made.has(name)) made.set(name, column(bytes, ...places.get(name)));
      return made.get(name);
    },
  };
}

function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

function column(bytes, kind, start, end) {
  if (kind === "text") return new TextDecoder().decode(bytes.subarray(start, end)).split("\n");
  const numbers = NUMBERS[kind];
  const width = numbers.BYTES_PER_ELEMENT;
  const count = (end - start) / width;
  const whole = new Uint8Array(end - start);
  for (let plane = 0, from = start; plane < width; plane += 1) {
    for (let to = plane; to < whole.length; to += width, from += 1) whole[to] = bytes[from];
  }
  return new numbers(whole.buffer, 0, count);
}

// Whole numbers without a sign back to those with one: 0, 1, 2, 3 are 0, -1, 1, -2.
function unfolded(number) {
  return number % 2 ? -(number + 1) / 2 : number / 2;
}
