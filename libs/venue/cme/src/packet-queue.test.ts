// Goal: packets come out as they went in, and no more than the bound is kept. Method: by hand.
import { describe, expect, test } from 'vitest';
import { PacketQueue } from './packet-queue.ts';

const RECV = { hi: 3, lo: 4, monotonicNs: 5 };

function push(queue: PacketQueue, sequence: number, size = 20): boolean {
  const bytes = new Uint8Array(size + 2).fill(sequence);
  return queue.push({ sequence, bytes, start: 1, end: 1 + size }, RECV);
}

describe('packet queue', () => {
  test('gives what was put in, with its receipt', () => {
    const queue = new PacketQueue(65_536);
    for (const sequence of [10, 11, 14]) push(queue, sequence, sequence);
    const packet = queue.at(2);
    expect(packet).toMatchObject({ sequence: 14, recv: RECV });
    expect([...queue.bytes.subarray(packet.start, packet.end)]).toEqual(Array(14).fill(14));
    expect([queue.count, queue.usedBytes]).toEqual([3, 35]);
  });

  test('finds the first packet behind a sequence', () => {
    const queue = new PacketQueue(65_536);
    for (const sequence of [10, 11, 14]) push(queue, sequence);
    expect([9, 10, 12, 14].map((sequence) => queue.placeBehind(sequence))).toEqual([0, 1, 2, 3]);
  });

  test('refuses what is beyond its bytes, and is empty when cleared', () => {
    const queue = new PacketQueue(65_536);
    let kept = 0;
    while (push(queue, kept + 1, 1_000)) kept += 1;
    expect([kept, queue.usedBytes, queue.bytes.length]).toEqual([65, 65_000, 65_536]);
    queue.clear();
    expect([queue.count, queue.usedBytes, push(queue, 1)]).toEqual([0, 0, true]);
  });
});
