import { describe, expect, test } from 'vitest';
import type { RunSource } from './run-source.ts';
import { Waiting } from './waiting.ts';

/** A source that says what is asked of it. `parkMs`: how long a sleep takes on the test's clock. */
class ScriptedSource implements RunSource {
  readonly log: string[] = [];
  readonly ended = false;
  looks = 0;
  /** The look at which something is there. */
  newsAtLook = Number.POSITIVE_INFINITY;
  parkMs = 50;
  nowMs = 0;

  poll(): undefined {
    return undefined;
  }
  isQuiet(): boolean {
    return ++this.looks < this.newsAtLook;
  }
  park(timeoutMs: number): void {
    this.log.push(`park ${timeoutMs}`);
    this.nowMs += this.parkMs;
  }
  waitForBell(): Promise<void> {
    this.log.push('bell');
    return Promise.resolve();
  }
  close(): void {
    this.log.push('close');
  }
}

describe('waiting', () => {
  test('by spinning ends with the first look that finds something, without a turn', () => {
    const source = new ScriptedSource();
    source.newsAtLook = 100;
    expect(new Waiting('spin').wait(source)).toBeUndefined();
    expect(source.looks).toBeLessThanOrEqual(101);
    expect(source.log).toEqual([]);
  });

  test.each(['spin', 'adaptive', 'park'] as const)(
    'by %s gives the event loop a turn when nothing came',
    async (strategy) => {
      const source = new ScriptedSource();
      const pause = new Waiting(strategy).wait(source);
      expect(pause).toBeInstanceOf(Promise);
      await pause;
      expect(source.log).toEqual(strategy === 'spin' ? [] : ['park 100']);
    },
  );

  test('by parking goes on at once when the sleep ended with something to read', () => {
    const source = new ScriptedSource();
    source.newsAtLook = 1;
    expect(new Waiting('park').wait(source)).toBeUndefined();
    expect(source.log).toEqual(['park 100']);
  });

  test('adaptively looks longer after short sleeps and shorter after long ones, within bounds', () => {
    const source = new ScriptedSource();
    const waiting = new Waiting('adaptive', () => source.nowMs);
    const looksOf = (parkMs: number): number => {
      source.looks = 0;
      source.parkMs = parkMs;
      void waiting.wait(source);
      return source.looks - 1; // one more after the sleep
    };
    const rising = Array.from({ length: 12 }, () => looksOf(0.05));
    expect(rising.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
    expect(rising.at(-1)).toBe(50_000);
    const falling = Array.from({ length: 12 }, () => looksOf(5));
    expect(falling.slice(0, 3)).toEqual([50_000, 25_000, 12_500]);
    expect(falling.at(-1)).toBe(500);
  });

  test('by yielding hears the bell when idle, and naps when it rings all the time', async () => {
    const source = new ScriptedSource();
    const waiting = new Waiting('yield', () => 0);
    for (let turns = 0; turns < 16; turns++) await waiting.wait(source);
    expect(source.log).toEqual([]);
    for (let waits = 0; waits < 12; waits++) await waiting.wait(source);
    expect(source.log).toEqual(Array.from({ length: 10 }, () => 'bell'));
    waiting.reset();
    await waiting.wait(source);
    expect(source.log).toHaveLength(10); // turns again
  });
});
