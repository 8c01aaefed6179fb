// Goal: readers that were killed leave nothing behind, and nobody alive loses his file.
// Method: files as killed readers leave them (their lock is free), beside living ones.
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeClock, startProcess, temporaryDirectory } from '@tickwire/testing';
import { removeDeadReaders } from './dead-readers.ts';
import { ReaderFile } from './reader-file.ts';
import { listReaders } from './registered-readers.ts';
import { readersDir } from './ring-folder.ts';
import { createRing } from './ring-producer.ts';
import { RequiredReaderFiles } from './required-readers.ts';

const account = {
  ringId: { hi: 1, lo: 2 },
  epoch: 1,
  start: 0,
  published: 5,
  cursor: 5,
  delivered: 5,
  padded: 0,
  lost: 0,
  inFlight: 0,
};
const DEAD = '4242-0123456789ab';

function living(dir: string): ReaderFile {
  const file = new ReaderFile(dir, { label: 'living', required: false });
  onTestFinished(() => file.close());
  file.write(account, 5);
  return file;
}

describe('files of dead readers', () => {
  test('go when anybody looks; those of the living and of nobody stay', () => {
    const dir = temporaryDirectory({ name: 'readers' });
    const file = living(dir);
    writeFileSync(join(dir, DEAD), 'left by a kill');
    writeFileSync(join(dir, 'notes.txt'), 'not a reader');
    mkdirSync(join(dir, '4242-00000000000d'));
    symlinkSync(join(dir, 'notes.txt'), join(dir, '4242-00000000000e'));
    expect(removeDeadReaders(dir)).toBe(1);
    expect(readdirSync(dir).sort()).toEqual(
      [
        file.path.slice(dir.length + 1),
        '4242-00000000000d',
        '4242-00000000000e',
        'notes.txt',
      ].sort(),
    );
    expect(removeDeadReaders(join(dir, 'none'))).toBe(0);
  });

  test('go when a reader registers and when a writer starts', () => {
    const dir = temporaryDirectory({ name: 'rings', shared: true });
    const create = () =>
      createRing({ dir, name: 'test.0', vendor: 'test', slotCount: 64, directoryCapacity: 4 });
    create().abandon();
    const folder = readersDir(dir, 'test.0');
    writeFileSync(join(folder, DEAD), 'left by a kill');
    living(folder);
    expect(readdirSync(folder)).toHaveLength(1);
    writeFileSync(join(folder, DEAD), 'left by a kill');
    const ring = create();
    expect(readdirSync(folder)).toHaveLength(1);
    expect(listReaders(dir, 'test.0')).toMatchObject([{ label: 'living' }]);
    ring.close();
  });

  test('of a killed process are no readers in a display', async () => {
    const dir = temporaryDirectory({ name: 'rings', shared: true });
    const ring = createRing({
      dir,
      name: 'test.0',
      vendor: 'test',
      slotCount: 64,
      directoryCapacity: 4,
    });
    const reader = startProcess({
      script: join(import.meta.dirname, '../prove/proof-reader.ts'),
      args: [JSON.stringify({ dir, name: 'test.0', required: false, waiting: 'yield' })],
    });
    await reader.ready();
    expect(listReaders(dir, 'test.0')).toMatchObject([{ pid: reader.pid }]);
    await reader.stop('SIGKILL');
    expect(listReaders(dir, 'test.0')).toEqual([]);
    expect(readdirSync(readersDir(dir, 'test.0'))).toHaveLength(1);
    ring.abandon();
    expect(removeDeadReaders(readersDir(dir, 'test.0'))).toBe(1);
  });

  test('are not taken from a reader that registers while others clear', () => {
    const dir = temporaryDirectory({ name: 'readers' });
    const clock = new FakeClock();
    const readers = new RequiredReaderFiles({
      dir,
      ringId: account.ringId,
      monotonicNs: () => clock.monotonicNs(),
      onScan: () => {},
      onExpel: () => {},
    });
    onTestFinished(() => readers.close());
    const file = new ReaderFile(dir, { label: 'waited for', required: true });
    onTestFinished(() => file.close());
    removeDeadReaders(dir); // it has said nothing yet, but holds its lock
    file.write(account, 5);
    readers.scan();
    expect(readers.count).toBe(1);
  });
});
