import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '@tickwire/testing';
import {
  POOL_PARKS_MAX,
  ParkOutcome,
  canWaitAny,
  futexWait,
  futexWaitAny,
  futexWaitInPool,
  futexWake,
} from './futex.ts';
import { createSharedFile, openSharedFile } from './shared-file.ts';

const worker = join(import.meta.dirname, '../test-processes/parked-worker.ts');

function memoryPair() {
  const path = join(temporaryDirectory({ shared: true, name: 'futex' }), 'a.ring');
  const memory = createSharedFile({ path, bytes: 4_096 });
  return { path, memory, readOnly: openSharedFile({ path, access: 'read' }) };
}

describe('futex', () => {
  test('sleeps on a read-only mapping only while the word is as expected', () => {
    const { memory, readOnly } = memoryPair();
    expect(futexWait({ memory: readOnly, byteOffset: 16, expected: 0 }, 1)).toBe(
      ParkOutcome.TimedOut,
    );
    new Int32Array(memory.buffer)[4] = -1;
    expect(futexWait({ memory: readOnly, byteOffset: 16, expected: 0 }, 100)).toBe(
      ParkOutcome.Changed,
    );
    expect(futexWait({ memory: readOnly, byteOffset: 16, expected: -1 }, 1)).toBe(
      ParkOutcome.TimedOut,
    );
    memory.close();
    readOnly.close();
  });

  test('sleeps on several words at once', () => {
    const { memory, readOnly } = memoryPair();
    const words = [
      { memory: readOnly, byteOffset: 16, expected: 0 },
      { memory, byteOffset: 32, expected: 0 },
    ];
    expect(futexWaitAny(words, 1)).toBe(ParkOutcome.TimedOut);
    new Int32Array(memory.buffer)[8] = 5;
    expect(futexWaitAny(words, 100)).toBe(ParkOutcome.Changed);
    memory.close();
    readOnly.close();
  });

  test('wakes a worker that sleeps on its own mapping', async () => {
    const { path, memory, readOnly } = memoryPair();
    const parked = new Worker(worker, { workerData: path });
    onTestFinished(async () => void (await parked.terminate()));
    expect((await once(parked, 'message'))[0]).toBe('parking');
    const done = once(parked, 'message');
    Atomics.store(new Int32Array(memory.buffer), 4, 1);
    futexWake(memory, 16);
    const [message] = (await done) as [{ outcome: ParkOutcome; word: number }];
    expect(message.word).toBe(1);
    memory.close();
    readOnly.close();
  });

  test('sleeps in the pool while this thread goes on, until it is woken', async () => {
    const { memory, readOnly } = memoryPair();
    const word = { memory: readOnly, byteOffset: 16, expected: 0 };
    const asleep = futexWaitInPool([word], 100);
    expect(asleep).toBeDefined();
    Atomics.store(new Int32Array(memory.buffer), 4, 1);
    futexWake(memory, 16);
    await asleep;
    // Changed already, and nobody wakes: comes back all the same.
    await futexWaitInPool([word], 100);
    await futexWaitInPool([{ ...word, expected: 1 }], 1);
    memory.close();
    readOnly.close();
  });

  test('sleeps in the pool on several words, until any is woken', async () => {
    expect(canWaitAny()).toBe(true);
    const { memory, readOnly } = memoryPair();
    const words = [
      { memory: readOnly, byteOffset: 16, expected: 0 },
      { memory, byteOffset: 32, expected: 0 },
    ];
    const asleep = futexWaitInPool(words, 100);
    expect(asleep).toBeDefined();
    Atomics.store(new Int32Array(memory.buffer), 8, 1);
    futexWake(memory, 32);
    await asleep;
    await futexWaitInPool(words, 100); // changed already
    memory.close();
    readOnly.close();
  });

  test('leaves most of the pool to others', async () => {
    const { memory } = memoryPair();
    const word = { memory, byteOffset: 16, expected: 0 };
    const asleep = Array.from({ length: POOL_PARKS_MAX }, () => futexWaitInPool([word], 20));
    expect(asleep).not.toContain(undefined);
    expect(futexWaitInPool([word], 20)).toBeUndefined();
    for (const sleeper of asleep) await sleeper;
    const again = futexWaitInPool([word], 1);
    expect(again).toBeDefined();
    await again;
    memory.close();
  });

  test.each([0, -1, 101, Number.NaN, Number.POSITIVE_INFINITY])(
    'never sleeps without a bound: %d ms is refused',
    (timeoutMs) => {
      const { memory } = memoryPair();
      const word = { memory, byteOffset: 16, expected: 0 };
      const refused = expect.objectContaining({ code: 'BAD_ARGUMENT' });
      expect(() => futexWait(word, timeoutMs)).toThrow(refused);
      expect(() => futexWaitAny([word], timeoutMs)).toThrow(refused);
      expect(() => futexWaitInPool([word], timeoutMs)).toThrow(refused);
      memory.close();
    },
  );

  test.each([-4, 2, 4_096])('refuses a word outside the memory: byte %d', (byteOffset) => {
    const { memory } = memoryPair();
    const refused = expect.objectContaining({ code: 'BAD_ARGUMENT' });
    expect(() => futexWake(memory, byteOffset)).toThrow(refused);
    expect(() => futexWait({ memory, byteOffset, expected: 0 }, 1)).toThrow(refused);
    expect(() => futexWaitAny([], 1)).toThrow(refused);
    expect(() => futexWaitInPool([], 1)).toThrow(refused);
    const many = Array.from({ length: 129 }, () => ({ memory, byteOffset: 0, expected: 0 }));
    expect(() => futexWaitAny(many, 1)).toThrow(refused);
    memory.close();
  });
});
