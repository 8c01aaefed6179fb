// Goal: messages come out as they went in, nothing is lost, the stream is held above the bound and
// let go at half of it. Method: a random push and take beside a plain list.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { MessageQueue } from './message-queue.ts';

/** A message without a record counts as so much. */
const MESSAGE_BYTES = 128;

function setUp(bytesMax: number) {
  const holds: boolean[] = [];
  return { holds, queue: new MessageQueue<number>(bytesMax, (isHeld) => holds.push(isHeld)) };
}

test('gives all, in order, and holds the stream by turns', async () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const { holds, queue } = setUp(100 * MESSAGE_BYTES);
  let [pushed, taken] = [0, 0];
  for (let turn = 0; turn < 20_000; turn++) {
    const isHeld = holds.length % 2 === 1;
    if (!isHeld && random() < 0.6) queue.push(pushed++);
    else if (taken < pushed) {
      expect(await queue.next(), `seed ${seed}`).toEqual({ value: taken++, done: false });
    }
    expect(queue.count).toBe(pushed - taken);
    expect(queue.count).toBeLessThanOrEqual(101);
  }
  expect(holds.length).toBeGreaterThan(10);
  expect(holds.every((isHeld, at) => isHeld === (at % 2 === 0))).toBe(true);
});

test('a loop that waits gets what comes, and the end', async () => {
  const { queue } = setUp(1_000);
  const waiting = [queue.next(), queue.next(), queue.next()];
  queue.push(1);
  queue.push(2);
  queue.end();
  queue.push(3);
  expect(await Promise.all(waiting)).toEqual([
    { value: 1, done: false },
    { value: 2, done: false },
    { value: undefined, done: true },
  ]);
  expect(await queue.next()).toEqual({ value: undefined, done: true });
});

test('an error comes behind what was there before it', async () => {
  const { queue } = setUp(1_000);
  queue.push(1);
  queue.end(new Error('refused'));
  expect(await queue.next()).toEqual({ value: 1, done: false });
  await expect(queue.next()).rejects.toThrow('refused');
});

test('what nobody asks for any more is forgotten, and the stream let go', () => {
  const { holds, queue } = setUp(MESSAGE_BYTES);
  queue.push(1, 400);
  expect([queue.bytes, holds]).toEqual([MESSAGE_BYTES + 400, [true]]);
  queue.clear();
  expect([queue.bytes, queue.count, holds]).toEqual([0, 0, [true, false]]);
});
