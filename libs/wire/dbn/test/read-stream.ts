import { DbnDecoder, DbnError, metadataJson, recordJson } from '../src/index.ts';
import type { DbnCounts, DbnDecoderOptions } from '../src/index.ts';

/** All that a decoder gives of a stream. */
export interface ReadStream {
  /** Metadata, unless it is a fragment, and records. */
  readonly json: unknown[];
  readonly positions: number[];
  readonly counts: DbnCounts;
  readonly damaged: DbnError[];
  /** Why it could not be read to its end. */
  readonly failure: DbnError | undefined;
}

/** Reads a stream that comes in pieces which end at these places. */
export function readStream(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  options: DbnDecoderOptions = {},
): ReadStream {
  const damaged: DbnError[] = [];
  const decoder = new DbnDecoder({ ...options, onDamaged: (error) => damaged.push(error) });
  const json: unknown[] = [];
  const positions: number[] = [];
  let failure: DbnError | undefined;
  try {
    let from = 0;
    for (const to of [...cuts, bytes.length]) {
      // A copy that is spoilt afterwards: what is read later must not lie in it.
      const piece = bytes.slice(from, to);
      decoder.push(piece);
      while (decoder.next()) {
        positions.push(decoder.position);
        json.push(recordJson(decoder));
      }
      piece.fill(0xee);
      from = to;
    }
    decoder.end();
  } catch (error) {
    if (!(error instanceof DbnError)) throw error;
    failure = error;
  }
  if (decoder.metadata !== undefined) json.unshift(metadataJson(decoder.metadata));
  return { json, positions, counts: decoder.counts, damaged, failure };
}
