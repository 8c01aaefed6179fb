import type { LegPacket } from '@tickwire/domain-arbitration';
import type { RecvStamp } from '@tickwire/domain-feed';
import { Mdp3Packet } from '@tickwire/wire-mdp3';
import {
  SnapshotFullRefresh38Decoder,
  SnapshotFullRefresh52Decoder,
  SnapshotFullRefreshLongQty69Decoder,
  SnapshotFullRefreshOrderBook44Decoder,
  SnapshotFullRefreshOrderBook53Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { RecoveryFeed } from './channel-options.ts';
import type { DefinitionMessages, ReadDefinition } from './definition-messages.ts';
import { damageReasonOf } from './errors.ts';
import type { EventTicks } from './event-ticks.ts';
import type { FeedLoop } from './feed-loop.ts';
import type { Instruments } from './instruments.ts';
import type { OrderSnapshotMessage, OrderSnapshotMessages } from './order-snapshot-messages.ts';
import { PRICE7_SCALE, PRICE9_SCALE } from './prices.ts';
import type { SnapshotMessage, SnapshotMessages } from './snapshot-messages.ts';
import type { CmeTallies } from './tallies.ts';

export interface RecoveryParts {
  readonly ticks: EventTicks;
  readonly definitions: DefinitionMessages;
  readonly snapshots: SnapshotMessages;
  readonly orderSnapshots: OrderSnapshotMessages;
  readonly tallies: CmeTallies;
  readonly instruments: Instruments;
  readonly loops: Readonly<Record<RecoveryFeed, FeedLoop>>;
  readonly recv: Readonly<RecvStamp>;
  /** A definition of the loop was read. */
  readonly onDefinition: (definition: ReadDefinition) => void;
}

/** Goes through packets of the recovery feeds. */
export class RecoveryMessages {
  readonly #parts: RecoveryParts;
  readonly #packet = new Mdp3Packet('udp');
  readonly #decoders = {
    book38: new SnapshotFullRefresh38Decoder(),
    orders44: new SnapshotFullRefreshOrderBook44Decoder(),
    book52: new SnapshotFullRefresh52Decoder(),
    orders53: new SnapshotFullRefreshOrderBook53Decoder(),
    book69: new SnapshotFullRefreshLongQty69Decoder(),
  };

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /**
   * What cannot be read is counted: the next loop brings it again. Never throws.
   * @returns Whether the loop has become whole with it.
   */
  read(feed: RecoveryFeed, { bytes, start, end }: Readonly<LegPacket>): boolean {
    const { tallies, loops } = this.#parts;
    const { wholeLoops } = loops[feed];
    const packet = this.#packet.wrap(bytes, start, end);
    while (packet.next()) {
      try {
        this.#dispatch();
      } catch (error) {
        tallies.damaged[damageReasonOf(error)].add(1);
      }
    }
    if (packet.errorCode !== null) tallies.damaged[damageReasonOf(packet.error())].add(1);
    if (loops[feed].wholeLoops === wholeLoops) return false;
    tallies.snapshotLoops.add(1);
    if (feed !== 'definitions') this.#loadTheRest(feed);
    return true;
  }

  /** What a whole loop of snapshots left out had nothing happen to it this week. */
  #loadTheRest(feed: 'snapshots' | 'order-snapshots'): void {
    const { instruments, loops, snapshots, orderSnapshots } = this.#parts;
    const loop = loops[feed];
    for (const instrument of instruments.all()) {
      if (loop.hasReported(instrument.securityId)) continue;
      if (feed === 'snapshots') snapshots.loadEmpty(instrument, loop.sequenceMin);
      else orderSnapshots.loadEmpty(instrument, loop.sequenceMin);
    }
  }

  #dispatch(): void {
    const { header } = this.#packet;
    const decoders = this.#decoders;
    switch (header.$templateId) {
      case 52:
        return this.#snapshot(decoders.book52.wrapAfter(header), PRICE9_SCALE);
      case 53:
        return this.#orderSnapshot(decoders.orders53.wrapAfter(header), PRICE9_SCALE);
      case 69:
        return this.#snapshot(decoders.book69.wrapAfter(header), PRICE9_SCALE);
      case 38:
        return this.#snapshot(decoders.book38.wrapAfter(header), PRICE7_SCALE);
      case 44:
        return this.#orderSnapshot(decoders.orders44.wrapAfter(header), PRICE7_SCALE);
      default: {
        const definition = this.#parts.definitions.read(header);
        if (definition !== undefined) this.#parts.onDefinition(definition);
      }
    }
  }

  #snapshot(message: SnapshotMessage, scale: number): void {
    const { ticks, recv, snapshots } = this.#parts;
    ticks.beginMessage(recv, message.transactTimeHi32, message.transactTimeLo32);
    snapshots.read(message, scale);
  }

  #orderSnapshot(message: OrderSnapshotMessage, scale: number): void {
    const { ticks, recv, orderSnapshots } = this.#parts;
    ticks.beginMessage(recv, message.transactTimeHi32, message.transactTimeLo32);
    orderSnapshots.read(message, scale);
  }
}
