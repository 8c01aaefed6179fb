// Goal: what is pushed comes once, in order, however pushing and taking are mixed. Method: beside
// an array, by seed, past the sizes at which it is compacted.
import { seededRandom, testSeed } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { NoticeQueue } from './notice-queue.ts';

test('comes once, in order, and 200,000 at once are no matter', () => {
  const random = seededRandom(testSeed());
  const queue = new NoticeQueue();
  const plain: number[] = [];
  let pushed = 0;
  let taken = 0;
  const push = (): void => {
    const notice = new Uint8Array(4);
    new DataView(notice.buffer).setUint32(0, pushed);
    queue.push(notice);
    plain.push(pushed++);
  };
  const take = (): void => {
    const notice = queue.shift();
    const number = notice && new DataView(notice.buffer).getUint32(0);
    if (number !== plain[taken]) expect(number).toBe(plain[taken]);
    if (notice !== undefined) taken += 1;
  };
  for (let round = 0; round < 400; round++) {
    const [pushes, takes] = [Math.floor(random() * 50), Math.floor(random() * 60)];
    for (let at = 0; at < pushes; at++) push();
    for (let at = 0; at < takes; at++) take();
    expect(queue.length).toBe(pushed - taken);
  }
  for (let at = 0; at < 200_000; at++) push();
  while (queue.length > 0) take();
  expect([taken, queue.shift()]).toEqual([pushed, undefined]);
});
