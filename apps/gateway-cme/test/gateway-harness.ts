/** The gateway as a process, the exchange as a simulator in the test, a reader of the ring. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hopImbalance } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { startCmeSimulator } from '@tickwire/sim-cme';
import type { CmeSimulator, CmeSimulatorOptions } from '@tickwire/sim-cme';
import {
  serviceAccounts,
  startProcess,
  temporaryDirectory,
  testSeed,
  waitFor,
} from '@tickwire/testing';
import type { ServiceAccounts, TestProcess } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { expect, onTestFinished } from 'vitest';
import { SERVICE, environmentOf } from './gateway-environment.ts';
import { testChannels } from './test-channels.ts';

const HOPS = ['cme.wire', 'cme.parse', 'cme.normalise', 'cme.recovery'];

export interface GatewayUnderTest {
  readonly simulator: CmeSimulator;
  readonly ringDir: string;
  readonly dataDir: string;
  readonly gateway: TestProcess;
  /** Another life of the gateway. */
  startGateway(): TestProcess;
  /** Stops the exchange; the counts are final then. */
  endMarket(): Promise<void>;
}

export async function setUp(
  options: CmeSimulatorOptions & { readonly gateway?: Readonly<Record<string, string>> } = {},
): Promise<GatewayUnderTest> {
  const { gateway: extra, ...simulated } = options;
  const simulator = await startCmeSimulator({
    ...{ seed: String(testSeed()), rate: 1_000, instrumentsPerChannel: 20 },
    ...{ channels: testChannels(), ...simulated },
  });
  let isOpen = true;
  const endMarket = async (): Promise<void> => {
    if (isOpen) await simulator.close();
    isOpen = false;
  };
  onTestFinished(endMarket);
  const ringDir = temporaryDirectory({ name: 'gateway-ring', shared: true });
  const dataDir = temporaryDirectory({ name: 'gateway-data' });
  const configXml = join(dataDir, 'config.xml');
  writeFileSync(configXml, simulator.configXml);
  const startGateway = (): TestProcess =>
    startProcess({
      script: 'apps/gateway-cme/src/main.ts',
      env: { ...environmentOf({ ringDir, dataDir, configXml }), ...extra },
    });
  const gateway = startGateway();
  await gateway.ready();
  return { simulator, ringDir, dataDir, gateway, startGateway, endMarket };
}

/** The gateway's own counters, read from outside. */
export const accountsOf = (ringDir: string): ServiceAccounts => serviceAccounts(ringDir, SERVICE);

/** One of the counters of all channels. */
export function countOf(ringDir: string, name: string): number {
  return accountsOf(ringDir).values.get(`count/cme.${name}`) ?? 0;
}

/** Gaps that were found. */
export function gapsOf(ringDir: string): number {
  return accountsOf(ringDir).values.get('count/gaps') ?? 0;
}

/** Gaps of the ledger that were opened, and those that were repaired, by id. */
export function ledgerOf(dataDir: string): { opened: number[]; repaired: number[] } {
  const path = join(dataDir, 'ledger/cme.ndjson');
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  const records = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as LedgerLine);
  const idsOf = (state: string): number[] =>
    records.filter((one) => one.state === state).map(({ id }) => id);
  return { opened: idsOf('open'), repaired: idsOf('repaired').toSorted((a, b) => a - b) };
}

interface LedgerLine {
  readonly id: number;
  readonly state: string;
}

/** Waits until every gap that was found is in the ledger, and repaired. */
export async function untilRepaired(places: { ringDir: string; dataDir: string }): Promise<void> {
  const isRepaired = (): boolean => {
    const { opened, repaired } = ledgerOf(places.dataDir);
    return opened.length === repaired.length && opened.length === gapsOf(places.ringDir);
  };
  await waitFor(isRepaired, { what: 'the repair of all gaps', everyMs: 50, deadlineMs: 20_000 });
}

/** Waits until the last word of the gateway is that all its channels are live. */
export async function untilLive(gateway: TestProcess): Promise<void> {
  const isLive = (): boolean => {
    const health = gateway.messages.filter(
      (message) =>
        typeof message === 'object' &&
        message !== null &&
        'type' in message &&
        message.type === 'health',
    );
    const last = health.at(-1) as { ok: boolean } | undefined;
    return last?.ok === true;
  };
  await waitFor(isLive, { what: 'live channels', deadlineMs: 20_000 });
}

/** Packets of both lines of the incremental feed that the exchange sent. */
export function sentPackets(simulator: CmeSimulator): number {
  const lines = simulator.counts().lines.filter(({ feed }) => feed === 'I');
  return lines.reduce((sum, { delivered }) => sum + delivered, 0);
}

export async function stopInOrder(gateway: TestProcess): Promise<void> {
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
}

/** Every hop balances, and the ring holds what the gateway says that it has published. */
export function expectBalance(ringDir: string): void {
  const accounts = accountsOf(ringDir);
  const imbalances = HOPS.map((name) => [name, hopImbalance(accounts.hop(name))]);
  expect(imbalances).toEqual(HOPS.map((name) => [name, 0]));
}

export interface SeenTick {
  readonly kind: number;
  readonly symbol: string;
  readonly flags: number;
  readonly state: number;
  readonly publisher: number;
}

/** Everything that a ring holds, but PAD. */
export function readRing(ringDir: string, name = 'cme.0'): SeenTick[] {
  const ring = openRing({ dir: ringDir, name, from: 'oldest' });
  const tick = new TickView();
  const seen: SeenTick[] = [];
  for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
    for (let at = 0; at < run.count; at++) {
      const { kind, instrument, flags, publisher } = tick.wrap(run.view, at * 64);
      const symbol = run.directory.get(instrument)?.symbol ?? '';
      const state = kind === TickKind.Stream ? tick.state : 0;
      seen.push({ kind, symbol, flags, state, publisher });
    }
  }
  ring.close();
  return seen;
}
