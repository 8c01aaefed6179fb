// Goal: a frame read by its layout gives exactly what the index gives, or goes to the index.
// Method: the index as the second opinion, on good, re-laid, cut and mutated messages of every
// topic; what is compared is all that a caller can see: fields, values, levels, errors.
import { seededRandom, testSeed } from '@tickwire/testing';
import { ValueKind } from '@tickwire/wire-json';
import { describe, expect, test } from 'vitest';
import { LEVEL1, delta, encode, match, ticker } from '../test/normaliser-setup.ts';
import { SessionText } from '../test/session-text.ts';
import { KucoinDecodeError } from './errors.ts';
import { FITTED_BYTES_MAX } from './layout-memory.ts';
import { DELTA_ASKS, DELTA_BIDS } from './level-list.ts';
import { FIELD_COUNT, slotOf } from './message-fields.ts';
import { MessageReader } from './message-reader.ts';
import { colonOf, topicOf } from './topic.ts';

const TYPE = slotOf('type');
const TOPIC = slotOf('topic');
const TIME = slotOf('data.time');
const CHANGES_ASKS = slotOf('data.changes.asks');
const CHANGES_BIDS = slotOf('data.changes.bids');
const MESSAGE = encode('message');
const seed = testSeed();

function failure(work: () => void): KucoinDecodeError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof KucoinDecodeError) return error;
    throw error;
  }
}

/** As the normaliser does with a message it has accepted; whether it is one. */
function learn(reader: MessageReader): boolean {
  if (reader.kind(TYPE) !== ValueKind.String || !reader.is(TYPE, MESSAGE)) return false;
  if (reader.kind(TOPIC) !== ValueKind.String) return false;
  const start = reader.start(TOPIC);
  const colon = colonOf(reader.bytes, start, reader.end(TOPIC));
  const topic = topicOf(reader.bytes, start, colon);
  if (topic === 0 || colon === reader.end(TOPIC)) return false;
  reader.learn({ topic, bytes: colon + 1 - start });
  return true;
}

/** Reads what a caller may read of a number or a time. */
function valuesOf(reader: MessageReader, slot: number): unknown[] {
  const stamp = { hi: 0, lo: 0 };
  const values: unknown[] = [];
  const integer = failure(() => values.push(reader.whole(slot)));
  const time = failure(() => values.push(reader.timeMs(slot, stamp)));
  return [...values, stamp, integer?.message, time?.message];
}

function levelsOf(reader: MessageReader): unknown {
  const { levels } = reader;
  if (reader.layout?.readsLevels !== true) {
    levels.clear();
    const asks = [reader.start(CHANGES_ASKS), DELTA_ASKS] as const;
    const bids = [reader.start(CHANGES_BIDS), DELTA_BIDS] as const;
    const refused = failure(() => {
      levels.append(reader.bytes, ...asks);
      levels.append(reader.bytes, ...bids);
    });
    if (refused !== undefined) return refused.message;
  }
  const { count, priceDigitsMax, sizeDigitsMax } = levels;
  const columns = [
    ...[levels.prices, levels.priceDigits, levels.sizes, levels.sizeDigits],
    ...[levels.sequences, levels.isBid],
  ].map((column) => Array.from(column.subarray(0, count)));
  return { count, priceDigitsMax, sizeDigitsMax, columns };
}

/** Everything there is to see of a message read well; of refusals, that of the slot `refused`. */
function seen(reader: MessageReader, refused: number): unknown {
  const hasChanges = [CHANGES_ASKS, CHANGES_BIDS].every(
    (slot) => reader.kind(slot) === ValueKind.Array,
  );
  const levels = hasChanges ? levelsOf(reader) : undefined;
  const kinds = Array.from({ length: FIELD_COUNT }, (_, slot) => reader.kind(slot));
  const fields = kinds.map((kind, slot) => {
    const isText = kind === ValueKind.String || kind === ValueKind.Number;
    const isPlaced = (isText && !isConstant(slot)) || kind === ValueKind.Array;
    const place = isPlaced ? [reader.start(slot), reader.end(slot)] : [];
    const values = kind === ValueKind.Number ? valuesOf(reader, slot) : [];
    return [kind, place, values];
  });
  // Refusing is last: it has the message read again.
  const refusal = failure(() => reader.fail('BAD_FIELD', refused))?.message;
  return { levels, fields, refusal };
}

/** Of a layout these are text: their value is known and their place is not kept. */
const isConstant = (slot: number): boolean => slot === TYPE || slot === slotOf('subject');

/** Reads with a reader that learns and with one that does not, and compares. */
function createComparer(): (bytes: Uint8Array) => { fitted: boolean; readsLevels: boolean } {
  const quick = new MessageReader();
  const thorough = new MessageReader();
  let turn = 0;
  return (bytes) => {
    turn = (turn + 1) % FIELD_COUNT;
    const refused = failure(() => thorough.read(bytes));
    const quickly = failure(() => quick.readFrame(bytes));
    const context = `TICKWIRE_SEED=${seed} ${Buffer.from(bytes).toString('base64')}`;
    if (quickly?.message !== refused?.message) {
      expect(`${quickly?.message} ${context}`).toBe(`${refused?.message} ${context}`);
    }
    const { layout } = quick;
    if (refused === undefined && layout === undefined) learn(quick);
    if (layout !== undefined) {
      const [found, wanted] = [quick, thorough].map((one) => JSON.stringify(seen(one, turn)));
      if (found !== wanted) expect(`${found} ${context}`).toBe(`${wanted} ${context}`);
    }
    return { fitted: layout !== undefined, readsLevels: layout?.readsLevels === true };
  };
}

describe('frames read by their layout', () => {
  test('equal the index on 150,000 mutated messages', { timeout: 60_000 }, () => {
    const random = seededRandom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const text = new SessionText({ symbols: ['AB-USDT', 'LONGER1-USDT'], seed });
    const tokens =
      '0|00|-1|1.5|1e3|""|"x"|[]|[["1","2","3"]]|["1","2"]|null|true|{}| |\n|\\|,|}|]|"'
        .split('|')
        .concat(['999999999', '1000000000', '123456789012345', '1234567890123456', '1.50', '\0'])
        .map((token) => Buffer.from(token));
    const pick = (): Buffer => tokens[below(tokens.length)] as Buffer;
    const compare = createComparer();
    let fitted = 0;
    for (let round = 0; round < 150_000; round++) {
      let bytes: Buffer = Buffer.from(round % 11 === 0 ? LEVEL1 : text.next(round));
      const changes = below(3);
      for (let change = 0; change < changes; change++) {
        const at = below(bytes.length + 1);
        const kind = below(10);
        const runs = [...bytes.toString('latin1').matchAll(/[\d.]+/g)];
        const run = runs[below(runs.length)];
        if (kind < 5 && run !== undefined) {
          const digits = kind === 0 ? pick() : Buffer.from(randomNumber(random));
          const behind = bytes.subarray(run.index + run[0].length);
          bytes = Buffer.concat([bytes.subarray(0, run.index), digits, behind]);
        } else if (kind < 7 && at < bytes.length) bytes[at] = below(256);
        else if (kind === 7) bytes = bytes.subarray(0, at);
        else bytes = Buffer.concat([bytes.subarray(0, at), pick(), bytes.subarray(at + below(3))]);
      }
      if (compare(bytes).fitted) fitted += 1;
    }
    expect(fitted).toBeGreaterThan(60_000);
    expect(fitted).toBeLessThan(140_000);
  });

  test('no cut of a frame is read as whole, although the rest of the last one is there', () => {
    const compare = createComparer();
    const whole = encode(delta([101, 102], { asks: [['1', '2', 101]], bids: [['3', '4', 102]] }));
    for (let length = 0; length < whole.length; length++) {
      compare(whole);
      expect(compare(whole).fitted).toBe(true);
      expect(compare(whole.subarray(0, length)).fitted).toBe(false);
    }
  });

  const spaced = (text: string): string => JSON.stringify(JSON.parse(text), null, 1);
  test.each([
    ['white space', spaced(ticker()), spaced(ticker({ bestBid: '7.25', sequence: '77' }))],
    ['unknown keys', match({ x: 'one', y: 1 }), match({ x: 'other', y: 22_222 })],
    ['null, the same again', ticker({ bestBid: null }), ticker({ bestBid: null, size: '9' })],
    ['no levels, then some', delta([1, 1], {}), delta([1, 1], { asks: [['5.10', '6', 1]] })],
    ['a key twice', `{"type":"x",${ticker().slice(1)}`, `{"type":"yy",${ticker().slice(1)}`],
  ])('fits with %s', (_, first, second) => {
    const compare = createComparer();
    compare(encode(first));
    expect(compare(encode(second)).fitted).toBe(true);
  });

  const long = 'x'.repeat(FITTED_BYTES_MAX);
  test.each([
    ['an escape', match({ x: 'a' }), match({ x: 'a\\"b' })],
    ['a fraction', match({ y: 1 }), match({ y: 1.5 })],
    ['16 digits', match({ y: 1 }), match({ y: 1_234_567_890_123_456 })],
    ['another type', ticker(), ticker().replace('"message"', '"messagf"')],
    ['another key', ticker(), ticker().replace('"size"', '"sise"')],
    ['more than a layout takes', match({ x: 'a' }), match({ x: long })],
  ])('leaves %s to the index', (_, first, second) => {
    const compare = createComparer();
    compare(encode(first));
    expect(compare(encode(first)).fitted).toBe(true);
    expect(compare(encode(second)).fitted).toBe(false);
  });

  test.each([
    ['as the vendor writes them', (text: string) => text, true],
    ['with more zeros than digits', (text: string) => text.replace('"2"', '"2.0000000000"'), false],
    ['bids before asks: asks stay first among equal sequences', turned, false],
  ])('levels %s', (_, change, readsLevels) => {
    const compare = createComparer();
    const text = delta([1, 1], { asks: [['2', '1', 1]], bids: [['1', '1', 1]] });
    compare(encode(change(text)));
    expect(compare(encode(change(text)))).toEqual({ fitted: true, readsLevels });
  });

  test('a new layout takes the place of an old one when it keeps coming', () => {
    const reader = new MessageReader();
    const read = (bytes: Uint8Array): boolean => {
      reader.readFrame(bytes);
      return reader.layout !== undefined || !learn(reader);
    };
    const forms = Array.from({ length: 9 }, (_, form) => encode(match({ [`key${form}`]: 'a' })));
    for (const form of forms.slice(0, 8)) expect(read(form)).toBe(false);
    for (const form of forms.slice(0, 8)) expect(read(form)).toBe(true);
    const last = forms[8] as Uint8Array;
    let misses = 0;
    while (!read(last) && misses < 10_000) misses += 1;
    expect(misses).toBeGreaterThan(100);
    expect(misses).toBeLessThan(1_000);
    expect(forms.filter((form) => read(form)).length).toBe(8);
  });

  test('a time read by the layout is that of bigint arithmetic', () => {
    const random = seededRandom(seed);
    const quick = new MessageReader();
    for (let round = 0; round < 20_000; round++) {
      const ms = Math.floor(random() * 2 ** (1 + Math.floor(random() * 43)));
      const bytes = encode(delta([1, 1], {}).replace('1729816425625', String(ms)));
      const stamp = { hi: 0, lo: 0 };
      quick.readFrame(bytes);
      if (quick.layout === undefined) learn(quick);
      quick.timeMs(TIME, stamp);
      const found = (BigInt(stamp.hi) << 32n) | BigInt(stamp.lo);
      if (found !== BigInt(ms) * 1_000_000n) expect(`${ms} ${found}`).toBe(String(ms));
    }
  });
});

function randomNumber(random: () => number): string {
  const whole = Math.floor(random() * 10 ** Math.floor(random() * 17));
  if (random() < 0.5) return String(whole);
  return `${whole}.${String(Math.floor(random() * 1e9)).slice(0, 1 + Math.floor(random() * 9))}`;
}

/** The same message with its bids before its asks. */
function turned(text: string): string {
  const message = JSON.parse(text);
  const { asks, bids } = message.data.changes;
  return JSON.stringify({ ...message, data: { ...message.data, changes: { bids, asks } } });
}
