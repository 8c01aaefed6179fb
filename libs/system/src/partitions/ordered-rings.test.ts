// Goal: rings read as one give each symbol's ticks in the order in which they were written, and say
// what was missed. Method: real rings of one process, read from the wrong end first; moves there
// and back, rings found late, gone, lapped, or of another vendor.
import {
  ABSENT,
  AssetClass,
  StreamState,
  SUPERSEDES_NONE,
  TICK_BYTES,
  TextForm,
} from '@tickwire/core';
import { setMovedIn, setMovedOut } from '@tickwire/domain-partition';
import { createRing, removeRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { temporaryDirectory } from '@tickwire/testing';
import { TickBatch, TickKind, TickView } from '@tickwire/wire-tick';
import { expect, onTestFinished, test } from 'vitest';
import { OrderedRings } from './ordered-rings.ts';

const SLOTS = 1_024;

class Writer {
  readonly ring: RingProducer;
  readonly #batch = new TickBatch(1);

  constructor(dir: string, name: string, vendor = 'test') {
    this.ring = createRing({ dir, name, vendor, slotCount: SLOTS });
    onTestFinished(() => this.ring.close());
    this.ring.append({
      ...{ vendor, venue: 'TEST', symbol: 'AAA', canonicalSymbol: '', currency: 'USD' },
      ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
      ...{ priceExp: 0, sizeExp: 0, markExp: 0, tickSize: 1, lotSize: 1 },
      ...{ multiplierE9: ABSENT, expirySec: ABSENT },
    });
  }

  write(kind: TickKind, fill: (tick: TickView) => void): void {
    this.#batch.clear();
    const tick = this.#batch.add(kind);
    tick.instrument = 1;
    fill(tick);
    this.ring.publish(this.#batch.bytes, 1);
  }

  /** Trades numbered from … to. */
  trades(from: number, to: number): void {
    for (let sequence = from; sequence <= to; sequence++) {
      this.write(TickKind.Trade, (tick) => {
        tick.sequence = sequence;
      });
    }
  }

  moveTo(target: Writer): void {
    const outAt = this.ring.position;
    const move = { number: 1, streamState: StreamState.Live };
    const placeOf = ({ ring }: Writer, position: number) => {
      return { ringIdHi: ring.ringId.hi, ringIdLo: ring.ringId.lo, position };
    };
    const there = placeOf(target, target.ring.position);
    this.write(TickKind.Stream, (tick) => setMovedOut(tick, { ...move, other: there }));
    const here = placeOf(this, outAt);
    target.write(TickKind.Stream, (tick) => setMovedIn(tick, { ...move, other: here }));
  }
}

function setUp(from: 'oldest' | 'latest' = 'oldest') {
  const dir = temporaryDirectory({ name: 'ordered-rings', shared: true });
  const seen: string[] = [];
  const gaps: string[] = [];
  const tick = new TickView();
  return {
    ...{ dir, seen, gaps },
    read(): OrderedRings {
      const rings = new OrderedRings({
        ...{ dir, vendor: 'test', from },
        onTicks: ({ name, run, from: first, until }) => {
          if (first === 0 && run.gap !== undefined) gaps.push(`${name} ${run.gap.count}`);
          for (let at = first; at < until; at++) {
            tick.wrap(run.view, at * TICK_BYTES);
            if (tick.kind === TickKind.Trade) seen.push(`${name} ${tick.sequence}`);
          }
        },
      });
      onTestFinished(() => rings.close());
      return rings;
    },
  };
}

const numbers = (name: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `${name} ${from + at}`);

/** Polls until nothing comes; a ring that waits goes on in a later poll. */
function drain(rings: OrderedRings): void {
  while (rings.poll()) continue;
}

test('a symbol that moves there and back is read in its own order', () => {
  const { dir, seen, read } = setUp();
  // The folder is read in the order of names: the symbol begins in the last ring.
  const [a, b] = [new Writer(dir, 'test.0'), new Writer(dir, 'test.1')];
  b.trades(1, 300);
  b.moveTo(a);
  a.trades(301, 900);
  a.moveTo(b);
  b.trades(901, 1_000);
  const rings = read();
  drain(rings);
  expect(seen).toEqual([
    ...numbers('test.1', 1, 300),
    ...numbers('test.0', 301, 900),
    ...numbers('test.1', 901, 1_000),
  ]);
  expect(rings.holds).toBeGreaterThan(0);
  expect(rings.ringsMissed).toBe(0);
});

test('a ring that is made later is found when a tick speaks of it', () => {
  const { dir, seen, read } = setUp();
  const a = new Writer(dir, 'test.0');
  a.trades(1, 10);
  const rings = read();
  drain(rings);
  const b = new Writer(dir, 'test.1');
  a.moveTo(b);
  b.trades(11, 20);
  b.moveTo(a);
  a.trades(21, 30);
  drain(rings);
  expect(seen).toEqual([
    ...numbers('test.0', 1, 10),
    ...numbers('test.1', 11, 20),
    ...numbers('test.0', 21, 30),
  ]);
  expect(rings.rings.map(({ name }) => name)).toEqual(['test.0', 'test.1']);
});

test('a ring that is gone holds nobody back, and is counted', () => {
  const { dir, seen, read } = setUp();
  const [a, b] = [new Writer(dir, 'test.0'), new Writer(dir, 'test.1')];
  b.trades(1, 10);
  b.moveTo(a);
  a.trades(11, 20);
  b.ring.close();
  removeRing(dir, 'test.1');
  const rings = read();
  drain(rings);
  expect(seen).toEqual(numbers('test.0', 11, 20));
  expect(rings.ringsMissed).toBe(1);
});

test('what was lapped in the old ring is told, and the new one goes on', () => {
  const { dir, seen, gaps, read } = setUp();
  const [a, b] = [new Writer(dir, 'test.0'), new Writer(dir, 'test.1')];
  const rings = read();
  b.moveTo(a);
  a.trades(1, 5);
  b.trades(1, 2 * SLOTS); // over its MOVED_OUT, and half of itself
  drain(rings);
  expect(seen.filter((text) => text.startsWith('test.0'))).toEqual(numbers('test.0', 1, 5));
  expect(gaps).toHaveLength(1);
});

test('rings of other vendors are left alone, and closed ones end it', async () => {
  const { dir, seen, read } = setUp();
  const [a, other] = [new Writer(dir, 'test.0'), new Writer(dir, 'bars.0', 'tickwire')];
  a.trades(1, 3);
  other.trades(7, 9);
  const rings = read();
  a.ring.close();
  await rings.run({ untilClosed: true });
  expect(seen).toEqual(numbers('test.0', 1, 3));
});

test('from the latest: what was before the reader is neither read nor waited for', () => {
  const { dir, seen, read } = setUp('latest');
  const [a, b] = [new Writer(dir, 'test.0'), new Writer(dir, 'test.1')];
  b.trades(1, 10);
  b.moveTo(a);
  const rings = read();
  a.trades(11, 12);
  drain(rings);
  expect(seen).toEqual(numbers('test.0', 11, 12));
});
