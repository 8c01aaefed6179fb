// Goal: what is written is read, whatever the values and wherever the pieces end; of bytes that are
// no DBN everything good is given, and the rest is an error with its place.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../test/mutation-check.ts';
import {
  below,
  layoutsOf,
  mutated,
  randomRecord,
  randomStream,
  randomMetadata,
} from '../test/random-stream.ts';
import type { Random } from '../test/random-stream.ts';
import { readStream } from '../test/read-stream.ts';
import { DbnDecoder } from './dbn-decoder.ts';
import { DbnEncoder } from './dbn-encoder.ts';
import { RECORD_LAYOUTS } from './layouts/index.ts';
import type { Field } from './layouts/index.ts';
import { metadataJson, recordJson } from './record-json.ts';
import { recordText } from './record-text.ts';
import { RecordViews } from './record-views.ts';
import type { RecordView } from './record-view.ts';

type Members = Record<string, unknown>;
type Setter = (...values: unknown[]) => unknown;

const camel = (name: string) =>
  name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
const pascal = (name: string) => camel(`_${name}`);

function cuts(random: Random, length: number): number[] {
  const places = Array.from({ length: below(random, 20) }, () => below(random, length + 1));
  return places.sort((a, b) => a - b);
}

/** What the getters of a field say, in the form that JSON has it. */
function throughGetters(view: Members, { name, kind, bytes }: Field): unknown {
  if (bytes === 8) {
    const hi = BigInt(view[`${camel(name)}Hi32`] as number);
    const value = (hi << 32n) | BigInt(view[`${camel(name)}Lo32`] as number);
    return String(kind === 'price' || kind === 'i64' ? BigInt.asIntN(64, value) : value);
  }
  const value = view[camel(name)];
  return kind === 'char' && typeof value === 'number'
    ? String.fromCharCode(value).replace('\0', '')
    : value;
}

/** Sets a field of `to` to what it is in `from`. */
function copyField(from: Members, to: Members, { name, bytes, kind }: Field): void {
  const set = (suffix: string, ...values: unknown[]) =>
    (to[`set${pascal(name)}${suffix}`] as Setter).apply(to, values);
  if (bytes === 8) set('Words', from[`${camel(name)}Hi32`], from[`${camel(name)}Lo32`]);
  if (bytes === 8 && kind !== 'time') set('BigInt', from[`${camel(name)}BigInt`]);
  if (bytes !== 8) set('', from[camel(name)]);
}

describe('records of any values', () => {
  test.each(RECORD_LAYOUTS.map((layout) => [layout.name, layout] as const))(
    '%s: each getter reads and each setter writes what the table of its fields says',
    (name, layout) => {
      const random = seededRandom(testSeed());
      const version = layout.versions[1] as 1 | 2 | 3;
      for (let round = 0; round < 20; round += 1) {
        const place = randomRecord(random, layout, true);
        const json = recordJson(place);
        const view = new RecordViews().at(place);
        expect(view.constructor.name).toBe(`${name}Record`);
        expect({ length: view.length, tsOut: `${view.tsOutBigInt}` }).toEqual({
          ...{ length: place.length, tsOut: json.ts_out },
        });
        const encoder = new DbnEncoder(new Uint8Array(1_000), { version, tsOut: true });
        const copy = new RecordViews().at(place);
        expect(encoder.begin(copy, view.rtype)).toBe(true);
        copy.setPublisherId(view.publisherId).setInstrumentId(view.instrumentId);
        copy.setTsEventWords(view.tsEventHi32, view.tsEventLo32);
        copy.setTsOutWords(view.tsOutHi32, view.tsOutLo32);
        for (const field of layout.fields.slice(5)) {
          if (field.name === '') continue;
          if (field.name === 'levels') {
            copyLevels(view, copy, json);
            continue;
          }
          const shown = json[field.name];
          const got = throughGetters(members(view), field);
          const expected = field.isNullable && field.bytes < 8 && got === null ? got : shown;
          expect(got, field.name).toEqual(expected);
          if (got === null) expect(BigInt(shown as number)).toBe(field.initial);
          copyField(members(view), members(copy), field);
        }
        const written = Buffer.from(encoder.written).toString('hex');
        expect(written).toBe(Buffer.from(place.view.buffer as ArrayBuffer).toString('hex'));
      }
    },
  );

  test('streams are read as written, wherever the pieces end, and written the same again', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 300; round += 1) {
      const stream = randomStream(random);
      const whole = readStream(stream.bytes);
      expect(whole.failure).toBeUndefined();
      expect(whole.json[0]).toEqual(metadataJson(stream.metadata));
      expect(whole.counts).toEqual({ records: stream.records, unknown: 0, damaged: 0 });
      expect(readStream(stream.bytes, cuts(random, stream.bytes.length))).toEqual(whole);
      const fragment = { fragment: random() < 0.5 ? {} : { version: stream.version } };
      const rest = readStream(stream.bytes.subarray(stream.recordsAt), [], fragment);
      expect(rest.json).toEqual(whole.json.slice(1));
    }
  });

  test('upgraded, the fields that both versions have keep their values', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 300; round += 1) {
      const { bytes } = randomStream(random);
      const [, ...older] = readStream(bytes).json as Record<string, unknown>[];
      const upgraded = readStream(bytes, cuts(random, bytes.length), { upgrade: 'upgradeToV3' });
      const [head, ...newer] = upgraded.json as Record<string, unknown>[];
      expect(head).toMatchObject({ version: 3, symbol_cstr_len: 71 });
      expect(newer).toHaveLength(older.length);
      newer.forEach((record, index) => {
        const before = older[index]!;
        for (const name of Object.keys(record)) {
          if (name === 'hd' || !(name in before)) continue;
          if (name === 'quantity' && before[name] === 0x7fff_ffff) continue;
          if (typeof before[name] === 'object') expect(record[name]).toEqual(before[name]);
          else expect(String(record[name]), name).toBe(String(before[name]));
        }
      });
    }
  });

  test('have a text for people', () => {
    const random = seededRandom(testSeed());
    for (const version of [1, 2, 3] as const) {
      for (const layout of layoutsOf(version)) {
        const text = recordText(randomRecord(random, layout, random() < 0.5));
        expect(text).toMatch(/ publisher_id=\d+/);
        expect(text).not.toContain('undefined');
      }
    }
  });

  test('metadata of any values fit what is said to be their size', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 200; round += 1) {
      const version = (1 + below(random, 3)) as 1 | 2 | 3;
      const metadata = { ...randomMetadata(random, version), tsOut: false };
      const encoder = new DbnEncoder(new Uint8Array(20_000), { version });
      encoder.metadata(metadata);
      const decoder = new DbnDecoder();
      decoder.push(encoder.written);
      expect(decoder.next()).toBe(false);
      decoder.end();
      expect(decoder.metadata).toEqual(metadata);
    }
  });
});

test('of any bytes what is good is given, and the rest is an error with its place', () => {
  const random = seededRandom(testSeed());
  const sources = Array.from({ length: 500 }, () => randomStream(random, below(random, 5)));
  const seen = new Set<string>();
  for (let round = 0; round < 20_000; round += 1) {
    const hostile = mutated(random, sources[below(random, sources.length)]!.bytes);
    const upgrade = random() < 0.5 ? ('asIs' as const) : ('upgradeToV3' as const);
    const read = readStream(hostile, cuts(random, hostile.length), { upgrade });
    const { wrong, what } = outcomeOf(hostile, read);
    expect(wrong).toBeUndefined();
    seen.add(what);
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      ...['whole', 'NOT_DBN', 'UNSUPPORTED_VERSION', 'BAD_METADATA', 'METADATA_TOO_LARGE'],
      ...['BAD_LENGTH', 'TRUNCATED', 'EMPTY'],
    ]),
  );
});

/** Getters live on the prototype: an object by whose keys they are reached. */
function members(view: RecordView): Members {
  return new Proxy(
    {},
    {
      get: (_target, key) => {
        const value: unknown = Reflect.get(view, key);
        return typeof value === 'function' ? (value as Setter).bind(view) : value;
      },
    },
  );
}

interface WithLevels extends RecordView {
  level(index: number): RecordView;
}

function copyLevels(view: RecordView, copy: RecordView, json: Record<string, unknown>): void {
  const levels = json.levels as Record<string, number | string>[];
  levels.forEach((shown, index) => {
    const from = members((view as WithLevels).level(index));
    const to = members((copy as WithLevels).level(index));
    for (const [name, value] of Object.entries(shown)) {
      const kind = name.endsWith('px') ? 'price' : 'u32';
      const bytes = kind === 'price' ? 8 : 4;
      const field = {
        name,
        kind,
        bytes,
        offset: 0,
        doc: '',
        initial: 0n,
        isNullable: false,
      } as const;
      expect(throughGetters(from, field), name).toEqual(value);
      copyField(from, to, field);
    }
  });
  expect(() => (view as WithLevels).level(levels.length)).toThrow(RangeError);
}
