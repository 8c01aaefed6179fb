import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineReader } from './line-reader.ts';

describe('line reader', () => {
  test('gives the same lines however the bytes are cut', async () => {
    const content = fc.array(fc.constantFrom('a', '\n', '\r\n', 'bcd'), { maxLength: 60 });
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 60 });
    const check = fc.asyncProperty(content, cuts, async (parts, sizes) => {
      const bytes = Buffer.from(parts.join(''));
      const source = async function* () {
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          yield bytes.subarray(at, at + size);
          at += size;
        }
      };
      const reader = new LineReader({
        file: 'f',
        source: source(),
        onProblem: (p) => {
          throw p;
        },
      });
      const lines: { text: string; number: number; offset: number }[] = [];
      const note = (line = reader.next()): boolean => {
        if (line === undefined) return false;
        lines.push({
          text: Buffer.from(line.bytes).toString(),
          number: line.number,
          offset: line.offset,
        });
        return true;
      };
      do while (note());
      while (await reader.fill());
      note(reader.last());
      let offset = 0;
      const wanted = bytes
        .toString()
        .split('\n')
        .flatMap((whole, index) => {
          const line = { text: whole.replace(/\r$/, ''), number: index + 1, offset };
          offset += whole.length + 1;
          return line.text === '' ? [] : [line];
        });
      expect(lines).toEqual(wanted);
    });
    await fc.assert(check, { seed: testSeed(), numRuns: 300 });
  });
});
