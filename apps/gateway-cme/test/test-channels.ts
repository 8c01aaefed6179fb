/** Channels for tests and measurements, and their config.xml. */
import { planChannels } from '@tickwire/sim-cme';
import type { ChannelPlan, FeedEndpoint } from '@tickwire/sim-cme';

/** Groups and ports of this process alone: tests run side by side. */
export function testChannels(channels = 1): ChannelPlan[] {
  const place = process.pid % 400;
  return planChannels({
    ...{ channels, basePort: 20_000 + place * 100 },
    baseGroup: `239.193.${2 * (place % 120)}.0`,
  });
}

/** The channels in CME's own form. */
export function configXmlOf(channels: readonly ChannelPlan[]): string {
  const connection = (id: number, { feed, line, address, port }: FeedEndpoint): string =>
    `<connection id="${id}${feed}${line}"><type feed-type="${feed}"/>` +
    `<protocol>UDP/IP</protocol><ip>${address}</ip><port>${port}</port><feed>${line}</feed>` +
    '</connection>';
  const channel = ({ channelId, endpoints }: ChannelPlan): string =>
    `<channel id="${channelId}"><connections>` +
    `${endpoints.map((one) => connection(channelId, one)).join('')}</connections></channel>`;
  return `<configuration>${channels.map(channel).join('')}</configuration>`;
}
