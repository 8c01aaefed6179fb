/**
 * The FIX text that is spoken with the TCP replay service of MDP 3.0: `tag=value`, SOH behind each.
 *
 *   logon    9=… 35=A 553=user 554=password 10=…
 *   request  9=… 35=V 1180=channel 262=request id 1182=begin 1183=end 10=…
 *   logout   9=… 35=5 10=…
 *
 * 9 counts the bytes from behind its own SOH to the start of 10; 10 is the sum of all bytes before
 * it, modulo 256, three digits. Source: CME "MDP 3.0 - TCP Recovery", and the fields that the open
 * EPAM handler sends, which has none of the standard header (8, 34, 49, 52, 56): in what is read,
 * any of them may be there. Against the exchange's own service this is untested.
 */
import { ReplayError } from './errors.ts';

const SOH = '\u0001';
const CHECKSUM = /10=(\d{3})\u0001$/;
const TEXT_BYTES_MAX = 4_096;

export const FixTag = {
  BodyLength: 9,
  CheckSum: 10,
  MsgType: 35,
  Text: 58,
  MdReqId: 262,
  Username: 553,
  Password: 554,
  ApplId: 1180,
  ApplBegSeqNum: 1182,
  ApplEndSeqNum: 1183,
} as const;

export type FixFields = ReadonlyMap<number, string>;

export interface ReplayCredentials {
  readonly username: string;
  readonly password: string;
}

/** @throws ReplayError `BAD_VALUE`. */
export function logonText({ username, password }: ReplayCredentials): Uint8Array {
  return encodeFix([
    [FixTag.MsgType, 'A'],
    [FixTag.Username, username],
    [FixTag.Password, password],
  ]);
}

export function requestText(request: {
  readonly id: number;
  readonly channel: number;
  readonly begin: number;
  readonly end: number;
}): Uint8Array {
  const { id, channel, begin, end } = request;
  return encodeFix([
    [FixTag.MsgType, 'V'],
    [FixTag.ApplId, String(channel)],
    [FixTag.MdReqId, `${channel}-${id}`],
    [FixTag.ApplBegSeqNum, String(begin)],
    [FixTag.ApplEndSeqNum, String(end)],
  ]);
}

export function logoutText(): Uint8Array {
  return encodeFix([[FixTag.MsgType, '5']]);
}

/** @throws ReplayError `BAD_VALUE`. */
export function encodeFix(fields: readonly (readonly [tag: number, value: string])[]): Uint8Array {
  let body = '';
  for (const [tag, value] of fields) {
    // Printable ASCII: a separator in a password would begin a field of its own.
    if (!/^[\x20-\x7e]{1,256}$/.test(value)) {
      throw new ReplayError('BAD_VALUE', `tag ${tag}: 1 to 256 printable characters are needed`);
    }
    body += `${tag}=${value}${SOH}`;
  }
  const text = `${FixTag.BodyLength}=${body.length}${SOH}${body}`;
  return latin1(`${text}${FixTag.CheckSum}=${checksumOf(latin1(text))}${SOH}`);
}

/** Whether bytes begin as FIX text does: `8=` or `9=`. */
export function isFixText(first: number, second: number): boolean {
  return (first === 0x38 || first === 0x39) && second === 0x3d;
}

/**
 * Where the text that begins at the first of `bytes` ends; `undefined` when it has not arrived.
 * @throws ReplayError `TOO_LONG`.
 */
export function fixTextEnd(bytes: Uint8Array): number | undefined {
  for (let at = 0; at + 7 <= bytes.length && at <= TEXT_BYTES_MAX; at++) {
    const isChecksum =
      (at === 0 || bytes[at - 1] === 1) &&
      bytes[at] === 0x31 &&
      bytes[at + 1] === 0x30 &&
      bytes[at + 2] === 0x3d &&
      bytes[at + 6] === 1;
    if (isChecksum) return at + 7;
  }
  if (bytes.length <= TEXT_BYTES_MAX) return undefined;
  throw new ReplayError('TOO_LONG', `a text of more than ${TEXT_BYTES_MAX} bytes`);
}

/**
 * Fields by tag; of a tag that is repeated the last one.
 * @throws ReplayError `BAD_TEXT`.
 */
export function decodeFix(bytes: Uint8Array): FixFields {
  const text = Buffer.from(bytes).toString('latin1');
  const checksum = CHECKSUM.exec(text);
  if (checksum === null) throw new ReplayError('BAD_TEXT', 'no checksum (10) at the end');
  const computed = checksumOf(bytes.subarray(0, checksum.index));
  if (checksum[1] !== computed) {
    throw new ReplayError('BAD_TEXT', `checksum ${checksum[1]}, computed ${computed}`);
  }
  const length = /(?:^|\u0001)9=(\d{1,5})\u0001/.exec(text);
  if (length === null) throw new ReplayError('BAD_TEXT', 'no body length (9)');
  const bodyBytes = checksum.index - (length.index + length[0].length);
  if (Number(length[1]) !== bodyBytes) {
    throw new ReplayError('BAD_TEXT', `body length ${length[1]}, but it has ${bodyBytes} bytes`);
  }
  const fields = new Map<number, string>();
  for (const field of text.slice(0, -1).split(SOH)) {
    const parts = /^(\d{1,5})=([^]*)$/.exec(field);
    if (parts === null) throw new ReplayError('BAD_TEXT', `no field: ${JSON.stringify(field)}`);
    fields.set(Number(parts[1]), parts[2]!);
  }
  if (!fields.has(FixTag.MsgType)) throw new ReplayError('BAD_TEXT', 'no message type (35)');
  return fields;
}

function checksumOf(bytes: Uint8Array): string {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return String(sum & 255).padStart(3, '0');
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
