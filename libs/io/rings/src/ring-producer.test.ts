import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TICK_BYTES } from '@tickwire/core';
import { createHostClock, createSharedFile, openSharedFile } from '@tickwire/ipc-shm';
import type { HostClock } from '@tickwire/ipc-shm';
import { announceSkip, temporaryDirectory, waitFor } from '@tickwire/testing';
import { sequenceMark } from './index.ts';
import { createRing } from './ring-producer.ts';
import type { CreateRingOptions } from './ring-producer.ts';
import { openRing } from './ring-subscription.ts';
import type { OpenRingOptions } from './ring-subscription.ts';

const batch = new Uint8Array(TICK_BYTES * 64);

function fixture() {
  const dir = temporaryDirectory({ shared: true, name: 'rings' });
  const create = (options: Partial<CreateRingOptions> = {}) => {
    const ring = createRing({ dir, name: 'test.0', vendor: 'test', slotCount: 64, ...options });
    onTestFinished(() => ring.close());
    return ring;
  };
  const open = (options: Partial<OpenRingOptions> = {}) => {
    const subscription = openRing({ dir, name: 'test.0', from: 'oldest', ...options });
    onTestFinished(() => subscription.close());
    return subscription;
  };
  return { dir, create, open };
}

describe('ring producer', () => {
  test('makes a ring that names itself in entry 0 and has an anchor', () => {
    const { create, open, dir } = fixture();
    const ring = create({ partition: { index: 1, count: 4 } });
    expect(ring).toMatchObject({ epoch: 1, position: 0, paddedAtTakeover: 0, resumed: undefined });
    expect(statSync(ring.path).mode & 0o777).toBe(0o640);
    expect(statSync(join(dir, 'test.0.readers')).mode & 0o7777).toBe(0o1770);
    const subscription = open();
    expect(subscription.directory.get(0)).toMatchObject({ symbol: 'test.0', vendor: 'test' });
    expect(subscription.header.partition).toEqual({ index: 1, count: 4 });
    expect(subscription.reader.anchor).toEqual(ring.clock.anchor);
    expect(subscription.status()).toBe('live');
  });

  test('takes over after a writer that did not close: id, directory and marks stay', () => {
    const { create, open, dir } = fixture();
    const ring = create();
    const entry = { ...ringEntryOf(ring), symbol: 'BTC-USDT' };
    expect(ring.append(entry)).toBe(1);
    ring.publish(batch, 3);
    ring.saveResume(0, sequenceMark(77));
    ring.flushResume();
    const subscription = open();
    abandon(ring);

    const takeoverTick = new Uint8Array(TICK_BYTES).fill(5);
    const next = create({ takeoverTick: () => takeoverTick });
    expect(next).toMatchObject({ epoch: 2, position: 4, ringId: ring.ringId });
    expect(next.resumed?.marks[0]?.sequence).toBe(77);
    expect(next.directory.get(1)).toMatchObject({ symbol: 'BTC-USDT' });
    expect(next.append(entry)).toBe(2);
    expect(next.counters()).toMatchObject({ takeovers: 1, publications: 2 });
    expect(subscription.poll()?.count).toBe(4);
    expect(subscription.account()).toMatchObject({ epoch: 2, delivered: 4 });
    expect(readdirSync(dir).sort()).toEqual(['test.0.readers', 'test.0.ring']);
  });

  test.each<[string, Partial<CreateRingOptions>]>([
    ['more slots', { slotCount: 128 }],
    ['another directory', { directoryCapacity: 16 }],
    ['another mode', { mode: 'paced' }],
    ['another vendor', { vendor: 'other' }],
  ])('replaces a ring of other geometry: %s', (_, change) => {
    const { create, open } = fixture();
    const old = create();
    old.publish(batch, 2);
    const subscription = open();
    abandon(old);
    const next = create(change);
    expect(next.ringId).not.toEqual(old.ringId);
    expect(next.epoch).toBe(1);
    expect(subscription.status()).toBe('replaced');
  });

  test('replaces a closed ring by a new one, so that runs are not mistaken for each other', () => {
    const { create } = fixture();
    const old = create();
    old.publish(batch, 2);
    old.close();
    const next = create();
    expect(next.ringId).not.toEqual(old.ringId);
    expect(next.position).toBe(0);
  });

  test('replaces a damaged file, and one that is no ring', () => {
    const { create, dir } = fixture();
    writeFileSync(join(dir, 'test.0.ring'), 'x'.repeat(9_000), { mode: 0o640 });
    expect(create().epoch).toBe(1);
  });

  test.each<[string, (view: DataView) => void]>([
    ['claimed below published', (view) => view.setFloat64(4_096, 1, true)],
    ['published that is no position', (view) => view.setFloat64(4_096 + 128, 0.5, true)],
    ['more directory entries than there are', (view) => view.setUint32(4_096 + 384, 9_999, true)],
  ])('replaces a ring with damaged cursors: %s', (_, damage) => {
    const { create } = fixture();
    const old = create();
    old.publish(batch, 2);
    old.abandon();
    const memory = openSharedFile({ path: old.path, access: 'write' });
    damage(new DataView(memory.buffer));
    memory.close();
    const next = create();
    expect(next).toMatchObject({ epoch: 1, position: 0 });
    expect(next.ringId).not.toEqual(old.ringId);
  });

  test('writes through no link, into no folder of somebody else', () => {
    const { create, dir } = fixture();
    const target = join(dir, 'target');
    writeFileSync(target, 'x'.repeat(9_000), { mode: 0o600 });
    symlinkSync(target, join(dir, 'test.0.ring'));
    expect(() => create()).toThrow(expect.objectContaining({ code: 'NOT_TRUSTED' }));
    const open = join(dir, 'open');
    mkdirSync(open);
    for (const mode of [0o777, 0o770]) {
      mkdirSync(join(open, String(mode)), { mode });
      const path = join(open, String(mode));
      symlinkSync(path, join(open, `link${mode}`));
      expect(() => create({ dir: join(open, `link${mode}`) })).toThrow(
        expect.objectContaining({ code: 'BAD_FOLDER' }),
      );
    }
  });

  test('clears what a killed creator left half-made, and only that', () => {
    const { create, dir } = fixture();
    writeFileSync(join(dir, '.test.0.ring.0123456789ab.tmp'), 'half');
    const path = join(dir, '.other.ring.0123456789ab.tmp');
    const living = createSharedFile({ path, bytes: 64, lock: true });
    create();
    expect(readdirSync(dir).sort()).toEqual([
      '.other.ring.0123456789ab.tmp',
      'test.0.readers',
      'test.0.ring',
    ]);
    living.close();
  });

  test('says that there is no room before anything runs, and leaves nothing', (context) => {
    const parent = temporaryDirectory({ name: 'full' });
    context.skip(!mountTmpfs(parent), 'mounting a tmpfs needs root');
    onTestFinished(() => void execFileSync('umount', ['-l', parent]));
    const { create } = fixture();
    const dir = join(parent, 'rings');
    expect(() => create({ dir, slotCount: 65_536 })).toThrow(
      expect.objectContaining({ code: 'NO_SPACE', hint: expect.any(String) }),
    );
    expect(readdirSync(dir)).toEqual(['test.0.readers']);
    expect(create({ dir, slotCount: 1_024, directoryCapacity: 16 }).epoch).toBe(1);
  });

  test.each(['', '.', '..', '../x', 'a/b', '.hidden', 'a b', 'x.ring'])(
    'refuses the name %j',
    (name) => {
      const { create } = fixture();
      expect(() => create({ name })).toThrow(expect.objectContaining({ code: 'BAD_NAME' }));
    },
  );

  test('wakes readers after the last publication of a turn', async () => {
    const { create, open } = fixture();
    const ring = create();
    const subscription = open();
    const before = subscription.reader.bell;
    ring.publish(batch, 1);
    ring.publish(batch, 1);
    await waitFor(() => subscription.reader.bell !== before, { what: 'the bell' });
    const rung = subscription.reader.bell;
    ring.publish(batch, 1);
    await waitFor(() => subscription.reader.bell === rung + 1, { what: 'the trailing bell' });
    expect(ring.counters().bells).toBe(2);
  });

  test('wakes readers at once when it is asked to, and says when it may again', () => {
    const { create, open } = fixture();
    const ring = create();
    const { reader } = open();
    ring.publish(batch, 1);
    const before = reader.bell;
    const nowNs = ring.clock.monotonicNs();
    ring.ringBell(nowNs);
    expect(reader.bell).toBe(before + 1);
    expect(ring.bellDueNs).toBe(Infinity);
    ring.publish(batch, 1);
    ring.ringBell(nowNs + 1);
    expect(reader.bell, 'so soon').toBe(before + 1);
    ring.ringBell(ring.bellDueNs);
    expect(reader.bell).toBe(before + 2);
  });

  test('follows the wall clock once a second and tells of its steps', async () => {
    const { create, open } = fixture();
    const host = createHostClock();
    let nowNs = host.monotonicNs();
    let offset = host.anchor;
    const clock: HostClock = {
      monotonicNs: () => nowNs,
      wallNs: (ns, into) => host.wallNs(ns, into),
      refresh: () => {
        offset = { ...offset, lo: (offset.lo ^ 0x0400_0000) >>> 0, monotonicNs: nowNs };
        return offset;
      },
      get anchor() {
        return offset;
      },
    };
    const steps: number[] = [];
    create({ clock, onClockStep: (stepNs) => steps.push(Math.abs(stepNs)) });
    const subscription = open();
    expect(steps).toEqual([0x0400_0000]);
    nowNs += 1e9;
    await waitFor(() => steps.length === 2, { what: 'the next anchor' });
    expect(subscription.reader.anchor).toEqual({ ...offset, monotonicNs: nowNs });
  });

  test('counts symbols that the directory has no room for', () => {
    const { create } = fixture();
    const ring = create({ directoryCapacity: 2 });
    const entry = ringEntryOf(ring);
    expect([ring.append(entry), ring.append(entry)]).toEqual([1, -1]);
    expect(ring.counters().directoryRefused).toBe(1);
  });
});

function ringEntryOf(ring: ReturnType<typeof createRing>) {
  const entry = ring.directory.get(0);
  if (entry === undefined) throw new Error('no entry 0');
  return entry;
}

/** What a kill leaves: the lock is free, the state says OPEN. */
function abandon(ring: ReturnType<typeof createRing>): void {
  ring.abandon();
}

function mountTmpfs(dir: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'pipe' });
    return true;
  } catch {
    announceSkip('a full tmpfs', { missing: 'the right to mount', remedy: 'run as root' });
    return false;
  }
}
