/**
 * One escape function for NATS subjects, keys and file names: every byte outside [A-Za-z0-9_-]
 * becomes `=XX` (capital hex of the UTF-8 byte), the empty text becomes `=`. So a symbol can
 * neither add a subject token (`.`), nor a wildcard (`*`, `>`), nor leave its folder (`/`, `..`).
 */
export function escapeName(text: string): string {
  if (text === '') return '=';
  let out = '';
  for (const byte of new TextEncoder().encode(text)) {
    out += isPlain(byte)
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** The inverse of `escapeName`; `undefined` when `name` is not something it wrote. */
export function unescapeName(name: string): string | undefined {
  if (name === '=') return '';
  const bytes: number[] = [];
  for (let at = 0; at < name.length; at++) {
    const char = name.charCodeAt(at);
    if (char === 0x3d) {
      const hex = name.slice(at + 1, at + 3);
      if (!/^[0-9A-F]{2}$/.test(hex)) return undefined;
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else if (isPlain(char)) bytes.push(char);
    else return undefined;
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes),
    );
  } catch {
    return undefined;
  }
  return name !== '' && escapeName(text) === name ? text : undefined;
}

function isPlain(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x5f ||
    byte === 0x2d
  );
}
