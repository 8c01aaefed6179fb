// Goal: the feeds of a channel agree with one another. Method: a timeline is run in memory; each
// snapshot is compared with the oracle at its LastMsgSeqNumProcessed, each round with its numbers,
// and every message with what CME's schema says of it, read by another decoder.
import { readFileSync } from 'node:fs';
import { stampToBigInt } from '@tickwire/core';
import { readSchema } from '@tickwire/io-sbe-schema';
import { testSeed } from '@tickwire/testing';
import { Mdp3Decoders, Mdp3Packet } from '@tickwire/wire-mdp3';
import {
  SnapshotFullRefresh52Decoder,
  SnapshotFullRefreshOrderBook53Decoder,
} from '@tickwire/wire-mdp3/messages';
import { decodeMessage } from '@tickwire/wire-sbe';
import { describe, expect, test } from 'vitest';
import { BookReader } from '../../test/book-reader.ts';
import { BookOracle } from '../exchange/book-oracle.ts';
import { listInstruments } from '../exchange/list-instruments.ts';
import { ChannelTimeline } from './channel-timeline.ts';
import type { ChannelTimelineOptions } from './channel-timeline.ts';
import { FeedType } from './feed-type.ts';

const START = { hi: 418_867_170, lo: 3_481_927_680 };
const NS_PER_MS = 1e6;
const seed = String(testSeed());

interface Sent {
  readonly feed: FeedType;
  readonly bytes: Buffer;
}

/** Runs a channel for so long, and gives all that it sent. */
function run(forMs: number, options: Partial<ChannelTimelineOptions> = {}) {
  const sent: Sent[] = [];
  const instruments = listInstruments({ channelId: 311, count: 60 });
  const timeline = new ChannelTimeline({
    ...{ channelId: 311, instruments, seed, start: START, rate: 5_000 },
    onPacket: (feed, { bytes }) => void sent.push({ feed, bytes: Buffer.from(bytes) }),
    ...options,
  });
  while (timeline.nextNs <= forMs * NS_PER_MS) timeline.step();
  const of = (feed: FeedType): Buffer[] =>
    sent.filter((packet) => packet.feed === feed).map(({ bytes }) => bytes);
  return { timeline, sent, of, instruments };
}

/** SendingTime in ms since the exchange began. */
const sentMs = (packet: Buffer): number =>
  Number(packet.readBigUInt64LE(4) - stampToBigInt(START)) / NS_PER_MS;

const sequenceOf = (packet: Buffer): number => packet.readUInt32LE(0);

describe('the feeds of a channel', () => {
  test('are sent at whole ns, whatever the rates and the clock', () => {
    const { timeline, sent } = run(20, { roundPacketRate: 300, rate: 700 });
    timeline.skipTo(25 * NS_PER_MS + 0.3);
    for (let step = 0; step < 100; step++) timeline.step();
    expect(sent.length).toBeGreaterThan(100);
    expect(sentMs(sent.at(-1)!.bytes)).toBeGreaterThan(25);
  });

  test('a snapshot is the book at its LastMsgSeqNumProcessed', () => {
    const oracle = new BookOracle();
    const { of, instruments } = run(1_000, { oracle, roundPacketRate: 800 });
    const depths = new Map(instruments.map(({ securityId, depth }) => [securityId, depth]));
    const reader = new BookReader((securityId) => depths.get(securityId) ?? 0);
    const packet = new Mdp3Packet();
    const levels = new SnapshotFullRefresh52Decoder();
    const orders = new SnapshotFullRefreshOrderBook53Decoder();
    const wrong: number[] = [];
    let compared = 0;
    for (const bytes of [...of(FeedType.Snapshot), ...of(FeedType.OrderSnapshot)]) {
      reader.read(bytes);
      packet.wrap(bytes);
      while (packet.next()) {
        const isLevels = packet.templateId === 52;
        const message = (isLevels ? levels : orders).wrapAfter(packet.header);
        const { securityID, lastMsgSeqNumProcessed } = message;
        const truth = oracle.at(securityID, lastMsgSeqNumProcessed);
        const book = reader.book(securityID);
        const isWhole = isLevels || orders.currentChunk === orders.noChunks;
        const isEqual = isLevels
          ? book.levelsDigest() === truth.levels && levels.rptSeq === truth.rptSeq
          : book.ordersDigest() === truth.orders;
        if (!truth.isSettled || (isWhole && !isEqual)) wrong.push(securityID);
        compared += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });

  test('each round is numbered from 1 and has every active instrument once', () => {
    const { of, timeline } = run(3_000, { rate: 1_000 });
    const active = timeline.exchange.markets.filter(({ isActive }) => isActive).length;
    expect(active).toBeLessThan(timeline.exchange.markets.length);
    for (const [feed, total] of [
      [FeedType.Definitions, timeline.exchange.markets.length],
      [FeedType.Snapshot, active],
      [FeedType.OrderSnapshot, active],
    ] as const) {
      const packets = of(feed);
      const begins = packets.flatMap((bytes, at) => (sequenceOf(bytes) === 1 ? [at] : []));
      expect(begins.length).toBeGreaterThan(3);
      // Behind the first rounds, in which the exchange has not opened all groups.
      const round = packets.slice(begins.at(-2), begins.at(-1));
      expect(round.map(sequenceOf)).toEqual(round.map((_, at) => at + 1));
      const reports = new Set<number>();
      const packet = new Mdp3Packet();
      const decoders = new Mdp3Decoders();
      for (const bytes of round) {
        packet.wrap(bytes);
        while (packet.next()) {
          const { fields } = decoders.decode(packet)!.toJson();
          expect(fields).toMatchObject({ TotNumReports: total });
          reports.add(Number(fields['SecurityID']));
        }
      }
      expect(reports.size).toBe(total);
    }
  });

  test('every message has the same values by the schema as by the generated decoders', () => {
    const xml = readFileSync(
      new URL('../../../../wire/mdp3/schema/mdp3.xml', import.meta.url),
      'utf8',
    );
    const { schema } = readSchema(xml);
    const { sent } = run(200, {
      disruptions: [{ what: 'reset', afterMs: 150, repeats: false }],
      heartbeatMs: 1,
    });
    const packet = new Mdp3Packet();
    const decoders = new Mdp3Decoders();
    const templates = new Set<number>();
    for (const { bytes } of sent) {
      packet.wrap(bytes);
      while (packet.next()) {
        const generated = decoders.decode(packet)!.toJson();
        const { offset, end } = packet;
        expect(decodeMessage(schema, packet.view, { offset, end })).toEqual(generated);
        templates.add(packet.templateId);
      }
      expect(packet.errorCode).toBeNull();
    }
    const all = [4, 12, 30, 37, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56];
    expect([...templates].sort((a, b) => a - b)).toEqual(all);
  });

  test('a quiet channel sends heartbeats, each with the next sequence', () => {
    const quiet = { what: 'quiet', afterMs: 500, repeats: false, forMs: 1_000 } as const;
    const { of } = run(2_000, { disruptions: [quiet], heartbeatMs: 100, rate: 1_000 });
    const packets = of(FeedType.Incremental);
    expect(packets.map(sequenceOf)).toEqual(packets.map((_, at) => at + 1));
    const heartbeats = packets.filter((bytes) => bytes.readUInt16LE(16) === 12);
    expect(heartbeats.length).toBeGreaterThanOrEqual(9);
    expect(heartbeats.length).toBeLessThanOrEqual(12);
  });

  test('without snapshots for a time, a round begins anew when they come back', () => {
    const off = { what: 'no-snapshots', afterMs: 300, repeats: false, forMs: 500 } as const;
    const { of } = run(1_500, { disruptions: [off], rate: 1_000 });
    for (const feed of [FeedType.Snapshot, FeedType.OrderSnapshot]) {
      const packets = of(feed).map((bytes) => ({ ms: sentMs(bytes), sequence: sequenceOf(bytes) }));
      expect(packets.filter(({ ms }) => ms > 305 && ms < 799)).toEqual([]);
      expect(packets.find(({ ms }) => ms >= 799)?.sequence).toBe(1);
    }
    const definitions = of(FeedType.Definitions).map(sentMs);
    expect(definitions.some((ms) => ms > 305 && ms < 799)).toBe(true);
  });

  test('a new week begins rounds and sequences anew', () => {
    const week = { what: 'week', afterMs: 700, repeats: false } as const;
    const { of, timeline } = run(1_500, { disruptions: [week], rate: 1_000 });
    const sequences = of(FeedType.Incremental).map(sequenceOf);
    const again = sequences.lastIndexOf(1);
    expect(again).toBeGreaterThan(0);
    expect(sequences.slice(again)).toEqual(sequences.slice(again).map((_, at) => at + 1));
    expect(timeline.weeks).toBe(1);
  });
});
