// Goal: what the exchange promises of its incremental feed holds for every message. Method: more
// than 100,000 events, each message decoded; sequences, RptSeq, event indicators and sizes counted.
import { testSeed } from '@tickwire/testing';
import { Mdp3Decoders, Mdp3Packet } from '@tickwire/wire-mdp3';
import type {
  MDIncrementalRefreshDailyStatistics49Decoder,
  MDIncrementalRefreshLimitsBanding50Decoder,
  MDIncrementalRefreshSessionStatistics51Decoder,
  MDIncrementalRefreshTradeSummary48Decoder,
  MDIncrementalRefreshVolume37Decoder,
} from '@tickwire/wire-mdp3/messages';
import {
  MDIncrementalRefreshBook46Decoder,
  MDIncrementalRefreshOrderBook47Decoder,
  SecurityStatus30Decoder,
} from '@tickwire/wire-mdp3/messages';
import { expect, test } from 'vitest';
import { renderPackets } from '../feeds/render-packets.ts';
import { PACKET_BYTES_MAX } from '../feeds/packet-stream.ts';

const EVENTS = 100_000;
const END_OF_EVENT = 0x80;
const LAST_BITS: Readonly<Record<number, number>> = { 48: 1, 37: 2, 47: 4, 51: 8, 49: 8, 50: 8 };
const IMPLIED_BID = 69;
const IMPLIED_OFFER = 70;

type WithRptSeq =
  | MDIncrementalRefreshBook46Decoder
  | MDIncrementalRefreshTradeSummary48Decoder
  | MDIncrementalRefreshVolume37Decoder
  | MDIncrementalRefreshDailyStatistics49Decoder
  | MDIncrementalRefreshLimitsBanding50Decoder
  | MDIncrementalRefreshSessionStatistics51Decoder;

/** Follows one feed and counts what breaks a rule. */
class Rules {
  readonly broken: string[] = [];
  readonly seen = new Map<string, number>();
  events = 0;
  eventsOverPackets = 0;
  eventsOverInstruments = 0;
  readonly #rptSeq = new Map<number, number>();
  #kinds: { lastBit: number; indicator: number }[] = [];
  #instruments = new Set<number>();
  #firstPacket = 0;
  #time = '';

  message(message: unknown, packet: number): void {
    if (!isIndicated(message)) return;
    if (this.#kinds.length === 0) this.#firstPacket = packet;
    const time = `${message.transactTimeHi32}:${message.transactTimeLo32}`;
    if (this.#kinds.length > 0 && time !== this.#time) this.broken.push('TransactTime in event');
    this.#time = time;
    let lastBit = LAST_BITS[message.$layout.templateId] ?? 0;
    if (message instanceof MDIncrementalRefreshBook46Decoder) lastBit = this.#book(message);
    else if (!(message instanceof SecurityStatus30Decoder) && 'noMDEntries' in message) {
      if (message instanceof MDIncrementalRefreshOrderBook47Decoder) this.#orders(message);
      else this.#count(message);
    }
    this.#note(`template ${message.$layout.templateId}`);
    this.#kinds.push({ lastBit, indicator: message.matchEventIndicator });
    if ((message.matchEventIndicator & END_OF_EVENT) !== 0) this.#endEvent(packet);
  }

  get isBetweenEvents(): boolean {
    return this.#kinds.length === 0;
  }

  #book(message: MDIncrementalRefreshBook46Decoder): number {
    this.#count(message);
    const entries = message.noMDEntries();
    let implied = 0;
    while (entries.next()) {
      const isImplied = [IMPLIED_BID, IMPLIED_OFFER].includes(entries.mdEntryType);
      if (isImplied) implied += 1;
      this.#note(`${isImplied ? 'implied' : 'real'} ${entries.mdUpdateActionName}`);
      if (isImplied && entries.numberOfOrders !== null) this.broken.push('orders of implied');
    }
    if (implied > 0 && implied < entries.count) this.broken.push('implied beside real levels');
    return implied > 0 ? 16 : 4;
  }

  #orders(message: MDIncrementalRefreshOrderBook47Decoder): void {
    const entries = message.noMDEntries();
    while (entries.next()) this.#instruments.add(entries.securityID);
  }

  #count(message: WithRptSeq): void {
    const entries = message.noMDEntries();
    while (entries.next()) {
      const { securityID, rptSeq } = entries;
      const before = this.#rptSeq.get(securityID) ?? 0;
      if (rptSeq !== before + 1) this.broken.push(`RptSeq ${rptSeq} behind ${before}`);
      this.#rptSeq.set(securityID, rptSeq);
      this.#instruments.add(securityID);
    }
  }

  #endEvent(packet: number): void {
    const messages = this.#kinds;
    messages.forEach(({ lastBit, indicator }, at) => {
      const isLast = messages.slice(at + 1).every((later) => later.lastBit !== lastBit);
      const expected = at + 1 === messages.length ? END_OF_EVENT : 0;
      // Orders and levels share a bit and statistics do: the last of each template has it.
      const hasBit = (indicator & lastBit) !== 0;
      if (isLast && lastBit !== 0 && !hasBit) this.broken.push(`no last bit ${lastBit}`);
      if ((indicator & END_OF_EVENT) !== expected) this.broken.push('end of event');
      if ((indicator & ~(lastBit | END_OF_EVENT)) !== 0) this.broken.push('another bit');
    });
    this.events += 1;
    if (packet !== this.#firstPacket) this.eventsOverPackets += 1;
    if (this.#instruments.size > 1) this.eventsOverInstruments += 1;
    this.#kinds = [];
    this.#instruments = new Set();
  }

  #note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }
}

interface Indicated {
  readonly matchEventIndicator: number;
  readonly transactTimeHi32: number;
  readonly transactTimeLo32: number;
  readonly $layout: { readonly templateId: number };
}

const isIndicated = (
  message: unknown,
): message is Indicated & (WithRptSeq | SecurityStatus30Decoder) =>
  typeof message === 'object' && message !== null && 'matchEventIndicator' in message;

test('sequences, RptSeq and indicators hold over 100,000 events', () => {
  const packets = Math.ceil(EVENTS / 1.2);
  const rendered = renderPackets({ seed: String(testSeed()), packets, instruments: 250 });
  expect(rendered.events).toBeGreaterThanOrEqual(EVENTS);
  const decoders = new Mdp3Decoders();
  const packet = new Mdp3Packet();
  const rules = new Rules();
  for (let at = 0; at < packets; at += 1) {
    const [start, end] = [rendered.starts[at]!, rendered.starts[at + 1]!];
    packet.wrap(rendered.bytes, start, end);
    if (packet.sequence !== at + 1) rules.broken.push(`sequence ${packet.sequence}`);
    if (end - start > PACKET_BYTES_MAX) rules.broken.push(`${end - start} bytes`);
    while (packet.next()) rules.message(decoders.decode(packet), at);
    if (packet.errorCode !== null) rules.broken.push(packet.errorCode);
  }
  expect(rules.broken.slice(0, 5)).toEqual([]);
  expect(decoders.unknownTemplates).toBe(0);
  for (const template of [30, 37, 46, 47, 48, 49, 50, 51]) {
    expect(rules.seen.get(`template ${template}`), `template ${template}`).toBeGreaterThan(10);
  }
  for (const action of ['New', 'Change', 'Delete', 'DeleteFrom', 'DeleteThru']) {
    expect(rules.seen.get(`real ${action}`), action).toBeGreaterThan(0);
  }
  for (const action of ['New', 'Change', 'Delete', 'Overlay']) {
    expect(rules.seen.get(`implied ${action}`), action).toBeGreaterThan(10);
  }
  expect(rules.eventsOverPackets).toBeGreaterThan(10);
  expect(rules.eventsOverInstruments).toBeGreaterThan(1_000);
});
