// Goal: each instrument asked for gets one image for all who asked before it, within the pace and
// the bounds; every request gets one answer. Method: single rules by hand, then random askers
// against the rules as invariants, on a clock of our own.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { SnapshotDesk } from './snapshot-desk.ts';
import type { SnapshotAnswer, SnapshotLimits } from './snapshot-desk.ts';

const MS = 1e6;

function setUp(limits: Partial<SnapshotLimits> = {}) {
  const desk = new SnapshotDesk<string>(limits);
  let position = 1_000;
  let nowNs = 0;
  const writes: string[] = [];
  return {
    desk,
    writes,
    pass: (ms: number, ticks = 0) => {
      nowNs += ms * MS;
      position += ticks;
    },
    open: (keys: string[], after?: number) =>
      desk.open({ keys, after: after === undefined ? after : { ring: 0, position: after }, nowNs }),
    /** Writes all that may be written now. */
    write: (ticks = 10) => {
      for (;;) {
        const key = desk.next(nowNs, () => ({ ring: 0, ticks: position }));
        if (key === undefined) return;
        desk.wrote(key, { ring: 0, position, ticks, nowNs });
        writes.push(key);
        position += ticks;
      }
    },
    answers: () => desk.finished(nowNs),
    now: () => nowNs,
    position: () => position,
  };
}

describe('snapshot desk', () => {
  test('writes at once in a quiet ring, and answers with the positions', () => {
    const { open, write, answers, writes } = setUp();
    const opened = open(['a', 'b', 'a']);
    expect(answers()).toEqual([]);
    write();
    expect(writes).toEqual(['a', 'b']);
    const written = [
      { key: 'a', ring: 0, position: 1_000 },
      { key: 'b', ring: 0, position: 1_010 },
    ];
    expect(answers()).toEqual([{ ...opened, written, queued: [], refused: [] }]);
    expect(answers()).toEqual([]);
  });

  test('one image answers all who asked before it', () => {
    const { desk, open, write, answers, writes } = setUp();
    open(['a']);
    open(['a', 'b']);
    open(['a']);
    write();
    expect(writes).toEqual(['a', 'b']);
    expect(answers()).toHaveLength(3);
    expect(desk.coalesced).toBe(2);
  });

  test('who asks within the window waits for the next image, with all others', () => {
    const { open, write, answers, writes, pass } = setUp({ againAfterMs: 50 });
    open(['a']);
    write();
    pass(10);
    open(['a']);
    open(['a']);
    write();
    expect(writes).toEqual(['a']);
    pass(40);
    write();
    expect(writes).toEqual(['a', 'a']);
    expect(answers()).toHaveLength(3);
  });

  test('an image that the asker has not come to yet is not written again', () => {
    const { open, write, answers, writes, pass } = setUp();
    open(['a']);
    write();
    pass(1_000);
    open(['a'], 990);
    open(['a'], 1_001);
    write();
    expect(writes).toEqual(['a', 'a']);
    expect(answers().map(({ written }) => written[0]?.position)).toEqual([1_000, 1_000, 1_010]);
  });

  test('answers in time with what is still queued; the image comes all the same', () => {
    const { desk, open, write, answers, pass } = setUp({
      ticksPerSecMin: 100,
      burstTicksMax: 100,
      answerWithinMs: 500,
    });
    open(['a', 'b']);
    write(1_000);
    pass(500);
    expect(answers()).toMatchObject([{ written: [{ key: 'a' }], queued: ['b'] }]);
    expect(desk.openRequests).toBe(0);
    pass(9_600);
    expect(desk.next(10_100 * MS, () => ({ ring: 0, ticks: 2_000 }))).toBe('b');
  });

  test('refuses what is beyond its bounds, with a code', () => {
    const { desk, open, write, answers } = setUp({
      requestsMax: 2,
      keysPerRequestMax: 3,
      waitingMax: 4,
    });
    expect(open(['a', 'b', 'c', 'd'])).toEqual({ code: 'TOO_MANY_INSTRUMENTS' });
    expect(open(['a', 'b', 'c'])).toMatchObject({ ticket: 1 });
    expect(open(['d', 'e'])).toMatchObject({ ticket: 2 });
    expect(open(['a'])).toEqual({ code: 'TOO_MANY_REQUESTS' });
    write();
    expect(answers()[1]?.refused).toEqual([{ key: 'e', code: 'QUEUE_FULL' }]);
    expect(desk.waitingKeys).toBe(0);
  });

  test('each ring has a pace of its own', () => {
    const desk = new SnapshotDesk<string>({ ticksPerSecMin: 100, burstTicksMax: 100 });
    const placeOf = (key: string) => ({ ring: key === 'b' ? 1 : 0, ticks: 1_000 });
    desk.open({ keys: ['a', 'c', 'b'], nowNs: 0 });
    expect(desk.next(0, placeOf)).toBe('a');
    desk.wrote('a', { ring: 0, position: 1_000, ticks: 300, nowNs: 0 });
    expect(desk.next(0, placeOf)).toBe('b');
    desk.wrote('b', { ring: 1, position: 1_000, ticks: 300, nowNs: 0 });
    expect(desk.next(0, placeOf)).toBeUndefined();
    // An image in another ring is none for who reads this one.
    const after = { ring: 1, position: 10 };
    desk.open({ keys: ['a'], after, nowNs: 0 });
    expect(desk.waitingKeys).toBe(2);
  });

  test('tells all who wait that there is no image to be had', () => {
    const { desk, open, answers, now, position } = setUp();
    open(['a']);
    open(['a']);
    expect(desk.next(now(), () => ({ ring: 0, ticks: position() }))).toBe('a');
    desk.refuse('a', 'NOT_SYNCHRONISED');
    expect(answers().map(({ refused }) => refused)).toEqual([
      [{ key: 'a', code: 'NOT_SYNCHRONISED' }],
      [{ key: 'a', code: 'NOT_SYNCHRONISED' }],
    ]);
  });

  test.each([
    ['a quiet ring', 0],
    ['a ring below the minimum', 50],
    ['a busy ring', 4_000],
  ])('keeps to its pace in %s', (_, ticksPerMs) => {
    const rate = Math.max(1_000, ticksPerMs * 1_000 * 0.05);
    const { open, write, writes, pass, answers } = setUp({
      rateShare: 0.05,
      ticksPerSecMin: 1_000,
      burstTicksMax: 1_000,
      againAfterMs: 0,
    });
    const imageTicks = 300;
    for (let ms = 0; ms < 20_000; ms++) {
      open([`key${ms % 40}`]);
      write(imageTicks);
      answers();
      pass(1, ticksPerMs);
    }
    const written = writes.length * imageTicks;
    expect(written).toBeLessThanOrEqual(rate * 20 + 1_000 + 2 * imageTicks);
    // Never idle while somebody waits, either.
    const possible = Math.min(rate * 20, 20_000 * imageTicks);
    expect(written).toBeGreaterThanOrEqual(possible * 0.95);
  });

  test('answers each request once, and its written keys at positions behind the asking', () => {
    const random = seededRandom(testSeed());
    const int = (below: number): number => Math.floor(random() * below);
    const { desk, open, write, answers, pass, position } = setUp({
      requestsMax: 20,
      waitingMax: 12,
      ticksPerSecMin: 2_000,
      burstTicksMax: 2_000,
    });
    const asked = new Map<number, { keys: Set<string>; position: number }>();
    let settled = 0;
    const check = ({ ticket, written, queued, refused }: SnapshotAnswer<string>): void => {
      const request = asked.get(ticket);
      expect(request).toBeDefined();
      asked.delete(ticket);
      settled += 1;
      const keys = [...written.map(({ key }) => key), ...queued, ...refused.map(({ key }) => key)];
      expect(keys.sort()).toEqual([...(request?.keys ?? [])].sort());
      for (const image of written) {
        expect(image.position).toBeGreaterThanOrEqual(request?.position ?? Infinity);
      }
    };
    let opens = 0;
    for (let turn = 0; turn < 5_000; turn++) {
      if (random() < 0.5) {
        const keys = new Set(Array.from({ length: 1 + int(4) }, () => `key${int(30)}`));
        const at = position();
        const opened = open([...keys]);
        if ('ticket' in opened) {
          opens += 1;
          asked.set(opened.ticket, { keys, position: at });
        } else expect(desk.openRequests).toBe(20);
      }
      if (random() < 0.3) write(1 + int(200));
      if (random() < 0.3) answers().forEach(check);
      pass(int(10), int(500));
      expect(desk.waitingKeys).toBeLessThanOrEqual(12);
    }
    pass(60_000);
    write();
    answers().forEach(check);
    expect(asked.size).toBe(0);
    expect(settled).toBe(opens);
    expect(opens).toBeGreaterThan(500);
  });
});
