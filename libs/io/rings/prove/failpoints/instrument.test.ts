// Goal: the proof by failpoints covers every store, also of code that is yet to be written.
// Method: small texts run after the rewriting; the production modules searched for what they must
// hold; one writer killed for real.
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '@tickwire/testing';
import { createRing, openRing } from '../../src/index.ts';
import { tourOptions } from './discover.ts';
import { liveOnce } from './dying-writer.ts';
import { instrument } from './instrument.ts';
import { prepareFailpoints } from './prepare.ts';

type Storing = Record<string, (...args: unknown[]) => unknown>;

/** Runs an instrumented text and returns what it passed, and its last value. */
function run(source: string): { passed: string[]; value: unknown } {
  const passed: string[] = [];
  const { code } = instrument(source, 'm');
  const value: unknown = runInNewContext(code, {
    ringFailpoint: (site: string, target: unknown, result: unknown) => {
      passed.push(`${site} ${ArrayBuffer.isView(target)}`);
      return result;
    },
    ringFilepoint: (site: string, result: unknown) => {
      passed.push(site);
      return result;
    },
    ringBlock: (site: string, object: Storing, method: string, ...args: unknown[]) => {
      passed.push(`${site} ${ArrayBuffer.isView(object)}`);
      return object[method]?.(...args);
    },
    Buffer,
    ArrayBuffer,
    DataView,
    Int32Array,
    Uint8Array,
    Atomics,
  });
  return { passed, value };
}

describe('failpoints', () => {
  test.each([
    ['w[1] = 5', 'm f: w[1]'],
    ['w[1] += 5', 'm f: w[1]'],
    ['w[1]++', 'm f: w[1]'],
    ['--w[1]', 'm f: w[1]'],
    ['Atomics.store(w, 1, 5)', 'm f: Atomics.store(w, 1)'],
    ['Atomics.add(w, 1, 5)', 'm f: Atomics.add(w, 1)'],
    ['Atomics.compareExchange(w, 1, 0, 5)', 'm f: Atomics.compareExchange(w, 1)'],
    ['w.set(w.subarray(1), 0)', 'm f: w.set(w.subarray(1))'],
    ['w.fill(1)', 'm f: w.fill'],
    ['w.copyWithin(0, 1)', 'm f: w.copyWithin'],
    ['v.setFloat64(8, 1, true)', 'm f: v.setFloat64(8)'],
    ['v.setBigUint64(8, 1n)', 'm f: v.setBigUint64(8)'],
    ['b.copy(w, 0, 0, 8)', 'm f: b.copy'],
  ])('stand behind %s', (statement, site) => {
    const memory = 'const w = new Int32Array(8), v = new DataView(w.buffer);';
    const source = `${memory} const b = Buffer.alloc(8); function f() { ${statement}; } f();`;
    expect(run(source).passed).toEqual([`${site} true`]);
  });

  test('leave values and order of evaluation as they were', () => {
    const source = `
      const w = new Int32Array(4), o = { w };
      let i = 0;
      const next = () => i++;
      o.w[next()] = o.w[next()] = 7;
      for (let at = 2; at < 4; w[at] = at++) w[at] += at;
      ({ value: [w[0], w[1], w[2], w[3], i], assigned: (w[3] = 9) }).value.concat(w[3]);`;
    const { passed, value } = run(source);
    expect(value).toEqual([7, 7, 2, 3, 2, 9]);
    expect(passed).toEqual([
      'm module: o.w[next()] (2) true',
      'm module: o.w[next()] true',
      'm module: w[at] (2) true',
      'm module: w[at] true',
      'm module: w[at] (2) true',
      'm module: w[at] true',
      'm module: w[3] true',
    ]);
  });

  test('pass the arguments of block stores on, nested ones too', () => {
    const source = `
      const a = new Uint8Array(4), b = Uint8Array.of(1, 2, 3), m = new Map();
      a.set(b.fill(7, 1), 1); m.set('k', a.fill()); [m.get('k') === a, a.join(), b.join()].join(' ')`;
    const { passed, value } = run(source);
    expect(value).toBe('true 0,0,0,0 1,7,7');
    expect(passed).toEqual([
      'm module: b.fill true',
      'm module: a.set(b.fill(7, 1)) true',
      'm module: a.fill true',
      "m module: m.set('k') false",
    ]);
    const names = instrument(source, 'm').sites.map(({ name }) => name);
    expect(names).toContain('m module: b.fill, inside');
  });

  test('refuse a store whose memory cannot be named twice without an effect', () => {
    expect(() => instrument('next().words[0] = 1', 'm')).toThrow('give that memory a name first');
    expect(() => instrument('Atomics.store(next(), 0, 1)', 'm')).toThrow('give that memory a name');
  });

  test('stand behind the system calls that make a file', () => {
    const source = 'const openSync = () => 3, calls = { mmap: () => 4 }; openSync() + calls.mmap()';
    expect(run(source)).toEqual({ passed: ['m module: openSync', 'm module: mmap'], value: 7 });
  });

  test('are found at every known store of the ring', () => {
    const copies = temporaryDirectory({ name: 'failpoints' });
    const names = prepareFailpoints(copies).sites.map(({ name }) => name);
    for (const known of [
      /^writer .*CursorCell\.claimed\]/,
      /^slot-copy .*target\[to\]/, // the words of a slot
      /^slot-copy .*target\[to \+ 3\]/,
      /^(slot|buffer)-copy .*BlockCopy: .*\.(set|copy)/,
      /^writer #store: .*CursorCell\.published\]/,
      /^writer .*WriterCounter\.publications\]/,
      /^writer #takeOver: .*slots\.fill/,
      /^writer #takeOver: .*TICK_KIND_OFFSET\]/,
      /^writer #takeOver: .*PID_WORD/,
      /^writer #takeOver: .*EPOCH_WORD/,
      /^writer #takeOver: .*STATE_WORD/,
      /^writer #takeOver: .*CursorCell\.published\]/,
      /^writer close: .*STATE_WORD/,
      /^bell .*Atomics\.add/,
      /^directory append: .*\.set/,
      /^directory append: .*directoryCount/,
      /^producer-state flush: this\.#target\.set/,
      /^clock-anchor .*COUNT_WORD/,
      /^writer heartbeat: /,
      /^shared-file createSharedFile: linkSync/,
      /^shared-file createSharedFile: renameSync/,
    ]) {
      expect(names).toContainEqual(expect.stringMatching(known));
    }
    expect(new Set(names).size).toBe(names.length);
  });

  test('kill a writer inside of a block, when a part of it is stored', async () => {
    const copies = temporaryDirectory({ name: 'failpoints' });
    const dir = temporaryDirectory({ shared: true, name: 'failpoints' });
    const failpoints = prepareFailpoints(join(copies, 'modules'));
    const tour = tourOptions('stream', dir, 'stream.0');
    const page = failpoints.sites.find(({ name }) =>
      /^producer-state flush: .*, inside$/.test(name),
    );
    const death = { site: String(page?.name), pass: 2, share: 0.4 };
    expect(await liveOnce(failpoints, tour, death)).toEqual({ how: 'killed', stderr: '' });
    const next = createRing({ ...tour, vendor: 'proof' });
    // The second page is cut, the first is whole: its mark is of the 6th round.
    expect(next.resumed?.marks.filter((mark) => mark !== undefined)).toHaveLength(1);
    next.close();
  });

  test('kill a writer right behind its claim, and the next one fills what was claimed', async () => {
    const copies = temporaryDirectory({ name: 'failpoints' });
    const dir = temporaryDirectory({ shared: true, name: 'failpoints' });
    const failpoints = prepareFailpoints(join(copies, 'modules'));
    const tour = tourOptions('stream', dir, 'stream.0');
    const claim = failpoints.sites.find(({ name }) => /^writer .*claimed\]/.test(name));
    // The batches of the tour are 1, 2, 4, …: the third publication claims 4 at position 3.
    const end = await liveOnce(failpoints, tour, { site: String(claim?.name), pass: 3 });
    expect(end).toEqual({ how: 'killed', stderr: '' });
    const ring = openRing({ dir, name: 'stream.0', from: 'oldest' });
    expect(ring.account()).toMatchObject({ published: 3, epoch: 1 });
    expect(ring.poll()?.count).toBe(3);
    ring.close();
    expect(await liveOnce(failpoints, tour, {})).toEqual({ how: 'done', stderr: '' });
    const next = createRing({ ...tour, vendor: 'proof' });
    expect(next).toMatchObject({ epoch: 3, paddedAtTakeover: 0 });
    expect(next.counters()).toMatchObject({ padded: 4, takeovers: 2 });
    next.close();
  });
});
