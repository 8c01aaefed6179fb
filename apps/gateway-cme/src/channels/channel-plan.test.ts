import { expect, test } from 'vitest';
import type { ChannelConfig, CmeConfig, UdpConnection } from '../config-xml/channel-config.ts';
import { planChannels } from './channel-plan.ts';

const line = (
  feedType: UdpConnection['feedType'],
  feed: 'A' | 'B',
  port: number,
): UdpConnection => ({
  ...{ id: `${feedType}${feed}${port}`, feedType, feed, port, hosts: [], group: '224.0.31.1' },
});

const channel = (id: number, lines: UdpConnection[]): ChannelConfig => ({
  ...{ id, label: `channel ${id}`, products: [], lines },
  replayServices: [
    { id: `${id}H`, feedType: 'H', feed: 'A', port: 10_000, hosts: ['10.0.0.1', '10.0.0.2'] },
  ],
});

const ANY = { senders: 'any' } as const;
const LINES = [line('I', 'A', 1), line('I', 'B', 2), line('N', 'A', 3), line('S', 'A', 4)];
const CONFIG: CmeConfig = {
  ...{ environment: '', updated: '', passedOver: [] },
  channels: new Map([
    [310, channel(310, [...LINES, line('SMBO', 'A', 5)])],
    [382, channel(382, LINES)],
    [400, channel(400, LINES.slice(2))],
  ]),
};

test('a channel has its lines by feed and leg, and all hosts of its replay services', () => {
  const [plan, ...others] = planChannels(CONFIG, { ...ANY, ids: [310, 310], orders: true });
  expect(others).toEqual([]);
  expect(plan?.lines.map(({ feed, leg, port }) => [feed, leg, port])).toEqual([
    ['incremental', 0, 1],
    ['incremental', 1, 2],
    ['definitions', 0, 3],
    ['snapshots', 0, 4],
    ['order-snapshots', 0, 5],
  ]);
  expect(plan?.replayServices).toEqual([
    { host: '10.0.0.1', port: 10_000 },
    { host: '10.0.0.2', port: 10_000 },
  ]);
});

test('snapshots by order are needed only where books by order are', () => {
  const [plan] = planChannels(CONFIG, { ...ANY, ids: [310], orders: false });
  expect(plan?.lines.some(({ feed }) => feed === 'order-snapshots')).toBe(false);
  expect(planChannels(CONFIG, { ...ANY, ids: [382], orders: false })).toHaveLength(1);
  expect(() => planChannels(CONFIG, { ...ANY, ids: [382], orders: true })).toThrow(
    expect.objectContaining({ code: 'NO_FEED', message: expect.stringContaining('382') }),
  );
});

test('a channel that is not there, or without a feed that is needed, is refused', () => {
  const plan = (ids: number[]) => () => planChannels(CONFIG, { ...ANY, ids, orders: false });
  expect(plan([311])).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_CHANNEL', message: expect.stringContaining('382') }),
  );
  expect(plan([])).toThrow(expect.objectContaining({ code: 'NO_FEED' }));
});

test.each([
  ['any', [undefined, undefined, undefined]],
  ['auto', [undefined, ['10.1.1.2'], undefined]],
  ['listed', [['10.1.1.1'], ['10.1.1.2'], undefined]],
] as const)('%s sender is taken of these lines', (senders, expected) => {
  const lines = [
    { ...line('I', 'A', 1), hosts: ['10.1.1.1'] },
    { ...line('I', 'B', 2), group: '232.1.1.1', hosts: ['10.1.1.2'] },
    // The file does not say whose they are.
    { ...line('N', 'A', 3), group: '232.1.1.2' },
  ];
  const config = { ...CONFIG, channels: new Map([[310, channel(310, [...lines, ...LINES])]]) };
  const [plan] = planChannels(config, { ids: [310], orders: false, senders });
  expect(plan?.lines.slice(0, 3).map((one) => one.senders)).toEqual(expected);
});
