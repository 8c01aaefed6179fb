// Goal: books that are asked for are those of the market, and symbols that move between rings lose
// nothing. Method: the gateway as a process, requests over a real bus; images in the ring beside
// the orders that a plain replay of the simulator leaves, streams beside that replay.
import { TICK_BYTES } from '@tickwire/core';
import { connectBus, controlSubject, startEmbeddedBroker } from '@tickwire/io-bus';
import type { Bus } from '@tickwire/io-bus';
import { openRing } from '@tickwire/io-rings';
import { SIMULATED_KEY } from '@tickwire/sim-databento';
import { waitFor } from '@tickwire/testing';
import { Side, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SERVICE } from '../test/gateway-environment.ts';
import {
  RING,
  accountsOf,
  expectBalance,
  expectOnceAndInOrder,
  readRing,
  settle,
  setUp,
  untilStill,
  untilTicks,
} from '../test/gateway-harness.ts';
import { restingOrders } from '../test/resting-orders.ts';
import type { RestingOrder } from '../test/resting-orders.ts';

const LEVELS = 10;

async function startBus(): Promise<{ bus: Bus; url: string }> {
  const broker = await startEmbeddedBroker();
  onTestFinished(() => broker.close());
  const bus = await connectBus({ servers: broker.url, name: 'asker' });
  onTestFinished(() => bus.drain(0));
  return { bus, url: broker.url };
}

/** The gateway connects in the background: asks until somebody is there. */
async function ask(bus: Bus, verb: string, body: object): Promise<Record<string, unknown>> {
  const subject = controlSubject(SERVICE, verb);
  const { data } = await waitFor(
    () => bus.request(subject, JSON.stringify(body), { timeoutMs: 10_000 }).catch(() => undefined),
    { what: 'an answer', everyMs: 20 },
  );
  return JSON.parse(new TextDecoder().decode(data)) as Record<string, unknown>;
}

interface ImageTick {
  readonly kind: number;
  readonly symbol: string;
  readonly flags: number;
  readonly isBid: boolean;
  readonly price: number;
  readonly size: number;
  readonly id: string;
}

/** Ticks of a ring from a position on. */
function ticksFrom(ringDir: string, position: number): ImageTick[] {
  const ring = openRing({ dir: ringDir, name: RING, from: 'oldest' });
  const tick = new TickView();
  const found: ImageTick[] = [];
  try {
    for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
      for (let at = 0; at < run.count; at += 1) {
        if (run.firstPosition + at < position) continue;
        const { kind, flags, instrument } = tick.wrap(run.view, at * TICK_BYTES);
        const entry = ring.directory.get(instrument);
        if (entry === undefined || kind === TickKind.Stream) continue;
        const isOrder = kind === TickKind.Order;
        const id = isOrder ? `${tick.orderIdHi}.${tick.orderIdLo}` : '';
        const price = Math.round(tick.price * 10 ** (entry.priceExp + 9));
        const isBid = tick.side === Side.Bid;
        found.push({ ...{ kind, symbol: entry.symbol, flags, isBid, price }, size: tick.size, id });
      }
    }
  } finally {
    ring.close();
  }
  return found;
}

/** Sums of the ten best prices of both sides. */
function levelsOf(orders: Iterable<RestingOrder>): [boolean, number, number][] {
  const sums = [new Map<number, number>(), new Map<number, number>()] as const;
  for (const { isBid, price, size } of orders) {
    const side = sums[isBid ? 0 : 1];
    side.set(price, (side.get(price) ?? 0) + size);
  }
  return sums.flatMap((side, isAsk) =>
    [...side]
      .toSorted(([a], [b]) => (isAsk === 1 ? a - b : b - a))
      .slice(0, LEVELS)
      .map(([price, size]) => [isAsk === 0, price, size] as [boolean, number, number]),
  );
}

describe('books on request', { timeout: 60_000 }, () => {
  test.each(['mbo', 'mbp-10'])('of %s: the book of the market', async (schema) => {
    const { bus, url } = await startBus();
    const under = await setUp({
      rate: 3_000,
      gateway: {
        ...{ TICKWIRE_DATABENTO_SCHEMAS: schema, TICKWIRE_DATABENTO_BOOKS: '1' },
        ...{ TICKWIRE_DATABENTO_SNAPSHOT: '1', TICKWIRE_NATS_URL: url },
      },
    });
    const { ringDir, simulator } = under;
    await untilTicks(ringDir, 3_000);
    await untilStill(under);
    const symbols = simulator.instruments.map(({ rawSymbol }) => rawSymbol);
    const answer = await ask(bus, 'snapshot', { instruments: [...symbols, 'NOBODY'] });
    const written = answer['written'] as { instrument: string; position: number }[];
    expect(written.map(({ instrument }) => instrument).toSorted()).toEqual(symbols.toSorted());
    expect(answer['refused']).toMatchObject([{ instrument: 'NOBODY', code: 'UNKNOWN_INSTRUMENT' }]);
    const from = Math.min(...written.map(({ position }) => position));
    const image = ticksFrom(ringDir, from);
    const books = await restingOrders({ port: simulator.port, key: SIMULATED_KEY });
    let rows = 0;
    for (const { id, rawSymbol } of simulator.instruments) {
      const ticks = image.filter(({ symbol }) => symbol === rawSymbol);
      expect(ticks[0]?.kind).toBe(TickKind.Clear);
      expect(ticks.map(({ flags }) => (flags & TickFlag.Last) !== 0).indexOf(true)).toBe(
        ticks.length - 1,
      );
      const shown = ticks.slice(1);
      const orders = books.get(id) ?? new Map<string, RestingOrder>();
      rows += shown.length;
      if (schema === 'mbo') {
        const wanted = [...orders].map(([order, { isBid, price, size }]) => {
          return [order, isBid, price, size];
        });
        const got = shown.map(({ id: order, isBid, price, size }) => [order, isBid, price, size]);
        expect(got.toSorted()).toEqual(wanted.toSorted());
      } else {
        const got = shown.map(({ isBid, price, size }) => [isBid, price, size]);
        expect(got).toEqual(levelsOf(orders.values()));
      }
    }
    expect(rows).toBeGreaterThan(LEVELS * symbols.length);
    expect(accountsOf(ringDir).values.get('count/snapshots.written')).toBe(symbols.length);
    await settle(under);
    expectBalance(ringDir);
  });

  test('without a book: the code says so', async () => {
    const { bus, url } = await startBus();
    const under = await setUp({
      gateway: { TICKWIRE_DATABENTO_SCHEMAS: 'trades', TICKWIRE_NATS_URL: url },
    });
    await untilTicks(under.ringDir, 200);
    const [{ rawSymbol } = { rawSymbol: '' }] = under.simulator.instruments;
    expect(await ask(bus, 'snapshot', { instruments: [rawSymbol] })).toMatchObject({
      ...{ ok: true, written: [] },
      refused: [{ instrument: rawSymbol, code: 'NO_BOOK' }],
    });
    await settle(under);
  });
});

describe('another number of rings', { timeout: 60_000 }, () => {
  test('symbols move under load: each record once, in order, and accounted for', async () => {
    const { bus, url } = await startBus();
    const under = await setUp({
      rate: 3_000,
      gateway: {
        ...{ TICKWIRE_DATABENTO_SCHEMAS: 'trades,mbo', TICKWIRE_DATABENTO_BOOKS: '1' },
        ...{ TICKWIRE_DATABENTO_SNAPSHOT: '0', TICKWIRE_NATS_URL: url },
      },
    });
    const { ringDir, simulator } = under;
    await untilTicks(ringDir, 3_000);
    const answer = await ask(bus, 'repartition', { partitions: 3 });
    const rings = ['databento.0', 'databento.1', 'databento.2'];
    expect(answer).toMatchObject({ ok: true, partitions: 3, rings, refused: [] });
    expect(answer['moved']).toBeGreaterThan(0);
    await untilTicks(ringDir, 3_000);
    simulator.setFaults('reset=every:500ms');
    await waitFor(() => simulator.faultLog.total >= 2, { what: '2 resets' });
    simulator.setFaults('');
    await untilTicks(ringDir, 3_000);
    await settle(under);
    expectBalance(ringDir);
    await expectOnceAndInOrder(under, { rings });
    const moved = rings.slice(1).flatMap((name) => readRing(ringDir, name));
    expect(new Set(moved.flatMap(({ symbol }) => symbol ?? [])).size).toBe(answer['moved']);
  });
});
