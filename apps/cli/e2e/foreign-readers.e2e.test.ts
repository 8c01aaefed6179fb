// Goal: programs in other languages that read a live ring print what `tickwire tail --json` prints,
// and come through whatever happens to the ring. Method: the readers of docs/examples, the one in C
// with the compiler's sanitizers, beside the command's own loop; a writer in a process of its own.
import { join } from 'node:path';
import { StreamReason } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { damage } from '../test/damaged-ring.ts';
import {
  accountsOf,
  isBalanced,
  prepareReaders,
  startForeignReader,
} from '../test/foreign-reader.ts';
import type { ForeignAccount, ForeignReader } from '../test/foreign-reader.ts';
import { OddRingProcess } from '../test/odd-ring-process.ts';
import { ODD_SYMBOLS } from '../test/odd-ticks.ts';
import { linesOf, startTail } from '../test/tail-lines.ts';
import type { RunningTail } from '../test/tail-lines.ts';

const NAME = 'odd.0';
const readers = prepareReaders('the readers in C and Python');

function place(): { dir: string; name: string } {
  return { dir: temporaryDirectory({ name: 'foreign', shared: true }), name: NAME };
}

/** A reader that has attached. */
async function attach(
  reader: ForeignReader,
  dir: string,
  args: readonly string[] = [],
): Promise<TestProcess> {
  const started = startForeignReader(reader, ['--dir', dir, ...args]);
  onTestFinished(() => void started.child.kill('SIGKILL'));
  await started.output(/^ring .*, from position \d+$/m);
  return started;
}

/** The end of a reader: its exit code and the accounts of all rings that it read. */
async function leave(started: TestProcess): Promise<ForeignAccount[]> {
  const { code } = await started.stop();
  expect(code, started.stderr).toBe(0);
  const accounts = accountsOf(started.stderr);
  for (const account of accounts) expect(isBalanced(account), started.stderr).toBe(true);
  return accounts;
}

async function lines(started: TestProcess, count: number): Promise<string[]> {
  await waitFor(() => linesOf(started.stdout).length >= count, {
    what: `${count} lines of a reader; it has ${linesOf(started.stdout).length}`,
  });
  return linesOf(started.stdout);
}

/** The reader has ended in order, its accounts balance, and its lines are those of tail. */
async function expectTheSame(started: TestProcess, tail: RunningTail): Promise<void> {
  const { code } = await started.ended;
  expect(code, started.stderr).toBe(0);
  for (const account of accountsOf(started.stderr)) expect(isBalanced(account)).toBe(true);
  const printed = linesOf(started.stdout);
  await waitFor(() => tail.lines().length >= printed.length, { what: 'tail as far as the reader' });
  expect(printed).toEqual(tail.lines());
}

describe.skipIf(readers.length === 0).each(readers)('the reader in $language', (reader) => {
  test('prints the lines of tail, of every kind of tick, whatever stands in it', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 65_536 });
    const tail = startTail(ring.dir);
    const started = await attach(reader, ring.dir);
    const published = await writer.publish(6_000, 1);
    await writer.close();
    await expectTheSame(started, tail);
    expect(tail.lines().length).toBeGreaterThan(4_000);
    const [account] = accountsOf(started.stderr);
    expect(account).toMatchObject({ start: 0, published, cursor: published, lost: 0, inFlight: 0 });
    expect(account?.padded).toBeGreaterThan(100);
    expect(account?.unreadable).toBe(0);
  });

  test('begins with what the ring still holds when asked to, and stops after so many', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 65_536 });
    const tail = startTail(ring.dir);
    await writer.publish(500, 2);
    const expected = await waitFor(() => (tail.lines().length > 300 ? tail.lines() : undefined), {
      what: 'lines of tail',
    });
    const started = await attach(reader, ring.dir, ['--from', 'oldest', '--count', '123']);
    const { code } = await started.ended;
    expect(code, started.stderr).toBe(0);
    expect(linesOf(started.stdout)).toEqual(expected.slice(0, 123));
  });

  test('filters by symbol, in any case, and by kind', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 65_536 });
    const symbols = [ODD_SYMBOLS[3], 'btc-usdt'].map((symbol) => String(symbol).toLowerCase());
    const kinds = ['trade', 'bar-volume', 'CLOCK'];
    const tail = startTail(ring.dir, { symbols, kinds });
    const args = ['--symbol', symbols.join(','), '--kind', 'trade,bar-volume', '--kind', 'CLOCK'];
    const started = await attach(reader, ring.dir, args);
    await writer.publish(6_000, 3);
    await writer.close();
    await expectTheSame(started, tail);
    expect(tail.lines().length).toBeGreaterThan(100);
  });

  test('skips the PADs of a writer that died inside a publication, and goes on', async () => {
    const ring = place();
    const first = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    const tail = startTail(ring.dir);
    const started = await attach(reader, ring.dir);
    await first.publish(200, 4);
    await first.kill();
    await started.output(/ring odd\.0 is dead/);
    const dying = startProcess({
      script: 'libs/io/rings/prove/killed-writer.ts',
      args: [join(ring.dir, `${NAME}.ring`)],
    });
    expect(await dying.ended).toMatchObject({ signal: 'SIGKILL' });
    const next = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    expect(next.info).toMatchObject({ epoch: 3, padded: 32, ringId: first.info.ringId });
    await started.output(/a new writer goes on in it, epoch 3/);
    await next.publish(100, 5);
    await next.close();
    await expectTheSame(started, tail);
    expect(started.stdout).toContain(
      `"reason":"writer-restarted","scope":"ring","ledgerId":${next.info.epoch}`,
    );
    expect(StreamReason.WriterRestarted).toBe(7);
    const [account] = accountsOf(started.stderr);
    expect(account).toMatchObject({ epoch: 3, published: 200 + 32 + 1 + 100, lost: 0 });
    expect(account?.padded).toBeGreaterThanOrEqual(32);
  });

  test('reads a replaced ring to its end, then its successor from the beginning', async () => {
    const ring = place();
    const first = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    const tail = startTail(ring.dir);
    const started = await attach(reader, ring.dir);
    started.child.kill('SIGSTOP');
    const left = await first.publish(300, 6);
    await first.kill();
    // Another geometry: the old ring is marked as replaced.
    const second = await OddRingProcess.start({ ...ring, slotCount: 2_048 });
    await second.publish(200, 7);
    started.child.kill('SIGCONT');
    await started.output(/ring odd\.0 is replaced/);
    await second.publish(100, 8);
    await second.close();
    await expectTheSame(started, tail);
    const accounts = accountsOf(started.stderr);
    expect(accounts).toMatchObject([
      { ringId: first.info.ringId, published: left, cursor: left, lost: 0 },
      { ringId: second.info.ringId, start: 0, published: 300, cursor: 300, lost: 0 },
    ]);
  });

  test('goes over to the successor of a closed ring, and ends when none comes', async () => {
    const ring = place();
    const first = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    const started = await attach(reader, ring.dir, ['--linger', '10']);
    await first.publish(50, 9);
    await first.close();
    await started.output(/ring odd\.0 is closed/);
    const second = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    await second.publish(60, 10);
    await started.output(new RegExp(`id ${second.info.ringId}`));
    await second.close();
    const impatient = await attach(reader, ring.dir, ['--linger', '0', '--from', 'oldest']);
    expect(await impatient.ended).toMatchObject({ code: 0 });
    const accounts = await leave(started);
    expect(accounts.map(({ published }) => published)).toEqual([50, 60]);
    expect(linesOf(impatient.stdout)).toEqual(
      linesOf(started.stdout).filter((line) => line.includes(second.info.ringId)),
    );
  });

  test('says that a stopped writer is silent, and goes on with it', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    const started = await attach(reader, ring.dir);
    writer.signal('SIGSTOP');
    await started.output(/ring odd\.0 is silent/);
    writer.signal('SIGCONT');
    await started.output(/ring odd\.0 is live/);
    await writer.publish(20, 11);
    await writer.close();
    await started.ended;
    expect(accountsOf(started.stderr)).toMatchObject([{ published: 20, cursor: 20 }]);
  });

  test('that was lapped says exactly what is missing, as tail does', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    const started = await attach(reader, ring.dir);
    const tail = startTail(ring.dir);
    await writer.publish(100, 12);
    await lines(started, 50);
    started.child.kill('SIGSTOP');
    tail.stall();
    await writer.publish(5_000, 13);
    tail.resume();
    started.child.kill('SIGCONT');
    await writer.publish(100, 14);
    await writer.close();
    await started.ended;
    const printed = linesOf(started.stdout).map((line) => JSON.parse(line) as Line);
    const gaps = printed.filter(({ kind }) => kind === 'LOST');
    const [account] = accountsOf(started.stderr);
    expect(gaps.length).toBeGreaterThan(0);
    expect(account?.gaps).toBe(gaps.length);
    expect(gaps.reduce((sum, { count }) => sum + Number(count), 0)).toBe(account?.lost);
    for (const { first, last, count } of gaps) expect(Number(last) - Number(first) + 1).toBe(count);
    expect(account !== undefined && isBalanced(account)).toBe(true);
    expect(account).toMatchObject({ published: 5_200, cursor: 5_200 });
    expectInOrder(printed);
    const shape = (line: Line): string[] => Object.keys(line);
    const byTail = tail.lines().map((line) => JSON.parse(line) as Line);
    const gapOfTail = byTail.find(({ kind }) => kind === 'LOST');
    expect(gapOfTail).toBeDefined();
    expect(gaps.map(shape)).toEqual(gaps.map(() => shape(gapOfTail as Line)));
    expect(linesAt(linesOf(started.stdout), tail.lines())).toBeGreaterThan(300);
  });

  test('reads a ring of the smallest size at its end and around it', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 8, directoryCapacity: 64 });
    const started = await attach(reader, ring.dir, ['--from', 'oldest']);
    const published = await writer.publish(20_000, 15);
    await writer.close();
    await started.ended;
    const [account] = accountsOf(started.stderr);
    expect(account).toMatchObject({ published, cursor: published, inFlight: 0 });
    expect(account !== undefined && isBalanced(account)).toBe(true);
  });

  test('counts and names a tick with an impossible price, and prints the others', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 1_024 });
    const started = await attach(reader, ring.dir);
    await writer.order({ type: 'impossible' });
    await writer.close();
    await started.ended;
    expect(linesOf(started.stdout)).toHaveLength(2);
    expect(started.stderr).toContain('unreadable: position 1: OUT_OF_RANGE: price');
    expect(accountsOf(started.stderr)).toMatchObject([{ delivered: 3, unreadable: 1 }]);
  });

  test('counts without printing, with a checksum of all bytes', async () => {
    const ring = place();
    const writer = await OddRingProcess.start({ ...ring, slotCount: 65_536 });
    await writer.publish(3_000, 16);
    await writer.close();
    const summaries = await Promise.all(
      readers.map(async (one) => {
        const args = ['--summary', '--from', 'oldest', '--linger', '0'];
        const counting = await attach(one, ring.dir, args);
        await counting.ended;
        return linesOf(counting.stdout).map((line) => JSON.parse(line) as object);
      }),
    );
    expect(summaries[0]).toMatchObject([{ start: 0, published: 3_000, inFlight: 0 }]);
    expect(summaries[1]).toEqual(summaries[0]);
  });

  test('leaves a ring whose cursors no writer can have stored', async () => {
    const ring = place();
    const writer = createRing({ ...ring, vendor: 'odd', slotCount: 64, directoryCapacity: 4 });
    onTestFinished(() => writer.close());
    const started = await attach(reader, ring.dir);
    writer.publish(new Uint8Array(64).fill(1, 28, 29), 1);
    await lines(started, 1);
    damage(join(ring.dir, `${NAME}.ring`), 'published', -5);
    const { code } = await started.ended;
    expect({ code, said: started.stderr }).toEqual({
      code: 6,
      said: expect.stringMatching(/^BAD_CURSORS: .*published -5/m) as string,
    });
  });
});

interface Line {
  readonly kind: string;
  readonly position?: number;
  readonly first?: number;
  readonly last?: number;
  readonly count?: number;
}

/** Positions only grow, and none of them is in a gap. */
function expectInOrder(printed: readonly Line[]): void {
  let next = 0;
  for (const line of printed) {
    const at = line.kind === 'LOST' ? Number(line.first) : Number(line.position);
    expect(at).toBeGreaterThanOrEqual(next);
    next = line.kind === 'LOST' ? Number(line.last) + 1 : at + 1;
  }
}

/** How many lines both have; those of one position must be equal. */
function linesAt(a: readonly string[], b: readonly string[]): number {
  const keyed = (all: readonly string[]): Map<string, string> =>
    new Map(
      all
        .filter((line) => !line.startsWith('{"kind":"LOST"'))
        .map((line) => [String((JSON.parse(line) as Line).position), line]),
    );
  const other = keyed(b);
  let both = 0;
  for (const [position, line] of keyed(a)) {
    const found = other.get(position);
    if (found === undefined) continue;
    expect(line).toBe(found);
    both++;
  }
  return both;
}
