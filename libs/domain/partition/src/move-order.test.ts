// Goal: whoever reads all rings of a gateway sees each symbol's ticks in the order in which they
// were written, however the reads interleave. Method: a writer that moves symbols at random, and
// readers that poll rings at random in runs of random length; two wrong orders must show.
import { StreamReason, StreamState, TICK_BYTES } from '@tickwire/core';
import { seededRandom, testSeed } from '@tickwire/testing';
import { TickBatch, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { MoveOrder, isMovedOut, readMovedIn, setMovedIn, setMovedOut } from './index.ts';
import type { MoveTick, TickRun } from './index.ts';

const TICKS_MAX = 4_000;

/** A ring that keeps everything. */
class Tape {
  readonly batch = new TickBatch(TICKS_MAX);
  readonly ringId: { hi: number; lo: number };
  readonly firstPosition: number;

  constructor(at: number, firstPosition: number) {
    this.ringId = { hi: 0xf000_0000 + at, lo: at };
    this.firstPosition = firstPosition;
  }

  get position(): number {
    return this.firstPosition + this.batch.count;
  }

  add(kind: TickKind, symbol: number, sequence: number): TickView {
    const tick = this.batch.add(kind);
    tick.instrument = symbol;
    tick.sequence = sequence;
    return tick;
  }

  run(cursor: number, count: number): TickRun {
    const { ringId } = this;
    const from = (cursor - this.firstPosition) * TICK_BYTES;
    const view = new DataView(this.batch.bytes.buffer, from, count * TICK_BYTES);
    return { view, count, firstPosition: cursor, ringId };
  }
}

function moveOf(to: Tape, number: number): MoveTick {
  const other = { ringIdHi: to.ringId.hi, ringIdLo: to.ringId.lo, position: to.position };
  return { other, number, streamState: StreamState.Live };
}

function writeMarket(random: () => number): { tapes: Tape[]; ticks: number; moves: number } {
  const first = random() < 0.5 ? 0 : 2 ** 32 - 500;
  const tapes = Array.from(
    { length: 2 + Math.floor(random() * 5) },
    (_, at) => new Tape(at, first),
  );
  const symbols = 1 + Math.floor(random() * 12);
  const homes = Array.from({ length: symbols }, () => Math.floor(random() * tapes.length));
  const sequences = new Array<number>(symbols).fill(0);
  let [ticks, moves] = [0, 0];
  for (let step = 0; step < 1_500; step++) {
    const symbol = Math.floor(random() * symbols);
    const home = tapes[homes[symbol] as number] as Tape;
    sequences[symbol] = (sequences[symbol] as number) + 1;
    home.add(TickKind.Level, symbol, sequences[symbol]);
    ticks += 1;
    const goal = Math.floor(random() * tapes.length);
    const target = tapes[goal] as Tape;
    if (random() > 0.1 || target === home) continue;
    moves += 1;
    const out = moveOf(target, moves);
    setMovedOut(home.add(TickKind.Stream, symbol, 0), out);
    const back = { ...moveOf(home, moves), streamState: StreamState.Live };
    const other = { ...back.other, position: home.position - 1 };
    setMovedIn(target.add(TickKind.Stream, symbol, 0), { ...back, other });
    homes[symbol] = goal;
  }
  return { tapes, ticks, moves };
}

interface Reading {
  /** Sequences by symbol, in the order handled. */
  readonly seen: Map<number, number[]>;
  readonly holds: number;
  readonly finished: boolean;
}

function readAll(tapes: readonly Tape[], random: () => number, useOrder: boolean): Reading {
  const order = new MoveOrder();
  const seen = new Map<number, number[]>();
  const tick = new TickView();
  const cursors = tapes.map((tape) => tape.firstPosition);
  const pending: ({ run: TickRun; at: number } | undefined)[] = tapes.map(() => undefined);
  for (const tape of tapes) order.open(tape.ringId, tape.firstPosition);
  const isDone = (): boolean => tapes.every((tape, at) => cursors[at] === tape.position);
  for (let turn = 0; turn < 100_000 && !isDone(); turn++) {
    const at = Math.floor(random() * tapes.length);
    const tape = tapes[at] as Tape;
    const cursor = cursors[at] as number;
    const left = Math.min(1 + Math.floor(random() * 200), tape.position - cursor);
    if (left === 0) continue;
    const held = pending[at] ?? { run: tape.run(cursor, left), at: 0 };
    const until = useOrder ? order.admit(held.run, held.at) : held.run.count;
    for (let index = held.at; index < until; index++) {
      tick.wrap(held.run.view, index * TICK_BYTES);
      if (tick.kind !== TickKind.Level) continue;
      const list = seen.get(tick.instrument) ?? [];
      list.push(tick.sequence);
      seen.set(tick.instrument, list);
    }
    cursors[at] = held.run.firstPosition + until;
    order.handled(tape.ringId, cursors[at]);
    pending[at] = until < held.run.count ? { run: held.run, at: until } : undefined;
  }
  return { seen, holds: order.holds, finished: isDone() };
}

const inOrder = (list: readonly number[]): boolean =>
  list.every((sequence, at) => sequence === at + 1);

describe('order of symbols that move between rings', () => {
  test('is restored exactly, however the rings are read', () => {
    const random = seededRandom(testSeed());
    let [holds, moves, disorders] = [0, 0, 0];
    for (let round = 0; round < 60; round++) {
      const market = writeMarket(random);
      const reading = readAll(market.tapes, random, true);
      expect(reading.finished).toBe(true);
      const lists = [...reading.seen.values()];
      expect(lists.every(inOrder)).toBe(true);
      expect(lists.reduce((sum, list) => sum + list.length, 0)).toBe(market.ticks);
      holds += reading.holds;
      moves += market.moves;
      const without = readAll(market.tapes, random, false);
      if (![...without.seen.values()].every(inOrder)) disorders += 1;
    }
    // The rounds had something to restore: most of them go wrong without it.
    expect(moves).toBeGreaterThan(1_000);
    expect(holds).toBeGreaterThan(100);
    expect(disorders).toBeGreaterThan(30);
  });

  test('a ring that is not known holds until it is opened or said to be none', () => {
    const [from, to] = [new Tape(1, 0), new Tape(2, 0)];
    setMovedOut(from.add(TickKind.Stream, 0, 0), moveOf(to, 1));
    const other = { ringIdHi: from.ringId.hi, ringIdLo: from.ringId.lo, position: 0 };
    const move = { other, number: 1, streamState: StreamState.Live };
    setMovedIn(to.add(TickKind.Stream, 0, 0), move);
    const order = new MoveOrder();
    order.open(to.ringId, 0);
    expect(order.admit(to.run(0, 1), 0)).toBe(0);
    expect(order.wanted).toEqual(from.ringId);
    order.open(from.ringId, 0);
    expect(order.admit(to.run(0, 1), 0)).toBe(0);
    expect(order.wanted).toBeUndefined();
    order.close(from.ringId);
    expect(order.admit(to.run(0, 1), 0)).toBe(1);
    // Begun behind the move: it was before this reader's time.
    order.open(from.ringId, 1);
    expect(order.admit(to.run(0, 1), 0)).toBe(1);
  });

  test('remembers a bounded number of rings that are gone, never fewer than those read', () => {
    const order = new MoveOrder();
    const [from, to] = [new Tape(1, 0), new Tape(2, 0)];
    order.open(from.ringId, 0);
    for (let at = 0; at < 10_000; at++) order.close({ hi: 7, lo: at });
    const other = { ringIdHi: from.ringId.hi, ringIdLo: from.ringId.lo, position: 0 };
    const move = { other, number: 1, streamState: StreamState.Live };
    setMovedIn(to.add(TickKind.Stream, 0, 0), move);
    expect(order.admit(to.run(0, 1), 0)).toBe(0);
    expect(order.wanted).toBeUndefined();
    order.handled(from.ringId, 1);
    expect(order.admit(to.run(0, 1), 0)).toBe(1);
  });
});

describe('the ticks of a move', () => {
  test('name each other, and what becomes of the stream', () => {
    const batch = new TickBatch(3);
    const other = { ringIdHi: 0xfedc_ba98, ringIdLo: 0x7654_3210, position: 2 ** 40 + 7 };
    const move = { other, number: 9, streamState: StreamState.Recovering };
    const out = batch.add(TickKind.Stream);
    setMovedOut(out, move);
    const place = { ringIdHi: 0, ringIdLo: 0, position: 0 };
    expect([isMovedOut(out), readMovedIn(out, place)]).toEqual([true, false]);
    expect([out.state, out.previousState]).toEqual([StreamState.Closed, StreamState.Recovering]);
    const entered = batch.add(TickKind.Stream);
    setMovedIn(entered, move);
    expect([isMovedOut(entered), readMovedIn(entered, place)]).toEqual([false, true]);
    expect(place).toEqual(other);
    expect([entered.state, entered.reason, entered.ledgerId]).toEqual([
      StreamState.Recovering,
      StreamReason.MovedIn,
      9,
    ]);
    expect(readMovedIn(batch.add(TickKind.Trade), place)).toBe(false);
  });
});
