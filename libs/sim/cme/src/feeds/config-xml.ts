/** The configuration file, in the exchange's own form: where the feeds of channels are. */
import type { ListedInstrument } from '../exchange/listed-instrument.ts';
import type { ChannelPlan, FeedEndpoint } from './channel-plan.ts';
import { FeedType } from './feed-type.ts';

export interface ConfiguredChannel {
  readonly plan: ChannelPlan;
  readonly instruments: readonly ListedInstrument[];
}

export interface ConfigXmlOptions {
  readonly channels: readonly ConfiguredChannel[];
  /** Where packets are sent from: address of the interface. */
  readonly host: string;
  /** The replay service; absent = there is none. */
  readonly replay?: { readonly host: string; readonly port: number };
  /** ms since the Unix epoch at which it was made. */
  readonly updatedMs: number;
}

const FEED_NAMES: Readonly<Record<FeedType, string>> = {
  [FeedType.Incremental]: 'Incremental',
  [FeedType.Definitions]: 'Instrument Replay',
  [FeedType.Snapshot]: 'Snapshot',
  [FeedType.OrderSnapshot]: 'Snapshot-MBO',
};

/** A `config.xml`: of each channel its products, and a connection for each line of each feed. */
export function configXml({ channels, host, replay, updatedMs }: ConfigXmlOptions): string {
  const [day = '', time = ''] = new Date(updatedMs).toISOString().split('T');
  const updated = `${day.replaceAll('-', '/')}-${time.slice(0, 8)}`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<configuration environment="Simulation" updated="${updated}">`,
  ];
  for (const { plan, instruments } of channels) {
    lines.push(`  <channel id="${plan.channelId}" label="${escaped(plan.label)}">`);
    lines.push('    <products>', ...productLines(instruments), '    </products>');
    lines.push('    <connections>');
    if (replay !== undefined) lines.push(...replayLines(plan, replay));
    for (const endpoint of plan.endpoints) lines.push(...feedLines(plan, endpoint, host));
    lines.push('    </connections>', '  </channel>');
  }
  lines.push('</configuration>', '');
  return lines.join('\n');
}

function productLines(instruments: readonly ListedInstrument[]): string[] {
  const groups = new Map<string, Set<string>>();
  for (const { asset, securityGroup } of instruments) {
    const known = groups.get(asset);
    if (known === undefined) groups.set(asset, new Set([securityGroup]));
    else known.add(securityGroup);
  }
  return [...groups].flatMap(([asset, codes]) => [
    `      <product code="${escaped(asset)}">`,
    ...[...codes].map((code) => `        <group code="${escaped(code)}"/>`),
    '      </product>',
  ]);
}

function replayLines(
  { channelId }: ChannelPlan,
  { host, port }: { host: string; port: number },
): string[] {
  return [
    `      <connection id="${channelId}HA">`,
    '        <type feed-type="H">Historical Replay</type>',
    '        <protocol>TCP/IP</protocol>',
    `        <host-ip>${host}</host-ip>`,
    `        <port>${port}</port>`,
    '        <feed>A</feed>',
    '      </connection>',
  ];
}

function feedLines(plan: ChannelPlan, endpoint: FeedEndpoint, host: string): string[] {
  const { feed, line, address, port } = endpoint;
  // The exchange puts the line before MBO: 310SAMBO.
  const id = feed === FeedType.OrderSnapshot ? `S${line}MBO` : `${feed}${line}`;
  return [
    `      <connection id="${plan.channelId}${id}">`,
    `        <type feed-type="${feed}">${FEED_NAMES[feed]}</type>`,
    '        <protocol>UDP/IP</protocol>',
    `        <ip>${address}</ip>`,
    `        <host-ip>${host}</host-ip>`,
    `        <port>${port}</port>`,
    `        <feed>${line}</feed>`,
    '      </connection>',
  ];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<"]/g, (found) => ENTITIES[found] ?? '');
