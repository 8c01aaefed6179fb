// Goal: a client that missed packets has them again, byte for byte, and is told why when it cannot.
// Method: plain sockets of TCP against a running simulator.
import { connect } from 'node:net';
import { HostTimers, createRandom } from '@tickwire/sim-kit';
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LOGON, converse, fixText, request } from '../../test/replay-client.ts';
import { runSimulator } from '../../test/running-simulator.ts';
import { NO_FAULTS } from '../faults/fault-plan.ts';
import { FeedType } from '../feeds/feed-type.ts';
import type { CmeSimulatorOptions } from '../run/cme-simulator.ts';
import { ReplayService } from './replay-service.ts';

async function started(options: CmeSimulatorOptions = {}) {
  const running = await runSimulator({ rate: 2_000, roundPacketRate: 0, ...options });
  const sent = (): readonly Buffer[] => running.line(FeedType.Incremental, 'A');
  await waitFor(() => sent().length >= 100, { what: 'packets' });
  return { ...running, sent, port: running.simulator.replayPort! };
}

describe('the replay service', () => {
  test('replays packets as they were, between a login and a logout', async () => {
    const { port, sent, simulator } = await started();
    const { packets, texts } = await converse(port, [LOGON, request(310, 11, 60)]);
    expect(packets).toHaveLength(52);
    expect(packets[0]!.readUInt32LE(0)).toBe(1);
    expect(packets[0]!.readUInt16LE(16)).toBe(15);
    expect(packets.slice(1, 51)).toEqual(sent().slice(10, 60));
    expect(texts).toEqual(['']);
    await waitFor(() => simulator.counts().replay?.served === 1, { what: 'the count' });
    expect(simulator.counts().replay).toMatchObject({ sessions: 1, requests: 1, packets: 50 });
  });

  test('takes messages with a BeginString too, and in pieces of one byte', async () => {
    const { port } = await started();
    const logon = fixText(['35=A', '553=CME', '554=CME'], '8=FIX.4.2\u0001');
    const { packets } = await converse(port, [...logon, ...request(310, 1, 2)]);
    expect(packets).toHaveLength(4);
  });

  test.each<[string, string[], string | RegExp]>([
    ['a channel that is none of its own', [LOGON, request(999, 1, 2)], /999 is not a channel/],
    ['too many packets', [LOGON, request(310, 1, 2_001)], /at most 2000/],
    ['a range that is none', [LOGON, request(310, 5, 4)], /not a range/],
    ['packets that are yet to come', [LOGON, request(310, 900_000, 900_001)], /has not been sent/],
    ['a request without a logon', [request(310, 1, 2)], 'a logon comes first'],
    ['a logon without a user', [fixText(['35=A'])], /Username/],
    ['another kind of message', [fixText(['35=D'])], /MsgType \(35\) D/],
    ['a wrong checksum', [LOGON.replace(/10=\d{3}/, '10=999')], /CheckSum/],
    ['a wrong length', [`9=1\u000135=A\u000110=${'229'}\u0001`], /BodyLength|CheckSum/],
  ])('refuses %s, and says so', async (_what, texts, expected) => {
    const { port } = await started();
    const answer = await converse(port, texts);
    expect(answer.texts).toHaveLength(1);
    expect(answer.texts[0]).toMatch(expected);
  });

  test('refuses packets that are no longer kept', async () => {
    const { port } = await started({ replayPackets: 50 });
    const { texts } = await converse(port, [LOGON, request(310, 1, 2)]);
    expect(texts[0]).toBe('packet 1 is no longer kept');
  });

  test('knows its users when it has any', async () => {
    const { port } = await started({ replayCredentials: { user: 'u', password: 'p' } });
    expect((await converse(port, [LOGON])).texts).toEqual(['unknown user or password']);
    const logon = fixText(['35=A', '553=u', '554=p']);
    expect((await converse(port, [logon, request(310, 1, 1)])).packets).toHaveLength(3);
  });

  test('answers one request a session', async () => {
    const { port } = await started();
    const { packets } = await converse(port, [LOGON, request(310, 1, 2), request(310, 3, 4)]);
    expect(packets.map((packet) => packet.readUInt32LE(0))).toEqual([1, 1, 2, 2]);
  });

  test('refuses and closes on purpose, and counts it', async () => {
    const { port, simulator } = await started({ faults: 'replay-refuse=1' });
    const refused = await converse(port, [LOGON, request(310, 1, 10)]);
    expect(refused.texts).toEqual(['the service is busy']);
    simulator.setFaults('replay-close=1');
    const cut = await converse(port, [LOGON, request(310, 1, 10)]);
    expect(cut.packets.length).toBeLessThan(10);
    expect(cut.texts).toEqual([]);
    expect(simulator.counts().replay).toMatchObject({ refused: 1, served: 1, closedByFault: 1 });
  });

  test('is late on purpose, and answers all the same', async () => {
    const { port, simulator } = await started({ faults: 'replay-slow=1:20ms' });
    const { packets } = await converse(port, [LOGON, request(310, 1, 3)]);
    expect(packets).toHaveLength(5);
    expect(simulator.counts().replay).toMatchObject({ slowed: 1, served: 1 });
  });

  test('cuts off whoever does not end when it has its answer', async () => {
    const { service, port } = await ReplayService.start({
      ...{ port: 0, host: '127.0.0.1', stores: new Map(), timers: new HostTimers() },
      ...{ nowNs: () => 0, epochMs: () => 0, random: createRandom('1') },
      ...{ faults: () => NO_FAULTS.replay, idleMs: 50 },
    });
    onTestFinished(() => service.close());
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(request(310, 1, 2));
    await waitFor(() => service.counts.cutOff === 1, { what: 'the end' });
  });

  test('logs out whoever says nothing, and turns away whoever is too many', async () => {
    const { service, port } = await ReplayService.start({
      ...{ port: 0, host: '127.0.0.1', stores: new Map(), timers: new HostTimers() },
      ...{ nowNs: () => 0, epochMs: () => 0, random: createRandom('1') },
      ...{ faults: () => NO_FAULTS.replay, sessionsMax: 1, idleMs: 100 },
    });
    onTestFinished(() => service.close());
    const [first, second] = await Promise.all([converse(port, []), converse(port, [])]);
    const texts = [...first.texts, ...second.texts];
    expect(texts).toEqual(['no logon came in time']);
    expect(service.counts).toMatchObject({ sessions: 1, turnedAway: 1 });
    expect((await converse(port, [LOGON])).texts).toEqual(['no request came in time']);
  });

  test('a flood without a message is cut off', async () => {
    const { port } = await started();
    const { packets } = await converse(port, ['x'.repeat(10_000)]);
    expect(packets).toEqual([]);
  });
});
