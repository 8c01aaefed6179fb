import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RING_MAGIC } from '@tickwire/ipc-ring';
import { readHead, unreadable } from './byte-stream.ts';
import { CaptureError } from './errors.ts';
import { rawFormOf } from './raw-line.ts';
import type { RawForm } from './raw-line.ts';

/** One text file of a raw capture. */
export interface RawFile {
  readonly path: string;
  readonly form: RawForm;
  readonly gzip: boolean;
  /** Answers about instruments come before everything else, whatever their time. */
  readonly isFirst: boolean;
}

/** One file of frames (`@tickwire/wire-tick`): a tick capture or a segment of a journal. */
export interface TickFile {
  readonly path: string;
  readonly gzip: boolean;
}

/** One file of Databento's records, plain or compressed with zstd. */
export interface DbnFile {
  readonly path: string;
  /** Records without metadata before them: only its name, `.frag`, says so. */
  readonly isFragment: boolean;
}

/** What a path turned out to be. */
export type CaptureFormat =
  | { readonly kind: 'raw'; readonly files: readonly RawFile[] }
  | { readonly kind: 'ticks'; readonly files: readonly TickFile[] }
  | { readonly kind: 'dbn'; readonly files: readonly DbnFile[] }
  | { readonly kind: 'ring'; readonly path: string };

const RAW_NAME = /^(?:ws|rest|rest-[a-z0-9-]+)\.txt(?:\.gz)?$/;
/** Files of these names are DBN, whatever they begin with: fragments have no mark. */
const DBN_NAME = /\.(?:dbn(?:\.frag)?|dbz|frag)(?:\.zst)?$/;
const FRAGMENT_NAME = /\.frag(?:\.zst)?$/;
/** `DBN`; zstd, in which DBN mostly comes; a frame of zstd that holds something else, as of DBZ. */
const DBN_START = /^(?:DBN|\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)/;
const TICK_NAME = /\.(?:twc|twj)(?:\.gz)?$/;

/** First bytes of formats that are known by name only. `text` is matched as latin1. */
const UNSUPPORTED: readonly { name: string; starts: readonly string[] }[] = [
  {
    name: 'pcap',
    starts: ['\xa1\xb2\xc3\xd4', '\xd4\xc3\xb2\xa1', '\xa1\xb2\x3c\x4d', '\x4d\x3c\xb2\xa1'],
  },
  { name: 'pcapng', starts: ['\x0a\x0d\x0d\x0a'] },
  { name: 'Parquet', starts: ['PAR1'] },
];
const FRAME_START = 'TWF1';

/**
 * Looks at a file or directory and says what it is, by content; names only pick the files of a
 * directory. An empty file is a capture without records.
 *
 * @throws CaptureError `UNREADABLE`, `NOT_A_CAPTURE`, `UNSUPPORTED_FORMAT`.
 */
export async function detectCapture(path: string): Promise<CaptureFormat> {
  if (isDirectory(path)) return detectDirectory(path);
  if (DBN_NAME.test(path)) return { kind: 'dbn', files: [dbnFile(path)] };
  const { bytes, gzip } = await readHead(path);
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  if (start.startsWith(FRAME_START)) return { kind: 'ticks', files: [{ path, gzip }] };
  if (start.startsWith(RING_MAGIC) && !gzip) return { kind: 'ring', path };
  if (DBN_START.test(start) && !gzip) return { kind: 'dbn', files: [dbnFile(path)] };
  for (const { name, starts } of UNSUPPORTED) {
    if (!starts.some((magic) => start.startsWith(magic))) continue;
    throw new CaptureError('UNSUPPORTED_FORMAT', `is ${name}: this version cannot read it yet`, {
      file: path,
      hint: 'raw captures, files of DBN, tick captures, journals and rings can be read',
    });
  }
  if (bytes.length === 0 && !gzip) {
    if (TICK_NAME.test(path)) return { kind: 'ticks', files: [{ path, gzip }] };
    return { kind: 'raw', files: [] };
  }
  const form = rawFormOf(bytes);
  if (form === undefined) throw notACapture(path, 'no line of a raw capture at its start');
  return { kind: 'raw', files: [{ path, form, gzip, isFirst: false }] };
}

async function detectDirectory(path: string): Promise<CaptureFormat> {
  const names = listNames(path);
  const rawNames = names.filter((name) => RAW_NAME.test(name));
  if (rawNames.length > 0) {
    const files: RawFile[] = [];
    for (const name of rawNames) files.push(...(await rawFile(join(path, name))));
    return { kind: 'raw', files };
  }
  const dbnNames = names.filter((name) => DBN_NAME.test(name));
  if (dbnNames.length > 0) {
    return { kind: 'dbn', files: dbnNames.map((name) => dbnFile(join(path, name))) };
  }
  const tickNames = names.filter((name) => TICK_NAME.test(name)).sort(byPosition);
  if (tickNames.length === 0) {
    throw notACapture(path, 'holds neither ws.txt nor rest*.txt nor .twc, .twj or .dbn files');
  }
  const files: TickFile[] = [];
  for (const name of tickNames) {
    const file = join(path, name);
    files.push({ path: file, gzip: (await readHead(file)).gzip });
  }
  return { kind: 'ticks', files };
}

/** The file as DBN. */
export const dbnFile = (path: string): DbnFile => ({ path, isFragment: FRAGMENT_NAME.test(path) });

/** Whether a file is DBN by its name alone. */
export const isDbnName = (path: string): boolean => DBN_NAME.test(path);

async function rawFile(path: string): Promise<RawFile[]> {
  const { bytes, gzip } = await readHead(path);
  if (bytes.length === 0 && !gzip) return [];
  const form = rawFormOf(bytes);
  if (form === undefined) throw notACapture(path, 'no line of a raw capture at its start');
  const isFirst = form === 'rest-seconds' && basename(path).startsWith('rest-symbols');
  return [{ path, form, gzip, isFirst }];
}

/** Segments are named for their first position: by number, not by text. */
function byPosition(left: string, right: string): number {
  const difference = Number.parseInt(left, 10) - Number.parseInt(right, 10);
  return Number.isFinite(difference) && difference !== 0 ? difference : left < right ? -1 : 1;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function listNames(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

const notACapture = (path: string, detail: string): CaptureError =>
  new CaptureError('NOT_A_CAPTURE', detail, {
    file: path,
    hint: 'give a raw capture (a folder with ws.txt, a text or .gz file), DBN, a .twc or a ring',
  });
