import {
  DepthCounts,
  LEVELS_MAX,
  NumberPool,
  OrderTable,
  PriceChanges,
} from '@tickwire/domain-depth';
import { GapLedger, TickEmitter } from '@tickwire/domain-feed';
import type { RecvStamp } from '@tickwire/domain-feed';
import { BookEvents } from './book-events.ts';
import { BookImages } from './book-images.ts';
import { BookMessages } from './book-messages.ts';
import type { OnLost } from './book-messages.ts';
import { BookPublisher } from './book-publisher.ts';
import { ChannelBooks } from './channel-books.ts';
import { RECOVERY_FEEDS } from './channel-options.ts';
import type { CmeChannelLimits, CmeChannelOptions } from './channel-options.ts';
import { DefinitionMessages } from './definition-messages.ts';
import type { OnDefined, ReadDefinition } from './definition-messages.ts';
import { EntryGate } from './entry-gate.ts';
import { EventTicks } from './event-ticks.ts';
import { IncrementalMessages } from './incremental-messages.ts';
import type { IncrementalEvents } from './incremental-messages.ts';
import { Instruments } from './instruments.ts';
import { LoopReader } from './loop-reader.ts';
import { OrderSnapshotMessages } from './order-snapshot-messages.ts';
import { PacketQueue } from './packet-queue.ts';
import { Recovery } from './recovery.ts';
import { RecoveryMessages } from './recovery-messages.ts';
import type { RecoveryOptions } from './recovery.ts';
import { ReplayService } from './replay-service.ts';
import { SnapshotMessages } from './snapshot-messages.ts';
import { StatisticMessages } from './statistic-messages.ts';
import { StatusMessages } from './status-messages.ts';
import { StreamTicks } from './stream-ticks.ts';
import { TemplateDrops } from './template-drops.ts';
import { TradeMessages } from './trade-messages.ts';
import { VENDOR } from './vendor.ts';

/** What the parts of a channel tell it. */
export interface ChannelEvents extends IncrementalEvents {
  definitionRead(definition: ReadDefinition): void;
  reread: RecoveryOptions['reread'];
}

/** The parts of a channel, put together. */
export interface ChannelParts {
  readonly emit: TickEmitter;
  readonly ticks: EventTicks;
  readonly gate: EntryGate;
  readonly streams: StreamTicks;
  readonly instruments: Instruments;
  readonly books: BookPublisher;
  readonly channelBooks: ChannelBooks;
  readonly images: BookImages;
  readonly depthCounts: DepthCounts;
  readonly drops: TemplateDrops;
  readonly queue: PacketQueue;
  readonly replay: ReplayService;
  readonly loops: LoopReader;
  readonly recovery: Recovery;
  readonly incremental: IncrementalMessages;
  readonly recoveryMessages: RecoveryMessages;
}

/** @param at.recv - The moment of what is at hand: one object, moved on by the channel. */
export function assembleChannel(
  options: CmeChannelOptions,
  at: { limits: CmeChannelLimits; recv: Readonly<RecvStamp> },
  events: ChannelEvents,
): ChannelParts {
  const { sink, tallies, doors, orders, channel } = options;
  const { ledger = new GapLedger(VENDOR, (record) => sink.gap?.(record)) } = options;
  const { limits, recv } = at;
  const { badTimestampMs } = limits;
  const { publisher = channel & 0xffff, flags = 0, feeds = RECOVERY_FEEDS } = options;
  const emit = new TickEmitter(sink, { publisher, flags, badTimestampMs });
  const ticks = new EventTicks(emit, tallies.ticks);
  const gate = new EntryGate(ticks, (instrument) => bookEvents.restarted(instrument));
  const streams = new StreamTicks({ emit, recv, ledger, tallies });
  const depthCounts = new DepthCounts();
  const numbers = new NumberPool();
  const changes = new PriceChanges(LEVELS_MAX);
  const shared = { changes, counts: depthCounts, numbers, orders: new OrderTable() };
  const books = { shared, orders };
  const instruments = new Instruments({ sink, tallies, books, max: limits.instrumentsMax });
  const publishing = new BookPublisher(ticks, streams);
  const channelBooks = new ChannelBooks({ instruments, books: publishing, ticks });
  const queue = new PacketQueue(limits.queueBytes);
  const replay = new ReplayService(channel, doors, limits);
  const loops = new LoopReader({ doors, feeds, limits, tallies });
  const recovery = new Recovery({
    ...{ limits, streams, queue, replay, loops, tallies },
    ...{ books: channelBooks, reread: events.reread },
  });
  const common = { instruments, gate, ticks, tallies, books: publishing };
  const bookEvents = new BookEvents({ books: publishing, streams, recovery, gate, recv });
  const onLost: OnLost = (instrument, code) => bookEvents.lost(instrument, code);
  const onDefined: OnDefined = (instrument, result) => bookEvents.defined(instrument, result);
  const hasOrders = orders !== undefined;
  const bookMessages = new BookMessages({ ...common, onLost, hasOrders });
  const statistics = new StatisticMessages({ ...common, bookMessages });
  const status = new StatusMessages({ ...common, bookMessages });
  const definitions = new DefinitionMessages({ instruments, tallies, onDefined });
  const drops = new TemplateDrops();
  const incremental = new IncrementalMessages({
    ...{ ...common, bookMessages, statistics, status, definitions, drops, recv, events },
    trades: new TradeMessages({ ...common, bookMessages }),
  });
  const snapshotParts = { ...common, statistics, status, target: recovery };
  const recoveryMessages = new RecoveryMessages({
    ...{ ticks, definitions, tallies, recv, instruments, loops: loops.loops },
    snapshots: new SnapshotMessages({ ...snapshotParts, loop: loops.loops.snapshots }),
    orderSnapshots: new OrderSnapshotMessages({
      ...snapshotParts,
      loop: loops.loops['order-snapshots'],
    }),
    onDefinition: events.definitionRead,
  });
  return {
    ...{ emit, ticks, gate, streams, instruments, books: publishing, channelBooks, depthCounts },
    images: new BookImages(instruments, publishing),
    ...{ drops, queue, replay, loops, recovery, incremental, recoveryMessages },
  };
}
