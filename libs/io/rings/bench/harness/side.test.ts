import { describe, expect, test } from 'vitest';
import { runSide, runTogether } from './side.ts';
import type { PlacedSide } from './side.ts';

/** A program in Node, anywhere. */
function program(code: string): PlacedSide {
  return { side: { command: process.execPath, args: ['-e', code] }, core: undefined };
}

describe('a side of a benchmark', () => {
  test('reports by its last line of JSON, whatever else it says', async () => {
    const chatty = `console.log('{"a":1}'); console.log('{"a":2}'); console.log('bye')`;
    expect(await runSide(program(chatty))).toEqual({ a: 2 });
  });

  test('that fails says why', async () => {
    const failing = program("console.error('no ring'); process.exit(3)");
    await expect(runSide(failing)).rejects.toThrow(/ended with 3\nno ring/);
  });

  test('that says nothing has failed', async () => {
    await expect(runSide(program(''))).rejects.toThrow('ended with 0');
  });

  test('that fails stops the others, and its own error is the one that is told', async () => {
    const endless = program('setInterval(() => {}, 1_000)');
    const failing = program("console.error('first'); process.exit(1)");
    await expect(runTogether([endless, failing, endless])).rejects.toThrow('first');
  });
});
