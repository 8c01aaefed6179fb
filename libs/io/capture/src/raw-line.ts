/**
 * One line of a raw capture, by the form of its file:
 *
 *   ws-seconds     1619378326.134871: {"id":…}          receive time in s, text of the frame
 *   rest-seconds   https://host/path?query -> 1619378326.882333: {…}
 *   ws-ns          1619378326134871000 {"id":…}         receive time in ns, text of the frame
 *   rest-ns        1619378326882333000 GET /path?query {…}
 *
 * The first two are written by recorders in Python, the last two by Tickwire.
 */
import type { StampNs } from '@tickwire/core';
import { CaptureError } from './errors.ts';
import type { Line } from './line-reader.ts';
import { parseStampNs, parseStampSeconds } from './stamp-text.ts';

export type RawForm = 'ws-seconds' | 'rest-seconds' | 'ws-ns' | 'rest-ns';

interface RawPlace {
  /** Receive time, ns since the Unix epoch. */
  readonly tsRecvHi: number;
  readonly tsRecvLo: number;
  readonly file: string;
  readonly line: number;
}

/** A frame of a WebSocket, as received. */
export interface RawWsEvent extends RawPlace {
  readonly kind: 'ws';
  /** Which of the sources it came from: frames of one connection are in order. */
  readonly connection: number;
  readonly bytes: Uint8Array;
}

/** An HTTP answer, as received. */
export interface RawRestEvent extends RawPlace {
  readonly kind: 'rest';
  readonly method: string;
  /** Path and query, without scheme and host: `/api/v1/symbols?market=BTC`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type RawEvent = RawWsEvent | RawRestEvent;

/** Longest `<url> -> <time>: ` or `<ns> <METHOD> <path> ` looked for. */
const PREFIX_BYTES_MAX = 4096;
const SPACE = 0x20;
const COLON = 0x3a;
const ARROW = Buffer.from(' -> ');
const METHOD = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD)$/;

/** The form of a text by its first bytes, or `undefined`. */
export function rawFormOf(head: Uint8Array): RawForm | undefined {
  const text = Buffer.from(head.subarray(0, PREFIX_BYTES_MAX)).toString('latin1');
  for (const line of text.split('\n')) {
    if (/^\d{9,20} (?:GET|POST|PUT|DELETE|PATCH|HEAD) \//.test(line)) return 'rest-ns';
    if (/^\d{16,20} ./.test(line)) return 'ws-ns';
    if (/^\d{9,11}(?:\.\d+)?: ./.test(line)) return 'ws-seconds';
    if (/^https?:\/\/\S+ -> \d{9,11}(?:\.\d+)?: /.test(line)) return 'rest-seconds';
  }
  return undefined;
}

/**
 * Reads one line.
 * @throws CaptureError `BAD_LINE`, `BAD_STAMP` with file and line; count it and go on.
 */
export function parseRawLine(
  line: Line,
  source: { file: string; form: RawForm; connection: number },
): RawEvent {
  switch (source.form) {
    case 'ws-ns':
    case 'ws-seconds':
      return parseWs(line, source);
    case 'rest-ns':
      return parseRestNs(line, source.file);
    case 'rest-seconds':
      return parseRestSeconds(line, source.file);
  }
}

function parseWs(
  line: Line,
  source: { file: string; form: RawForm; connection: number },
): RawWsEvent {
  const { bytes } = line;
  const seconds = source.form === 'ws-seconds';
  const end = seconds ? findColon(bytes, 0) : bytes.indexOf(SPACE);
  if (end < 0) throw badLine(line, source.file, seconds ? 'no "<time>: "' : 'no "<ns> "');
  const stamp = readStamp(bytes.subarray(0, end), { line, file: source.file, seconds });
  return {
    kind: 'ws',
    tsRecvHi: stamp.hi,
    tsRecvLo: stamp.lo,
    connection: source.connection,
    bytes: bytes.subarray(end + (seconds ? 2 : 1)),
    file: source.file,
    line: line.number,
  };
}

function parseRestNs(line: Line, file: string): RawRestEvent {
  const { bytes } = line;
  const first = bytes.indexOf(SPACE);
  const second = first < 0 ? -1 : bytes.indexOf(SPACE, first + 1);
  const third = second < 0 ? -1 : bytes.indexOf(SPACE, second + 1);
  if (third < 0) throw badLine(line, file, 'no "<ns> <METHOD> <path> <body>"');
  const method = text(bytes, first + 1, second);
  const path = text(bytes, second + 1, third);
  if (!METHOD.test(method) || !path.startsWith('/')) throw badLine(line, file, 'no method or path');
  const stamp = readStamp(bytes.subarray(0, first), { line, file, seconds: false });
  return rest({ line, file, stamp, method, path, body: bytes.subarray(third + 1) });
}

function parseRestSeconds(line: Line, file: string): RawRestEvent {
  const { bytes } = line;
  const head = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.length, PREFIX_BYTES_MAX),
  );
  const arrow = head.indexOf(ARROW);
  const colon = arrow < 0 ? -1 : findColon(bytes, arrow);
  if (colon < 0) throw badLine(line, file, 'no "<url> -> <time>: "');
  const url = text(bytes, 0, arrow);
  const path = /^https?:\/\/[^/\s]+(\/\S*)$/.exec(url)?.[1];
  if (path === undefined) throw badLine(line, file, 'no http address');
  const time = bytes.subarray(arrow + ARROW.length, colon);
  const stamp = readStamp(time, { line, file, seconds: true });
  return rest({ line, file, stamp, method: 'GET', path, body: bytes.subarray(colon + 2) });
}

function rest(parts: {
  line: Line;
  file: string;
  stamp: StampNs;
  method: string;
  path: string;
  body: Uint8Array;
}): RawRestEvent {
  return {
    kind: 'rest',
    tsRecvHi: parts.stamp.hi,
    tsRecvLo: parts.stamp.lo,
    method: parts.method,
    path: parts.path,
    bytes: parts.body,
    file: parts.file,
    line: parts.line.number,
  };
}

/** The `: ` that ends a time in seconds, at most 40 bytes behind `from`; −1 without one. */
function findColon(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(COLON, from);
  return at >= 0 && at - from <= 40 && bytes[at + 1] === SPACE ? at : -1;
}

function readStamp(bytes: Uint8Array, at: { line: Line; file: string; seconds: boolean }): StampNs {
  const stamp: StampNs = { hi: 0, lo: 0 };
  const good = at.seconds
    ? parseStampSeconds(bytes, bytes.length, stamp)
    : parseStampNs(bytes, bytes.length, stamp);
  if (good) return stamp;
  const shown = JSON.stringify(text(bytes, 0, Math.min(bytes.length, 30)));
  const place = { file: at.file, line: at.line.number, offset: at.line.offset };
  throw new CaptureError('BAD_STAMP', `${shown} is no receive time`, place);
}

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

const badLine = (line: Line, file: string, detail: string): CaptureError =>
  new CaptureError('BAD_LINE', detail, { file, line: line.number, offset: line.offset });
