// Goal: a gateway killed in the middle of moves comes back with every symbol where it belongs:
// nothing twice, nothing out of order, and what is missing is declared from where it began. Method:
// requests without a pause, kills at random moments, one reader of all rings through all of it.
import { hopImbalance } from '@tickwire/core';
import type { Bus } from '@tickwire/io-bus';
import { seededRandom, testSeed, waitFor } from '@tickwire/testing';
import { expect, onTestFinished, test } from 'vitest';
import { expectBooks, hopsOf, stop } from '../test/gateway-harness.ts';
import { SYMBOLS, repartition, settleAll, start, startBus } from '../test/partition-harness.ts';

const KILLS = 6;
const ANSWER_MS = 1_000;
const RETRY_MS = 10;

/** Asks again and again; whoever was asked may be dead before it answers. */
async function storm(bus: Bus, random: () => number, signal: AbortSignal): Promise<number> {
  let answered = 0;
  while (!signal.aborted) {
    const partitions = 1 + Math.floor(random() * 6);
    const ask = async (): Promise<Awaited<ReturnType<typeof repartition>> | 'ended' | undefined> =>
      signal.aborted ? 'ended' : repartition(bus, { partitions }, ANSWER_MS).catch(() => undefined);
    const answer = await waitFor(ask, {
      ...{ what: 'an answer', everyMs: RETRY_MS, deadlineMs: 60_000 },
    });
    if (answer !== 'ended' && answer.ok) answered += 1;
  }
  return answered;
}

test('killed amid moves, again and again: all in order, what is missing is declared', async () => {
  const random = seededRandom(testSeed());
  const { url, bus } = await startBus();
  const parts = await start(3, { rate: 1_500, bus: url });
  const { simulator, ringDir, partitioned, startGateway } = parts;
  let { gateway } = parts;
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const storming = storm(bus, random, ending.signal);
  for (let kill = 0; kill < KILLS; kill++) {
    const hasBooks = (): boolean =>
      SYMBOLS.every((symbol) => partitioned.records.get(symbol)?.isRecovering === false);
    await waitFor(hasBooks, { what: 'books', deadlineMs: 30_000 });
    const moves = partitioned.movesOut + 5 + Math.floor(random() * 60);
    await waitFor(() => partitioned.movesOut >= moves, { what: 'moves', deadlineMs: 30_000 });
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    gateway = startGateway();
    await gateway.ready();
  }
  const seen = partitioned.movesOut;
  await waitFor(() => partitioned.movesOut > seen, { what: 'moves', deadlineMs: 30_000 });
  ending.abort();
  expect(await storming).toBeGreaterThan(0);
  await settleAll(simulator, partitioned);
  await stop(gateway);
  await partitioned.finish();
  expectBooks(simulator, partitioned, SYMBOLS);
  let declared = 0;
  for (const symbol of SYMBOLS) {
    const record = partitioned.records.get(symbol);
    declared += record?.declared ?? 0;
    expect(record?.changes).toBeGreaterThan(0);
    expect({ symbol, ...record?.faults }).toEqual({
      ...{ symbol, missing: 0, repeated: 0, strayImages: 0, strayGaps: 0, tradesOutOfOrder: 0 },
    });
  }
  expect(declared).toBeGreaterThan(0);
  const { hop } = hopsOf(ringDir);
  const imbalances = ['kucoin.parse', 'kucoin.normalise'].map((name) => hopImbalance(hop(name)));
  expect(imbalances).toEqual([0, 0]);
}, 120_000);
