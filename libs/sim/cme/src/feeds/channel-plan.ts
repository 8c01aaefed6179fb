/** Which channels there are, and where their feeds are sent. */
import { SimulatorError, isMulticast } from '@tickwire/sim-kit';
import { FEED_TYPES } from './feed-type.ts';
import type { FeedType } from './feed-type.ts';

/** The two lines of a feed. */
export const FeedLine = { A: 'A', B: 'B' } as const;
export type FeedLine = (typeof FeedLine)[keyof typeof FeedLine];

export interface FeedEndpoint {
  readonly feed: FeedType;
  readonly line: FeedLine;
  /** A multicast group, or an address of this host. */
  readonly address: string;
  readonly port: number;
}

export interface ChannelPlan {
  /** ApplID, 1 … 32,767. */
  readonly channelId: number;
  readonly label: string;
  readonly endpoints: readonly FeedEndpoint[];
}

export interface ChannelPlanOptions {
  /** 1 … 31: a line has 256 groups, and each channel takes eight of them. */
  readonly channels: number;
  /** Default 310. */
  readonly firstChannelId?: number;
  /** Of line A; its last number is 0, and line B has the next third one. Default 239.255.31.0. */
  readonly baseGroup?: string;
  /** Eight ports a channel, from here on. Default 14,310. */
  readonly basePort?: number;
}

const CHANNELS_MAX = 31;
const ENDPOINTS_PER_CHANNEL = 2 * FEED_TYPES.length;

/**
 * Channels one after another. Every line of every feed has a group and a port of its own, so that a
 * reader which binds to a port alone hears nothing else.
 *
 * @throws SimulatorError `BAD_OPTION`.
 */
export function planChannels(options: ChannelPlanOptions): ChannelPlan[] {
  const { channels, firstChannelId = 310, basePort = 14_310 } = options;
  const { baseGroup = '239.255.31.0' } = options;
  checkInteger('channels', channels, { min: 1, max: CHANNELS_MAX });
  checkInteger('firstChannelId', firstChannelId, { min: 1, max: 0x7fff - channels });
  const portMax = 65_535 - channels * ENDPOINTS_PER_CHANNEL;
  checkInteger('basePort', basePort, { min: 1, max: portMax });
  const group = /^(\d+\.\d+)\.(\d+)\.0$/.exec(baseGroup);
  const third = Number(group?.[2]);
  if (group === null || !isMulticast(baseGroup) || third > 254) {
    const detail = `${baseGroup} is not a multicast group that ends with .0`;
    throw new SimulatorError('BAD_OPTION', 'baseGroup', detail);
  }
  return Array.from({ length: channels }, (_, at) => ({
    channelId: firstChannelId + at,
    label: `Simulated channel ${firstChannelId + at}`,
    endpoints: FEED_TYPES.flatMap((feed, feedAt) =>
      Object.values(FeedLine).map((line, lineAt) => ({
        feed,
        line,
        address: `${group[1]}.${third + lineAt}.${at * FEED_TYPES.length + feedAt + 1}`,
        port: basePort + at * ENDPOINTS_PER_CHANNEL + feedAt * 2 + lineAt,
      })),
    ),
  }));
}

function checkInteger(field: string, value: number, range: { min: number; max: number }): void {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return;
  const detail = `${value} is not ${range.min} to ${range.max}`;
  throw new SimulatorError('BAD_OPTION', field, detail);
}
