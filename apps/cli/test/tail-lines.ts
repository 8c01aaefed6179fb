/** The loop of `tickwire tail --json` inside a test. */
import { onTestFinished } from 'vitest';
import { runTail } from '../src/tail/run-tail.ts';
import { TickFilter } from '../src/tail/tick-filter.ts';

export interface RunningTail {
  /** Printed so far. */
  lines(): string[];
  /** From now on it does not come back from printing, as with a reader who does not read. */
  stall(): void;
  resume(): void;
}

export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Attached to the rings of the folder when this returns; ends with the test. */
export function startTail(
  ringDir: string,
  wanted: { symbols?: readonly string[]; kinds?: readonly string[] } = {},
): RunningTail {
  const stop = new AbortController();
  let printed = '';
  let isStalled = Promise.withResolvers<void>();
  isStalled.resolve();
  const tail = runTail({
    ...{ ringDir, rings: [], count: undefined, json: true, signal: stop.signal },
    filter: new TickFilter({
      vendors: [],
      symbols: wanted.symbols ?? [],
      kinds: wanted.kinds ?? [],
    }),
    terminal: {
      ...{ isInteractive: false, hasColour: false, columns: () => 80, rows: () => 24 },
      out: (text) => void (printed += text),
      note: (line) => void (printed += line),
      drained: () => isStalled.promise,
    },
  });
  onTestFinished(async () => {
    isStalled.resolve();
    stop.abort();
    await tail;
  });
  return {
    lines: () => linesOf(printed),
    stall: () => void (isStalled = Promise.withResolvers<void>()),
    resume: () => isStalled.resolve(),
  };
}
