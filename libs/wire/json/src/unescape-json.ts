/**
 * A copy of a JSON text in which needless escapes of strings are written plainly: `\/` and
 * `\u00XX` of printable ASCII other than the quote and the backslash. Some encoders write
 * `"\/market\/level2:BTC-USDT"`; the index compares bytes, so such a text is rewritten once and
 * read again. The text must have passed as JSON; its meaning does not change.
 */
export function unescapeJson(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let to = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x5c) {
      out[to++] = byte;
      continue;
    }
    const letter = bytes[at + 1] ?? 0;
    const code = letter === 0x75 ? hex4(bytes, at + 2) : letter === 0x2f ? 0x2f : 0;
    if (code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c) {
      out[to++] = code;
      at += letter === 0x75 ? 5 : 1;
    } else {
      out[to++] = byte;
      out[to++] = letter;
      at += 1;
    }
  }
  return out.subarray(0, to);
}

function hex4(bytes: Uint8Array, at: number): number {
  const text = String.fromCharCode(...bytes.subarray(at, at + 4));
  return Number.parseInt(text, 16);
}
