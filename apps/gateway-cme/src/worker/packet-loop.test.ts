// Goal: the loop waits no longer than the next timer allows, goes on while packets come, gives the
// event loop its turns, and ends at a failure. Method: a scripted source on a clock of its own.
import { expect, onTestFinished, test } from 'vitest';
import type { PacketSource } from '@tickwire/io-udp';
import { waitFor } from '@tickwire/testing';
import { PacketLoop } from './packet-loop.ts';

function setUp(options: {
  readonly spins: boolean;
  /** Packets of the polls, in turn; then none. */
  readonly polls: (number | Error)[];
  readonly waitsIn?: PacketSource['waitsIn'];
  readonly dueInNs?: number;
}) {
  let nowNs = 0;
  const waits: number[] = [];
  const turns: number[] = [];
  const failures: unknown[] = [];
  const source: PacketSource = {
    poll(waitNs) {
      waits.push(waitNs);
      const next = options.polls.shift() ?? 0;
      if (next instanceof Error) throw next;
      nowNs += next === 0 ? waitNs + 1_000 : 10_000;
      return next;
    },
    nowNs: () => nowNs,
    waitsIn: options.waitsIn ?? 'poll',
    isEnded: false,
    refresh: () => undefined,
    close: () => undefined,
  };
  const loop = new PacketLoop({
    ...{ source, spins: options.spins },
    work: {
      turn: (atNs) => void turns.push(atNs),
      nextDueNs: () => (options.dueInNs === undefined ? Infinity : nowNs + options.dueInNs),
      fail: (error) => failures.push(error),
    },
  });
  onTestFinished(() => loop.stop());
  return { loop, waits, turns, failures };
}

test('sleeps 1 ms at most, does its work after packets and after each sleep', async () => {
  const { loop, waits, turns } = setUp({ spins: false, polls: [3, 2, 0, 1] });
  loop.start();
  await waitFor(() => waits.length >= 6, { what: 'some polls' });
  loop.stop();
  expect(new Set(waits)).toEqual(new Set([1e6]));
  // Three, two, none for 1 ms; the event loop; one, none.
  expect(turns.slice(0, 7)).toEqual([0, 10e3, 20e3, 1_021e3, 1_021e3, 1_031e3, 2_032e3]);
});

test('sleeps no longer than until the next timer', async () => {
  const { loop, waits } = setUp({ spins: false, polls: [], dueInNs: 70_000 });
  loop.start();
  await waitFor(() => waits.length > 2, { what: 'some polls' });
  expect(new Set(waits)).toEqual(new Set([70_000]));
});

test('gives the event loop its turn while packets do not end', async () => {
  const { loop, waits } = setUp({ spins: false, polls: Array<number>(100_000).fill(64) });
  loop.start();
  await new Promise((turn) => setImmediate(turn));
  const first = waits.length;
  await new Promise((turn) => setImmediate(turn));
  expect(first).toBeGreaterThan(1);
  expect(waits.length).toBeLessThan(1_000);
});

test('spins without a sleep, with turns of the event loop in between', async () => {
  const { loop, waits } = setUp({ spins: true, polls: [] });
  loop.start();
  await waitFor(() => waits.length > 500, { what: 'some polls' });
  expect(new Set(waits)).toEqual(new Set([0]));
});

test('asks a source that waits in the event loop now and then', async () => {
  const { loop, waits } = setUp({ spins: true, polls: [1, 0, 2], waitsIn: 'event-loop' });
  loop.start();
  await waitFor(() => waits.length > 3, { what: 'some polls' });
  expect(new Set(waits)).toEqual(new Set([0]));
});

test('ends at a failure, once', async () => {
  const broken = new Error('the socket is gone');
  const { loop, waits, failures } = setUp({ spins: false, polls: [1, broken] });
  loop.start();
  await waitFor(() => failures.length > 0, { what: 'the failure' });
  await new Promise((turn) => setImmediate(turn));
  expect(failures).toEqual([broken]);
  expect(waits).toHaveLength(2);
});
