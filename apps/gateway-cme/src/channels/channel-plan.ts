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
  /** Whose packets are taken; whoever sends to the group without. */
  readonly senders?: readonly string[];
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

/** Whose packets are taken: `listed` in the file, `auto`: those of groups for one source each. */
export type SenderCheck = 'auto' | 'listed' | 'any';

export interface PlanOptions {
  readonly ids: readonly number[];
  readonly orders: boolean;
  readonly senders: SenderCheck;
}

/**
 * @param options.ids - Channels that are wanted; all of the file when there are none.
 * @throws ConfigXmlError `UNKNOWN_CHANNEL`, `NO_FEED`.
 */
export function planChannels(config: CmeConfig, options: PlanOptions): ChannelPlan[] {
  const { ids } = options;
  const wanted = ids.length === 0 ? [...config.channels.keys()] : [...new Set(ids)];
  return wanted.map((id) => {
    const channel = config.channels.get(id);
    if (channel !== undefined) return planOf(channel, options);
    const known = [...config.channels.keys()].slice(0, 20).join(', ');
    throw new ConfigXmlError('UNKNOWN_CHANNEL', `there is no channel ${id}; there are: ${known}`);
  });
}

function planOf(channel: ChannelConfig, { orders, senders }: PlanOptions): ChannelPlan {
  const { id, label, replayServices } = channel;
  const lines = channel.lines
    .map((line) => lineOf(line, senders))
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

/** Source-specific multicast (RFC 4607): such a group is nothing without its source. */
const SOURCE_SPECIFIC = /^232\./;

function lineOf(
  { feedType, feed, group, port, hosts }: UdpConnection,
  senders: SenderCheck,
): PlannedLine {
  const isChecked = senders === 'listed' || (senders === 'auto' && SOURCE_SPECIFIC.test(group));
  return {
    ...{ feed: FEED_OF_TYPE[feedType], leg: feed === 'A' ? 0 : 1, group, port },
    ...(isChecked && hosts.length > 0 ? { senders: hosts } : {}),
  };
}
