import { describe, expect, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import { writeBook, writeHeartbeat, writeOrder } from '../test/sample-messages.ts';
import { createRegistry } from './generated/index.ts';
import { describePackets } from './packet-json.ts';
import { Mdp3PacketWriter } from './packet-writer.ts';

const STAMP = { sequence: 5, sendingTimeHi32: 0x1553_ab90, sendingTimeLo32: 0xf2aa_5fc1 };
const registry = createRegistry();
const describeMessage = (view: DataView, offset: number, end: number) =>
  registry.toJson(view, offset, end);
const UDP = { framing: 'udp', describe: describeMessage } as const;
const TCP = { framing: 'tcp', describe: describeMessage } as const;

function udpPacket(): Uint8Array {
  const bytes = new Uint8Array(300);
  const writer = new Mdp3PacketWriter().begin(new DataView(bytes.buffer), STAMP);
  writeBook(writer, 13_950);
  writeOrder(writer, 532_259);
  return bytes.subarray(0, writer.length);
}

describe('packets as JSON', () => {
  test('show header, messages and their sizes', () => {
    const { packets, problem } = describePackets(udpPacket(), UDP);
    expect(problem).toBeUndefined();
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatchObject({
      transport: 'udp',
      payloadBytes: 140,
      packetSequenceNumber: 5,
      sendingTime: '1536760536898363329',
    });
    expect(packets[0]?.messages).toEqual([
      expect.objectContaining({ name: 'MDIncrementalRefreshBook46', messageSize: 64 }),
      expect.objectContaining({ name: 'MDIncrementalRefreshOrderBook47', messageSize: 64 }),
    ]);
    expect(packets[0]).not.toHaveProperty('error');
  });

  test('are one a message in the TCP framing', () => {
    const bytes = new Uint8Array(200);
    const view = new DataView(bytes.buffer);
    const writer = new Mdp3PacketWriter('tcp').begin(view, STAMP);
    writeHeartbeat(writer);
    const first = writer.length;
    writer.begin(view, { ...STAMP, sequence: 6 }, { offset: first });
    writeBook(writer, 1);
    const payload = bytes.subarray(0, first + writer.length);
    const common = { transport: 'tcp', encodingType: 51_966, sendingTime: '1536760536898363329' };
    expect(describePackets(payload, TCP)).toEqual({
      problem: undefined,
      packets: [
        expect.objectContaining({ ...common, messageSequenceNumber: 5, payloadBytes: 24 }),
        expect.objectContaining({ ...common, messageSequenceNumber: 6, payloadBytes: 78 }),
      ],
    });
    const cut = describePackets(payload.subarray(0, 30), TCP);
    expect(cut.packets).toHaveLength(1);
    expect(cut.problem).toMatchObject({ code: 'TRUNCATED', offset: 24 });
  });

  test('end at a message that is not whole, and say where', () => {
    const bytes = udpPacket();
    new DataView(bytes.buffer).setUint16(78, 99, true);
    const { packets, problem } = describePackets(bytes, UDP);
    expect(packets[0]?.messages).toHaveLength(1);
    expect(packets[0]?.error).toEqual(problem);
    expect(problem).toMatchObject({ code: 'BLOCK_PAST_END', offset: 86 });
    expect(problem?.message).toContain('MDIncrementalRefreshOrderBook47 at offset 86');
  });

  test('show of a message that nobody knows what its header says', () => {
    const bytes = udpPacket();
    new DataView(bytes.buffer).setUint16(80, 999, true);
    const { packets, problem } = describePackets(bytes, UDP);
    expect(problem).toBeUndefined();
    expect(packets[0]?.messages[1]).toEqual({
      templateId: 999,
      name: null,
      schemaId: 1,
      version: 13,
      blockLength: 11,
      messageSize: 64,
    });
  });

  test('are none where there is no header', () => {
    const short = describePackets(udpPacket().subarray(0, 11), UDP);
    expect(short).toMatchObject({ packets: [], problem: { code: 'TRUNCATED', offset: 0 } });
    expect(describePackets(udpPacket(), TCP)).toMatchObject({
      packets: [],
      problem: { code: 'BAD_ENCODING', offset: 0 },
    });
    expect(describePackets(new Uint8Array(0), TCP)).toEqual({ packets: [], problem: undefined });
  });

  test('count offsets from the first byte of the payload, wherever it lies', () => {
    const bytes = udpPacket();
    bytes[12] = 9;
    const buffer = new Uint8Array(500);
    buffer.set(bytes, 300);
    const { problem } = describePackets(buffer.subarray(300, 300 + bytes.length), UDP);
    expect(problem).toMatchObject({ code: 'BAD_SIZE', offset: 12 });
  });
});

test('of any packet everything is shown, or what is shown ends at a problem with its place', () => {
  const random = seededRandom(testSeed());
  const below = (end: number) => Math.floor(random() * end);
  const seen = new Set<string>();
  for (let round = 0; round < 5_000; round += 1) {
    const bytes = udpPacket().slice(0, random() < 0.3 ? below(141) : 140);
    for (let changes = below(5); changes > 0 && bytes.length > 0; changes -= 1) {
      bytes[below(bytes.length)] = random() < 0.5 ? [0, 0x7f, 0x80, 0xff][below(4)]! : below(256);
    }
    // A message may turn into any other template.
    if (bytes.length > 20 && random() < 0.5) bytes[16] = below(70);
    const { packets, problem } = describePackets(bytes, UDP);
    const shown = packets.flatMap(({ messages }) => messages.map(({ messageSize }) => messageSize));
    const end = shown.reduce((sum, size) => sum + size, 12);
    if (problem === undefined) expect(end).toBe(Math.max(12, bytes.length));
    else {
      expect(problem.offset).toBeGreaterThanOrEqual(packets.length === 0 ? 0 : end);
      expect(problem.offset).toBeLessThanOrEqual(bytes.length);
    }
    seen.add(problem?.code ?? 'whole');
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['whole', 'BAD_SIZE', 'TRUNCATED', 'BLOCK_PAST_END', 'GROUP_PAST_END']),
  );
});
