// Goal: generated code and the table codec say the same about every message, and never read or
// write outside of it. Method: every feature's schema in both byte orders; random values through
// both encoders and both decoders, random bytes of every sender's version through both decoders,
// and every message cut at every byte.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory, testSeed } from '@tickwire/testing';
import { SbeError, decodeMessage, encodeMessage } from '@tickwire/wire-sbe';
import type { ByteOrder, Schema } from '@tickwire/wire-sbe';
import { codeName } from './emit/member-names.ts';
import { asOfVersion } from './test/as-of-version.ts';
import { encodeGenerated } from './test/drive-encoder.ts';
import { BYTE_ORDERS, FEATURES, featureSchema } from './test/fixtures.ts';
import { compileStrictly, encoderOf, loadGenerated } from './test/generated-code.ts';
import type { GeneratedModule } from './test/generated-code.ts';
import { RandomBytes, RandomJson } from './test/random-messages.ts';
import { RandomSource } from './test/random-source.ts';

const ROUNDS = 40;
const folder = temporaryDirectory({ name: 'sbe-features' });
const loaded = new Map<string, { schema: Schema; module: GeneratedModule }>();
for (const byteOrder of BYTE_ORDERS) {
  for (const feature of FEATURES) {
    const schema = featureSchema(feature, byteOrder);
    const module = await loadGenerated(schema, join(folder, byteOrder, feature));
    loaded.set(`${feature} ${byteOrder}`, { schema, module });
  }
}

function codec(feature: string, byteOrder: ByteOrder) {
  const { schema, module } = loaded.get(`${feature} ${byteOrder}`)!;
  return { schema, module, registry: module.createRegistry() };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What a decoder says: the JSON, or the code and place of its error. */
function outcome(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof SbeError)) throw error;
    return { code: error.code, field: error.field };
  }
}

test('generated code compiles under the strict settings of the project', async () => {
  expect(await compileStrictly(folder)).toBe('');
}, 120_000);

const CASES = FEATURES.flatMap((feature) => BYTE_ORDERS.map((order) => [feature, order] as const));

describe.each(CASES)('%s, %s', (feature, byteOrder) => {
  const { schema, module, registry } = codec(feature, byteOrder);

  test('both encoders write the same bytes, both decoders read the values back', () => {
    const random = new RandomSource(testSeed());
    const values = new RandomJson(random);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const message of schema.messages) {
        const json = values.message(schema, message);
        const bytes = encodeMessage(schema, json);
        const encoder = encoderOf(module, codeName(message.name));
        expect(encodeGenerated(encoder, { message, json })).toEqual(bytes);
        expect(decodeMessage(schema, viewOf(bytes), { offset: 0 })).toEqual(json);
        expect(registry.toJson(viewOf(bytes), 0)).toEqual(json);
      }
    }
  });

  test('a message that is ended as an older version has nothing that came later', () => {
    const random = new RandomSource(testSeed());
    const values = new RandomJson(random);
    const lengthOf = () => expect.any(Number) as number;
    for (let version = 0; version <= schema.version; version += 1) {
      for (const message of schema.messages) {
        const json = values.message(schema, message);
        const encoder = encoderOf(module, codeName(message.name));
        const bytes = encodeGenerated(encoder, { message, json, version });
        const expected = asOfVersion(message, json, { version, lengthOf });
        expect(decodeMessage(schema, viewOf(bytes), { offset: 0 })).toEqual(expected);
        expect(registry.toJson(viewOf(bytes), 0)).toEqual(expected);
        expect(registry.decoderOf(message.id)!.end).toBe(bytes.length);
      }
    }
  });

  test('both decoders agree on any bytes of a sender of any version', () => {
    const random = new RandomSource(testSeed());
    for (let round = 0; round < ROUNDS; round += 1) {
      const version = random.below(schema.version + 3);
      const sender = { version, more: random.below(20) };
      const source = new RandomBytes(random, schema, sender);
      for (const message of schema.messages) {
        const bytes = source.message(message);
        const json = decodeMessage(schema, viewOf(bytes), { offset: 0 });
        expect(registry.toJson(viewOf(bytes), 0)).toEqual(json);
        expect(json).toMatchObject({ name: message.name, version });
      }
    }
  });

  test('cut at any byte, a message is refused by both or was whole before the cut', () => {
    const random = new RandomSource(testSeed());
    const source = new RandomBytes(random, schema, { version: schema.version, more: 0 });
    for (const message of schema.messages) {
      const bytes = source.message(message);
      // What follows in the buffer must not be read as if it belonged to the message.
      const padded = new Uint8Array(bytes.length + 64).fill(0xff);
      padded.set(bytes, 5);
      const view = viewOf(padded);
      for (let end = 5; end < 5 + bytes.length; end += 1) {
        const table = outcome(() => decodeMessage(schema, view, { offset: 5, end }));
        expect(outcome(() => registry.toJson(view, 5, end))).toEqual(table);
        expect(table).toHaveProperty('code');
      }
      expect(registry.toJson(view, 5, 5 + bytes.length)).toHaveProperty('fields');
    }
  });

  test('with any bytes changed, both decoders give the same values or the same error', () => {
    const random = new RandomSource(testSeed());
    const source = new RandomBytes(random, schema, { version: schema.version, more: 0 });
    for (let round = 0; round < ROUNDS * 3; round += 1) {
      const bytes = source.message(random.pick(schema.messages));
      for (let changes = 1 + random.below(3); changes > 0; changes -= 1) {
        bytes[random.below(bytes.length)] = random.byte();
      }
      const table = outcome(() => decodeMessage(schema, viewOf(bytes), { offset: 0 }));
      expect(outcome(() => registry.toJson(viewOf(bytes), 0))).toEqual(table);
    }
  });

  test('a message that does not fit the buffer is refused at every size', () => {
    const random = new RandomSource(testSeed());
    const values = new RandomJson(random);
    for (const message of schema.messages) {
      const json = values.message(schema, message);
      const { length } = encodeMessage(schema, json);
      for (let bytesMax = 0; bytesMax < length; bytesMax += 1) {
        const refused = outcome(() => encodeMessage(schema, json, { bytesMax }));
        expect(refused).toMatchObject({ code: 'NO_SPACE' });
        const encoder = encoderOf(module, codeName(message.name));
        const guarded = outcome(() => encodeGenerated(encoder, { message, json, bytesMax }));
        expect(guarded).toMatchObject({ code: 'NO_SPACE' });
      }
    }
  });
});
