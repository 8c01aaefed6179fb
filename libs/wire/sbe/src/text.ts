// Character data. Fixed fields end at their first NUL; every byte is one character (ISO 8859-1,
// of which US-ASCII is the lower half) unless the schema says UTF-8.

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Whether a `characterEncoding` means UTF-8, in whichever spelling. */
export function isUtf8(characterEncoding: string | null): boolean {
  return characterEncoding !== null && /^utf-?8$/i.test(characterEncoding);
}

export function bytesOf(view: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

/** The text of `length` bytes, whatever they are. The caller has checked the bounds. */
export function readLatin1(view: DataView, at: number, length: number): string {
  let text = '';
  for (let index = at; index < at + length; index += 1) {
    text += String.fromCharCode(view.getUint8(index));
  }
  return text;
}

export function readUtf8(view: DataView, at: number, length: number): string {
  return decoder.decode(bytesOf(view, at, length));
}

/** How many bytes of a fixed field stand before its first NUL. */
export function textLength(view: DataView, at: number, length: number): number {
  for (let index = 0; index < length; index += 1) {
    if (view.getUint8(at + index) === 0) return index;
  }
  return length;
}

/** The bytes of a text, or `undefined` when a character is not of ISO 8859-1. */
export function encodeText(text: string, utf8: boolean): Uint8Array | undefined {
  if (utf8) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
