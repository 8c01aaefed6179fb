/** Streams of DBN of all layouts, made of a seed. */
import { DbnEncoder, SYMBOL_BYTES, SYMBOL_BYTES_V1, metadataBytes } from '../src/index.ts';
import type { DbnMetadata, RecordPlace } from '../src/index.ts';
import {
  CONSOLIDATED_LEVEL_FIELDS,
  RECORD_LAYOUTS,
  TS_OUT_BYTES,
  WORD_BYTES,
} from '../src/layouts/index.ts';
import type { RecordLayout } from '../src/layouts/index.ts';

export type Random = () => number;
export type Version = 1 | 2 | 3;

export interface RandomStream {
  readonly bytes: Uint8Array;
  readonly version: Version;
  readonly metadata: DbnMetadata;
  readonly records: number;
  /** Where the records begin. */
  readonly recordsAt: number;
}

export const below = (random: Random, end: number): number => Math.floor(random() * end);

function randomText(random: Random, lengthMax: number): string {
  const length = below(random, lengthMax + 1);
  return Array.from({ length }, () => String.fromCharCode(0x20 + below(random, 95))).join('');
}

function randomU64(random: Random): bigint {
  return (BigInt(below(random, 2 ** 32)) << 32n) | BigInt(below(random, 2 ** 32));
}

export function randomMetadata(random: Random, version: Version): DbnMetadata {
  const symbolCstrLength = version === 1 ? SYMBOL_BYTES_V1 : SYMBOL_BYTES;
  const symbols = (): string[] =>
    Array.from({ length: below(random, 4) }, () => randomText(random, symbolCstrLength - 1));
  return {
    ...{ version, symbolCstrLength, dataset: randomText(random, 15) },
    schema: random() < 0.2 ? 0xffff : below(random, 22),
    ...{ start: randomU64(random), end: randomU64(random), limit: randomU64(random) },
    ...{ stypeIn: below(random, 256), stypeOut: below(random, 256), tsOut: random() < 0.5 },
    ...{ symbols: symbols(), partial: symbols(), notFound: symbols() },
    mappings: symbols().map((rawSymbol) => ({
      rawSymbol,
      intervals: symbols().map((symbol) => ({
        ...{ startDate: below(random, 2 ** 32), endDate: below(random, 2 ** 32), symbol },
      })),
    })),
  };
}

/** A record of any values, text that ends within its field among them. */
export function randomRecord(random: Random, layout: RecordLayout, tsOut: boolean): RecordPlace {
  const length = layout.bytes + (tsOut ? TS_OUT_BYTES : 0);
  const bytes = Uint8Array.from({ length }, () => below(random, 256));
  bytes[0] = length / WORD_BYTES;
  bytes[1] = layout.rtypes[below(random, layout.rtypes.length)]!;
  for (const { kind, offset, bytes: size } of layout.fields) {
    if (kind === 'reserved') bytes.fill(0, offset, offset + size);
    if (kind === 'consolidated') {
      const reserved = CONSOLIDATED_LEVEL_FIELDS.filter((field) => field.kind === 'reserved');
      for (const field of reserved) bytes.fill(0, offset + field.offset, offset + field.offset + 2);
    }
    if (kind !== 'text') continue;
    const text = randomText(random, size - 1);
    bytes.fill(0, offset, offset + size);
    bytes.set(new TextEncoder().encode(text), offset);
  }
  return { view: new DataView(bytes.buffer), offset: 0, length, layout };
}

export function layoutsOf(version: Version): RecordLayout[] {
  return RECORD_LAYOUTS.filter(
    ({ versions: [first, last] }) => version >= first && version <= last,
  );
}

export function randomStream(random: Random, records = below(random, 12)): RandomStream {
  const version = (1 + below(random, 3)) as Version;
  const metadata = randomMetadata(random, version);
  const recordsAt = metadataBytes(metadata);
  const { tsOut } = metadata;
  const encoder = new DbnEncoder(new Uint8Array(recordsAt + records * 600), { version, tsOut });
  encoder.metadata(metadata);
  const layouts = layoutsOf(version);
  for (let count = 0; count < records; count += 1) {
    const layout = layouts[below(random, layouts.length)]!;
    encoder.append(randomRecord(random, layout, tsOut));
  }
  return { bytes: encoder.written, version, metadata, records, recordsAt };
}

const TELLING_BYTES = [0, 1, 3, 4, 0x7f, 0x80, 0xff] as const;

/** A stream with some bytes changed, cut, or other bytes put in. */
export function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  let result = bytes.slice(0, random() < 0.3 ? below(random, bytes.length + 1) : bytes.length);
  for (let changes = below(random, 6); changes > 0 && result.length > 0; changes -= 1) {
    const at = below(random, random() < 0.3 ? Math.min(160, result.length) : result.length);
    const byte =
      random() < 0.5 ? TELLING_BYTES[below(random, TELLING_BYTES.length)]! : below(random, 256);
    result[at] = byte;
  }
  if (random() < 0.1) {
    const at = below(random, result.length + 1);
    const length = below(random, 40);
    const added = Uint8Array.from({ length }, () => below(random, 256));
    const longer = new Uint8Array(result.length + length);
    longer.set(result.subarray(0, at));
    longer.set(added, at);
    longer.set(result.subarray(at), at + length);
    result = longer;
  }
  return result;
}
