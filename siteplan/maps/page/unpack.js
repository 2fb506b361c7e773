// The packed block back into columns: the mirror of siteplan/maps/packing.py. The browser inflates it
// by itself; a column is put together when it is first asked for, so a card's details cost nothing
// until a card is opened.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%()*+,./:;=?@[]^_{|}~";
const NUMBERS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };

async function unpackColumns(directory, text) {
  const packed = new Blob([readBytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
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

// Five digits of 85 are four bytes; of the last ones the digits that are missing were cut off.
function readBytes(text) {
  const value = new Uint8Array(128);
  for (let digit = 0; digit < DIGITS.length; digit += 1) value[DIGITS.charCodeAt(digit)] = digit;
  const letters = new TextEncoder().encode(text);
  const bytes = new Uint8Array(Math.ceil(letters.length / 5) * 4);
  for (let i = 0, to = 0; i < letters.length; i += 5, to += 4) {
    let number = 0;
    for (let j = i; j < i + 5; j += 1) number = number * 85 + (j < letters.length ? value[letters[j]] : 84);
    bytes[to] = number >>> 24;
    bytes[to + 1] = number >>> 16;
    bytes[to + 2] = number >>> 8;
    bytes[to + 3] = number;
  }
  return bytes.subarray(0, Math.floor((letters.length * 4) / 5));
}

function column(bytes, kind, start, end) {
  if (kind === "text") return new TextDecoder().decode(bytes.subarray(start, end)).split("\n");
  const numbers = NUMBERS[kind];
  const width = numbers.BYTES_PER_ELEMENT;
  if (width === 1) return new numbers(bytes.buffer, bytes.byteOffset + start, end - start);
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
