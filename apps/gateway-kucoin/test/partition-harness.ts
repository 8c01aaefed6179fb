/** A gateway of several rings under load, a bus to ask it over, and a reader of all its rings. */
import { TickwireError, hopImbalance } from '@tickwire/core';
import { connectBus, controlSubject, startEmbeddedBroker } from '@tickwire/io-bus';
import type { Bus } from '@tickwire/io-bus';
import type { KucoinSimulator } from '@tickwire/sim-kucoin';
import { waitFor } from '@tickwire/testing';
import { expect, onTestFinished } from 'vitest';
import { hopsOf, setUp } from './gateway-harness.ts';
import { PartitionReader } from './partition-reader.ts';

export const SYMBOLS = [
  ...['BTC-USDT', 'ETH-USDT', 'XRP-USDT', 'DOGE-USDT', 'SOL-USDT', 'KCS-USDT'],
  ...Array.from({ length: 10 }, (_, at) => `SIM${String(at + 20).padStart(4, '0')}-USDT`),
];

export interface Answer {
  readonly ok: boolean;
  readonly code?: string;
  readonly moved?: number;
  readonly rings?: readonly string[];
  readonly refused?: readonly unknown[];
}

export async function start(partitions: number, options: { rate: number; bus?: string }) {
  const { bus, rate } = options;
  const parts = await setUp({
    ...{ rate, symbols: SYMBOLS, depth: 40 },
    gateway: {
      TICKWIRE_SYMBOLS: SYMBOLS.join(','),
      TICKWIRE_PARTITIONS: String(partitions),
      ...(bus === undefined ? {} : { TICKWIRE_NATS_URL: bus }),
    },
  });
  return { ...parts, partitioned: new PartitionReader(parts.ringDir) };
}

export async function startBus(): Promise<{ url: string; bus: Bus }> {
  const broker = await startEmbeddedBroker();
  onTestFinished(() => broker.close());
  const bus = await connectBus({ servers: broker.url, name: 'asker' });
  onTestFinished(() => bus.drain(0));
  return { url: broker.url, bus };
}

export async function repartition(bus: Bus, body: object, timeoutMs = 20_000): Promise<Answer> {
  const subject = controlSubject('gateway-kucoin', 'repartition');
  const { data } = await bus.request(subject, JSON.stringify(body), { timeoutMs });
  return JSON.parse(new TextDecoder().decode(data)) as Answer;
}

/** The gateway connects in the background: asks until somebody is there. */
export async function firstRepartition(bus: Bus, body: object): Promise<Answer> {
  return waitFor(
    () =>
      repartition(bus, body).catch((error: unknown) => {
        if (error instanceof TickwireError && error.code === 'NO_RESPONDERS') return undefined;
        throw error;
      }),
    { what: 'the gateway on the bus', everyMs: 20 },
  );
}

export async function settleAll(
  simulator: KucoinSimulator,
  reader: PartitionReader,
): Promise<void> {
  simulator.setRate(0);
  await waitFor(
    () =>
      SYMBOLS.every(
        (symbol) => reader.records.get(symbol)?.sequence === simulator.book(symbol).sequence,
      ),
    { what: 'all symbols at the sequence of their markets', deadlineMs: 20_000 },
  );
}

export function expectBalance(ringDir: string, reader: PartitionReader): void {
  const { hop } = hopsOf(ringDir);
  for (const name of ['kucoin.parse', 'kucoin.normalise']) {
    expect({ name, imbalance: hopImbalance(hop(name)) }).toEqual({ name, imbalance: 0 });
  }
  expect(hop('kucoin.normalise').out).toBe(reader.delivered);
  expect([reader.lost, reader.rings.ringsMissed]).toEqual([0, 0]);
}
