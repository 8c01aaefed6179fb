import { describe, expect, test } from 'vitest';
import { writeBook, writeHeartbeat } from '../test/sample-messages.ts';
import { Mdp3Packet } from './mdp3-packet.ts';
import { Mdp3PacketWriter } from './packet-writer.ts';

const STAMP = { sequence: 911_525, sendingTimeHi32: 0x1553_ab90, sendingTimeLo32: 0xf2aa_5fc1 };
const BOOK_BYTES = 64;

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('packets that are written', () => {
  test('are these bytes, as a sender of version 9 has them', () => {
    const bytes = new Uint8Array(200).fill(0xaa);
    const writer = new Mdp3PacketWriter().begin(new DataView(bytes.buffer), STAMP, { offset: 3 });
    writeBook(writer, 13_950, 9);
    const message = [
      '4000 0b00 2e00 0100 0900 ff9dffef90ab5315 84 0000',
      '2000 01 80f98cc3e3010000 34010000 7e360000 25fa3b01 59000000 01 01 30 0000000000',
      '1800 0000000000 00',
    ];
    const expected = `a5e80d00 c15faaf290ab5315 ${message.join(' ')}`.replaceAll(' ', '');
    expect(hex(bytes.subarray(3, 3 + writer.length))).toBe(expected);
    expect(hex(bytes.subarray(0, 3))).toBe('aaaaaa');
    expect(bytes[3 + writer.length]).toBe(0xaa);
  });

  test('have a header before each message in the TCP framing', () => {
    const bytes = new Uint8Array(200);
    const view = new DataView(bytes.buffer);
    const writer = new Mdp3PacketWriter('tcp').begin(view, { ...STAMP, sequence: 119 });
    writeHeartbeat(writer);
    const first = writer.length;
    writer.begin(view, { ...STAMP, sequence: 120 }, { offset: first });
    writeBook(writer, 1);
    const all = bytes.subarray(0, first + writer.length);
    expect(hex(all.subarray(0, first))).toBe(
      'feca 77000000 c15faaf290ab5315 0a00 0000 0c00 0100 0d00'.replaceAll(' ', ''),
    );
    const packet = new Mdp3Packet('tcp').wrap(all);
    const found: number[][] = [];
    while (packet.next()) found.push([packet.sequence, packet.templateId]);
    expect(found).toEqual([
      [119, 12],
      [120, 46],
    ]);
    expect(packet.errorCode).toBeNull();
  });

  test('keep what is whole when the next message does not fit', () => {
    const bytes = new Uint8Array(12 + BOOK_BYTES + 30);
    const writer = new Mdp3PacketWriter().begin(new DataView(bytes.buffer), STAMP);
    writeBook(writer, 1);
    expect(() => writeBook(writer, 2)).toThrow(expect.objectContaining({ code: 'NO_SPACE' }));
    expect(writer.length).toBe(12 + BOOK_BYTES);
    expect(new Mdp3Packet().wrap(bytes, 0, writer.length).next()).toBe(true);
  });

  test('need room for their header, and stamps that fit it', () => {
    const view = new DataView(new ArrayBuffer(11));
    const noSpace = expect.objectContaining({ code: 'NO_SPACE' });
    expect(() => new Mdp3PacketWriter().begin(view, STAMP)).toThrow(noSpace);
    const room = new DataView(new ArrayBuffer(99));
    const outOfRange = expect.objectContaining({ code: 'OUT_OF_RANGE' });
    for (const bad of [{ sequence: -1 }, { sendingTimeHi32: 2 ** 32 }, { sendingTimeLo32: 0.5 }]) {
      expect(() => new Mdp3PacketWriter().begin(room, { ...STAMP, ...bad })).toThrow(outOfRange);
    }
  });
});
