// Goal: a page of figures says what was measured, and "held" only where it held.
// Method: results small enough to compute by hand.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge, verdictLine } from './acceptance.ts';
import { replaceGenerated } from './document.ts';
import { durationText } from './duration-text.ts';
import { ringReport } from './report.ts';
import type { Results } from './results.ts';

const fixture = join(import.meta.dirname, '../fixtures/ring-results.json');
const results = JSON.parse(readFileSync(fixture, 'utf8')) as Results;

const linesOf = (changed: Partial<Results>): string[] =>
  judge({ ...results, ...changed }).map(verdictLine);

const rowOf = (page: string, start: string): string | undefined =>
  page.split('\n').find((line) => line.startsWith(start));

describe('the report of the ring benchmark', () => {
  const page = ringReport(results);

  test('shows median, spread and runs of each side, and the ratio beside ours', () => {
    expect(rowOf(page, '| 16 | Tickwire')).toBe(
      '| 16 | Tickwire | 50.0 (40.0–60.0) | 0.010 + 0.020 | 3 | 0.50 |',
    );
    expect(rowOf(page, '| 16 | the same in C++')).toBe(
      '| 16 | the same in C++ | 100.0 (90.0–110.0) | 0.0050 + 0.0060 | 3 |  |',
    );
  });

  test('shows times in the unit that fits', () => {
    expect(rowOf(page, '| Tickwire | spin | 10000')).toContain('| 180 ns (180 ns–180 ns) | 1.5 µs');
    expect([999, 1_500, 2_500_000].map(durationText)).toEqual(['999 ns', '1.5 µs', '2.5 ms']);
  });

  test('says how far the times can be trusted', () => {
    expect(page).toContain('clock took 55 ns in JavaScript and 25 ns in C++');
    expect(page).toContain('at most 60 ns off');
  });

  test('names the peers that were not there, and why', () => {
    expect(rowOf(page, '| ZeroMQ ipc (C++)')).toContain('apt install libzmq3-dev');
  });

  test('names the machine, the day and the command', () => {
    expect(page).toContain('`npm run bench -- ring`, a whole run of 2026-01-02: Test CPU × 2');
    expect(page).toContain('load average before 0.3');
  });
});

describe('what the figures must show', () => {
  test('holds when every figure is within its limit', () => {
    const lines = linesOf({});
    expect(lines.filter((line) => !line.startsWith('held'))).toEqual([
      'FAILED fewest runs of a judged side (rings: 1): 1, at least 11',
    ]);
    expect(lines).toContain('held batches of 16: 50.0 M ticks/s, at least 40.0');
    expect(lines).toContain('held batches of 16: 0.50 × C++, at least 0.35');
  });

  test('a judged side of any section that was run too seldom fails', () => {
    const often = <T>(runs: readonly T[]): T[] => Array.from({ length: 11 }, () => runs).flat();
    const all = {
      throughput: often(results.throughput),
      latency: often(results.latency),
      fan: often(results.fan),
      readers: often(results.readers),
    };
    const verdict = (changed: Partial<Results>): string | undefined =>
      linesOf({ ...all, ...changed }).find((line) => line.includes('fewest runs'));
    expect(verdict({})).toMatch(/^held/);
    const no16 = all.throughput.filter(({ batch }) => batch !== 16);
    expect(verdict({ throughput: no16 })).toContain('(ours, batch 16): 0');
    for (const section of ['throughput', 'latency', 'fan', 'readers'] as const) {
      expect(verdict({ [section]: results[section] }), section).toMatch(/^FAILED/);
    }
  });

  test('one lost or one wrong tick fails', () => {
    const [first, ...others] = results.throughput;
    if (first === undefined) throw new Error('the fixture has no runs');
    for (const broken of [{ lost: 1 }, { wrong: 1 }]) {
      const lines = linesOf({ throughput: [{ ...first, ...broken }, ...others] });
      expect(lines.some((line) => line.startsWith('FAILED 0 lost and 0 wrong'))).toBe(true);
    }
  });

  test('slower than the limit fails, in ticks and beside C++', () => {
    const slow = results.throughput.map((run) =>
      run.side === 'ours' ? { ...run, ticksPerSecond: run.ticksPerSecond / 2 } : run,
    );
    const lines = linesOf({ throughput: slow });
    expect(lines).toContain('FAILED batches of 16: 25.0 M ticks/s, at least 40.0');
    expect(lines).toContain('FAILED batches of 16: 0.25 × C++, at least 0.35');
  });

  test('later than the limit fails', () => {
    const late = results.latency.map((run) =>
      run.side === 'ours' ? { ...run, latency: { ...run.latency, p50Ns: 1e6 } } : run,
    );
    expect(linesOf({ latency: late }).filter((line) => line.startsWith('FAILED s'))).toHaveLength(
      1,
    );
    expect(linesOf({ latency: late }).filter((line) => line.startsWith('FAILED p'))).toHaveLength(
      1,
    );
  });

  test('many rings that are slower, and readers that cost the writer, fail', () => {
    const fan = results.fan.map((run) => (run.rings > 1 ? { ...run, ticksPerSecond: 1 } : run));
    expect(linesOf({ fan }).some((line) => line.startsWith('FAILED 64 rings'))).toBe(true);
    const readers = results.readers.map((run) =>
      run.side === 'ours' && run.readers > 0 ? { ...run, writerCore: 0.5, late: 1 } : run,
    );
    const failed = linesOf({ readers }).filter((line) => line.startsWith('FAILED 8 parked'));
    expect(failed).toHaveLength(2);
  });

  test('readers may cost the writer what waking as many sleepers costs in C++, and no more', () => {
    const with8 = (writerCore: number): string | undefined =>
      linesOf({
        readers: results.readers.map((run) =>
          run.side === 'ours' && run.readers > 0 ? { ...run, writerCore } : run,
        ),
      }).find((line) => line.includes('writer CPU'));
    expect(with8(0.055)).toMatch(/^held/);
    expect(with8(0.09)).toMatch(/^held .*\+ 0\.0400 against \+ 0\.0400 of futex/);
    expect(with8(0.1)).toMatch(/^FAILED/);
  });

  test('says so when there was nothing to compare with', () => {
    const throughput = results.throughput.filter((run) => run.side === 'ours');
    expect(linesOf({ throughput })).toContain('not judged: batches of 16: no C++ twin');
  });
});

describe('a generated part of a page', () => {
  const generated = { name: 'ring', body: 'new' };
  const begin = '<!-- ring: generated, begin -->';
  const end = '<!-- ring: generated, end -->';

  test('is replaced, and nothing around it', () => {
    const page = `# A\n\n${begin}\n\nold\n\n${end}\n\n## B\n`;
    const once = replaceGenerated(page, generated);
    expect(once).toBe(`# A\n\n${begin}\n\nnew\n\n${end}\n\n## B\n`);
    expect(replaceGenerated(once, generated)).toBe(once);
  });

  test.each(['', begin, end, `${end}${begin}`, `${begin}${begin}${end}`, `${begin}${end}${end}`])(
    'needs both markers, once: %j',
    (page) => {
      expect(() => replaceGenerated(page, generated)).toThrow('needs');
    },
  );
});
