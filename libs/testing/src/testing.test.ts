// Goal: the tools that other tests lean on do what they say, above all on failure.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  FakeClock,
  capturedData,
  repositoryRoot,
  seededRandom,
  startProcess,
  temporaryDirectory,
  testSeed,
  waitFor,
} from './index.ts';

describe('captured data', () => {
  test('gives a path that exists when the variable points at it', () => {
    const folder = temporaryDirectory();
    vi.stubEnv('TICKWIRE_DATA', folder);
    expect(capturedData('a suite')).toBe(folder);
    expect(() => capturedData('a suite', 'absent')).toThrow(/absent does not exist/);
    vi.unstubAllEnvs();
  });

  test('finds the repository', () => {
    expect(existsSync(join(repositoryRoot(), 'libs/testing/package.json'))).toBe(true);
  });
});

describe('test seed', () => {
  test('is the one of the environment when there is one', () => {
    vi.stubEnv('TICKWIRE_SEED', '77');
    expect(testSeed()).toBe(77);
    vi.stubEnv('TICKWIRE_SEED', '-1');
    expect(() => testSeed()).toThrow(/TICKWIRE_SEED/);
    vi.unstubAllEnvs();
  });

  test('the generator repeats for a seed and stays within [0, 1)', () => {
    const first = seededRandom(5);
    const second = seededRandom(5);
    const values = Array.from({ length: 1000 }, first);
    expect(Array.from({ length: 1000 }, second)).toEqual(values);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(990);
  });
});

describe('temporary directory', () => {
  let left = '';
  test('is private', () => {
    left = temporaryDirectory({ name: 'probe', shared: true });
    writeFileSync(join(left, 'file'), 'x');
    expect(statSync(left).mode & 0o777).toBe(0o700);
  });
  test('is gone after its test', () => expect(existsSync(left)).toBe(false));
});

describe('start process', () => {
  test('waits for ready, then for the end', async () => {
    const script = join(temporaryDirectory(), 'service.mjs');
    writeFileSync(
      script,
      `console.log('hello ' + process.env.WORD);
       process.on('SIGTERM', () => process.exit(7));
       process.send({ type: 'ready', info: { port: 1 } });
       setInterval(() => {}, 1000);`,
    );
    const service = startProcess({ script, env: { WORD: 'there' } });
    expect(await service.ready()).toEqual({ port: 1 });
    expect((await service.output(/hello (\w+)/))[1]).toBe('there');
    expect(await service.stop()).toEqual({ code: 7, signal: null });
  });

  test('names the end of a process that dies instead of getting ready', async () => {
    const script = join(temporaryDirectory(), 'dies.mjs');
    writeFileSync(script, `console.error('because'); process.exit(3);`);
    await expect(startProcess({ script }).ready()).rejects.toThrow(/code 3[^]*because/);
  });
});

describe('wait for', () => {
  test('returns the value once it is there and names what never came', async () => {
    let calls = 0;
    expect(await waitFor(() => (++calls > 3 ? calls : undefined), { what: 'calls' })).toBe(4);
    const never = waitFor(() => false, { what: 'a miracle', deadlineMs: 20 });
    await expect(never).rejects.toThrow(/a miracle/);
  });
});

describe('fake clock', () => {
  test('runs timers in order of time, then of setting, each at its own time', () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name}@${clock.monotonicNs() / 1e6}`);
    clock.setTimer(10, note('b'));
    clock.setTimer(10, note('c'));
    clock.setTimer(5, () => {
      note('a')();
      clock.setTimer(1, note('nested'));
    });
    clock.clearTimer(clock.setTimer(7, note('cancelled')));
    expect(clock.advance(9)).toBe(2);
    expect(clock.advance(1)).toBe(2);
    expect(seen).toEqual(['a@5', 'nested@6', 'b@10', 'c@10']);
    expect(clock.pending).toBe(0);
  });

  test('shows the wall time of a monotonic reading', () => {
    const clock = new FakeClock();
    clock.advance(1500);
    const wall = { hi: 0, lo: 0 };
    clock.wallNs(clock.monotonicNs(), wall);
    const ns = (BigInt(wall.hi) << 32n) | BigInt(wall.lo);
    expect(ns).toBe(BigInt(Date.UTC(2024, 0, 1) + 1500) * 1_000_000n);
  });

  test('lets promises settle between timers', async () => {
    const clock = new FakeClock();
    const seen: number[] = [];
    const loop = (async () => {
      for (let turn = 0; turn < 3; turn++) {
        await new Promise<void>((resolve) => void clock.setTimer(10, resolve));
        seen.push(clock.monotonicNs() / 1e6);
      }
    })();
    expect(await clock.advanceAsync(100)).toBe(3);
    await loop;
    expect(seen).toEqual([10, 20, 30]);
  });
});
