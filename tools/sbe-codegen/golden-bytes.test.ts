// Goal: the bytes never move by accident; a round trip alone would not notice a flipped byte order.
// Method: messages written out by hand from the specification, in both byte orders.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '@tickwire/testing';
import { decodeMessage, encodeMessage } from '@tickwire/wire-sbe';
import type { ByteOrder, MessageJson } from '@tickwire/wire-sbe';
import { codeName } from './emit/member-names.ts';
import { encodeGenerated } from './test/drive-encoder.ts';
import { BYTE_ORDERS, featureSchema } from './test/fixtures.ts';
import { encoderOf, loadGenerated } from './test/generated-code.ts';

interface Golden {
  readonly feature: string;
  readonly fields: MessageJson['fields'];
  readonly groups?: MessageJson['groups'];
  readonly data?: NonNullable<MessageJson['data']>;
  /** Blanks are for the reader. */
  readonly bytes: Readonly<Record<ByteOrder, string>>;
}

const OFFSETS: Golden = {
  feature: 'offsets',
  fields: { Third: 0xa1b2c3d4, Fourth: 0x44, First: 0x11, Second: '72623859790382856' },
  bytes: {
    littleEndian: `2800 0100 0700 0000  00 11 0000 0807060504030201 00000000 d4c3b2a1 44
      00000000000000000000000000000000000000`,
    bigEndian: `0028 0001 0007 0000  00 11 0000 0102030405060708 00000000 a1b2c3d4 44
      00000000000000000000000000000000000000`,
  },
};

const INNER = { name: 'Inner', blockLength: 2, entries: [{ Key: 7 }] };
const DEEP = { name: 'Deep', blockLength: 1, entries: [{ Key: -1 }] };
const ONLY = { name: 'Only', blockLength: 0, entries: [{ Deep: DEEP }] };
const MIDDLE = { name: 'Middle', blockLength: 2, entries: [{ Key: 6, Inner: INNER, Only: ONLY }] };
const BESIDE = { name: 'Beside', blockLength: 8, entries: [{ Key: 0.5 }] };

const GROUPS: Golden = {
  feature: 'groups',
  fields: { Time: 1 },
  groups: [
    { name: 'Default', blockLength: 1, entries: [{ A: 7 }] },
    { name: 'Small', blockLength: 12, entries: [{ Price: -2, Level: 2 }] },
    { name: 'Aligned', blockLength: 16, entries: [] },
    { name: 'Outer', blockLength: 2, entries: [{ Key: 5, Middle: MIDDLE, Beside: BESIDE }] },
  ],
  bytes: {
    littleEndian: `0800 0100 0700 0000  01000000 00000000
      0100 0100 07
      0c00 01 feffffffffffffff 02 000000
      1000 0000000000 00
      0200 01000000 0200 0000 0500
        0200 01 0600  0200 0100 0700  0000 01  0100 01 ff
        0800 0000000000 01 000000000000e03f`,
    bigEndian: `0008 0001 0007 0000  00000001 00000000
      0001 0001 07
      000c 01 fffffffffffffffe 02 000000
      0010 0000000000 00
      0002 00000001 0002 0000 0005
        0002 01 0006  0002 0001 0007  0000 01  0001 01 ff
        0008 0000000000 01 3fe0000000000000`,
  },
};

const WORDS = { name: 'Words', blockLength: 0, entries: [{ Word: 'hi' }] };

const DATA: Golden = {
  feature: 'data',
  fields: { Key: 1 },
  groups: [
    {
      name: 'Lines',
      blockLength: 1,
      entries: [{ Number: 9, Words: WORDS, Text: 'é', Raw: '00ff' }],
    },
  ],
  data: { Text: 'Aé', Utf8: '', Blob: 'dead', Apart: 'beef' },
  bytes: {
    littleEndian: `0400 0100 0700 0000  01000000
      0100 0100 09  0000 0100 02 6869  0200 c3a9  02000000 00ff
      02 41e9  0000  02000000 dead  0200 0000 beef`,
    bigEndian: `0004 0001 0007 0000  00000001
      0001 0001 09  0000 0001 02 6869  0002 c3a9  00000002 00ff
      02 41e9  0000  00000002 dead  0002 0000 beef`,
  },
};

const CHOICES: Golden = {
  feature: 'choices',
  fields: {
    Side: 'Cross',
    Action: 'Delete',
    Aggressor: null,
    Wide: 'Lowest',
    Small: 'Two',
    MaybeAction: null,
    Set8: { raw: 0x81, set: ['Low', 'High'] },
    Set16: { raw: 0x8000, set: ['High'] },
    Set32: { raw: 0x8001_0000, set: ['Middle', 'High'] },
    Set64: { raw: '9223372043297226752', set: ['Word', 'Middle', 'High'] },
  },
  bytes: {
    littleEndian: `1900 0100 0700 0000
      63 02 ff 00000080 0200 ff 81 0080 00000180 0000008001000080`,
    bigEndian: `0019 0001 0007 0000
      63 02 ff 80000000 0002 ff 81 8000 80010000 8000000180000000`,
  },
};

/** An encoder that sets nothing. */
const NULLS: Readonly<Record<ByteOrder, string>> = {
  littleEndian: `5000 0200 0700 0000
    80 0080 00000080 0000000000000080 ff ffff ffffffff ffffffffffffffff 0000c07f 000000000000f87f
    00 ffffff7f ffffffffffffff7f 0000000000000000 000000000000f8bf 2d 4d000000 00000000`,
  bigEndian: `0050 0002 0007 0000
    80 8000 80000000 8000000000000000 ff ffff ffffffff ffffffffffffffff 7fc00000 7ff8000000000000
    00 7fffffff 7fffffffffffffff 0000000000000000 bff8000000000000 2d 0000004d 00000000`,
};

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function packed(text: string): string {
  return text.replaceAll(/\s/g, '');
}

describe.each(BYTE_ORDERS)('golden bytes, %s', (byteOrder) => {
  const folder = temporaryDirectory({ name: 'sbe-golden' });

  test.each([OFFSETS, GROUPS, DATA, CHOICES])('$feature', async (golden) => {
    const schema = featureSchema(golden.feature, byteOrder);
    const module = await loadGenerated(schema, join(folder, golden.feature));
    const message = schema.messages[0]!;
    const { fields, groups = [], data } = golden;
    const head = { templateId: message.id, name: message.name, schemaId: 7, version: 0 };
    const json = { ...head, fields, groups, ...(data === undefined ? {} : { data }) };
    const bytes = Uint8Array.from(Buffer.from(packed(golden.bytes[byteOrder]), 'hex'));

    expect(hex(encodeMessage(schema, json))).toBe(packed(golden.bytes[byteOrder]));
    const encoder = encoderOf(module, codeName(message.name));
    expect(hex(encodeGenerated(encoder, { message, json }))).toBe(hex(bytes));
    expect(decodeMessage(schema, new DataView(bytes.buffer), { offset: 0 })).toEqual(json);
    expect(module.createRegistry().toJson(new DataView(bytes.buffer), 0)).toEqual(json);
  });

  test('fields that nobody sets are null where they may be, and zero elsewhere', async () => {
    const schema = featureSchema('primitives', byteOrder);
    const module = await loadGenerated(schema, join(folder, 'primitives'));
    const bytes = new Uint8Array(88).fill(0xaa);
    const length = encoderOf(module, 'Optional').wrap(new DataView(bytes.buffer), 0).finish();
    expect(hex(bytes.subarray(0, length))).toBe(packed(NULLS[byteOrder]));
    expect(hex(encodeMessage(schema, { name: 'Optional' }))).toBe(packed(NULLS[byteOrder]));
  });
});
