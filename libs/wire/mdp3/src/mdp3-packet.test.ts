// Goal: a packet is walked as its bytes are framed, and no byte outside of it is read. Method:
// packets written out by hand in both framings, cut at every byte, and random bytes.
import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import { Mdp3Packet } from './mdp3-packet.ts';
import type { Mdp3Framing } from './framing.ts';

function bytesOf(text: string): Uint8Array {
  const pairs = text.replaceAll(/\s/g, '').match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

// A heartbeat, then a channel reset with one entry.
const HEARTBEAT = '0a00  0000 0c00 0100 0d00';
const RESET = '1800  0900 0400 0100 0900  8877665544332211 84  0200 01  3601';
const UDP = bytesOf(`a5e80d00 c15faaf290ab5315  ${HEARTBEAT} ${RESET}`);
const TCP = bytesOf(`feca 77000000 dce8d8ffedc2a216  ${HEARTBEAT}
  feca 78000000 dde8d8ffedc2a216  ${RESET}`);

interface Walked {
  readonly templates: number[];
  readonly code: string | null;
  readonly offset: number;
  readonly walked: number;
}

function walk(bytes: Uint8Array, framing: Mdp3Framing = 'udp'): Walked {
  const packet = new Mdp3Packet(framing).wrap(bytes);
  const templates: number[] = [];
  while (packet.next()) templates.push(packet.templateId);
  const { errorCode: code, errorOffset: offset, walkedBytes: walked } = packet;
  return { templates, code, offset, walked };
}

describe('a UDP packet', () => {
  test('is a header and its messages', () => {
    const packet = new Mdp3Packet().wrap(UDP);
    expect(packet.sequence).toBe(911_525);
    expect([packet.sendingTimeHi32, packet.sendingTimeLo32]).toEqual([0x1553_ab90, 0xf2aa_5fc1]);
    expect(packet.next()).toBe(true);
    expect(packet).toMatchObject({ templateId: 12, blockLength: 0, schemaId: 1, version: 13 });
    expect(packet).toMatchObject({ size: 10, offset: 14, end: 22 });
    expect(packet.next()).toBe(true);
    expect(packet).toMatchObject({ templateId: 4, blockLength: 9, version: 9, size: 24 });
    expect(packet.view.getInt16(packet.end - 2, true)).toBe(310);
    expect(packet.next()).toBe(false);
    expect(packet).toMatchObject({ errorCode: null, walkedBytes: UDP.length });
    expect(packet.error()).toBeUndefined();
  });

  test('may have no message', () => {
    expect(walk(UDP.subarray(0, 12))).toEqual({ templates: [], code: null, offset: 0, walked: 12 });
  });

  test('may lie anywhere in a buffer; the view stays the same', () => {
    const buffer = new Uint8Array(200).fill(0xff);
    buffer.set(UDP, 50);
    buffer.set(UDP, 120);
    const packet = new Mdp3Packet();
    packet.wrap(buffer.subarray(40), 10, 10 + UDP.length).next();
    const { view } = packet;
    expect(packet).toMatchObject({ templateId: 12, offset: 64 });
    packet.wrap(buffer, 120, 120 + UDP.length).next();
    expect(packet).toMatchObject({ templateId: 12, offset: 134 });
    expect(packet.view).toBe(view);
  });

  test.each(Array.from({ length: UDP.length }, (_, cut) => [cut]))(
    'cut to %d bytes gives what is whole, and says what is not',
    (cut) => {
      const { templates, code, offset } = walk(UDP.subarray(0, cut));
      expect(templates).toEqual(cut < 22 ? [] : [12]);
      const isWhole = cut === 12 || cut === 22;
      const bad = cut < 12 ? 0 : cut < 22 ? 12 : 22;
      const hasHeaders = cut >= 12 && cut - bad >= 10;
      expect(code).toBe(isWhole ? null : hasHeaders ? 'BAD_SIZE' : 'TRUNCATED');
      expect(offset).toBe(isWhole ? 0 : bad);
    },
  );

  test.each([[0], [1], [9], [25], [0xffff]])('ends at a message that states %d bytes', (size) => {
    const bytes = UDP.slice();
    new DataView(bytes.buffer).setUint16(22, size, true);
    expect(walk(bytes)).toMatchObject({ templates: [12], code: 'BAD_SIZE', offset: 22 });
  });

  test('says why it ended, and where', () => {
    const bytes = UDP.slice();
    bytes[22] = 9;
    const packet = new Mdp3Packet().wrap(bytes);
    while (packet.next());
    expect(packet.error()).toMatchObject({ name: 'Mdp3Error', code: 'BAD_SIZE', offset: 22 });
    expect(packet.error()?.message).toBe(
      'packet at byte 22: a message of 9 bytes where 24 are left',
    );
    expect(packet.wrap(UDP).error()).toBeUndefined();
  });

  test('is within the bytes that are given', () => {
    expect(() => new Mdp3Packet().wrap(UDP, 0, UDP.length + 1)).toThrow(RangeError);
    expect(() => new Mdp3Packet().wrap(UDP, -1)).toThrow(RangeError);
    expect(() => new Mdp3Packet().wrap(UDP, 5, 4)).toThrow(RangeError);
  });
});

describe('the TCP framing', () => {
  test('has a header before each message', () => {
    const packet = new Mdp3Packet('tcp').wrap(TCP);
    expect(packet.next()).toBe(true);
    expect(packet).toMatchObject({ templateId: 12, sequence: 119, offset: 16 });
    expect([packet.sendingTimeHi32, packet.sendingTimeLo32]).toEqual([0x16a2_c2ed, 0xffd8_e8dc]);
    expect(packet.next()).toBe(true);
    expect(packet).toMatchObject({ templateId: 4, sequence: 120, sendingTimeLo32: 0xffd8_e8dd });
    expect(packet.next()).toBe(false);
    expect(packet).toMatchObject({ errorCode: null, walkedBytes: TCP.length });
  });

  test.each(Array.from({ length: TCP.length }, (_, cut) => [cut]))(
    'cut to %d bytes says where the message begins that goes on in the next segment',
    (cut) => {
      const found = walk(TCP.subarray(0, cut), 'tcp');
      const begins = cut < 24 ? 0 : 24;
      const code = cut === begins ? null : 'TRUNCATED';
      const templates = cut < 24 ? [] : [12];
      const offset = code === null ? 0 : begins;
      expect(found).toEqual({ templates, code, offset, walked: begins });
    },
  );

  test('is refused without its encoding type', () => {
    const bytes = TCP.slice();
    bytes[25] = 0xcb;
    expect(walk(bytes, 'tcp')).toMatchObject({ templates: [12], code: 'BAD_ENCODING', offset: 24 });
    expect(walk(UDP, 'tcp')).toMatchObject({ templates: [], code: 'BAD_ENCODING', offset: 0 });
  });

  test('is refused where a message is smaller than its header', () => {
    const bytes = TCP.slice();
    bytes[38] = 9;
    expect(walk(bytes, 'tcp')).toMatchObject({ templates: [12], code: 'BAD_SIZE', offset: 38 });
  });
});

test('of any bytes, messages follow each other within the packet, and the walk ends', () => {
  const random = seededRandom(testSeed());
  const below = (end: number) => Math.floor(random() * end);
  const buffer = new Uint8Array(400);
  for (let round = 0; round < 20_000; round += 1) {
    const framing = random() < 0.5 ? 'udp' : 'tcp';
    const source = framing === 'udp' ? UDP : TCP;
    for (let at = 0; at < buffer.length; at += 1) buffer[at] = below(256);
    const start = below(100);
    buffer.set(source, start);
    for (let change = below(4); change > 0; change -= 1) buffer[start + below(60)] = below(40);
    const end = start + below(source.length + 40);
    const packet = new Mdp3Packet(framing).wrap(buffer, start, end);
    const headerBytes = framing === 'udp' ? 12 : 14;
    let at = start + (framing === 'udp' ? headerBytes : 0);
    while (packet.next()) {
      if (framing === 'tcp') at += headerBytes;
      expect(packet.offset).toBe(at + 2);
      expect(packet.end).toBe(at + packet.size);
      expect(packet.size).toBeGreaterThanOrEqual(10);
      at += packet.size;
    }
    expect(at).toBeLessThanOrEqual(Math.max(end, start + headerBytes));
    if (packet.errorCode !== null) expect(packet.errorOffset).toBeLessThanOrEqual(end - start);
    else expect(start + packet.walkedBytes).toBe(end);
  }
});
