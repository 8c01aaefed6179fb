/** The gateway as a process, the vendor as a simulator in the test, readers of the ring. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TICK_BYTES, hopImbalance } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { SIMULATED_KEY, startDatabentoSimulator } from '@tickwire/sim-databento';
import type { DatabentoSimulator, DatabentoSimulatorOptions } from '@tickwire/sim-databento';
import {
  serviceAccounts,
  startProcess,
  temporaryDirectory,
  testSeed,
  waitFor,
} from '@tickwire/testing';
import type { ServiceAccounts, TestProcess } from '@tickwire/testing';
import { TickView } from '@tickwire/wire-tick';
import { expect, onTestFinished } from 'vitest';
import { SCRIPT, SERVICE, environmentOf } from './gateway-environment.ts';
import { differences, publishedStreams, sentStreams } from './market-truth.ts';

export const RING = 'databento.0';
const LOOK_MS = 100;
const QUIET_LOOKS = 12;
const HOPS = ['databento.parse', 'databento.normalise'];

export interface GatewayUnderTest {
  readonly simulator: DatabentoSimulator;
  readonly ringDir: string;
  readonly dataDir: string;
  readonly gateway: TestProcess;
  /** Another life of the gateway. */
  startGateway(): TestProcess;
}

export async function setUp(
  options: DatabentoSimulatorOptions & { readonly gateway?: Readonly<Record<string, string>> } = {},
): Promise<GatewayUnderTest> {
  const { gateway: extra, ...simulated } = options;
  const simulator = await startDatabentoSimulator({
    ...{ seed: String(testSeed()), rate: 1_000, ...simulated },
  });
  onTestFinished(() => simulator.close());
  const ringDir = temporaryDirectory({ name: 'gateway-ring', shared: true });
  const dataDir = temporaryDirectory({ name: 'gateway-data' });
  const startGateway = (): TestProcess =>
    startProcess({
      script: SCRIPT,
      env: { ...environmentOf({ ringDir, dataDir }, simulator.port), ...extra },
    });
  const gateway = startGateway();
  await gateway.ready();
  return { simulator, ringDir, dataDir, gateway, startGateway };
}

/** The gateway's own counters, read from outside. */
export const accountsOf = (ringDir: string): ServiceAccounts => serviceAccounts(ringDir, SERVICE);

/** One of the counts of the session. */
export function countOf(ringDir: string, name: string): number {
  return accountsOf(ringDir).values.get(`count/databento.${name}`) ?? 0;
}

/** Waits until a count of the session has reached a number. */
export async function untilCount(ringDir: string, name: string, least: number): Promise<void> {
  const what = `${name} to be ${least}`;
  await waitFor(() => countOf(ringDir, name) >= least, { what, deadlineMs: 30_000 });
}

/** Waits until so many ticks more were published. */
export async function untilTicks(ringDir: string, more: number): Promise<void> {
  const published = (): number => accountsOf(ringDir).hop('databento.normalise').out;
  const least = published() + more;
  await waitFor(() => published() >= least, { what: `${more} ticks`, deadlineMs: 30_000 });
}

/** Whether the stream is of the present and whole. */
export function isLive(ringDir: string): boolean {
  return (accountsOf(ringDir).values.get('gauge/connections.live') ?? 0) > 0;
}

export interface LedgerLine {
  readonly id: number;
  readonly state: string;
  readonly noticedBy: string;
  readonly repairedBy?: string;
}

export function ledgerOf(dataDir: string): LedgerLine[] {
  const path = join(dataDir, 'ledger/databento.ndjson');
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as LedgerLine);
}

export interface SeenTick {
  readonly kind: number;
  readonly symbol: string | undefined;
  readonly flags: number;
  readonly state: number;
  readonly reason: number;
}

/** All ticks of the ring, oldest first. */
export function readRing(ringDir: string, name = RING): SeenTick[] {
  const ring = openRing({ dir: ringDir, name, from: 'oldest' });
  const tick = new TickView();
  const seen: SeenTick[] = [];
  try {
    for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
      for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
        const { kind, flags, instrument, state, reason } = tick.wrap(run.view, at);
        const symbol = ring.directory.get(instrument)?.symbol;
        seen.push({ kind, flags, symbol, state, reason });
      }
    }
  } finally {
    ring.close();
  }
  return seen;
}

/** The market stands still; all that was sent is published; the gateway ends in order. */
export async function settle(under: GatewayUnderTest, gateway = under.gateway): Promise<void> {
  await untilStill(under);
  await stopInOrder(gateway);
}

/** The market stands still, and all that was sent is published. */
export async function untilStill({ simulator, ringDir }: GatewayUnderTest): Promise<void> {
  simulator.setRate(0);
  let last = -1;
  let quietLooks = 0;
  // The gauge is set once a second: a connection may have ended since.
  const isQuiet = (): boolean => {
    const { in: taken } = accountsOf(ringDir).hop('databento.parse');
    const isSent = simulator.reports().some(({ end, behind }) => end === undefined && behind === 0);
    quietLooks = taken === last && isSent && isLive(ringDir) ? quietLooks + 1 : 0;
    last = taken;
    return quietLooks > QUIET_LOOKS;
  };
  await waitFor(isQuiet, { what: 'the last record', everyMs: LOOK_MS, deadlineMs: 30_000 });
}

export async function stopInOrder(gateway: TestProcess): Promise<void> {
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended, gateway.stderr).toEqual({ code: 0, signal: null });
}

export function expectBalance(ringDir: string): void {
  const { hop } = accountsOf(ringDir);
  for (const name of HOPS) expect(hopImbalance(hop(name)), `imbalance of ${name}`).toBe(0);
  expect(hop('databento.wire').out, 'records taken, and parsed').toBe(hop('databento.parse').in);
  expect(hop('databento.parse').inFlight, 'records held').toBe(0);
}

/**
 * Each record of trades and mbo is in the rings once, in order of its instrument.
 *
 * `rings`: symbols have moved from one of them to a later one only.
 */
export async function expectOnceAndInOrder(
  { simulator, ringDir }: GatewayUnderTest,
  {
    schemas = ['trades', 'mbo'],
    rings = [RING],
  }: { schemas?: readonly ('trades' | 'mbo')[]; rings?: readonly string[] } = {},
): Promise<void> {
  const names = new Map(simulator.instruments.map(({ id, rawSymbol }) => [id, rawSymbol]));
  const sent = await sentStreams({
    ...{ port: simulator.port, key: SIMULATED_KEY, schemas },
    symbolOf: (id) => names.get(id) ?? `${id}`,
  });
  const published = publishedStreams({ dir: ringDir, names: rings }, schemas);
  expect(published.size, 'streams').toBeGreaterThan(0);
  expect(differences(sent, published)).toEqual([]);
}
