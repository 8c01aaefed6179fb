/** Zero-padded UTF-8 fields of fixed length, as the header and the directory hold them. */
import { RingError } from './errors.ts';
import type { RingErrorCode } from './errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface TextField {
  readonly field: string;
  readonly offset: number;
  readonly bytes: number;
  /** Code of the error when the text does not fit or the bytes are not such a text. */
  readonly code: RingErrorCode;
}

/** @throws RingError with `at.code` when the text is longer than the field or holds a zero. */
export function writePaddedText(target: Uint8Array, text: string, at: TextField): void {
  const encoded = encoder.encode(text);
  if (encoded.length > at.bytes || encoded.includes(0)) {
    const message = `${at.field} must be at most ${at.bytes} bytes of UTF-8 without a zero`;
    throw new RingError(at.code, message, at);
  }
  target.fill(0, at.offset, at.offset + at.bytes);
  target.set(encoded, at.offset);
}

/** @throws RingError with `at.code` when the bytes are not UTF-8 followed by zeros only. */
export function readPaddedText(source: Uint8Array, at: TextField): string {
  const raw = source.subarray(at.offset, at.offset + at.bytes);
  const zero = raw.indexOf(0);
  const end = zero < 0 ? at.bytes : zero;
  for (let index = end; index < at.bytes; index++) {
    if (raw[index] !== 0) {
      throw new RingError(at.code, `${at.field} has bytes after its end`, at);
    }
  }
  try {
    return decoder.decode(raw.subarray(0, end));
  } catch {
    throw new RingError(at.code, `${at.field} is not UTF-8`, at);
  }
}
