/** Formats that are given for DBN by mistake: how they begin, and what to do then. */

export interface ForeignFormat {
  readonly kind: 'dbz' | 'zstd' | 'gzip' | 'parquet' | 'json' | 'csv';
  /** For people. */
  readonly name: string;
  readonly hint: string;
}

interface KnownFormat extends ForeignFormat {
  readonly matches: (start: Uint8Array, text: string) => boolean;
}

/** How many bytes say what a stream is. */
export const START_BYTES = 12;

const isZstd = (start: Uint8Array): boolean =>
  start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd;

/** A frame of zstd that holds something else: 16 magics, each followed by its size. */
const isSkippable = (start: Uint8Array): boolean =>
  (start[0]! & 0xf0) === 0x50 && start[1] === 0x2a && start[2] === 0x4d && start[3] === 0x18;

const FORMATS: readonly KnownFormat[] = [
  {
    kind: 'dbz',
    name: 'DBZ, which came before DBN',
    hint: 'fetch the data again as DBN, or convert it with an older tool of the vendor',
    matches: (start, text) =>
      text.startsWith('DBZ') || (isSkippable(start) && text.slice(8, 11) === 'DBZ'),
  },
  {
    kind: 'zstd',
    name: 'compressed with zstd',
    hint: 'decompress it: `readDbn` of @tickwire/databento does',
    matches: (start) => isZstd(start) || isSkippable(start),
  },
  {
    kind: 'gzip',
    name: 'compressed with gzip',
    hint: 'decompress it: gunzip',
    matches: (start) => start[0] === 0x1f && start[1] === 0x8b,
  },
  {
    kind: 'parquet',
    name: 'Parquet',
    hint: 'ask the vendor for encoding dbn',
    matches: (_start, text) => text.startsWith('PAR1'),
  },
  {
    kind: 'json',
    name: 'JSON',
    hint: 'ask the vendor for encoding dbn',
    matches: (_start, text) => /^\s*[[{]/.test(text),
  },
  {
    kind: 'csv',
    name: 'CSV',
    hint: 'ask the vendor for encoding dbn',
    matches: (_start, text) => /^[\w"]+,/.test(text) || /^(ts_|rtype|publisher_)\w*$/.test(text),
  },
];

/**
 * @param start - `START_BYTES` of the stream, or all that there are.
 * @returns `undefined` when nobody knows what it is.
 */
export function foreignFormat(start: Uint8Array): ForeignFormat | undefined {
  const text = String.fromCharCode(...start.subarray(0, START_BYTES));
  return FORMATS.find(({ matches }) => matches(start, text));
}
