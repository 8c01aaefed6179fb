// Goal: a request ends once, with what the service did, whatever that is and however its bytes are
// split. Method: a fake clock and a scripted service; real sockets in dial-replay.test.ts.
import type { ReplayOutcome, ReplayRequest } from '@tickwire/venue-cme';
import { FakeClock, seededRandom, testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mdpPacket, logonPacket, logoutPacket, sized, tcpFramed } from '../../test/mdp-packets.ts';
import { FixTag, decodeFix, encodeFix } from './fix-text.ts';
import { ReplayClient } from './replay-client.ts';
import type { ReplayClientOptions } from './replay-client.ts';
import type { ReplayEndpoint, ReplayTransportHandlers } from './replay-transport.ts';

const REQUEST: ReplayRequest = { id: 7, channel: 310, begin: 101, end: 103 };
const CREDENTIALS = { username: 'CME', password: 'secret' };

interface Connection extends ReplayTransportHandlers {
  readonly endpoint: ReplayEndpoint;
  readonly sent: (string | undefined)[][];
  isDestroyed: boolean;
}

function setUp(options: Partial<ReplayClientOptions> = {}) {
  const clock = new FakeClock();
  const connections: Connection[] = [];
  const packets: string[] = [];
  const outcomes: [number, ReplayOutcome['kind'], string | undefined][] = [];
  let strays = 0;
  const client = new ReplayClient({
    endpoints: [
      { host: '10.0.0.1', port: 1 },
      { host: '10.0.0.2', port: 2 },
    ],
    credentials: CREDENTIALS,
    dial: (endpoint, handlers) => {
      const connection: Connection = { ...handlers, endpoint, sent: [], isDestroyed: false };
      connections.push(connection);
      return {
        send: (bytes) => {
          const fields = decodeFix(bytes);
          const { MsgType, Username, Password, ApplId, MdReqId, ApplBegSeqNum, ApplEndSeqNum } =
            FixTag;
          const tags = [MsgType, Username, Password, ApplId, MdReqId, ApplBegSeqNum, ApplEndSeqNum];
          connection.sent.push(
            tags.map((tag) => fields.get(tag)).filter((one) => one !== undefined),
          );
        },
        destroy: () => void (connection.isDestroyed = true),
      };
    },
    timers: clock,
    monotonicNs: () => clock.monotonicNs(),
    random: seededRandom(testSeed()),
    onPacket: (id, bytes, { start, end, sequence }) =>
      packets.push(`${id} ${sequence} ${Buffer.from(bytes.subarray(start, end)).toString('hex')}`),
    onEnd: (id, { kind, text }) => outcomes.push([id, kind, text]),
    onStray: () => void (strays += 1),
    ...options,
  });
  const last = (): Connection => connections.at(-1)!;
  const logOn = (): void => {
    last().open();
    last().data(sized(logonPacket()));
  };
  return { clock, client, connections, packets, outcomes, last, logOn, strays: () => strays };
}

const data = (sequence: number): Uint8Array => mdpPacket({ sequence, template: 46 });
const asSeen = (sequence: number): string =>
  `7 ${sequence} ${Buffer.from(data(sequence)).toString('hex')}`;

describe('a replay that works', () => {
  test('logs on, asks, hands on the packets, logs out', () => {
    const { client, last, packets, outcomes, clock } = setUp();
    client.request(REQUEST);
    last().open();
    expect(last().sent).toEqual([['A', 'CME', 'secret']]);
    last().data(sized(logonPacket()));
    expect(last().sent[1]).toEqual(['V', '310', '310-7', '101', '103']);
    for (const sequence of [101, 102, 103]) last().data(sized(data(sequence)));
    expect(packets).toEqual([101, 102, 103].map(asSeen));
    expect(outcomes).toEqual([[7, 'complete', undefined]]);
    expect(last().sent[2]).toEqual(['5']);
    expect([last().isDestroyed, clock.pending]).toEqual([true, 0]);
  });

  test('is read in either framing, however it is split', () => {
    const split = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(split, fc.boolean(), (lengths, isTcp) => {
        const { client, last, packets, outcomes } = setUp();
        const framed = isTcp ? tcpFramed : sized;
        client.request(REQUEST);
        last().open();
        const bytes = Buffer.concat([logonPacket(), ...[101, 102, 103].map(data)].map(framed));
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = lengths[turn % lengths.length]!;
          last().data(bytes.subarray(at, at + length));
          at += length;
        }
        expect(packets).toEqual([101, 102, 103].map(asSeen));
        expect(outcomes).toEqual([[7, 'complete', undefined]]);
      }),
      { numRuns: 60 },
    );
  });

  test('accepts a logon in text, and a logout behind fewer packets than were asked for', () => {
    const { client, last, packets, outcomes } = setUp();
    client.request(REQUEST);
    last().open();
    last().data(encodeFix([[FixTag.MsgType, 'A']]));
    last().data(sized(data(102)));
    last().data(sized(logoutPacket('no more')));
    expect(packets).toEqual([asSeen(102)]);
    expect(outcomes).toEqual([[7, 'complete', 'no more']]);
  });
});

describe('a service that does not', () => {
  test('refuses: as packet, or as text; it is not asked elsewhere', () => {
    const reject = encodeFix([
      ...[[FixTag.MsgType, '3'] as const, [FixTag.Text, 'window exceeded'] as const],
    ]);
    for (const [answer, text] of [
      [sized(logoutPacket('bad password')), 'logged out: bad password'],
      [reject, 'rejected (35=3): window exceeded'],
    ] as const) {
      const { client, last, outcomes, connections } = setUp();
      client.request(REQUEST);
      last().open();
      last().data(answer);
      expect(outcomes).toEqual([[7, 'refused', text]]);
      expect([connections.length, last().isDestroyed]).toEqual([1, true]);
    }
  });

  test('cannot be reached: the next host is, then all are left alone for a while', () => {
    const { client, connections, last, outcomes, clock } = setUp({ random: () => 0.5 });
    client.request(REQUEST);
    last().close('ECONNREFUSED');
    expect(connections.map(({ endpoint }) => endpoint.host)).toEqual(['10.0.0.1', '10.0.0.2']);
    last().close('ECONNREFUSED');
    expect(outcomes).toEqual([[7, 'disconnected', '10.0.0.2:2: ECONNREFUSED']]);
    client.request({ ...REQUEST, id: 8 });
    expect(outcomes[1]?.slice(0, 2)).toEqual([8, 'disconnected']);
    expect(connections).toHaveLength(2);
    clock.advance(500);
    client.request({ ...REQUEST, id: 9 });
    expect(connections).toHaveLength(3);
  });

  test('does not log on: the next host is asked, in its own time', () => {
    const { client, connections, clock, outcomes, logOn } = setUp();
    client.request(REQUEST);
    clock.advance(2_000);
    expect(connections.map(({ isDestroyed }) => isDestroyed)).toEqual([true, false]);
    logOn();
    clock.advance(2_000);
    expect(outcomes).toEqual([[7, 'timeout', 'nothing came for 2000 ms']]);
    expect(clock.pending).toBe(0);
  });

  test('trickles for ever: the whole request has a limit', () => {
    const { client, clock, outcomes, last, logOn, packets } = setUp();
    client.request(REQUEST);
    logOn();
    for (let turn = 0; outcomes.length === 0 && turn < 100; turn++) {
      last().data(sized(data(101)));
      clock.advance(500);
    }
    expect(outcomes).toEqual([[7, 'timeout', 'not done in 10000 ms']]);
    expect(packets.length).toBe(20);
  });

  test('floods: what was not asked for is counted, and has a bound', () => {
    for (const sequence of [9, 101]) {
      const { client, outcomes, last, logOn, packets, strays } = setUp();
      client.request(REQUEST);
      logOn();
      for (let turn = 0; turn < 2_000; turn++) last().data(sized(data(sequence)));
      expect(outcomes).toEqual([[7, 'disconnected', 'more packets than 3 that were asked for']]);
      expect(packets.length + strays()).toBe(1_004);
    }
  });

  test.each([
    ['a packet shorter than its header', [11, 0], 'BAD_FRAME'],
    ['a huge packet', [0xff, 0xff], 'BAD_FRAME'],
    ['a huge message', [0xfe, 0xca, ...Array(12).fill(0), 0xff, 0xff], 'BAD_FRAME'],
    ['an empty message', [0xfe, 0xca, ...Array(12).fill(0), 9, 0], 'BAD_FRAME'],
    ['a text without end', [...Buffer.from(`8=${'x'.repeat(5_000)}`)], 'TOO_LONG'],
    ['a text with a wrong sum', [...Buffer.from('9=5\u000135=A\u000110=000\u0001')], 'BAD_TEXT'],
  ])('sends %s: the connection is given up', (_, bytes, code) => {
    const { client, outcomes, last, packets } = setUp();
    client.request(REQUEST);
    last().open();
    last().data(Uint8Array.from(bytes));
    expect(outcomes).toEqual([[7, 'disconnected', expect.stringContaining(code)]]);
    last().data(sized(data(101)));
    last().close('late');
    expect([packets, outcomes.length, last().isDestroyed]).toEqual([[], 1, true]);
  });

  test('sends anything: the request ends once, in time', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.constantFrom(
        sized(logonPacket()),
        sized(logoutPacket('x')),
        sized(data(101)),
        sized(data(5)),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { client, outcomes, connections, clock } = setUp();
        client.request(REQUEST);
        connections[0]!.open();
        for (const bytes of pieces) connections[0]!.data(bytes);
        clock.advance(20_000);
        expect(outcomes).toHaveLength(1);
        expect(connections.every(({ isDestroyed }) => isDestroyed)).toBe(true);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

test('of two requests the later one counts, and none is left when it closes', () => {
  const { client, outcomes, connections } = setUp();
  client.request(REQUEST);
  client.request({ ...REQUEST, id: 8 });
  client.close();
  client.close();
  expect(outcomes.map(([id, kind]) => [id, kind])).toEqual([
    [7, 'disconnected'],
    [8, 'disconnected'],
  ]);
  expect(connections.map(({ isDestroyed }) => isDestroyed)).toEqual([true, true]);
});
