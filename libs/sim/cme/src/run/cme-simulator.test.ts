// Goal: any reader of multicast has what the exchange sent. Method: plain sockets on loopback, one
// for each line; packets against the counts, the books and each other.
import { isPcap, PcapDecoder } from '@tickwire/io-pcap';
import { waitFor } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { BookReader } from '../../test/book-reader.ts';
import { runSimulator, sequenceOf } from '../../test/running-simulator.ts';
import { FeedLine } from '../feeds/channel-plan.ts';
import { FEED_TYPES, FeedType } from '../feeds/feed-type.ts';
import { startCmeSimulator } from './cme-simulator.ts';

const { A, B } = FeedLine;

describe('a running simulator', () => {
  test('sends each packet on both lines, and its books follow from them', async () => {
    const { simulator, line, close } = await runSimulator({ keepsBooks: true });
    await waitFor(() => line(FeedType.Incremental, A).length >= 300, { what: 'packets' });
    await close();
    const lineA = line(FeedType.Incremental, A);
    const [channel] = simulator.channels;
    const { exchange } = channel!.timeline;
    const isWhole = (): boolean =>
      FEED_TYPES.every((feed) =>
        [A, B].every((letter) => line(feed, letter).length === sentOn(feed, letter)),
      );
    const sentOn = (feed: FeedType, letter: FeedLine): number | undefined =>
      simulator.counts().lines.find((of) => of.feed === feed && of.line === letter)?.delivered;
    await waitFor(isWhole, { what: 'all that was sent' });
    expect(line(FeedType.Incremental, B)).toEqual(lineA);
    expect(lineA.map(sequenceOf)).toEqual(lineA.map((_, at) => at + 1));
    const depths = exchange.markets.map(({ instrument }) => instrument);
    const reader = new BookReader((id) => depths.find((of) => of.securityId === id)!.depth);
    for (const packet of lineA) reader.read(packet);
    for (const { instrument } of exchange.markets) {
      const truth = channel!.oracle!.at(instrument.securityId, exchange.sequence);
      const book = reader.book(instrument.securityId);
      expect(book.levelsDigest()).toBe(truth.levels);
      expect(book.ordersDigest()).toBe(truth.orders);
    }
    const { datagrams, lines } = simulator.counts();
    const delivered = lines.reduce((sum, of) => sum + of.delivered, 0);
    expect(datagrams).toEqual({ sent: delivered, overflowed: 0, failed: 0 });
  });

  test('definitions and snapshots come round and round', async () => {
    const { line } = await runSimulator({ instrumentsPerChannel: 30 });
    for (const feed of [FeedType.Definitions, FeedType.Snapshot, FeedType.OrderSnapshot]) {
      const rounds = (): number =>
        line(feed, A).filter((packet) => sequenceOf(packet) === 1).length;
      await waitFor(() => rounds() >= 3, { what: `three rounds of ${feed}` });
    }
  });

  test('what a line lost is what its counts say', async () => {
    const { simulator, line, close } = await runSimulator({ faults: 'drop.a=0.2,dup.b=0.1' });
    await waitFor(() => line(FeedType.Incremental, B).length >= 300, { what: 'packets' });
    await close();
    const of = (letter: FeedLine) =>
      simulator
        .counts()
        .lines.find((counts) => counts.feed === FeedType.Incremental && counts.line === letter)!;
    await waitFor(() => line(FeedType.Incremental, A).length === of(A).delivered, { what: 'A' });
    await waitFor(() => line(FeedType.Incremental, B).length === of(B).delivered, { what: 'B' });
    const { sequence } = simulator.channels[0]!.timeline.exchange;
    const [onA, onB] = [A, B].map((letter) => line(FeedType.Incremental, letter).map(sequenceOf));
    expect(onA!.length).toBe(sequence - of(A).dropped);
    expect(of(A).dropped).toBeGreaterThan(20);
    expect(new Set(onB).size).toBe(sequence);
    expect(onB!.length - sequence).toBe(of(B).doubled);
  });

  test('writes a capture of all that it sends', async () => {
    const pieces: Buffer[] = [];
    const { simulator, line, close } = await runSimulator({
      writePcap: (bytes) => void pieces.push(Buffer.from(bytes)),
    });
    await waitFor(() => line(FeedType.Incremental, A).length >= 50, { what: 'packets' });
    await close();
    const file = Buffer.concat(pieces);
    expect(isPcap(file)).toBe(true);
    let frames = 0;
    const decoder = new PcapDecoder();
    decoder.push(file);
    while (decoder.next() !== undefined) frames += 1;
    expect(frames).toBe(simulator.counts().datagrams.sent);
  });

  test('changes its faults while it runs, or refuses to with the column', async () => {
    const { simulator, line } = await runSimulator();
    await waitFor(() => line(FeedType.Incremental, A).length >= 20, { what: 'packets' });
    simulator.setFaults('drop.a=1');
    const atChange = simulator.counts().lines[0]!.delivered;
    await waitFor(() => simulator.counts().lines[0]!.dropped > 20, { what: 'losses' });
    expect(simulator.counts().lines[0]!.delivered).toBe(atChange);
    expect(() => simulator.setFaults('drop.a=2')).toThrow('column 1');
  });

  test('an interface that this host has not is an error', async () => {
    const started = startCmeSimulator({ host: '203.0.113.1' });
    await expect(started).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
