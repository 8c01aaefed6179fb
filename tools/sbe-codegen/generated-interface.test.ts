// What a user of generated code meets: getters, nulls, words, groups in any order, and errors with
// code, field and offset.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '@tickwire/testing';
import { decodeMessage, encodeMessage } from '@tickwire/wire-sbe';
import type { MessageEncoder, Schema } from '@tickwire/wire-sbe';
import { featureSchema } from './test/fixtures.ts';
import { encoderOf, loadGenerated } from './test/generated-code.ts';

const folder = temporaryDirectory({ name: 'sbe-interface' });

async function codecOf(feature: string) {
  const schema = featureSchema(feature);
  return { schema, module: await loadGenerated(schema, join(folder, feature)) };
}

/** Members of generated classes, which a test meets without their types. */
type Loose = Record<string, (...values: unknown[]) => Loose> & Record<string, unknown>;

function loose(value: unknown): Loose {
  return value as Loose;
}

function viewOf(schema: Schema, json: Parameters<typeof encodeMessage>[1]): DataView {
  const bytes = encodeMessage(schema, json);
  return new DataView(bytes.buffer, 0, bytes.length);
}

const primitives = await codecOf('primitives');
const groups = await codecOf('groups');
const data = await codecOf('data');
const choices = await codecOf('choices');
const versions = await codecOf('versions');

describe('getters', () => {
  test('64 bits are a number, two words and a bigint; null is null', () => {
    const fields = { Int64: '-9007199254740993', Uint64: '18446744073709551614' };
    const view = viewOf(primitives.schema, { name: 'Optional', fields });
    const decoder = loose(primitives.module.createRegistry().decoderOf(2)!.wrap(view, 0));
    expect(decoder.int64).toBe(-9007199254740992);
    expect(decoder.int64BigInt).toBe(-9007199254740993n);
    expect([decoder.int64Hi32, decoder.int64Lo32]).toEqual([0xffdf_ffff, 0xffff_ffff]);
    expect([decoder.uint64Hi32, decoder.uint64Lo32]).toEqual([0xffff_ffff, 0xffff_fffe]);
    expect([decoder.int64Own, decoder.int64OwnBigInt, decoder.double]).toEqual([null, null, null]);
    expect([decoder.notHere, decoder.here]).toEqual([0, null]);
  });

  test('choices are codes with names; unknown codes have none', () => {
    const fields = { Side: 'Sell', Action: { raw: 9 }, Set32: { raw: 0x8000_0001 } };
    const view = viewOf(choices.schema, { name: 'Choices', fields });
    const decoder = loose(choices.module.createRegistry().decoderOf(1)!.wrap(view, 0));
    expect([decoder.side, decoder.sideName]).toEqual([50, 'Sell']);
    expect([decoder.action, decoder.actionName]).toEqual([9, null]);
    expect([decoder.aggressor, decoder.aggressorName]).toEqual([null, null]);
    const masks = choices.module.Set32 as Record<string, number>;
    expect(Number(decoder.set32) & masks.High!).not.toBe(0);
    expect(choices.module.Side).toEqual({ Buy: 49, Sell: 50, Cross: 99 });
  });

  test('groups may be read in any order, and again', () => {
    const entries = [{ A: 1 }, { A: 2 }];
    const json = {
      name: 'Groups',
      groups: [
        { name: 'Default', blockLength: 1, entries },
        { name: 'Aligned', blockLength: 16, entries: [{ OrderId: 5, Quantity: 6 }] },
      ],
    };
    const decoder = loose(
      groups.module.createRegistry().decoderOf(1)!.wrap(viewOf(groups.schema, json), 0),
    );
    const aligned = decoder.aligned!();
    expect(aligned.next!()).toBe(true);
    expect(aligned.orderId).toBe(5);
    expect(aligned.next!()).toBe(false);
    const first = decoder.default!();
    const read: unknown[] = [];
    while (first.next!()) read.push(first.a);
    expect(read).toEqual([1, 2]);
    expect(() => first.a).toThrow(RangeError);
    expect(decoder.default!()).toMatchObject({ count: 2, index: -1 });
    expect(() => first.a).toThrow(RangeError);
  });

  test('an older sender has null for what came later, and no such groups or data', () => {
    const bytes = Uint8Array.from([4, 0, 1, 0, 7, 0, 0, 0, 1, 0, 2, 0, 1, 0, 1, 9, 2, 0, 104, 105]);
    const decoder = versions.module.createRegistry().decoderOf(1)!;
    const wrapped = loose(decoder.wrap(new DataView(bytes.buffer), 0));
    expect([wrapped.always, wrapped.one, wrapped.wide, wrapped.price]).toEqual([
      1,
      null,
      null,
      null,
    ]);
    expect([wrapped.wideHi32, wrapped.wideLo32]).toEqual([0x8000_0000, 0]);
    expect([wrapped.symbol, wrapped.kind, wrapped.marks, wrapped.fixed]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(wrapped.second!()).toMatchObject({ count: 0 });
    expect([wrapped.old, wrapped.late, wrapped.lateLength]).toEqual(['hi', '', 0]);
    expect([decoder.actingVersion, decoder.end]).toEqual([0, bytes.length]);
    expect(decoder.toJson()).toEqual({
      ...{ templateId: 1, name: 'Versions', schemaId: 7, version: 0 },
      fields: { Always: 1, GivenUp: 2 },
      groups: [{ name: 'First', blockLength: 1, entries: [{ A: 9 }] }],
      data: { Old: 'hi' },
    });
  });

  test('a newer sender has bytes that are passed over', () => {
    const bytes = Uint8Array.from([8, 0, 3, 0, 7, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 99, 99]);
    const decoder = groups.module
      .createRegistry()
      .decoderOf(3)!
      .wrap(new DataView(bytes.buffer), 0);
    expect(decoder.actingVersion).toBe(9);
    expect(decoder.end).toBe(16);
  });
});

describe('damaged messages', () => {
  const registry = groups.module.createRegistry();
  const whole = () => {
    const entries = [{ Price: 1, Level: 2 }];
    const json = { name: 'Groups', groups: [{ name: 'Small', blockLength: 12, entries }] };
    const view = viewOf(groups.schema, json);
    return { view, bytes: new Uint8Array(view.buffer, 0, view.byteLength) };
  };

  test.each([
    [
      'the block is longer than the message',
      0,
      0xff,
      { code: 'BLOCK_PAST_END', field: 'Groups', offset: 8 },
    ],
    [
      'the block ends within a field',
      0,
      3,
      { code: 'BLOCK_TOO_SHORT', field: 'Groups.Time', offset: 8 },
    ],
    ['another schema', 4, 8, { name: null }],
    ['an unknown template', 2, 77, { name: null, templateId: 77 }],
    [
      'more entries than fit',
      22,
      200,
      { code: 'GROUP_PAST_END', field: 'Groups.Small', offset: 20 },
    ],
    [
      'entries shorter than their fields',
      20,
      8,
      { code: 'BLOCK_TOO_SHORT', field: 'Groups.Small.Level', offset: 20 },
    ],
  ] as const)('%s', (_title, at, byte, expected) => {
    const { view, bytes } = whole();
    bytes[at] = byte;
    let seen: unknown;
    try {
      seen = registry.toJson(view, 0);
    } catch (error) {
      seen = error;
    }
    expect(seen).toMatchObject(expected);
  });

  test('entries without a byte are taken up to a bound, from both decoders', () => {
    const entries = (count: number) => {
      const bytes = Uint8Array.from([0, 0, 4, 0, 7, 0, 0, 0, 0, 0, count % 256, count >> 8]);
      return new DataView(bytes.buffer);
    };
    const refused = expect.objectContaining({ code: 'EMPTY_ENTRIES', field: 'NoBytes.Entries' });
    const taken = { groups: [{ entries: Array.from({ length: 255 }, () => ({ Value: 7 })) }] };
    expect(registry.toJson(entries(255), 0)).toMatchObject(taken);
    expect(decodeMessage(groups.schema, entries(255), { offset: 0 })).toMatchObject(taken);
    expect(() => registry.toJson(entries(256), 0)).toThrow(refused);
    expect(() => decodeMessage(groups.schema, entries(256), { offset: 0 })).toThrow(refused);
  });

  test('the decoder of another message is refused', () => {
    const { view } = whole();
    expect(() => registry.decoderOf(2)!.wrap(view, 0)).toThrow(
      expect.objectContaining({ code: 'WRONG_TEMPLATE', offset: 0 }),
    );
    new Uint8Array(view.buffer)[4] = 9;
    expect(() => registry.decoderOf(1)!.wrap(view, 0)).toThrow(
      expect.objectContaining({ code: 'WRONG_SCHEMA' }),
    );
  });

  test.each([[-1], [0.5], [1000]])('an offset of %d is the caller’s mistake', (offset) => {
    const { view } = whole();
    expect(() => registry.toJson(view, offset)).toThrow(
      expect.objectContaining({ code: 'BAD_BOUNDS' }),
    );
  });
});

describe('encoders', () => {
  const view = new DataView(new ArrayBuffer(256));
  const begin = (module: Record<string, unknown>, name: string) =>
    loose(encoderOf(module as Parameters<typeof encoderOf>[0], name).wrap(view, 0));

  test('refuse what is out of range, with the field', () => {
    const ranges = begin(primitives.module, 'Ranges');
    const refused = (code: string, field: string) => expect.objectContaining({ code, field });
    expect(() => ranges.setPercent!(0)).toThrow(refused('OUT_OF_RANGE', 'Ranges.Percent'));
    expect(() => ranges.setPercent!(101)).toThrow(refused('OUT_OF_RANGE', 'Ranges.Percent'));
    expect(() => ranges.setShift!(1.5)).toThrow(refused('OUT_OF_RANGE', 'Ranges.Shift'));
    expect(() => ranges.setSequence!(0)).toThrow(refused('OUT_OF_RANGE', 'Ranges.Sequence'));
    expect(() => ranges.setSequence!(2 ** 53)).toThrow(refused('OUT_OF_RANGE', 'Ranges.Sequence'));
    expect(() => ranges.setSequenceBigInt!(2n ** 63n)).toThrow(
      refused('OUT_OF_RANGE', 'Ranges.Sequence'),
    );
    expect(() => ranges.setBalanceBigInt!(-(2n ** 53n) - 2n)).toThrow(
      refused('OUT_OF_RANGE', 'Ranges.Balance'),
    );
    expect(() => ranges.setBalanceWords!(1, -1)).toThrow(refused('OUT_OF_RANGE', 'Ranges.Balance'));
    expect(() => ranges.setRatio!(1.01)).toThrow(refused('OUT_OF_RANGE', 'Ranges.Ratio'));
    ranges.setPercent!(100).setShift!(-10).setSequence!(1).setBalance!(-5).setRatio!(0.5);
  });

  test('refuse a value that would read as null', () => {
    const optional = begin(primitives.module, 'Optional');
    const refused = expect.objectContaining({ code: 'OUT_OF_RANGE' });
    expect(() => optional.setInt8!(-128)).toThrow(refused);
    expect(() => optional.setUint64BigInt!(2n ** 64n - 1n)).toThrow(refused);
    expect(() => optional.setDouble!(NaN)).toThrow(refused);
    expect(() => optional.setDoubleOwn!(-1.5)).toThrow(refused);
    expect(() => optional.setCharOwn!('-')).toThrow(refused);
    optional.setInt8!(null).setUint64!(null).setDouble!(null).setCharOwn!(null);
  });

  test('refuse choices that the schema does not know', () => {
    const encoder = begin(choices.module, 'Choices');
    expect(() => encoder.setSide!(51)).toThrow(
      expect.objectContaining({ code: 'BAD_VALUE', field: 'Choices.Side' }),
    );
  });

  test('keep the order of groups and data, and the number of entries', () => {
    const refused = (code: string) => expect.objectContaining({ code });
    const encoder = begin(groups.module, 'Groups');
    expect(() => encoder.small!(255)).toThrow(refused('OUT_OF_RANGE'));
    const small = encoder.small!(2);
    small.next!();
    expect(() => encoder.aligned!(0)).toThrow(refused('ENTRY_COUNT'));
    small.next!();
    expect(() => small.next!()).toThrow(refused('ENTRY_COUNT'));
    encoder.aligned!(0);
    expect(() => encoder.default!(0)).toThrow(refused('OUT_OF_ORDER'));
    expect(() => encoder.small!(0)).toThrow(refused('OUT_OF_ORDER'));
    expect(encoder.finish!()).toBeGreaterThan(0);
    const unfinished = begin(groups.module, 'Groups');
    unfinished.outer!(1);
    expect(() => unfinished.finish!()).toThrow(refused('ENTRY_COUNT'));
  });

  test('write what an older version has, byte for byte', () => {
    const encoder = begin(versions.module, 'Versions');
    encoder.setAlways!(1).setGivenUp!(2).setOne!(3).setWide!(4).setSymbol!('AB');
    encoder.first!(1).next!().setA!(9).setB!(5).nested!(1).next!().setC!(6);
    encoder.second!(1).next!().setA!(0.5);
    encoder.setOld!('hi').setLate!('later');
    const length = Number(encoder.finishAs!(0));
    const bytes = [4, 0, 1, 0, 7, 0, 0, 0, 1, 0, 2, 0, 1, 0, 1, 9, 2, 0, 104, 105];
    expect([...new Uint8Array(view.buffer, 0, length)]).toEqual(bytes);
  });

  test.each([[-1], [0.5], [4]])('refuse to write version %d', (version) => {
    const encoder = begin(versions.module, 'Versions');
    const refused = expect.objectContaining({ code: 'OUT_OF_RANGE', field: 'Versions' });
    expect(() => encoder.finishAs!(version)).toThrow(refused);
  });

  test('refuse text that does not fit', () => {
    const encoder = begin(data.module, 'Data');
    const refused = (code: string) => expect.objectContaining({ code });
    expect(() => encoder.setText!('x'.repeat(256))).toThrow(refused('OUT_OF_RANGE'));
    expect(() => encoder.setText!('€')).toThrow(refused('BAD_VALUE'));
    expect(() => encoder.setBlob!(new Uint8Array(300))).toThrow(refused('NO_SPACE'));
  });

  test('cannot be used before wrap', () => {
    const encoder = loose(encoderOf(data.module, 'Data') as MessageEncoder);
    expect(() => encoder.setText!('x')).toThrow(expect.objectContaining({ code: 'OUT_OF_ORDER' }));
  });
});
