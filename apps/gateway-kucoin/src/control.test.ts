// Goal: over a real bus a running gateway writes the books that are asked for, refuses the rest
// with codes, keeps its accounts, and neither needs a broker nor waits for one.
import { TickwireError, hopImbalance } from '@tickwire/core';
import { BookBuilder, BookTrust } from '@tickwire/domain-book';
import { connectBus, controlSubject, startEmbeddedBroker } from '@tickwire/io-bus';
import type { Bus } from '@tickwire/io-bus';
import { formatRingId, openRing } from '@tickwire/io-rings';
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SYMBOLS, expectBooks, hopsOf, setUp, settle, stop } from '../test/gateway-harness.ts';

interface Answer {
  readonly ok: boolean;
  readonly code?: string;
  readonly written?: readonly { instrument: string | number; ring: string; position: number }[];
  readonly queued?: readonly (string | number)[];
  readonly refused?: readonly { instrument: string | number; code: string; hint: string }[];
}

async function startBus(): Promise<{ url: string; bus: Bus }> {
  const broker = await startEmbeddedBroker();
  onTestFinished(() => broker.close());
  const bus = await connectBus({ servers: broker.url, name: 'asker' });
  onTestFinished(() => bus.drain(0));
  return { url: broker.url, bus };
}

async function ask(bus: Bus, body: unknown, timeoutMs = 5_000): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const subject = controlSubject('gateway-kucoin', 'snapshot');
  const { data } = await bus.request(subject, text, { timeoutMs });
  return JSON.parse(new TextDecoder().decode(data)) as Answer;
}

/** The gateway connects in the background: asks until somebody is there. */
async function firstAnswer(bus: Bus, body: unknown): Promise<Answer> {
  return waitFor(
    () =>
      ask(bus, body).catch((error: unknown) => {
        if (error instanceof TickwireError && error.code === 'NO_RESPONDERS') return undefined;
        throw error;
      }),
    { what: 'the gateway on the bus', everyMs: 20 },
  );
}

describe('control.gateway-kucoin.snapshot', () => {
  test('gives a late reader the right books, and disturbs nobody', async () => {
    const { url, bus } = await startBus();
    const { simulator, ringDir, gateway, reader } = await setUp({
      rate: 1_000,
      gateway: { TICKWIRE_NATS_URL: url },
    });
    await waitFor(() => reader.trusted(), { what: 'books' });
    const late = openRing({ dir: ringDir, name: 'kucoin.0', from: 'latest' });
    const builder = new BookBuilder({ entry: (index) => late.directory.get(index) });
    const ringId = formatRingId(late.header.ringId);
    const { cursor } = late.account();
    const answer = await firstAnswer(bus, { instruments: SYMBOLS, ringId, after: cursor });
    expect(answer).toMatchObject({ ok: true, queued: [], refused: [] });
    expect(answer.written?.map(({ instrument }) => instrument)).toEqual(SYMBOLS);
    expect(answer.written?.every(({ position }) => position >= cursor)).toBe(true);
    await settle(simulator, reader);
    for (let run = late.poll(); run !== undefined; run = late.poll()) {
      builder.applyRun(run.view, run.count);
    }
    late.close();
    const trusted = builder.books().filter(({ trust }) => trust === BookTrust.Trusted);
    expect(trusted).toHaveLength(SYMBOLS.length);
    for (const book of trusted) {
      const symbol = late.directory.get(book.instrument)?.symbol ?? '';
      expect(Number(book.sequence)).toBe(simulator.book(symbol).sequence);
      expect(book.book.bids.count).toBe(simulator.book(symbol).bids.length);
    }
    await stop(gateway);
    await reader.done;
    expectBooks(simulator, reader);
    expect(reader.gaps).toEqual([]);
    const { hop, values } = hopsOf(ringDir);
    for (const name of ['kucoin.parse', 'kucoin.normalise', 'control']) {
      expect({ name, imbalance: hopImbalance(hop(name)) }).toEqual({ name, imbalance: 0 });
    }
    expect(hop('kucoin.normalise').out).toBe(reader.delivered);
    expect(hop('control')).toMatchObject({ in: 1, out: 1, inFlight: 0 });
    expect(values.get('count/snapshots.written')).toBe(SYMBOLS.length);
    expect(values.get('count/snapshots.ticks')).toBeGreaterThan(SYMBOLS.length * 3);
  });

  test('refuses with codes what it cannot do, and goes on after whatever is sent', async () => {
    const { url, bus } = await startBus();
    const { ringDir, gateway, reader } = await setUp({
      rate: 500,
      gateway: { TICKWIRE_NATS_URL: url },
    });
    await waitFor(() => reader.trusted(), { what: 'books' });
    const strange = await firstAnswer(bus, { instruments: ['NO-SUCH', SYMBOLS[0]] });
    expect(strange.refused).toMatchObject([{ instrument: 'NO-SUCH', code: 'UNKNOWN_INSTRUMENT' }]);
    expect(strange.written).toHaveLength(1);
    const ringId = '0123456789abcdef';
    const bad: readonly [unknown, string][] = [
      [{ instruments: [1], ringId }, 'WRONG_RING'],
      [{ instruments: [1] }, 'MALFORMED'],
      [{ instruments: [] }, 'MALFORMED'],
      [{ instruments: Array.from({ length: 1_025 }, (_, at) => `S${at}`) }, 'MALFORMED'],
      [{ instruments: ['A'.repeat(81)] }, 'MALFORMED'],
      [{ instruments: [-1], ringId }, 'MALFORMED'],
      [{ instruments: ['A'], more: 1 }, 'MALFORMED'],
      [{ instruments: { length: 1 } }, 'MALFORMED'],
      [null, 'MALFORMED'],
      ['{', 'MALFORMED'],
      ['"'.repeat(65_537), 'OVERSIZE'],
    ];
    for (const [body, code] of bad) expect(await ask(bus, body)).toMatchObject({ ok: false, code });
    const flood = Array.from({ length: 2_000 }, () =>
      ask(bus, { instruments: [SYMBOLS[0]] }, 2_000).catch(() => undefined),
    );
    await Promise.all(flood);
    expect(await firstAnswer(bus, { instruments: [SYMBOLS[1]] })).toMatchObject({ ok: true });
    await stop(gateway);
    await reader.done;
    const { hop, values } = hopsOf(ringDir);
    expect(hopImbalance(hop('control'))).toBe(0);
    expect(hop('control').dropped.flood).toBeGreaterThan(1_000);
    expect(hop('control').dropped.malformed).toBe(9);
    // One image for all that came together, within the window and the pace.
    expect(values.get('count/snapshots.written')).toBeLessThan(100);
    expect(values.get('count/snapshots.coalesced')).toBeGreaterThan(100);
    expect(hopImbalance(hop('kucoin.normalise'))).toBe(0);
    expect(reader.gaps).toEqual([]);
  });

  test('serves several rings: each book in the ring that its symbol lives in', async () => {
    const { url, bus } = await startBus();
    const { ringDir, gateway } = await setUp({
      rate: 500,
      gateway: { TICKWIRE_NATS_URL: url, TICKWIRE_PARTITIONS: '2' },
    });
    const names = ['kucoin.0', 'kucoin.1'];
    const answer = await waitFor(
      async () => {
        const given = await firstAnswer(bus, { instruments: SYMBOLS });
        return given.refused?.length === 0 && given;
      },
      { what: 'books of all symbols', everyMs: 50 },
    );
    const ringOf = new Map(answer.written?.map(({ instrument, ring }) => [instrument, ring]));
    expect([...ringOf.keys()].sort()).toEqual([...SYMBOLS].sort());
    expect([...new Set(ringOf.values())].sort()).toEqual(names);
    for (const name of names) {
      const ring = openRing({ dir: ringDir, name, from: 'latest' });
      const ringId = formatRingId(ring.header.ringId);
      ring.close();
      const one = await ask(bus, { instruments: SYMBOLS, ringId });
      const there = SYMBOLS.filter((symbol) => ringOf.get(symbol) === name);
      expect(one.written?.map(({ instrument }) => instrument).sort()).toEqual(there.sort());
      const others = SYMBOLS.filter((symbol) => ringOf.get(symbol) !== name);
      expect(one.refused?.map(({ instrument }) => instrument).sort()).toEqual(others.sort());
      expect(one.refused?.every(({ code }) => code === 'OTHER_RING')).toBe(true);
    }
    await stop(gateway);
    const { hop } = hopsOf(ringDir);
    expect(hopImbalance(hop('control'))).toBe(0);
    expect(hopImbalance(hop('kucoin.normalise'))).toBe(0);
  });

  test('works without a broker, before one is there, and after it', async () => {
    const gone = await startEmbeddedBroker();
    const { port, url } = gone;
    await gone.close();
    const { ringDir, gateway, reader } = await setUp({
      rate: 500,
      gateway: { TICKWIRE_NATS_URL: url },
    });
    await waitFor(() => reader.trusted(), { what: 'books without a broker' });
    const broker = await startEmbeddedBroker({ port });
    const bus = await connectBus({ servers: broker.url, name: 'asker' });
    onTestFinished(() => bus.drain(0));
    expect(await firstAnswer(bus, { instruments: [SYMBOLS[0]] })).toMatchObject({ ok: true });
    await broker.close();
    const { delivered } = reader;
    await waitFor(() => reader.delivered > delivered + 100, { what: 'ticks after the broker' });
    await stop(gateway);
    expect(hopImbalance(hopsOf(ringDir).hop('control'))).toBe(0);
  });
});
