// Goal: one schema says where everything in a tick is. Method: what lies on disk against what is
// made now; the codec's getters against the schema's offsets; and schemas with one mistake each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ABSENT,
  INSTRUMENT_ALL,
  StreamReason,
  StreamScope,
  StreamState,
  TICK_BYTES,
  TICK_KIND_OFFSET,
  TICK_KIND_PAD,
} from '@tickwire/core';
import { repositoryRoot } from '@tickwire/testing';
import { TICK_LAYOUT_VERSION, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { SCHEMA_PATH, madeFiles } from './made-files.ts';
import { readTickSchema } from './tick-schema.ts';
import type { SchemaField } from './tick-schema.ts';

const root = repositoryRoot();
const xml = readFileSync(join(root, SCHEMA_PATH), 'utf8');
const schema = readTickSchema(xml);

test.each((await madeFiles(root)).map((file) => [file.path, file.text]))(
  '%s is as the schema has it (else run tools/tick-schema/run.ts)',
  (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  },
);

test('what is made is the same each time', async () => {
  expect(await madeFiles(root)).toEqual(await madeFiles(root));
});

test('what libs/core knows of a tick is what the schema says', () => {
  const valuesOf = (name: string): Record<string, number> => {
    const values = schema.names.find((named) => named.name === name)?.values ?? [];
    return Object.fromEntries(values.map((value) => [value.name, value.value]));
  };
  expect(valuesOf('StreamState')).toEqual(StreamState);
  expect(valuesOf('StreamReason')).toEqual(StreamReason);
  expect(valuesOf('StreamScope')).toEqual(StreamScope);
  expect(valuesOf('TickKind').Pad).toBe(TICK_KIND_PAD);
  expect(schema.header.find(({ name }) => name === 'kind')?.offset).toBe(TICK_KIND_OFFSET);
  expect(Number(schema.nullValues.get('Mantissa'))).toBe(ABSENT);
  expect(Number(schema.nullValues.get('InstrumentIndex'))).toBe(INSTRUMENT_ALL);
  expect(schema.version).toBe(TICK_LAYOUT_VERSION);
});

/** What the view reads of a field that has `value` in its bytes; of 8 bytes `[hi, lo]`. */
function readBy(tick: TickView, { name, type }: SchemaField): unknown {
  const got = (getter: string): unknown => Reflect.get(tick, getter);
  if (type.length > 1) return [0, 1, 2, 3].map((slot) => tick.condition(slot));
  if (type.primitive === 'uint64') return [got(`${name}Hi`), got(`${name}Lo`)];
  return name === 'sideAction' ? tick.side | (tick.action << 4) : got(name);
}

describe('the view reads each field where the schema has it', () => {
  const all = schema.kinds.flatMap((kind) => {
    const fields = kind.fields.length === 0 ? schema.header : [...schema.header, ...kind.fields];
    return fields.map((field) => [`${kind.name}.${field.name}`, field] as const);
  });
  // Nobody has asked for the conditions of a QUOTE_EXT yet: the view has no getter for them.
  test.each(all.filter(([path]) => path !== 'QuoteExt.conditions'))('%s', (_path, field) => {
    const bytes = new DataView(new ArrayBuffer(TICK_BYTES));
    const { offset, type } = field;
    const count = type.elementBytes * type.length;
    for (let at = 0; at < count; at++) bytes.setUint8(offset + at, at < 6 ? 0x11 * (at + 1) : 0);
    const little = (from: number, to: number): number => {
      let value = 0;
      for (let at = to - 1; at >= from; at--) value = value * 256 + bytes.getUint8(offset + at);
      return value;
    };
    const expected = {
      int64: little(0, count),
      uint64: [little(4, count), little(0, Math.min(4, count))],
      uint32: little(0, count),
      uint16: little(0, count),
      uint8: type.length > 1 ? [0x11, 0x22, 0x33, 0x44] : little(0, count),
    };
    const tick = new TickView().wrap(bytes, 0);
    expect(readBy(tick, field)).toEqual(expected[type.primitive]);
  });

  test('and begins a tick with kind and absent tsEvent there', () => {
    const bytes = new DataView(new ArrayBuffer(TICK_BYTES));
    new Uint8Array(bytes.buffer).fill(0xaa);
    new TickView().wrap(bytes, 0).begin(TickKind.Stream);
    const expected = new Uint8Array(TICK_BYTES);
    const at = (name: string): number => {
      return schema.header.find((field) => field.name === name)?.offset ?? -1;
    };
    expected.fill(0xff, at('tsEvent'), at('tsEvent') + 8);
    expected[at('kind')] = TickKind.Stream;
    expect(new Uint8Array(bytes.buffer)).toEqual(expected);
  });
});

describe('a schema is refused, with the line, when', () => {
  test.each([
    ['two fields overlap', 'offset="40" description="at sizeExp"', 'offset="39" description="x"'],
    ['a field is not aligned', 'type="U16" offset="52"', 'type="U16" offset="53"'],
    ['a field ends behind the tick', 'name="askSize" id="5" type="Mantissa" offset="56"', null],
    ['a type is not known', 'type="Conditions" offset="56"', 'type="Condition" offset="56"'],
    ['an attribute is not known', '<field name="price" id="2"', '<field name="price" ide="2"'],
    ['an element is not known', '<validValue name="Bid">1</validValue>', '<value>1</value>'],
    ['a value is there twice', '<validValue name="Ask">2<', '<validValue name="Ask">1<'],
    ['a value does not fit', '<validValue name="Ask">2<', '<validValue name="Ask">256<'],
    ['a value is no number', '<validValue name="Ask">2<', '<validValue name="Ask">two<'],
    ['a message is no kind', 'name="Trade" id="1"', 'name="Deal" id="1"'],
    ['a message has another length', 'id="2" blockLength="64"', 'id="2" blockLength="63"'],
    ['the bytes are in the other order', 'byteOrder="littleEndian"', 'byteOrder="bigEndian"'],
    ['a primitive type is not known', 'primitiveType="int64"', 'primitiveType="float"'],
    ['an element does not end', '</sbe:messageSchema>', ''],
    ['something follows the last element', '</sbe:messageSchema>', '</sbe:messageSchema><x/>'],
    ['an entity is not known', 'description="The tick:', 'description="The &tick;'],
  ])('%s', (_what, from, to) => {
    expect(xml).toContain(from);
    const changed = xml.replace(from, to ?? from.replace('offset="56"', 'offset="64"'));
    expect(() => readTickSchema(changed)).toThrow(/line \d+\)?: /);
  });
});
