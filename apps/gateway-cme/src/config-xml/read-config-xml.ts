/**
 * Reads CME's config.xml:
 *
 *   configuration [environment, updated]
 *     channel [id, label]
 *       products / product [code]
 *       connections / connection [id]
 *         type [feed-type]   protocol   ip   host-ip …   port   feed
 *
 * Form: the file that CME publishes on its FTP site, "MDP 3.0 - Market Data Platform
 * Configuration"; checked here against files in that form only, not against the live one.
 */
import { readFileSync, statSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { SchemaError, readXml } from '@tickwire/io-sbe-schema';
import type { XmlElement } from '@tickwire/io-sbe-schema';
import { FEED_TYPES } from './channel-config.ts';
import type {
  ChannelConfig,
  CmeConfig,
  FeedType,
  TcpConnection,
  UdpConnection,
} from './channel-config.ts';
import { ConfigXmlError } from './errors.ts';

/** Five times what the file of all channels has. */
const XML_BYTES_MAX = 8 * 1024 * 1024;
const CHANNEL_ID_MAX = 65_535;
const TEXT_MAX = 256;

/** @throws ConfigXmlError as `parseConfigXml`, `UNREADABLE`, `TOO_LARGE`. */
export function readConfigXml(path: string): CmeConfig {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > XML_BYTES_MAX) {
      throw new ConfigXmlError('TOO_LARGE', `${path} has ${size} bytes, above ${XML_BYTES_MAX}`);
    }
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConfigXmlError) throw cause;
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new ConfigXmlError('UNREADABLE', `${path} cannot be read: ${errno}`, { cause });
  }
  return parseConfigXml(text);
}

/**
 * @throws ConfigXmlError `BAD_XML`, `HOSTILE_XML`, `TOO_LARGE`, `NOT_A_CONFIG`, `MISSING`,
 *   `BAD_VALUE`, `DUPLICATE`, with the line.
 */
export function parseConfigXml(text: string): CmeConfig {
  if (text.length > XML_BYTES_MAX) {
    throw new ConfigXmlError('TOO_LARGE', `${text.length} characters, above ${XML_BYTES_MAX}`);
  }
  const root = parse(text);
  if (root.name !== 'configuration') {
    throw new ConfigXmlError('NOT_A_CONFIG', `the root is <${root.name}>`, root);
  }
  const channels = new Map<number, ChannelConfig>();
  const reading: Reading = { ids: new Set(), passedOver: [] };
  for (const element of childrenOf(root, 'channel')) {
    const channel = channelOf(element, reading);
    if (channels.has(channel.id)) {
      throw new ConfigXmlError('DUPLICATE', `channel ${channel.id} is there twice`, element);
    }
    channels.set(channel.id, channel);
  }
  if (channels.size === 0) throw new ConfigXmlError('MISSING', 'no <channel>', root);
  return {
    environment: root.attribute('environment') ?? '',
    updated: root.attribute('updated') ?? '',
    channels,
    passedOver: reading.passedOver,
  };
}

/** What holds for the whole file. */
interface Reading {
  readonly ids: Set<string>;
  readonly passedOver: string[];
}

function parse(text: string): XmlElement {
  try {
    return readXml(text);
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    const { code, line, message } = cause;
    const known = code === 'HOSTILE_XML' || code === 'BAD_XML' ? code : undefined;
    const large = code === 'TOO_LARGE' || code === 'TOO_DEEP';
    throw new ConfigXmlError(known ?? (large ? 'TOO_LARGE' : 'BAD_XML'), message, { line, cause });
  }
}

function channelOf(element: XmlElement, reading: Reading): ChannelConfig {
  const id = wholeOf(element, attributeOf(element, 'id'), { what: 'id', max: CHANNEL_ID_MAX });
  const connections = childrenOf(element, 'connections').flatMap((list) =>
    childrenOf(list, 'connection').map((one) => connectionOf(one, reading)),
  );
  const lines = connections.filter((one) => one !== undefined && one.feedType !== 'H');
  const replayServices = connections.filter((one) => one !== undefined && one.feedType === 'H');
  return {
    ...{ id, label: element.attribute('label') ?? '', lines, replayServices },
    products: childrenOf(element, 'products').flatMap((list) =>
      childrenOf(list, 'product').flatMap((product) => product.attribute('code') ?? []),
    ),
  };
}

function connectionOf(
  element: XmlElement,
  { ids, passedOver }: Reading,
): UdpConnection | TcpConnection | undefined {
  const id = attributeOf(element, 'id');
  if (ids.has(id)) {
    throw new ConfigXmlError('DUPLICATE', `connection ${id} is there twice`, element);
  }
  ids.add(id);
  const kind = attributeOf(childOf(element, 'type'), 'feed-type');
  const feedType = FEED_TYPES.find((one) => one === kind);
  if (feedType === undefined) {
    passedOver.push(`${id} (line ${element.line}): feed-type ${kind}`);
    return undefined;
  }
  const feed = textOf(element, 'feed');
  if (feed !== 'A' && feed !== 'B') throw badValue(element, 'feed', feed, 'A or B');
  const port = wholeOf(element, textOf(element, 'port'), { what: 'port', max: 65_535 });
  const hosts = childrenOf(element, 'host-ip').map((host) => addressOf(host, 'host-ip'));
  return feedType === 'H'
    ? tcpOf(element, { id, feedType, feed, port, hosts })
    : udpOf(element, { id, feedType, feed, port, hosts });
}

function udpOf(element: XmlElement, line: Omit<UdpConnection, 'group'>): UdpConnection {
  requireProtocol(element, { feedType: line.feedType, protocol: 'UDP/IP' });
  const group = addressOf(childOf(element, 'ip'), 'ip');
  const first = Number(group.split('.', 1)[0]);
  if (first < 224 || first > 239) throw badValue(element, 'ip', group, 'a multicast group');
  return { ...line, group };
}

function tcpOf(element: XmlElement, service: TcpConnection): TcpConnection {
  requireProtocol(element, { feedType: service.feedType, protocol: 'TCP/IP' });
  if (service.hosts.length === 0) throw missing(element, 'host-ip');
  return service;
}

function requireProtocol(
  element: XmlElement,
  { feedType, protocol }: { feedType: FeedType; protocol: string },
): void {
  const given = textOf(element, 'protocol');
  if (given === protocol) return;
  throw badValue(element, 'protocol', given, `${protocol} for feed-type ${feedType}`);
}

const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child) => child.name === name);

function childOf(element: XmlElement, name: string): XmlElement {
  const [child, second] = childrenOf(element, name);
  if (child === undefined) throw missing(element, name);
  if (second === undefined) return child;
  throw new ConfigXmlError('DUPLICATE', `<${element.name}> has <${name}> twice`, second);
}

function textOf(element: XmlElement, name: string): string {
  const text = childOf(element, name).text.trim();
  if (text === '') throw missing(element, name);
  return text;
}

function attributeOf(element: XmlElement, name: string): string {
  const value = element.attribute(name)?.trim() ?? '';
  if (value === '') {
    throw new ConfigXmlError('MISSING', `<${element.name}> has no attribute ${name}`, element);
  }
  if (value.length > TEXT_MAX) throw badValue(element, name, value, `${TEXT_MAX} characters`);
  return value;
}

function wholeOf(
  element: XmlElement,
  text: string,
  { what, max }: { what: string; max: number },
): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= max) return value;
  throw badValue(element, what, text, `a whole number from 1 to ${max}`);
}

function addressOf(element: XmlElement, what: string): string {
  const text = element.text.trim();
  if (isIPv4(text)) return text;
  throw badValue(element, what, text, 'an address of IPv4');
}

function missing(element: XmlElement, name: string): ConfigXmlError {
  return new ConfigXmlError('MISSING', `${nameOf(element)} has no <${name}>`, element);
}

function badValue(
  element: XmlElement,
  what: string,
  ...[given, expected]: [given: string, expected: string]
): ConfigXmlError {
  const shown = JSON.stringify(given.slice(0, 80));
  const detail = `${nameOf(element)}: ${what} is ${shown}, expected ${expected}`;
  return new ConfigXmlError('BAD_VALUE', detail, element);
}

function nameOf(element: XmlElement): string {
  const id = element.attribute('id')?.slice(0, 80);
  return id === undefined ? `<${element.name}>` : `<${element.name} id=${JSON.stringify(id)}>`;
}
