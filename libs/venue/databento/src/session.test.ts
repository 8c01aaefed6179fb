// Goal: a session keeps the vendor's rules and comes back from every way a connection can end,
// with each record once and in order.
// Method: a fake clock and a gateway without sockets, which reads one log and checks the key.
import { StreamReason, StreamState, diffNs, stampToBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import type { GapRecord } from '@tickwire/domain-feed';
import { FakeClock, seededRandom, testSeed } from '@tickwire/testing';
import { ErrorCode, SystemCode } from '@tickwire/wire-dbn';
import { TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { CollectingSink } from '../test/collecting-sink.ts';
import { API_KEY, FakeGateway, errorBytes, sha256Hex, systemBytes } from '../test/fake-gateway.ts';
import { marketLog } from '../test/market-log.ts';
import { DatabentoNormaliser } from './normaliser.ts';
import { DatabentoSession } from './session.ts';
import type { DatabentoSessionOptions, SessionEvent } from './session-options.ts';

const STEADY = { firstMs: 1, capMs: 1, failuresMax: 1e6, openMs: 1, steadyMs: 1 };

function setUp(options: Partial<DatabentoSessionOptions> = {}, seed = testSeed()) {
  const random = seededRandom(seed);
  const log = marketLog(random, { records: 2_000, instruments: 7, isRepeating: true });
  const gateway = new FakeGateway(log, random);
  const clock = new FakeClock();
  const sink = new CollectingSink();
  const events: SessionEvent[] = [];
  const normaliser = new DatabentoNormaliser({ sink, flags: 0, hasTradeRecords: true });
  const session = new DatabentoSession({
    ...{ dataset: 'GLBX.MDP3', apiKey: API_KEY, compression: 'none', hasTsOut: false },
    ...{ heartbeatIntervalS: 30, client: 'tickwire', sha256Hex, random },
    ...{ target: normaliser, onGap: (record: Readonly<GapRecord>) => sink.gap(record) },
    ...{ clock, timers: clock, dial: gateway.dial, limits: { reconnect: STEADY } },
    subscriptions: [{ schema: 'trades', stypeIn: 'raw_symbol', symbols: ['ES', 'NQ'] }],
    onEvent: (event) => events.push(event),
    ...options,
  });
  /** Time passes, the market goes on, and what is open sends some of it. */
  async function step(ms: number, count = 1e6): Promise<void> {
    await clock.advanceAsync(ms);
    const now: StampNs = { hi: 0, lo: 0 };
    clock.wallNs(clock.monotonicNs(), now);
    while (gateway.produced < log.length && diffNs(now, log[gateway.produced]!.ts) > 0) {
      gateway.produced += 1;
    }
    for (const open of gateway.open) gateway.send(open, count);
  }
  const places = (): Map<number, number[]> => {
    const streams = new Map<number, number[]>();
    for (const tick of sink.ticks()) {
      if (tick.kind !== TickKind.Trade) continue;
      const entry = sink.entries[tick.instrument]!;
      const place = Math.round(tick.price * 10 ** (entry.priceExp + 9));
      const stream = streams.get(log[place]!.instrumentId) ?? [];
      stream.push(place);
      streams.set(log[place]!.instrumentId, stream);
    }
    return streams;
  };
  const sent = (): Map<number, number[]> => {
    const streams = new Map<number, number[]>();
    for (const { at, instrumentId } of log) {
      streams.set(instrumentId, [...(streams.get(instrumentId) ?? []), at]);
    }
    return streams;
  };
  const states = () =>
    [...sink.ticks()]
      .filter(({ kind }) => kind === TickKind.Stream)
      .map(({ state, reason }) => [state, reason]);
  return { log, gateway, clock, sink, events, session, normaliser, step, places, sent, states };
}

const sorted = (streams: Map<number, number[]>) => [...streams].sort(([a], [b]) => a - b);

function expectBalance(session: DatabentoSession, normaliser: DatabentoNormaliser): void {
  const { counts, merged } = session;
  const { received, delivered, duplicates, notHeld, stale, held } = merged;
  expect(counts.records).toBe(counts.mappings + counts.system + counts.errors + received);
  expect(received).toBe(delivered + duplicates + notHeld + stale + held);
  const { records, accepted, definitions, dropped } = normaliser.counts;
  expect(records).toBe(delivered);
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(records).toBe(accepted + definitions + lost);
}

describe('connecting', () => {
  test('answers the challenge, subscribes in chunks, starts', async () => {
    const symbols = Array.from({ length: 501 }, (_, at) => `S${at}`);
    const { gateway, session, step, states } = setUp({
      subscriptions: [
        { schema: 'trades', stypeIn: 'raw_symbol', symbols },
        { schema: 'definition', stypeIn: 'parent', symbols: ['ES.FUT'] },
      ],
    });
    session.start();
    await step(10);
    const [auth, first, second, definition, start] = gateway.sessions[0]?.lines ?? [];
    expect(auth).toMatch(/^auth=[0-9a-f]{64}-FFFFF\|dataset=GLBX.MDP3\|encoding=dbn\|/);
    expect(first).toMatch(/^schema=trades\|.*\|id=1\|is_last=0\n$/);
    expect(second).toBe(
      'schema=trades|stype_in=raw_symbol|symbols=S500|snapshot=0|id=1|is_last=1\n',
    );
    expect(definition).toMatch(/^schema=definition\|stype_in=parent\|symbols=ES.FUT\|.*id=2/);
    expect(start).toBe('start_session\n');
    expect(session.state).toBe('live');
    expect(states()).toEqual([[StreamState.Live, StreamReason.Connected]]);
  });

  test('a key that is refused is told, counted, and tried again ever later', async () => {
    const { gateway, clock, events, session } = setUp({
      limits: { reconnect: { ...STEADY, failuresMax: 3, openMs: 60_000 } },
    });
    gateway.answer = 'success=0|error=Authentication failed.\n';
    session.start();
    await clock.advanceAsync(10_000);
    expect(session.counts.lost.refused).toBe(3);
    expect(events.map(({ kind }) => kind)).toEqual(['refused', 'refused', 'refused']);
    expect(events[0]?.detail).toContain('Authentication failed');
    session.close();
    expect(clock.pending).toBe(0);
  });

  test('a server that says nothing is given up after its deadline', async () => {
    const { gateway, clock, session } = setUp();
    gateway.isMute = true;
    session.start();
    await clock.advanceAsync(10_001);
    expect(session.counts.lost.timeout).toBe(1);
    expect(gateway.sessions.length).toBe(2);
    session.close();
  });

  test('a server that takes its time for many subscriptions is not silent', async () => {
    const symbols = Array.from({ length: 300 }, (_, at) => `S${at}`);
    const { gateway, clock, session } = setUp({
      subscriptions: symbols.map((symbol) => {
        return { schema: 'trades', stypeIn: 'raw_symbol', symbols: [symbol] };
      }),
    });
    gateway.isBusy = true;
    session.start();
    // 30 s for the subscriptions, 10 a second; then the heartbeat's 30 s, and its grace.
    await clock.advanceAsync(64_900);
    expect(session.counts.lost.silent).toBe(0);
    await clock.advanceAsync(200);
    expect(session.counts.lost.silent).toBe(1);
    session.close();
  });

  test('a server that is none ends only its own connection', async () => {
    const random = seededRandom(testSeed());
    const { gateway, clock, session, normaliser } = setUp();
    gateway.isMute = true;
    session.start();
    for (let round = 0; round < 200; round++) {
      await clock.advanceAsync(5);
      const open = gateway.open.at(-1);
      if (round % 2 === 0) open?.text('lsg_version=1\ncram=x\nsuccess=1|session_id=1\nDBN');
      open?.push(Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256)));
      open?.reset();
    }
    const { lost } = session.counts;
    expect(lost.protocol).toBeGreaterThan(50);
    expectBalance(session, normaliser);
    session.close();
  });
});

describe('resuming', () => {
  test('500 ends of connections: each record once, in order of its instrument', async () => {
    const seed = testSeed();
    const random = seededRandom(seed + 1);
    const { gateway, session, normaliser, step, places, sent, log } = setUp({}, seed);
    session.start();
    let ends = 0;
    while (gateway.produced < log.length) {
      await step(20, Math.ceil(random() * 60));
      if (random() < 0.6 && gateway.open.length > 0) {
        const [open] = gateway.open;
        // Half of them in the middle of a record.
        if (random() < 0.5) open?.handlers.frame(Uint8Array.of(12, 0, 0));
        open?.reset();
        ends += 1;
      }
    }
    for (let left = 10; left > 0; left--) await step(20);
    expect(ends).toBeGreaterThan(400);
    expect(sorted(places()), `seed ${seed}`).toEqual(sorted(sent()));
    expectBalance(session, normaliser);
    session.close();
    expectBalance(session, normaliser);
  });

  test('silence beyond the heartbeat and its grace is an end', async () => {
    const { gateway, clock, session, step, states, sink, places, sent } = setUp();
    session.start();
    await step(1);
    await step(1_000);
    await clock.advanceAsync(34_990);
    expect(gateway.sessions).toHaveLength(1);
    await clock.advanceAsync(20);
    expect(session.counts.lost.silent).toBe(1);
    expect(gateway.sessions).toHaveLength(2);
    await step(30);
    await step(30);
    expect(states()).toEqual([
      [StreamState.Live, StreamReason.Connected],
      [StreamState.Recovering, StreamReason.HeartbeatMissed],
    ]);
    expect(sink.gaps).toMatchObject([{ noticedBy: 'disconnect', state: 'open' }]);
    expect(sorted(places())).toEqual(sorted(sent()));
  });

  test('heartbeats keep a quiet connection', async () => {
    const { gateway, clock, session, step } = setUp();
    session.start();
    await step(1);
    for (let beat = 0; beat < 10; beat++) {
      await clock.advanceAsync(30_000);
      gateway.open[0]?.push(systemBytes(SystemCode.Heartbeat, 'Heartbeat'));
    }
    expect(gateway.sessions).toHaveLength(1);
    expect(session.counts.heartbeats).toBe(10);
  });

  test('a skip is repaired by a second session beside the first, which then ends', async () => {
    const { gateway, session, normaliser, step, places, sent, states, sink } = setUp();
    session.start();
    await step(1);
    await step(2_000);
    const [first] = gateway.sessions;
    await step(500, 0);
    first!.at = gateway.produced - 5;
    first!.push(errorBytes(ErrorCode.SkippedRecordsAfterSlowReading, 'skipped'));
    await step(5, 0);
    expect(gateway.open).toHaveLength(2);
    expect(session.state).toBe('repairing');
    await step(500);
    await step(500);
    expect(gateway.open).toHaveLength(1);
    expect(first?.isClosed).toBe(true);
    expect(session.state).toBe('live');
    await step(20_000);
    expect(sorted(places())).toEqual(sorted(sent()));
    expect(states()).toEqual([
      [StreamState.Live, StreamReason.Connected],
      [StreamState.Recovering, StreamReason.Overflow],
      [StreamState.Live, StreamReason.Connected],
    ]);
    expect(
      sink.gaps.map(({ noticedBy, state, repairedBy }) => [noticedBy, state, repairedBy]),
    ).toEqual([
      ['overflow', 'open', undefined],
      ['overflow', 'repaired', 'replay'],
    ]);
    expectBalance(session, normaliser);
  });

  test('"replay completed" alone repairs nothing', async () => {
    const { gateway, session, step, sink } = setUp();
    session.start();
    await step(1);
    await step(1_000);
    gateway.open[0]?.reset();
    await step(5, 0);
    gateway.open[0]?.push(systemBytes(SystemCode.ReplayCompleted, 'Finished replay'));
    expect(session.state).toBe('repairing');
    expect(sink.gaps.at(-1)?.state).toBe('open');
  });

  test('a heartbeat behind the replay says that a market stands still: repaired', async () => {
    const { gateway, session, step, sink } = setUp();
    session.start();
    await step(1);
    await step(1_000);
    gateway.open[0]?.reset();
    await step(5, 0);
    const heartbeat = systemBytes(SystemCode.Heartbeat, 'Heartbeat');
    gateway.open[0]?.push(heartbeat);
    expect(sink.gaps.at(-1)?.state).toBe('open');
    gateway.open[0]?.push(systemBytes(SystemCode.ReplayCompleted, 'Finished replay'));
    gateway.open[0]?.push(heartbeat);
    expect(session.state).toBe('live');
    expect(sink.gaps.at(-1)).toMatchObject({ state: 'repaired', repairedBy: 'replay' });
  });

  test('after another process: its gap is told, and books begin with a snapshot', async () => {
    const subscriptions = [
      { schema: 'mbo', stypeIn: 'raw_symbol', symbols: ['ES'], hasSnapshot: true },
      { schema: 'trades', stypeIn: 'raw_symbol', symbols: ['ES'] },
      { schema: 'definition', stypeIn: 'raw_symbol', symbols: ['ES'], from: 'all' },
    ] as const;
    // The log begins at the time of the clock.
    const { log } = setUp();
    const { gateway, session, step, sink } = setUp({ subscriptions, start: log[0]!.ts });
    session.start();
    await step(1);
    const [, mbo, trades, definition] = gateway.sessions[0]?.lines ?? [];
    expect([mbo, trades, definition]).toEqual([
      expect.stringMatching(/schema=mbo.*symbols=ES\|snapshot=1/),
      expect.stringMatching(/schema=trades.*\|start=\d{19}\|snapshot=0/),
      expect.stringMatching(/schema=definition.*\|start=0\|/),
    ]);
    // The present may be reached as soon: a record of it can lie within this ms.
    expect(sink.gaps[0]).toMatchObject({ noticedBy: 'writer-restarted', state: 'open' });
    await step(1_000);
    await step(1_000);
    expect(sink.gaps.at(-1)).toMatchObject({ state: 'repaired', repairedBy: 'snapshot' });
  });

  test('leaving takes what is under way, and tells no gap', async () => {
    const seen: string[] = [];
    const { gateway, session, normaliser, step, sink } = setUp({
      tap: {
        started: (connection, id) => seen.push(`started ${connection} as ${id}`),
        record: () => undefined,
        passedOver: () => undefined,
        drained: () => undefined,
        ended: (connection, reason) => seen.push(`ended ${connection}: ${reason}`),
      },
    });
    session.start();
    await step(1);
    await step(1_000);
    await session.leave(5_000);
    expect(gateway.open).toEqual([]);
    expect(session.state).toBe('closed');
    expect(sink.gaps).toEqual([]);
    expect(seen).toEqual(['started 1 as 5', 'ended 1: disconnected']);
    expectBalance(session, normaliser);
  });

  test.each(['close', 'time'])('leaving a server that goes on is ended by %s', async (end) => {
    const { gateway, clock, session, step } = setUp();
    session.start();
    await step(1);
    gateway.isDeaf = true;
    const left = [session.leave(5_000), session.leave(5_000)];
    expect(session.state).toBe('live');
    if (end === 'close') session.close();
    else await clock.advanceAsync(5_000);
    expect(session.state).toBe('closed');
    await Promise.all(left);
  });

  test('what is older than a day is a gap that stays open', async () => {
    const { gateway, clock, session, step, sink, states, log } = setUp();
    session.start();
    await step(1);
    await step(1_000);
    const lastStart = gateway.open[0]?.start;
    gateway.isMute = true;
    gateway.open[0]?.reset();
    await clock.advanceAsync(24 * 3_600_000 + 15_000);
    gateway.isMute = false;
    await clock.advanceAsync(15_000);
    expect(gateway.open).toHaveLength(1);
    // Records are wanted from where the gap was declared, not from before it.
    const first = log[0]!.ts;
    const dayLater = stampToBigInt(first) + 24n * 3_600_000_000_000n;
    const isLater = BigInt(gateway.open[0]?.start ?? 0) > dayLater;
    expect([lastStart, isLater]).toEqual([undefined, true]);
    expect(sink.gaps.map(({ state }) => state)).toEqual(['open']);
    expect(session.counts.replaysAgedOut).toBe(1);
    expect(states().at(-1)).toEqual([StreamState.Gap, StreamReason.Disconnected]);
  }, 20_000);

  test('a replay that is aged out is a gap; what follows on the same connection is live', async () => {
    const { gateway, session, normaliser, step, states, sink } = setUp();
    session.start();
    await step(1);
    await step(1_000);
    gateway.open[0]?.reset();
    await step(500, 0);
    const [open] = gateway.open;
    open!.at = gateway.produced;
    open!.push(errorBytes(ErrorCode.ReplayDataAgedOut, 'aged out'));
    await step(1_000);
    expect(gateway.open).toEqual([open]);
    expect(states().slice(-2)).toEqual([
      [StreamState.Gap, StreamReason.Disconnected],
      [StreamState.Live, StreamReason.Connected],
    ]);
    expect(sink.gaps.map(({ state }) => state)).toEqual(['open']);
    expectBalance(session, normaliser);
  });
});
