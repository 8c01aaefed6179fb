import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { WorkLatch } from './work-latch.ts';

describe('work latch', () => {
  test('lets a loop through once for what became due before, and while it waits', async () => {
    const latch = new WorkLatch();
    latch.due();
    latch.due();
    await latch.wait();
    let through = false;
    const waiting = latch.wait().then(() => (through = true));
    await turn();
    expect(through).toBe(false);
    latch.due();
    await waiting;
    expect(through).toBe(true);
  });
});
