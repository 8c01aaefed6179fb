import { readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeClock, temporaryDirectory } from '@tickwire/testing';
import { ReaderFile } from './reader-file.ts';
import { EXPEL_AFTER_NS, RequiredReaderFiles } from './required-readers.ts';

const ringId = { hi: 1, lo: 2 };
const account = (cursor: number, id = ringId) => ({
  ringId: id,
  epoch: 1,
  start: 0,
  published: 100,
  cursor,
  delivered: cursor,
  padded: 0,
  lost: 0,
  inFlight: 100 - cursor,
});

function fixture() {
  const dir = temporaryDirectory({ name: 'readers' });
  const clock = new FakeClock();
  const expelled: (string | undefined)[] = [];
  const scans: number[] = [];
  const readers = new RequiredReaderFiles({
    dir,
    ringId,
    monotonicNs: () => clock.monotonicNs(),
    onScan: (required) => scans.push(required),
    onExpel: (record) => expelled.push(record?.label),
  });
  onTestFinished(() => readers.close());
  const register = (label: string, required = true) => {
    const file = new ReaderFile(dir, { label, required });
    onTestFinished(() => file.close());
    return file;
  };
  return { dir, clock, readers, expelled, scans, register };
}

const secondsMs = (ns: number): number => ns / 1e6;

describe('required readers', () => {
  test('the slowest of them counts, others do not', () => {
    const { clock, readers, register, scans } = fixture();
    expect(readers.slowestCursor()).toBe(Number.POSITIVE_INFINITY);
    const fast = register('fast');
    const slow = register('slow');
    fast.write(account(50), 50);
    slow.write(account(20), 20);
    register('display', false).write(account(0), 0);
    register('of another ring').write(account(0, { hi: 9, lo: 9 }), 0);
    clock.advance(50);
    expect(readers.slowestCursor()).toBe(20);
    expect(readers.count).toBe(2);
    slow.write(account(60), 60);
    expect(readers.slowestCursor()).toBe(50);
    expect(scans).toEqual([0, 2]);
  });

  test('one that leaves is no longer waited for', () => {
    const { clock, readers, register, expelled } = fixture();
    const reader = register('leaving');
    reader.write(account(10), 10);
    readers.scan();
    expect(readers.slowestCursor()).toBe(10);
    reader.close();
    clock.advance(50);
    expect(readers.slowestCursor()).toBe(Number.POSITIVE_INFINITY);
    expect(expelled).toEqual([]);
  });

  test('one that is silent for 10 s is expelled once, however it behaves then', () => {
    const { clock, readers, register, expelled } = fixture();
    const silent = register('silent');
    const alive = register('alive');
    silent.write(account(1), 1);
    alive.write(account(90), 90);
    readers.scan();
    for (let second = 1; second < 10; second++) {
      clock.advance(1_000);
      alive.write(account(90), 90); // no progress, but a sign of life
      expect(readers.slowestCursor()).toBe(1);
    }
    clock.advance(secondsMs(EXPEL_AFTER_NS) - 9_000);
    expect(readers.slowestCursor()).toBe(90);
    silent.write(account(2), 2);
    clock.advance(1_000);
    alive.write(account(90), 90);
    expect(readers.slowestCursor()).toBe(90);
    expect(expelled).toEqual(['silent']);
  });

  test('the file of a dead one is removed, of a living one kept', () => {
    const { dir, clock, readers, register } = fixture();
    register('living').write(account(1), 1);
    const record = new ReaderFile(temporaryDirectory(), { label: 'x', required: true });
    record.write(account(3), 3);
    onTestFinished(() => record.close());
    writeFileSync(join(dir, 'dead'), 'not locked');
    readers.scan();
    clock.advance(secondsMs(EXPEL_AFTER_NS));
    readers.slowestCursor();
    expect(readdirSync(dir)).toHaveLength(1);
  });

  test('strange files in the folder are nobody', () => {
    const { dir, clock, readers, register, expelled } = fixture();
    writeFileSync(join(dir, 'empty'), '');
    writeFileSync(join(dir, 'noise'), Buffer.alloc(128, 0xff));
    symlinkSync('/dev/zero', join(dir, 'link'));
    const cut = register('cut');
    cut.write(account(5), 5);
    readers.scan();
    expect(readers.slowestCursor()).toBe(5);
    truncateSync(cut.path, 64);
    expect(readers.slowestCursor()).toBe(5); // as last read, until it is silent too long
    clock.advance(secondsMs(EXPEL_AFTER_NS));
    expect(readers.slowestCursor()).toBe(Number.POSITIVE_INFINITY);
    expect(expelled).toEqual(['cut']);
  });
});
