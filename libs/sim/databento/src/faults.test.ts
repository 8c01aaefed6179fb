// Each fault as a client sees it, and that what was counted is what happened.
import { RType } from '@tickwire/wire-dbn';
import { describe, expect, test } from 'vitest';
import { LiveReader, header } from '../test/live-reader.ts';
import { OPENS_AT_MS, runSimulator, subscribe } from '../test/running-simulator.ts';
import { databentoFaultHelp, startDatabentoSimulator } from './index.ts';

const isNotice = (rtype: number): boolean => rtype === RType.Error || rtype === RType.System;

test('drop.live: what was sent and what was left out are all there was', async () => {
  const faults = 'drop.live=0.2';
  const { simulator, clock } = await runSimulator({ rate: 2_000, instruments: 2, faults });
  const faulty = new LiveReader({ port: simulator.port });
  await faulty.start(subscribe('mbo', 'ALL_SYMBOLS'));
  clock.advance(300);
  const [report] = simulator.reports();
  await faulty.until(() => faulty.of(RType.Mbo).length === report?.sent.mbo);
  expect(report?.skipped.omitted).toBeGreaterThan(50);
  expect(simulator.faultLog.total).toBe(report?.skipped.omitted);
  expect(simulator.faultLog.entries[0]).toMatchObject({
    ...{ connection: 1, fault: 'drop', subject: 'mbo', omitted: 1 },
    sequenceStart: expect.any(Number) as number,
  });
});

test('drop.replay: a replay lacks records that the log names, the present does not', async () => {
  const options = { rate: 1_000, historyMs: 1_000, schemas: ['trades'] as const };
  const replay = async (faults: string) => {
    const { simulator, clock } = await runSimulator({ ...options, faults });
    const reader = new LiveReader({ port: simulator.port });
    await reader.start(subscribe('trades', 'ALL_SYMBOLS', 'start=0'));
    await reader.until(() => reader.of(RType.System).some(({ code }) => code === 3));
    const { entries, total } = simulator.faultLog;
    const sequences = reader.of(RType.Trade).map(({ sequence }) => Number(sequence));
    clock.advance(500);
    await reader.until(() => reader.of(RType.Trade).length === simulator.reports()[0]?.sent.trades);
    expect(simulator.faultLog.total).toBe(total);
    return { sequences, omitted: entries.map(({ sequenceStart }) => sequenceStart ?? 0) };
  };
  const whole = await replay('');
  const faulty = await replay('drop.replay=0.3');
  expect(faulty.omitted.length).toBeGreaterThan(10);
  const byNumber = (a: number, b: number): number => a - b;
  expect([...faulty.sequences, ...faulty.omitted].sort(byNumber)).toEqual(whole.sequences);
});

test('refuse-auth: a text, then the end', async () => {
  const { simulator } = await runSimulator({ faults: 'refuse-auth=1' });
  const reader = new LiveReader({ port: simulator.port });
  await reader.authenticate();
  expect(await reader.untilEnded()).toBe('closed');
  expect(reader.lines[2]).toBe('success=0|error=Authentication failed.');
  expect(simulator.counts.refused).toEqual(new Map([['auth', 1]]));
  expect(simulator.faultLog.entries).toMatchObject([{ connection: 1, fault: 'refuse-auth' }]);
});

test('bad-symbol: an error in the place of a mapping', async () => {
  const { simulator } = await runSimulator({ faults: 'bad-symbol=1' });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('mbo', 'ESH6'));
  await reader.until(() => reader.records.length === 1);
  expect(reader.records).toMatchObject([{ code: 4, err: 'Failed to resolve symbol: ESH6' }]);
  expect(simulator.faultLog.entries).toMatchObject([{ fault: 'bad-symbol', instrument: 'ESH6' }]);
});

test('skip: an error of code 7, and as many records fewer', async () => {
  const faults = 'skip=after:100ms';
  const { simulator, clock } = await runSimulator({ rate: 2_000, schemas: ['mbo'], faults });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('mbo', 'ALL_SYMBOLS'));
  clock.advance(500);
  await reader.until(() => reader.of(RType.Error).length === 1);
  expect(reader.of(RType.Error)).toMatchObject([{ code: 7 }]);
  expect(simulator.reports()[0]?.skipped.slow).toBe(200);
});

test('halfopen: nothing comes and nothing is heard', async () => {
  const { simulator, clock } = await runSimulator({ rate: 1_000, faults: 'halfopen=after:200ms' });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('mbo', 'ALL_SYMBOLS'));
  clock.advance(200);
  const sent = simulator.reports()[0]?.sent.mbo;
  clock.advance(60_000);
  await reader.until(() => reader.of(RType.Mbo).length === sent);
  expect(simulator.reports()[0]).toMatchObject({ sent: { mbo: sent }, end: undefined });
  expect(reader.ended).toBeUndefined();
  expect(reader.of(RType.System).filter(({ code }) => code === 0)).toEqual([]);
});

test('cut: the connection is reset within a record', async () => {
  const { simulator, clock } = await runSimulator({ rate: 1_000, faults: 'cut=after:200ms' });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('mbo', 'ALL_SYMBOLS'));
  clock.advance(400);
  await reader.untilEnded();
  const [report] = simulator.reports();
  expect(report).toMatchObject({ end: 'fault', skipped: { cut: 1 } });
  expect(reader.of(RType.Mbo).length).toBeLessThan(report?.sent.mbo ?? 0);
});

test.each(['disconnect', 'reset'])(
  '%s: the session ends, the next one is let in',
  async (fault) => {
    const { simulator, clock } = await runSimulator({ faults: `${fault}=after:50ms` });
    const reader = new LiveReader({ port: simulator.port });
    await reader.start(subscribe('mbo', 'ALL_SYMBOLS'));
    clock.advance(50);
    expect(await reader.untilEnded()).toBe(fault === 'reset' ? 'ECONNRESET' : 'closed');
    expect(simulator.reports()).toMatchObject([{ end: 'fault' }]);
    const next = new LiveReader({ port: simulator.port });
    await next.start(subscribe('mbo', 'ALL_SYMBOLS'));
  },
);

test('restart: all are reset, nobody is let in for a while, and the market is the same', async () => {
  const faults = 'restart=after:100ms/for:1s';
  const { simulator, clock } = await runSimulator({ rate: 500, faults });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('mbo', 'ALL_SYMBOLS'));
  clock.advance(100);
  expect(await reader.untilEnded()).toBe('ECONNRESET');
  const early = new LiveReader({ port: simulator.port });
  await early.untilEnded();
  clock.advance(1_000);
  const next = new LiveReader({ port: simulator.port });
  await next.start(subscribe('mbo', 'ALL_SYMBOLS', 'start=0'));
  await next.until(() => next.of(RType.Mbo).length > 500);
  expect(simulator.faultLog.entries).toMatchObject([{ connection: 0, fault: 'restart' }]);
});

test('clock-jump: ts_recv goes back, ts_event does not', async () => {
  const faults = 'clock-jump=after:100ms/by:-2s';
  const { simulator, clock } = await runSimulator({ rate: 1_000, faults });
  const reader = new LiveReader({ port: simulator.port });
  await reader.start(subscribe('trades', 'ALL_SYMBOLS'));
  clock.advance(300);
  await reader.until(() => reader.of(RType.Trade).length === simulator.reports()[0]?.sent.trades);
  const lags = reader
    .of(RType.Trade)
    .map((trade) => Number(BigInt(String(trade.ts_recv)) - header(trade).ts_event));
  expect(lags[0]).toBeGreaterThan(0);
  expect(lags.at(-1)).toBeLessThan(-1_900_000_000);
});

describe('a client that does not read', () => {
  async function slow(choices: string, schema: string) {
    const { simulator, clock } = await runSimulator({
      ...{ rate: 100_000, instruments: 2, behindMax: 4_000, schemas: ['mbo', 'mbp-10'] },
    });
    const reader = new LiveReader({ port: simulator.port, choices, keeps: isNotice });
    await reader.start(subscribe(schema, 'ALL_SYMBOLS'));
    reader.socket.pause();
    // What the kernel takes of the socket is taken only between turns of the event loop.
    for (let pass = 0; pass < 60; pass += 1) {
      clock.advance(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    reader.socket.resume();
    await reader.until(() => simulator.reports()[0]?.behind === 0);
    const [report] = simulator.reports();
    const rtype = schema === 'mbo' ? RType.Mbo : RType.Mbp10;
    await reader.until(() => reader.count(rtype) === report?.sent[schema]);
    return { report, codes: reader.of(RType.Error).map(({ code }) => code), reader };
  }

  test('of mbp-10 is warned and loses records, which are counted', async () => {
    const { report, codes, reader } = await slow('', 'mbp-10');
    expect(reader.of(RType.System).map(({ code }) => code)).toContain(2);
    expect(report?.skipped.slow).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set([7]));
  });

  test('of mbo is warned and loses nothing as long as the log has it', async () => {
    const { report, codes, reader } = await slow('', 'mbo');
    expect(reader.of(RType.System).map(({ code }) => code)).toContain(2);
    expect([report?.skipped.slow, codes]).toEqual([0, []]);
  });
});

test('one that is slower than the log is long loses what is gone, counted to the record', async () => {
  const { simulator, clock } = await runSimulator({
    ...{ rate: 100_000, instruments: 2, schemas: ['mbo'], logBytesMax: 2 ** 24 },
  });
  const { port } = simulator;
  const sessions = [0, 1].map(() => new LiveReader({ port, keeps: isNotice }));
  for (const reader of sessions) await reader.start(subscribe('mbo', 'ALL_SYMBOLS'));
  const [stopped, good] = sessions;
  stopped?.socket.pause();
  for (let pass = 0; pass < 150; pass += 1) {
    clock.advance(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  stopped?.socket.resume();
  for (const [at, reader] of sessions.entries()) {
    await reader.until(() => {
      const report = simulator.reports()[at];
      return report?.behind === 0 && reader.count(RType.Mbo) === report.sent.mbo;
    });
  }
  const reports = simulator.reports();
  const totals = reports.map(({ sent, skipped }) => (sent.mbo ?? 0) + skipped.slow);
  expect(totals[0]).toBe(totals[1]);
  expect(reports[0]?.skipped.slow).toBeGreaterThan(0);
  expect(reports[0]?.skipped.unseen).toBe(0);
  expect(stopped?.of(RType.Error).at(-1)).toMatchObject({ code: 7 });
  expect(good?.of(RType.Error)).toEqual([]);
});

test('a start of which the log has no records any more: an error of code 8, and an end of the replay', async () => {
  const { simulator } = await runSimulator({
    ...{ rate: 100_000, historyMs: 2_000, schemas: ['mbo'], logBytesMax: 2 ** 24 },
  });
  const reader = new LiveReader({ port: simulator.port, keeps: isNotice });
  const start = BigInt(OPENS_AT_MS - 1_999) * 1_000_000n;
  await reader.start(subscribe('mbo', 'ALL_SYMBOLS', `start=${start}`));
  await reader.until(() => reader.of(RType.System).some(({ code }) => code === 3));
  expect(reader.of(RType.Error)[0]).toMatchObject({ code: 8 });
  expect(reader.count(RType.Mbo)).toBe(simulator.reports()[0]?.sent.mbo ?? 0);
});

test.each([
  ['skip=0.1', 'column 6'],
  ['drop=2', 'column 6'],
  ['skip=every:1s,restart=after:x', 'column 23'],
  ['skip=every:1s,drop.nowhere=1', 'column 20'],
  ['clock-jump=after:1s', 'column 12'],
  ['freeze=after:1s', 'there is no fault freeze'],
])('%s is refused with its column', async (faults, detail) => {
  await expect(startDatabentoSimulator({ faults })).rejects.toThrow(detail);
});

test('the help names every fault', () => {
  for (const fault of ['drop', 'cut', 'halfopen', 'refuse-auth', 'clock-jump', 'restart']) {
    expect(databentoFaultHelp()).toContain(`${fault}`);
  }
});
