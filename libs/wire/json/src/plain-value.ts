/**
 * Ends of values in their plainest form. −1 stands for anything else, right or wrong: these say
 * what is simple, not what is JSON. The bytes must end with a NUL.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The quote that ends the string whose first byte is at `start`: nothing escaped in it. */
export function plainStringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at++) {
    const byte = bytes[at] as number;
    if (byte > QUOTE && byte !== BACKSLASH) continue;
    if (byte === QUOTE) return at;
    if (byte < 0x20 || byte === BACKSLASH) return -1;
  }
}

/** Behind `[…]` at `start`: plain strings, or rows of them, without white space. */
export function plainRowsEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  if (bytes[start] !== 0x5b) return -1;
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    const isRow = bytes[at] === 0x5b;
    if (isRow) at += 1;
    if (bytes[at] !== QUOTE) return -1;
    at = plainStringEnd(bytes, at + 1) + 1;
    if (at === 0) return -1;
    while (isRow && bytes[at] === 0x2c && bytes[at + 1] === QUOTE) {
      at = plainStringEnd(bytes, at + 2) + 1;
      if (at === 0) return -1;
    }
    if (isRow) {
      if (bytes[at] !== 0x5d) return -1;
      at += 1;
    }
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) return -1;
    at += 1;
  }
}
