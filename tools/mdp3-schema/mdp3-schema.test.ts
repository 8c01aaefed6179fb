// Goal: one schema holds for what the exchange sent from version 5 to 13. Method: what lies on disk
// against what is made now; every layout against the schema of each version that there is; and the
// bytes that our encoders write, value by value, against those that the version's own schema makes.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSchema } from '@tickwire/io-sbe-schema';
import { capturedData, repositoryRoot, testSeed } from '@tickwire/testing';
import { Mdp3Packet, Mdp3PacketWriter, describePackets } from '@tickwire/wire-mdp3';
import * as messages from '@tickwire/wire-mdp3/messages';
import { decodeMessage, encodeMessage } from '@tickwire/wire-sbe';
import type { MessageEncoder, MessageJson, Schema } from '@tickwire/wire-sbe';
import { generate } from '../sbe-codegen/emit/generate.ts';
import { compareFolder } from '../sbe-codegen/output-folder.ts';
import { readCmePackets } from '../sbe-codegen/test/cme-packets.ts';
import { driveEncoder, encodeGenerated } from '../sbe-codegen/test/drive-encoder.ts';
import { RandomJson } from '../sbe-codegen/test/random-messages.ts';
import { RandomSource } from '../sbe-codegen/test/random-source.ts';
import { withoutPadding } from '../sbe-codegen/test/without-padding.ts';
import { factsIn, factsOf } from './layout-facts.ts';
import { isGivenUp, nameIn } from './named-differences.ts';

const ROUNDS = 20;
const ROOM_OF_NEWER_VERSIONS = 64;

const folder = join(repositoryRoot(), 'libs/wire/mdp3');
const { schema, warnings } = readSchema(readFileSync(join(folder, 'schema/mdp3.xml'), 'utf8'));
const data = capturedData('the schema of MDP 3.0 against those of the exchange', 'cme');
const root = data ?? '';

test('generated code is what sbe-codegen makes now (else run it: CONTRIBUTING.md)', () => {
  expect(warnings).toEqual([]);
  const files = generate(schema, { runtime: '@tickwire/wire-sbe' });
  expect(compareFolder(join(folder, 'src/generated'), files)).toEqual([]);
  expect(generate(schema, { runtime: '@tickwire/wire-sbe' })).toEqual(files);
});

function officialSchemas(): Schema[] {
  if (data === undefined) return [];
  const names = readdirSync(join(root, 'schema')).filter((name) => name.endsWith('.xml'));
  return names
    .map((name) => readSchema(readFileSync(join(root, 'schema', name), 'utf8')).schema)
    .sort((a, b) => a.version - b.version);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function encoderOf(name: string): MessageEncoder {
  const Encoder = Reflect.get(messages, `${name}Encoder`) as new () => MessageEncoder;
  return new Encoder();
}

/** Writes what a message says through our encoders, as a sender of its version. */
function encodeOurs(json: MessageJson): Uint8Array {
  const message = schema.messages.find(({ id }) => id === json.templateId)!;
  const { version } = json;
  return encodeGenerated(encoderOf(message.name), { message, json, version });
}

/** JSON of a version with our names for values that it called otherwise. */
function renamed(json: MessageJson, version: number): MessageJson {
  let text = JSON.stringify(json);
  for (const type of schema.types) {
    const values = type.kind === 'enum' ? type.values : type.kind === 'set' ? type.choices : [];
    for (const { name } of values) {
      const theirs = nameIn(version, type.name, name);
      // As a value: fields have such names, too.
      if (theirs !== name) text = text.replaceAll(new RegExp(`"${theirs}"(?!:)`, 'g'), `"${name}"`);
    }
  }
  return JSON.parse(text) as MessageJson;
}

describe.skipIf(data === undefined)('captured schemas of the exchange', () => {
  const official = officialSchemas();

  test('there are schemas of versions 5, 9, 12 and 13', () => {
    expect(official.map(({ version }) => version)).toEqual([5, 9, 12, 13]);
  });

  test.each(official.map((their) => [their.version, their] as const))(
    'version %d has every template, field, offset, type and length that ours has, and no other',
    (version, their) => {
      expect(their.id).toBe(schema.id);
      const ours = factsIn(schema, version).filter(({ id }) => !isGivenUp(version, id));
      expect(ours).toEqual(factsOf(their));
    },
  );

  test.each(official.map((their) => [their.version, their] as const))(
    'of version %d our encoders write the same bytes, and our decoders read the same values',
    (version, their) => {
      const random = new RandomSource(testSeed());
      const values = new RandomJson(random);
      const registry = messages.createRegistry();
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const message of their.messages) {
          const said = values.message(their, message);
          const json = renamed(said, version);
          const bytes = encodeMessage(their, said);
          expect(encodeOurs(json)).toEqual(bytes);
          expect(registry.toJson(viewOf(bytes), 0)).toEqual(json);
        }
      }
    },
  );
});

describe.skipIf(data === undefined)('captured packets', () => {
  const names = data === undefined ? [] : readdirSync(join(root, 'pcap')).sort();
  const registry = messages.createRegistry();

  test.each(names)('%s says what was recorded of it', (name) => {
    const file = join(root, 'expected', name.replace('.pcap', '.json'));
    const expected = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    const found = readCmePackets(join(root, 'pcap', name)).map(({ transport, payload }) =>
      describePackets(payload, {
        framing: transport,
        describe: (view, offset, end) => registry.toJson(view, offset, end),
      }),
    );
    expect(found.flatMap(({ packets }) => packets)).toEqual(expected);
    expect(found.map(({ problem }) => problem)).toEqual(found.map(() => undefined));
  });

  test.each(names)('%s is written again to the same bytes', (name) => {
    for (const { transport, payload, messages: frames } of readCmePackets(
      join(root, 'pcap', name),
    )) {
      const packet = new Mdp3Packet(transport).wrap(payload);
      const expected = payload.slice();
      const written = new Uint8Array(payload.length + ROOM_OF_NEWER_VERSIONS);
      const writer = new Mdp3PacketWriter(transport);
      for (const { offset, end } of frames) {
        expect(packet.next()).toBe(true);
        if (writer.length === 0) writer.begin(viewOf(written), packet);
        const json = registry.toJson(viewOf(payload), offset, end) as MessageJson;
        const message = schema.messages.find(({ id }) => id === json.templateId)!;
        const encoder = encoderOf(message.name).wrap(writer.view, writer.messageAt);
        driveEncoder(encoder, message, json);
        writer.take(encoder, json.version);
        expected.set(withoutPadding(schema, message, payload.subarray(offset, end)), offset);
      }
      expect(written.subarray(0, writer.length)).toEqual(expected);
    }
  });

  test.each(names)('%s says the same to the table of the schema', (name) => {
    for (const { payload, messages: frames } of readCmePackets(join(root, 'pcap', name))) {
      for (const { offset, end } of frames) {
        const json = decodeMessage(schema, viewOf(payload), { offset, end });
        expect(registry.toJson(viewOf(payload), offset, end)).toEqual(json);
      }
    }
  });
});
