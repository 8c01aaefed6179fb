// Texts of fixed length: characters up to the first NUL. DBN writes ASCII; anything else is read
// as UTF-8, so that what somebody wrote is at least seen.
import { DbnError } from './errors.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a field of `bytes` bytes. The caller has checked the bounds. */
export function readText(view: DataView, at: number, bytes: number): string {
  let text = '';
  for (let index = 0; index < bytes; index += 1) {
    const code = view.getUint8(at + index);
    if (code === 0) return text;
    if (code > 0x7f) return readUtf8(view, at, bytes);
    text += String.fromCharCode(code);
  }
  return text;
}

function readUtf8(view: DataView, at: number, bytes: number): string {
  const field = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
  const end = field.indexOf(0);
  return decoder.decode(end === -1 ? field : field.subarray(0, end));
}

/** A field to write: where it is, how long, and its name for errors. */
export interface TextField {
  readonly at: number;
  readonly bytes: number;
  readonly name: string;
}

/**
 * Writes a text and fills the rest of its field with NUL.
 * @throws DbnError `BAD_TEXT` when it is not ASCII, holds a NUL or leaves no room for one.
 */
export function writeText(view: DataView, field: TextField, text: string): void {
  const { at, bytes, name } = field;
  if (text.length >= bytes) {
    const detail = `${text.length} characters where ${bytes - 1} fit`;
    throw new DbnError('BAD_TEXT', at, { field: name, detail });
  }
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0 || code > 0x7f) {
      const detail = `character ${index} is ${code}, which is not ASCII`;
      throw new DbnError('BAD_TEXT', at, { field: name, detail });
    }
  }
  for (let index = 0; index < bytes; index += 1) {
    view.setUint8(at + index, index < text.length ? text.charCodeAt(index) : 0);
  }
}
