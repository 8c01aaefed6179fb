import { describe, expect, test } from 'vitest';
import { writeBook, writeHeartbeat, writeLongQuantities } from '../test/sample-messages.ts';
import { writeOrder } from '../test/sample-messages.ts';
import { MDIncrementalRefreshBook46Decoder } from './generated/index.ts';
import { Mdp3Decoders } from './mdp3-decoders.ts';
import { Mdp3Packet } from './mdp3-packet.ts';
import { Mdp3PacketWriter } from './packet-writer.ts';

const STAMP = { sequence: 5, sendingTimeHi32: 0x1553_ab90, sendingTimeLo32: 1 };

/** A level, templates 64 to 69, an order. */
function mixedPacket(): Uint8Array {
  const bytes = new Uint8Array(2048);
  const writer = new Mdp3PacketWriter().begin(new DataView(bytes.buffer), STAMP);
  writeBook(writer, 13_950);
  writeLongQuantities(writer);
  writeOrder(writer, 532_259);
  return bytes.subarray(0, writer.length);
}

describe('decoders', () => {
  test('of version 9 pass over templates 64 to 69, count them and keep the rest', () => {
    const decoders = new Mdp3Decoders({ versionMax: 9 });
    const packet = new Mdp3Packet().wrap(mixedPacket());
    const names: unknown[] = [];
    while (packet.next()) names.push(decoders.decode(packet)?.toJson().name ?? packet.templateId);
    expect(names).toEqual([
      'MDIncrementalRefreshBook46',
      ...[64, 65, 66, 67, 68, 69],
      'MDIncrementalRefreshOrderBook47',
    ]);
    expect(decoders).toMatchObject({ messages: 2, unknownTemplates: 6, unknownSchemas: 0 });
    expect(packet.errorCode).toBeNull();
  });

  test('of the newest version know all of them', () => {
    const decoders = new Mdp3Decoders();
    const packet = new Mdp3Packet().wrap(mixedPacket());
    const templates: (number | undefined)[] = [];
    while (packet.next()) templates.push(decoders.decode(packet)?.toJson().templateId);
    expect(templates).toEqual([46, 64, 65, 66, 67, 68, 69, 47]);
    expect(decoders).toMatchObject({ messages: 8, unknownTemplates: 0, versionMax: 13 });
  });

  test('read the fields of a level', () => {
    const packet = new Mdp3Packet().wrap(mixedPacket());
    expect(packet.next()).toBe(true);
    const book = new Mdp3Decoders().decode(packet) as MDIncrementalRefreshBook46Decoder;
    expect(book).toBeInstanceOf(MDIncrementalRefreshBook46Decoder);
    const entries = book.noMDEntries();
    expect(entries.next()).toBe(true);
    expect(entries).toMatchObject({ securityID: 13_950, mdEntrySize: 308, mdPriceLevel: 1 });
    expect(entries).toMatchObject({ mdUpdateActionName: 'Change', mdEntryTypeName: 'Bid' });
    expect(entries.mdEntryPx.mantissa).toBe(2_077_750_000_000);
    expect(entries.next()).toBe(false);
    expect(book.noOrderIDEntries().count).toBe(0);
  });

  test('count templates and schemas that nobody knows', () => {
    const bytes = new Uint8Array(64);
    const writer = new Mdp3PacketWriter().begin(new DataView(bytes.buffer), STAMP);
    writeHeartbeat(writer);
    writeHeartbeat(writer);
    writeHeartbeat(writer);
    const view = new DataView(bytes.buffer);
    view.setUint16(12 + 4, 999, true);
    view.setUint16(22 + 6, 2, true);
    const decoders = new Mdp3Decoders();
    const packet = new Mdp3Packet().wrap(bytes, 0, writer.length);
    const found: boolean[] = [];
    while (packet.next()) found.push(decoders.decode(packet) !== undefined);
    expect(found).toEqual([false, false, true]);
    expect(decoders).toMatchObject({ messages: 1, unknownTemplates: 1, unknownSchemas: 1 });
  });

  test('refuse a message that is not whole, with field and offset', () => {
    const bytes = mixedPacket();
    new DataView(bytes.buffer).setUint16(14, 200, true);
    const packet = new Mdp3Packet().wrap(bytes);
    packet.next();
    const refused = expect.objectContaining({ code: 'BLOCK_PAST_END', offset: 22 });
    expect(() => new Mdp3Decoders().decode(packet)).toThrow(refused);
  });
});
