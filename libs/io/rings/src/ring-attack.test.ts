// Goal: whatever lies where a ring or a part of it should be, nobody follows it, waits at it or is
// harmed by it, and the error says by its code what it is. Method: each such thing put there, then
// a reader and a writer that come upon it.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { tryLock } from '@tickwire/ipc-shm';
import { temporaryDirectory } from '@tickwire/testing';
import { openRing } from './ring-subscription.ts';
import { createRing } from './ring-producer.ts';
import type { CreateRingOptions, RingProducer } from './ring-producer.ts';

const NAME = 'test.0';
const batch = new Uint8Array(TICK_BYTES * 16);

function fixture() {
  const dir = temporaryDirectory({ shared: true, name: 'rings' });
  const path = join(dir, `${NAME}.ring`);
  const create = (changed: Partial<CreateRingOptions> = {}): RingProducer => {
    const size = { slotCount: 64, directoryCapacity: 4 };
    const ring = createRing({ dir, name: NAME, vendor: 'test', ...size, ...changed });
    onTestFinished(() => ring.close());
    return ring;
  };
  const open = (name = NAME) => {
    const subscription = openRing({ dir, name, from: 'oldest' });
    onTestFinished(() => subscription.close());
    return subscription;
  };
  return { dir, path, readers: join(dir, `${NAME}.readers`), create, open };
}

const coded = (code: string): unknown => expect.objectContaining({ code });

describe('what is no ring', () => {
  test.each([
    ['a foreign file', 'BAD_MAGIC', (path: string) => writeFileSync(path, 'x'.repeat(9_000))],
    ['less than a header', 'TRUNCATED', (path: string) => writeFileSync(path, 'x'.repeat(100))],
    ['nothing at all', 'BAD_SIZE', (path: string) => writeFileSync(path, '')],
  ])('%s is refused by readers (%s) and replaced by a writer', (_what, code, make) => {
    const { path, create, open } = fixture();
    make(path);
    chmodSync(path, 0o640);
    expect(() => open()).toThrow(coded(code));
    expect(create()).toMatchObject({ epoch: 1, position: 0 });
    expect(open().header.name).toBe(NAME);
  });

  test('a ring cut by a byte, a page or to its header is refused, and replaced by a writer', () => {
    const { path, create, open } = fixture();
    for (const cut of [1, 4_096, 64 * TICK_BYTES]) {
      const ring = create();
      ring.publish(batch, 3);
      ring.abandon();
      truncateSync(path, statSync(path).size - cut);
      expect(() => open(), `${cut} bytes less`).toThrow(coded('TRUNCATED'));
      const next = create();
      expect(next.epoch).toBe(1);
      expect(next.ringId).not.toEqual(ring.ringId);
      next.abandon();
    }
  });

  test('an empty file is not replaced while somebody holds its lock', () => {
    const { path, create } = fixture();
    writeFileSync(path, '', { mode: 0o640 });
    const fd = openSync(path, 'r+');
    expect(tryLock(fd)).toBe(true);
    expect(() => create()).toThrow(coded('ALREADY_OWNED'));
    expect(statSync(path).size).toBe(0);
    closeSync(fd);
    expect(create().epoch).toBe(1);
  });
});

describe('at the path of a ring', () => {
  const things: readonly (readonly [string, (path: string, dir: string) => void])[] = [
    ['a link to a ring', (path, dir) => symlinkSync(ringElsewhere(dir), path)],
    ['a link to nothing', (path, dir) => symlinkSync(join(dir, 'nothing'), path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a folder', (path) => mkdirSync(path)],
    ['a FIFO', (path) => void execFileSync('mkfifo', ['-m', '600', path])],
  ];

  test.each(things)('%s is not trusted by anybody, and stays', (_what, make) => {
    const { dir, path, create, open } = fixture();
    make(path, dir);
    const before = readdirSync(dir).sort();
    expect(() => open()).toThrow(coded('NOT_TRUSTED'));
    expect(() => create()).toThrow(coded('NOT_TRUSTED'));
    expect(readdirSync(dir).sort()).toEqual([...before, `${NAME}.readers`].sort());
  });

  test.each([0o660, 0o646, 0o666, 0o620, 0o602])('a ring of mode %o is not trusted', (mode) => {
    const { path, create, open } = fixture();
    create().abandon();
    chmodSync(path, mode);
    expect(() => open()).toThrow(coded('NOT_TRUSTED'));
    expect(() => create()).toThrow(coded('NOT_TRUSTED'));
  });
});

describe('at the place of a readers folder', () => {
  test.each([
    ['a link to a folder', (path: string, target: string) => symlinkSync(target, path)],
    ['a link to nothing', (path: string, target: string) => symlinkSync(`${target}/x`, path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('%s is refused, and what it leads to keeps its mode', (_what, make) => {
    const { path, readers, create } = fixture();
    const target = temporaryDirectory({ name: 'target' });
    const mode = statSync(target).mode;
    make(readers, target);
    expect(() => create()).toThrow(coded('BAD_FOLDER'));
    expect(statSync(target).mode).toBe(mode);
    expect(existsSync(path)).toBe(false);
  });

  test('links and files in it are not followed, and registering works beside them', () => {
    const { readers, create, dir } = fixture();
    create();
    const target = join(dir, 'target');
    writeFileSync(target, 'untouched');
    symlinkSync(target, join(readers, '1-0123456789ab'));
    symlinkSync(join(dir, 'nothing'), join(readers, '2-0123456789ab'));
    execFileSync('mkfifo', [join(readers, '3-0123456789ab')]);
    const from = { dir, name: NAME, register: { label: 'x' } };
    const subscription = openRing(from);
    subscription.close();
    expect(readFileSync(target, 'utf8')).toBe('untouched');
    expect(existsSync(join(dir, 'nothing'))).toBe(false);
  });
});

describe('a reader that cannot register', () => {
  test('says so by a code', () => {
    const { dir, readers, create } = fixture();
    create();
    rmSync(readers, { recursive: true });
    const register = (): unknown => openRing({ dir, name: NAME, register: { label: 'x' } });
    expect(register).toThrow(coded('NOT_FOUND'));
  });

  test('leaves no descriptor open', () => {
    const { dir, readers, create } = fixture();
    create();
    rmSync(readers, { recursive: true });
    const before = readdirSync('/proc/self/fd').length;
    for (let attempt = 0; attempt < 20; attempt++) {
      const register = (): unknown => openRing({ dir, name: NAME, register: { label: 'x' } });
      expect(register).toThrow(coded('NOT_FOUND'));
    }
    expect(readdirSync('/proc/self/fd').length - before).toBeLessThan(20);
  });
});

describe('with the name of a half-made file', () => {
  test('links, folders and FIFOs stay, are not followed and stop nobody', () => {
    const { dir, create } = fixture();
    const target = join(dir, 'target');
    writeFileSync(target, 'untouched');
    symlinkSync(target, join(dir, '.a.tmp'));
    symlinkSync(join(dir, 'nothing'), join(dir, '.b.tmp'));
    mkdirSync(join(dir, '.c.tmp'));
    execFileSync('mkfifo', [join(dir, '.d.tmp')]);
    writeFileSync(join(dir, '.e.tmp'), 'left by a kill');
    create();
    expect(readdirSync(dir).sort()).toEqual(
      ['.a.tmp', '.b.tmp', '.c.tmp', '.d.tmp', 'target', `${NAME}.readers`, `${NAME}.ring`].sort(),
    );
    expect(readFileSync(target, 'utf8')).toBe('untouched');
  });
});

describe('a second name of a ring', () => {
  test('gives no second writer while the first lives', () => {
    const { dir, path, create, open } = fixture();
    const ring = create();
    linkSync(path, join(dir, 'other.0.ring'));
    expect(() => create({ name: 'other.0' })).toThrow(coded('ALREADY_OWNED'));
    expect(open('other.0').header).toMatchObject({ name: NAME, ringId: ring.ringId });
  });

  test('ends the ring of a dead writer for its readers, in a word', () => {
    const { dir, path, create, open } = fixture();
    const ring = create();
    ring.publish(batch, 2);
    const subscription = open();
    ring.abandon();
    linkSync(path, join(dir, 'other.0.ring'));
    const other = create({ name: 'other.0' });
    expect(other.ringId).not.toEqual(ring.ringId);
    expect(subscription.poll()?.count).toBe(2);
    expect(subscription.status()).toBe('replaced');
    expect(create().ringId).not.toEqual(ring.ringId);
  });
});

/** A sound ring of another name, to which a link could lead. */
function ringElsewhere(dir: string): string {
  const elsewhere = join(dir, 'elsewhere');
  const ring = createRing({ dir: elsewhere, name: NAME, vendor: 'test', slotCount: 64 });
  ring.abandon();
  return ring.path;
}
