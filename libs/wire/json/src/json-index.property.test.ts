// Goal: on any text the index says what JSON.parse says: the same texts are taken, and each wanted
// field is the value that JSON.parse gives. Method: texts with random white space, order of keys,
// escapes and keys given twice; each of their cuts; and random changes of their bytes.
import { isDeepStrictEqual } from 'node:util';
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { JsonWriter } from '../test/json-writer.ts';
import { JsonScanError } from './errors.ts';
import { JsonFields } from './json-fields.ts';
import { JsonIndex } from './json-index.ts';
import { unescapeJson } from './unescape-json.ts';
import { ValueKind } from './value-kind.ts';

const FIELDS = new JsonFields([
  'type',
  'data',
  'data.type',
  'data.price',
  'data.list',
  'data.data',
  'data.data.price',
  'a.b.c',
  'x',
]);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** The value of `path` in what JSON.parse made. */
function valueIn(parsed: unknown, path: string): unknown {
  let value = parsed;
  for (const key of path.split('.')) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || !Object.hasOwn(value as object, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** What stands in a slot, read by JSON.parse. */
function valueAt(index: JsonIndex, slot: number, bytes: Uint8Array): unknown {
  const kind = index.kinds[slot];
  if (kind === ValueKind.Absent) return undefined;
  const found = decode(bytes.subarray(index.starts[slot], index.ends[slot]));
  return JSON.parse(kind === ValueKind.String ? `"${found}"` : found);
}

function expectFields(index: JsonIndex, bytes: Uint8Array, parsed: unknown): void {
  FIELDS.names.forEach((name, slot) => {
    const found = valueAt(index, slot, bytes);
    const wanted = valueIn(parsed, name);
    if (!isDeepStrictEqual(found, wanted)) expect([name, found]).toEqual([name, wanted]);
  });
}

/** Reads an object, with or without a copy, and compares its fields. */
function expectRead(index: JsonIndex, bytes: Uint8Array): void {
  const parsed: unknown = JSON.parse(decode(bytes));
  index.read(bytes);
  if (!index.escaped) {
    expectFields(index, bytes, parsed);
    return;
  }
  const copy = unescapeJson(bytes);
  const again: unknown = JSON.parse(decode(copy));
  if (!isDeepStrictEqual(again, parsed)) expect(again).toEqual(parsed);
  index.read(copy);
  expectFields(index, copy, parsed);
}

/** The code of the refusal; `undefined` when all was taken. */
function refusal(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    return error.code;
  }
}

function listAll(index: JsonIndex, bytes: Uint8Array): number {
  let count = 0;
  for (index.openArray(bytes); index.nextObject();) count += 1;
  return count;
}

/** The same bytes, and how often one outside of them was asked for. */
function guarded(bytes: Uint8Array): { bytes: Uint8Array; outside: () => number } {
  let outside = 0;
  const proxy = new Proxy(bytes, {
    get(target, key) {
      const at = typeof key === 'string' ? Number(key) : NaN;
      if (Number.isInteger(at) && (at < 0 || at >= target.length)) outside += 1;
      return Reflect.get(target, key, target);
    },
  });
  return { bytes: proxy, outside: () => outside };
}

function mutated(text: string, random: () => number): Uint8Array {
  const bytes = encode(text);
  const alphabet = encode('{}[]",:0123456789.-+eE\\tfnul \n\u0000é');
  const change = 1 + Math.floor(random() * 3);
  let changed = bytes;
  for (let turn = 0; turn < change; turn++) {
    const at = Math.floor(random() * (changed.length + 1));
    const cut = Math.floor(random() * 3);
    const insert = alphabet.subarray(Math.floor(random() * alphabet.length)).subarray(0, 1);
    const parts = [
      changed.subarray(0, at),
      random() < 0.7 ? insert : [],
      changed.subarray(at + cut),
    ];
    changed = Uint8Array.from(parts.flatMap((part) => [...part]));
  }
  return changed;
}

describe('JSON index, by JSON.parse', () => {
  test('each wanted field of 5,000 messages', () => {
    const writer = new JsonWriter(seededRandom(testSeed()));
    const index = new JsonIndex(FIELDS);
    for (let round = 0; round < 5_000; round++) expectRead(index, encode(writer.object()));
  });

  test('each wanted field of the objects of 2,000 arrays', () => {
    const writer = new JsonWriter(seededRandom(testSeed()));
    const index = new JsonIndex(FIELDS);
    const ofCopies = new JsonIndex(FIELDS);
    for (let round = 0; round < 2_000; round++) {
      const bytes = encode(writer.arrayOfObjects());
      const parsed = JSON.parse(decode(bytes)) as unknown[];
      let at = 0;
      for (index.openArray(bytes); index.nextObject(); at++) {
        if (!index.escaped) expectFields(index, bytes, parsed[at]);
        else expectRead(ofCopies, bytes.slice(index.objectStart, index.objectEnd));
      }
      if (at !== parsed.length) expect(at).toBe(parsed.length);
    }
  });

  test('every cut of 100 messages and arrays is refused as cut', () => {
    const writer = new JsonWriter(seededRandom(testSeed()));
    const index = new JsonIndex(FIELDS);
    for (let round = 0; round < 100; round++) {
      const object = encode(writer.object());
      index.read(object);
      for (let length = 0; length < object.length; length++) {
        const found = refusal(() => index.read(object.subarray(0, length)));
        if (found !== 'TRUNCATED') expect([found, decode(object), length]).toBe('TRUNCATED');
      }
      const array = encode(writer.arrayOfObjects());
      listAll(index, array);
      for (let length = 0; length < array.length; length++) {
        const found = refusal(() => listAll(index, array.subarray(0, length)));
        if (found !== 'TRUNCATED') expect([found, decode(array), length]).toBe('TRUNCATED');
      }
    }
  });

  test('no byte outside of a text, a cut or a changed text is looked at', () => {
    const random = seededRandom(testSeed());
    const writer = new JsonWriter(random);
    const index = new JsonIndex(FIELDS);
    for (let round = 0; round < 200; round++) {
      const text = writer.object();
      const whole = encode(text);
      const cut = whole.subarray(0, Math.floor(random() * whole.length));
      for (const bytes of [whole, cut, mutated(text, random)]) {
        const guard = guarded(bytes);
        refusal(() => index.read(guard.bytes));
        refusal(() => listAll(index, guard.bytes));
        if (guard.outside() > 0) expect([guard.outside(), decode(bytes)]).toBe('none');
      }
    }
  });

  test('takes and refuses the same of 20,000 changed texts', () => {
    const random = seededRandom(testSeed());
    const writer = new JsonWriter(random);
    const index = new JsonIndex(FIELDS);
    const isObject = (value: unknown): boolean =>
      typeof value === 'object' && value !== null && !Array.isArray(value);
    for (let round = 0; round < 20_000; round++) {
      const isArray = round % 2 === 0;
      const bytes = mutated(isArray ? writer.arrayOfObjects() : writer.object(), random);
      const taken = refusal(() => (isArray ? listAll(index, bytes) : index.read(bytes)));
      let isRight: boolean;
      try {
        const value: unknown = JSON.parse(decode(bytes));
        isRight = isArray ? Array.isArray(value) && value.every(isObject) : isObject(value);
      } catch {
        isRight = false;
      }
      const found = taken === undefined;
      if (found !== isRight) expect([taken, decode(bytes)]).toEqual([isRight, '']);
    }
  });
});
