// Goal: after a kill and a new start ring and ledger say which packets nobody has gone through, to
// the packet. Method: the gateway is killed in the middle of the day; what it had done is read from
// its own memory and from the ring, what was sent from the exchange.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StreamScope } from '@tickwire/core';
import { ArbiterCounts } from '@tickwire/domain-arbitration';
import { openRing } from '@tickwire/io-rings';
import { readStats, statsPath } from '@tickwire/io-service';
import type { CmeSimulator } from '@tickwire/sim-cme';
import { waitFor } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { expect, test } from 'vitest';
import { SERVICE } from '../test/gateway-environment.ts';
import {
  accountsOf,
  expectBalance,
  setUp,
  stopInOrder,
  untilLive,
} from '../test/gateway-harness.ts';

const MISSED_MIN = 200;

test(
  'what was sent while nobody listened is declared, to the packet',
  { timeout: 60_000 },
  async () => {
    const { simulator, ringDir, dataDir, gateway, startGateway, endMarket } = await setUp();
    await untilLive(gateway);
    const sent = newestPacket(simulator);
    await waitFor(() => newestPacket(simulator) > sent + 500, { what: 'a market that goes on' });
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    const killedAt = newestPacket(simulator);
    const firsts = firstPackets(ringDir);
    await waitFor(() => newestPacket(simulator) > killedAt + MISSED_MIN, { what: 'an outage' });
    const next = startGateway();
    await next.ready();
    await untilLive(next);
    await endMarket();
    const last = newestPacket(simulator);
    await waitFor(() => lastPassed(ringDir) === last, { what: 'the last packet' });
    await stopInOrder(next);
    expectBalance(ringDir);

    const [gap, repaired, ...others] = restarts(dataDir);
    expect(others).toEqual([]);
    const [first, end] = [Number(gap?.firstMissing), Number(gap?.lastMissing)];
    expect(gap?.missing).toBe(end - first + 1);
    expect(gap?.missing).toBeGreaterThanOrEqual(MISSED_MIN);
    expect(repaired).toMatchObject({ id: gap?.id, state: 'repaired', repairedBy: 'snapshot' });
    expect(Number(repaired?.proof.snapshotSequence)).toBeGreaterThanOrEqual(end);
    // All that the first one had done is in front of the gap, all of the second one behind it.
    expect(first).toBeLessThanOrEqual(killedAt + 1);
    const { before, behind } = sequencesOf(ringDir);
    expect(Math.max(...before)).toBeLessThanOrEqual(first);
    // The last ones may have had nothing that becomes a tick.
    expect(Math.max(...before)).toBeGreaterThanOrEqual(first - 20);
    expect(Math.min(...behind.filter((sequence) => sequence > first))).toBeGreaterThan(end);
    // Each packet behind the gap was gone through: none is missing that is not declared.
    expect(firstPackets(ringDir) - firsts).toBe(last - end);
    expect(accountsOf(ringDir).values.get('count/cme.missingPackets')).toBe(gap?.missing);
  },
);

/** MsgSeqNum of the newest packet of the exchange. */
function newestPacket(simulator: CmeSimulator): number {
  const lines = simulator.counts().lines.filter(({ feed, line }) => feed === 'I' && line === 'A');
  return lines[0]?.offered ?? 0;
}

const cellsOf = (ringDir: string, name: string): Float64Array =>
  readStats(statsPath(ringDir, SERVICE)).histograms.get(name) ?? new Float64Array();

/** The last packet that was gone through, by the gateway's own mark. */
const lastPassed = (ringDir: string): number => cellsOf(ringDir, 'resume/cme.310').at(-1) ?? 0;

/** Packets that a leg brought first, of all lives: counted before they are gone through. */
function firstPackets(ringDir: string): number {
  const { legs } = new ArbiterCounts(cellsOf(ringDir, 'arbiter/cme.310')).read();
  return legs[0].first + legs[1].first;
}

interface LedgerLine {
  readonly id: number;
  readonly noticedBy: string;
  readonly firstMissing: string;
  readonly lastMissing: string;
  readonly missing: number;
  readonly proof: { readonly snapshotSequence: string };
}

function restarts(dataDir: string): LedgerLine[] {
  const lines = readFileSync(join(dataDir, 'ledger/cme.ndjson'), 'utf8').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as LedgerLine);
  return records.filter(({ noticedBy }) => noticedBy === 'writer-restarted');
}

/** Sequences of the channel's ticks in the ring: of the killed writer, and of the one behind it. */
function sequencesOf(dir: string): { before: number[]; behind: number[] } {
  const ring = openRing({ dir, name: 'cme.0', from: 'oldest' });
  const tick = new TickView();
  const [before, behind]: [number[], number[]] = [[], []];
  let into = before;
  for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
    for (let at = 0; at < run.count; at++) {
      tick.wrap(run.view, at * 64);
      const { kind } = tick;
      if (kind === TickKind.Stream && tick.scope === StreamScope.Ring) into = behind;
      if (kind !== TickKind.Stream && kind !== TickKind.Clock) into.push(tick.sequence);
    }
  }
  ring.close();
  return { before, behind };
}
