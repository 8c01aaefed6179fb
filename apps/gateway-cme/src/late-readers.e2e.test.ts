// Goal: a reader that attaches in the middle of the day gets right books, by level and by order,
// and goes on without a hole; nobody else is hurt by that. Method: the gateway as a process, its
// books asked for over a real bus, each compared with the exchange's own at the same packet.
import { connectBus, controlSubject, startEmbeddedBroker } from '@tickwire/io-bus';
import type { Bus } from '@tickwire/io-bus';
import { testSeed, waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SERVICE } from '../test/gateway-environment.ts';
import {
  accountsOf,
  expectBalance,
  setUp,
  stopInOrder,
  untilLive,
} from '../test/gateway-harness.ts';
import { LateReader } from '../test/late-reader.ts';

const INSTRUMENTS = 30;

async function startBus(): Promise<{ bus: Bus; url: string }> {
  const broker = await startEmbeddedBroker();
  onTestFinished(() => broker.close());
  const bus = await connectBus({ servers: broker.url, name: 'late reader' });
  onTestFinished(() => bus.drain(0));
  return { bus, url: broker.url };
}

async function ask(bus: Bus, body: object): Promise<Record<string, unknown>> {
  const subject = controlSubject(SERVICE, 'snapshot');
  const answer = await waitFor(
    () => bus.request(subject, JSON.stringify(body), { timeoutMs: 3_000 }).catch(() => undefined),
    { what: 'an answer' },
  );
  return JSON.parse(new TextDecoder().decode(answer.data)) as Record<string, unknown>;
}

describe('a late reader', { timeout: 60_000 }, () => {
  test('gets right books and goes on without a hole', async () => {
    const seed = testSeed();
    const { bus, url } = await startBus();
    const { simulator, ringDir, gateway, endMarket } = await setUp({
      ...{ instrumentsPerChannel: INSTRUMENTS, keepsBooks: true },
      gateway: { TICKWIRE_CME_ORDERS: '1', TICKWIRE_NATS_URL: url },
    });
    await untilLive(gateway);
    const reader = new LateReader({ dir: ringDir, bus, simulator, seed });
    onTestFinished(() => reader.close());
    const isWhole = (): boolean => {
      reader.poll();
      const { right } = reader.books.status().books;
      return right >= INSTRUMENTS && reader.rightOrders >= INSTRUMENTS;
    };
    await waitFor(isWhole, { what: 'all books', everyMs: 2, deadlineMs: 20_000 });
    const sofar = reader.compared.orders;
    const hasMore = (): boolean => (reader.poll(), reader.compared.orders > sofar + 1_000);
    await waitFor(hasMore, { what: '1,000 books more', everyMs: 2, deadlineMs: 20_000 });
    await endMarket();
    await stopInOrder(gateway);
    reader.poll();
    reader.compareEnd();
    expect(reader.wrong).toEqual([]);
    expect(reader.lost).toBe(0);
    expect(reader.compared.levels).toBeGreaterThan(0);
    expectBalance(ringDir);
    const { values } = accountsOf(ringDir);
    expect(values.get('count/snapshots.written')).toBeGreaterThanOrEqual(INSTRUMENTS);
  });

  test('is told why, when there is no book for it', async () => {
    const { bus, url } = await startBus();
    const { gateway, simulator } = await setUp({ gateway: { TICKWIRE_NATS_URL: url } });
    await untilLive(gateway);
    const symbol = simulator.channels[0]?.timeline.exchange.markets[0]?.instrument.symbol ?? '';
    expect(await ask(bus, { instruments: [symbol, 'NOBODY'] })).toMatchObject({
      ok: true,
      written: [{ instrument: symbol, ring: 'cme.0' }],
      refused: [{ instrument: 'NOBODY', code: 'UNKNOWN_INSTRUMENT' }],
    });
    expect(await ask(bus, { instruments: [] })).toMatchObject({ ok: false, code: 'MALFORMED' });
    const strange = { instruments: [1], ringId: '0123456789abcdef' };
    expect(await ask(bus, strange)).toMatchObject({ ok: false, code: 'WRONG_RING' });
    await stopInOrder(gateway);
  });
});
