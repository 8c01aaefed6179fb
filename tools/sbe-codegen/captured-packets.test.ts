// Goal: real packets of the exchange say what two other decoders found in them. Method: each schema
// is generated, compiled strictly and loaded; each packet is decoded by the generated code and by
// the table, compared with the recorded values, and encoded again to the same bytes.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { capturedData, temporaryDirectory, testSeed } from '@tickwire/testing';
import { readSchema } from '@tickwire/io-sbe-schema';
import { decodeMessage, encodeMessage } from '@tickwire/wire-sbe';
import type { MessageJson, Schema } from '@tickwire/wire-sbe';
import { codeName } from './emit/member-names.ts';
import { generate } from './emit/generate.ts';
import { readCmePackets } from './test/cme-packets.ts';
import { encodeGenerated } from './test/drive-encoder.ts';
import { compileStrictly, encoderOf, loadGenerated } from './test/generated-code.ts';
import type { GeneratedModule } from './test/generated-code.ts';
import { RandomBytes } from './test/random-messages.ts';
import { RandomSource } from './test/random-source.ts';
import { withoutPadding } from './test/without-padding.ts';

const data = capturedData('CME schemas and packets', 'cme');

interface ExpectedPacket {
  readonly messages: readonly (MessageJson & { readonly messageSize: number })[];
}

interface Codec {
  readonly schema: Schema;
  readonly module: GeneratedModule;
}

const codecs = new Map<number, Codec>();
const folder = temporaryDirectory({ name: 'sbe-captured' });

function schemaFiles(root: string): string[] {
  return readdirSync(join(root, 'schema')).filter((name) => name.endsWith('.xml'));
}

function readFile(root: string, name: string) {
  return readSchema(readFileSync(join(root, 'schema', name), 'utf8'));
}

describe.skipIf(data === undefined)('captured schemas and packets', () => {
  const root = data ?? '';

  beforeAll(async () => {
    for (const name of schemaFiles(root)) {
      const { schema } = readFile(root, name);
      const module = await loadGenerated(schema, join(folder, `v${schema.version}`));
      codecs.set(schema.version, { schema, module });
    }
  }, 120_000);

  test('every schema is read without a warning and generates the same bytes each time', () => {
    for (const name of schemaFiles(root)) {
      const { schema, warnings } = readFile(root, name);
      expect(warnings).toEqual([]);
      const again = readFile(root, name).schema;
      const options = { runtime: '@tickwire/wire-sbe' };
      expect(generate(again, options)).toEqual(generate(schema, options));
    }
  });

  test('the generated code of every schema compiles strictly', async () => {
    expect(await compileStrictly(folder)).toBe('');
  }, 240_000);

  const packets = data === undefined ? [] : readdirSync(join(root, 'pcap')).sort();

  test.each(packets)('%s is decoded to the recorded values, and encoded again', (name) => {
    const recorded = readFileSync(join(root, 'expected', name.replace('.pcap', '.json')), 'utf8');
    const expected = JSON.parse(recorded) as readonly ExpectedPacket[];
    const found = readCmePackets(join(root, 'pcap', name));
    const { schema, module } = codecs.get(Number(/^v(\d+)\./.exec(name)![1]))!;
    const registry = module.createRegistry();
    expect(found.length).toBe(expected.length);
    found.forEach(({ payload, messages }, packet) => {
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      expect(messages.length).toBe(expected[packet]!.messages.length);
      messages.forEach(({ offset, end }, index) => {
        const { messageSize, ...values } = expected[packet]!.messages[index]!;
        expect(end - offset + 2).toBe(messageSize);
        expect(registry.toJson(view, offset, end)).toEqual(values);
        expect(decodeMessage(schema, view, { offset, end })).toEqual(values);
        const decoder = registry.decoderOf(values.templateId)!;
        expect(decoder.wrap(view, offset, end).end).toBe(end);

        const message = schema.messages.find(({ id }) => id === values.templateId)!;
        const bytes = withoutPadding(schema, message, payload.subarray(offset, end));
        const encoder = encoderOf(module, codeName(message.name));
        expect(encodeGenerated(encoder, { message, json: values })).toEqual(bytes);
        expect(encodeMessage(schema, values)).toEqual(bytes);
      });
    });
  });

  test('both decoders agree on random messages of every template of every schema', () => {
    const random = new RandomSource(testSeed());
    for (const { schema, module } of codecs.values()) {
      const registry = module.createRegistry();
      for (const message of schema.messages) {
        for (let round = 0; round < 5; round += 1) {
          const version = Math.max(0, schema.version + random.below(4) - 2);
          const sender = new RandomBytes(random, schema, { version, more: random.below(9) });
          const bytes = sender.message(message);
          const view = new DataView(bytes.buffer);
          const json = decodeMessage(schema, view, { offset: 0 });
          expect(registry.toJson(view, 0)).toEqual(json);
        }
      }
    }
  });

  test('a packet of another version or cut at any byte is a typed error or whole', () => {
    for (const name of packets) {
      const { schema, module } = codecs.get(Number(/^v(\d+)\./.exec(name)![1]))!;
      const registry = module.createRegistry();
      for (const { payload, messages } of readCmePackets(join(root, 'pcap', name))) {
        const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
        for (const { offset, end } of messages) {
          for (let cut = offset; cut < end; cut += 1) {
            const expected = expect.objectContaining({ name: 'SbeError' });
            expect(() => registry.toJson(view, offset, cut)).toThrow(expected);
            expect(() => decodeMessage(schema, view, { offset, end: cut })).toThrow(expected);
          }
        }
      }
    }
  });
});
