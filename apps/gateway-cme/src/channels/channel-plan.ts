/** What is listened to and asked for one channel: from config.xml and what was asked for. */
import type { RecoveryFeed } from '@tickwire/venue-cme';
import type {
  ChannelConfig,
  CmeConfig,
  FeedType,
  UdpConnection,
} from '../config-xml/channel-config.ts';
import { ConfigXmlError } from '../config-xml/errors.ts';
import type { ReplayEndpoint } from '../replay/replay-transport.ts';

export type ChannelFeed = 'incremental' | RecoveryFeed;

export interface PlannedLine {
  readonly feed: ChannelFeed;
  /** Feed A is 0, feed B is 1. */
  readonly leg: 0 | 1;
  readonly group: string;
  readonly port: number;
}

/** Plain data: it goes to the worker as it is. */
export interface ChannelPlan {
  readonly id: number;
  readonly label: string;
  readonly lines: readonly PlannedLine[];
  /** All hosts of all replay services, in the order of the file. */
  readonly replayServices: readonly ReplayEndpoint[];
}

const FEED_OF_TYPE: Readonly<Record<Exclude<FeedType, 'H'>, ChannelFeed>> = {
  ...{ I: 'incremental', N: 'definitions', S: 'snapshots', SMBO: 'order-snapshots' },
};

/**
 * @param ids - Channels that are wanted; all of the file when there are none.
 * @throws ConfigXmlError `UNKNOWN_CHANNEL`, `NO_FEED`.
 */
export function planChannels(
  config: CmeConfig,
  { ids, orders }: { ids: readonly number[]; orders: boolean },
): ChannelPlan[] {
  const wanted = ids.length === 0 ? [...config.channels.keys()] : [...new Set(ids)];
  return wanted.map((id) => {
    const channel = config.channels.get(id);
    if (channel !== undefined) return planOf(channel, orders);
    const known = [...config.channels.keys()].slice(0, 20).join(', ');
    throw new ConfigXmlError('UNKNOWN_CHANNEL', `there is no channel ${id}; there are: ${known}`);
  });
}

function planOf(channel: ChannelConfig, orders: boolean): ChannelPlan {
  const { id, label, replayServices } = channel;
  const lines = channel.lines
    .map(lineOf)
    .filter(({ feed }) => orders || feed !== 'order-snapshots');
  for (const feed of neededFeeds(orders)) {
    if (lines.some((line) => line.feed === feed)) continue;
    throw new ConfigXmlError('NO_FEED', `channel ${id} has no line of the feed ${feed}`);
  }
  return {
    ...{ id, label, lines },
    replayServices: replayServices.flatMap(({ hosts, port }) =>
      hosts.map((host) => ({ host, port })),
    ),
  };
}

const neededFeeds = (orders: boolean): ChannelFeed[] => [
  ...(['incremental', 'definitions', 'snapshots'] as const),
  ...(orders ? (['order-snapshots'] as const) : []),
];

const lineOf = ({ feedType, feed, group, port }: UdpConnection): PlannedLine => ({
  ...{ feed: FEED_OF_TYPE[feedType], leg: feed === 'A' ? 0 : 1, group, port },
});
