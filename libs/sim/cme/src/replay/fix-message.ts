/**
 * Text messages of FIX, as clients of the replay service send them:
 *
 *   [8=BEGINSTRING] 9=LENGTH 35=TYPE … 10=CHECKSUM
 *
 * each field `tag=value` and SOH. LENGTH counts the bytes between its own SOH and `10=`; CHECKSUM
 * is the sum of all bytes before `10=`, modulo 256, in three digits. Known clients leave 8 out.
 */
import type { FrameReader } from '@tickwire/sim-kit';

const SOH = '\u0001';
const SOH_BYTE = 1;
const TRAILER_BYTES = 7;
const MESSAGE_BYTES_MAX = 4_096;

export type FixFields = ReadonlyMap<number, string>;

export type FixReading = { readonly fields: FixFields } | { readonly mistake: string };

/** Cuts a stream into messages, by the checksum field that ends each. */
export function fixReader(): FrameReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const messages: Buffer[] = [];
      rest = Buffer.concat([rest, chunk]);
      for (let end = endOf(rest); end >= 0; end = endOf(rest)) {
        checkLength(end);
        messages.push(rest.subarray(0, end));
        rest = rest.subarray(end);
      }
      checkLength(rest.length);
      return messages;
    },
  };
}

function checkLength(length: number): void {
  if (length <= MESSAGE_BYTES_MAX) return;
  throw new RangeError(`a message of more than ${MESSAGE_BYTES_MAX} bytes`);
}

/** Where the first whole message ends; −1 when there is none. */
function endOf(bytes: Buffer): number {
  const at = bytes.indexOf(`${SOH}10=`);
  if (at < 0) return -1;
  const soh = bytes.indexOf(SOH_BYTE, at + 1);
  return soh < 0 ? -1 : soh + 1;
}

/** Reads the fields of one message, and checks its length and its checksum. */
export function readFix(message: Uint8Array): FixReading {
  const text = Buffer.from(message).toString('latin1');
  const bodyEnd = text.length - TRAILER_BYTES;
  const trailer = /^10=(\d{3})\u0001$/.exec(text.slice(Math.max(0, bodyEnd)));
  if (trailer === null) return { mistake: 'CheckSum (10) is not three digits' };
  let sum = 0;
  for (let at = 0; at < bodyEnd; at += 1) sum += text.charCodeAt(at);
  if (sum % 256 !== Number(trailer[1])) return { mistake: `CheckSum (10) should be ${sum % 256}` };
  const fields = new Map<number, string>();
  for (const field of text.slice(0, bodyEnd).split(SOH).slice(0, -1)) {
    const equals = field.indexOf('=');
    const tag = /^[1-9]\d{0,5}$/.test(field.slice(0, equals)) ? Number(field.slice(0, equals)) : 0;
    if (tag === 0) return { mistake: `a field is not tag=value: ${field.slice(0, 32)}` };
    fields.set(tag, field.slice(equals + 1));
  }
  const stated = Number(fields.get(9) ?? NaN);
  const bodyStart = text.indexOf(SOH, text.startsWith('9=') ? 0 : text.indexOf(`${SOH}9=`) + 1) + 1;
  if (stated !== bodyEnd - bodyStart) {
    return { mistake: `BodyLength (9) should be ${bodyEnd - bodyStart}` };
  }
  return { fields };
}
