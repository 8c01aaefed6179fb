// Goal: what was sent and not taken is declared once, connection by connection, with its bounds.
// Method: the two logs as a simulator and its gateway keep them, with their deaths.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { COUNTER_FILE_BYTES, CounterTable, HopCounters } from '@tickwire/core';
import type { Counter } from '@tickwire/core';
import { ConnectionLog, openStats } from '@tickwire/io-service';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { readLedger } from './gap-ledger.ts';
import { WireAudit } from './wire-audit.ts';

interface End {
  readonly total: Counter;
  /** As its process does when it starts, for the first time or after a kill. */
  live(): ConnectionLog;
}

function setUp() {
  const dir = temporaryDirectory({ name: 'wire-audit' });
  const [runDir, ringDir, dataDir] = ['run', 'rings', 'data'].map((name) => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  }) as [string, string, string];
  const end = (service: string, side: 'sent' | 'received'): End => {
    const stats = openStats(ringDir, service);
    const total = stats.counter('total');
    const path = join(runDir, `kucoin.${side}.ndjson`);
    return { total, live: () => new ConnectionLog({ path, stats, total }) };
  };
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const audit = new WireAudit({
    ...{ vendor: 'kucoin', runDir, ringDir, dataDir, stats },
    ...{ simulator: 'sim-kucoin', gateway: 'gateway-kucoin' },
    nowMs: () => 5,
  });
  return {
    audit,
    simulator: end('sim-kucoin', 'sent'),
    gateway: end('gateway-kucoin', 'received'),
    dropped: (reason: string) => new HopCounters(stats, 'kucoin.wire', 'message').dropped(reason),
    entries: () => readLedger(dataDir).entries,
  };
}

const at = (lo: number) => ({ hi: 0, lo });

/** Opens a connection at one end and counts messages on it. */
function carry(end: End, log: ConnectionLog, what: { id: string; messages: number; ns?: number }) {
  const connection = log.open(what.id);
  end.total.add(what.messages);
  connection.add(what.messages);
  if (what.ns !== undefined) connection.stamp(at(what.ns));
  return connection;
}

describe('the wire between a simulator and its gateway', () => {
  test('a killed gateway: what was sent and not taken is a gap, until the next message', () => {
    const { audit, simulator, gateway, dropped, entries } = setUp();
    const sending = simulator.live();
    const sent = carry(simulator, sending, { id: 'one', messages: 100 });
    carry(gateway, gateway.live(), { id: 'one', messages: 90, ns: 1_000 });
    // The gateway dies; of what the simulator gave, 3 messages never left it.
    sent.close({ reason: 'client', undelivered: 3 });
    audit.look();
    expect(entries()).toEqual([]);

    const reborn = gateway.live();
    audit.look();
    expect(entries()).toMatchObject([
      {
        ...{ vendor: 'kucoin', scope: 'connection', unit: 'message', missing: 10 },
        ...{ firstMissing: '91', lastMissing: '100', noticedBy: 'writer-restarted' },
        ...{ fromTs: '1000', toTs: null, noticedTs: '5000000', state: 'open', reason: 'killed' },
        proof: { by: 'simulator', sent: 100, undelivered: 3, received: 90 },
      },
    ]);
    expect(dropped('connection-lost').value).toBe(7);

    carry(simulator, sending, { id: 'two', messages: 1 });
    carry(gateway, reborn, { id: 'two', messages: 1, ns: 2_000 });
    audit.look();
    audit.finish();
    expect(entries()).toMatchObject([
      { missing: 10, state: 'repaired', repairedBy: 'reconnect', fromTs: '1000', toTs: '2000' },
    ]);
    expect(dropped('connection-lost').value).toBe(7);
  });

  test('a killed simulator: its own count is in its next life', () => {
    const { audit, simulator, gateway, dropped, entries } = setUp();
    carry(simulator, simulator.live(), { id: 'one', messages: 50 });
    const taken = carry(gateway, gateway.live(), { id: 'one', messages: 48, ns: 1_000 });
    taken.close({ reason: 'closed with 1006' });
    simulator.live();
    audit.look();
    expect(entries()).toMatchObject([
      { missing: 2, noticedBy: 'disconnect', reason: 'closed with 1006' },
    ]);
    expect(dropped('connection-lost').value).toBe(2);
  });

  test('a connection that ends in order loses nothing, and the end of a run judges the open ones', () => {
    const { audit, simulator, gateway, dropped, entries } = setUp();
    const [sending, taking] = [simulator.live(), gateway.live()];
    const ends = [
      carry(simulator, sending, { id: 'one', messages: 20 }),
      carry(gateway, taking, { id: 'one', messages: 20, ns: 1_000 }),
    ];
    for (const one of ends) one.close({ reason: 'client' });
    carry(simulator, sending, { id: 'two', messages: 10 });
    carry(gateway, taking, { id: 'two', messages: 9, ns: 2_000 });
    audit.look();
    expect(entries()).toEqual([]);
    audit.finish();
    expect(entries()).toMatchObject([{ missing: 1, firstMissing: '10', lastMissing: '10' }]);
    expect(dropped('connection-lost').value).toBe(1);
  });

  test('other clients of the simulator are told apart by their connections', () => {
    const { audit, simulator, gateway, dropped, entries } = setUp();
    const sending = simulator.live();
    carry(simulator, sending, { id: 'ours', messages: 30 });
    carry(simulator, sending, { id: 'somebody', messages: 11 }).close({ reason: 'client' });
    carry(gateway, gateway.live(), { id: 'ours', messages: 30, ns: 1_000 });
    audit.finish();
    expect(entries()).toEqual([]);
    expect(dropped('other-client').value).toBe(11);
    expect(dropped('connection-lost').value).toBe(0);
  });
});
