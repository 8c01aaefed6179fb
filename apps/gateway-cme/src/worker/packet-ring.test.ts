// Goal: what is offered comes out, in order and whole, or is refused; through every wrap of memory
// and of the counters. The second thread is a real one in the last test.
import { Worker } from 'node:worker_threads';
import { seededRandom, testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketRingReader, PacketRingWriter, createPacketRingMemory } from './packet-ring.ts';
import type { PacketRecord } from './packet-ring.ts';

const BYTES = 4_096;

const record = (id: number): PacketRecord => ({
  ...{ kind: id % 5, leg: id % 2 === 0 ? 0 : 1, channel: id % 65_536, id },
  ...{ recvNs: id * 1.5e9, recvWall: { hi: 0xffff_fff0 + (id % 16), lo: 0xffff_ffff - id } },
});

function setUp(startAt = 0) {
  const memory = createPacketRingMemory(BYTES);
  new Int32Array(memory, 0, 2).fill(startAt);
  const [writer, reader] = [new PacketRingWriter(memory), new PacketRingReader(memory)];
  const take = (most = Infinity): { record: PacketRecord; bytes: number[] }[] => {
    const taken: { record: PacketRecord; bytes: number[] }[] = [];
    reader.poll(most, (one, bytes, { start, end }) => {
      const copy = { ...one, recvWall: { ...one.recvWall } };
      taken.push({ record: copy, bytes: [...bytes.subarray(start, end)] });
    });
    return taken;
  };
  return { writer, take };
}

describe('a ring of packets', () => {
  test('gives what it took, and takes nothing that has no room', () => {
    const step = fc.oneof(
      fc.record({ offer: fc.integer({ min: 0, max: 1_500 }) }),
      fc.record({ take: fc.integer({ min: 1, max: 5 }) }),
    );
    const start = fc.constantFrom(0, 2 ** 31 - BYTES, -BYTES);
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 200 }), (startAt, steps) => {
        const { writer, take } = setUp(startAt);
        const expected: { record: PacketRecord; bytes: number[] }[] = [];
        let id = 0;
        for (const one of steps) {
          if ('take' in one) {
            expect(take(one.take)).toEqual(expected.splice(0, one.take));
            continue;
          }
          const bytes = new Uint8Array(one.offer).fill(id % 251);
          const isTaken = writer.offer(record(id), bytes);
          if (isTaken) expected.push({ record: record(id), bytes: [...bytes] });
          // At half of the ring there is always room, whatever lies at its end.
          else expect(writer.usedBytes + one.offer).toBeGreaterThan(BYTES / 2 - 40);
          id += 1;
        }
        expect(take()).toEqual(expected);
        expect(writer.usedBytes).toBe(0);
      }),
    );
  });

  test('never takes a packet that is larger than itself', () => {
    const { writer, take } = setUp();
    expect(writer.offer(record(1), new Uint8Array(BYTES))).toBe(false);
    expect(writer.offer(record(2), new Uint8Array(BYTES - 32))).toBe(true);
    expect(take().map(({ bytes }) => bytes.length)).toEqual([BYTES - 32]);
  });

  test.each([0, 4_095, 5_000, 2 ** 31])('has no memory of %i bytes', (bytes) => {
    expect(() => createPacketRingMemory(bytes)).toThrow(RangeError);
  });
});

test('between two threads nothing is lost, torn or out of order', async () => {
  const random = seededRandom(testSeed());
  const memory = createPacketRingMemory(BYTES);
  const reader = new PacketRingReader(memory);
  const packets = 20_000;
  const sizes = Array.from({ length: packets }, () => Math.floor(random() * 300));
  const thread = new Worker(new URL('../../test/ring-writer.ts', import.meta.url), {
    workerData: { memory, sizes },
  });
  let [next, wrong] = [0, 0];
  while (next < packets) {
    reader.poll(100, ({ id, recvNs }, bytes, { start, end }) => {
      let isRight = id === next && recvNs === id && end - start === sizes[id];
      for (let at = start; at < end; at++) isRight &&= bytes[at] === id % 251;
      if (!isRight) wrong += 1;
      next += 1;
    });
    await new Promise((turn) => setImmediate(turn));
  }
  await thread.terminate();
  expect(wrong).toBe(0);
});
