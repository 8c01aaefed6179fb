/**
 * Recovery of all channels, on the main thread: feeds that are joined while a channel wants them,
 * replays that it asks for. Everything that comes goes into the ring of packets; what finds no room
 * there is dropped (the newest) and counted: a channel reads a loop again, or asks again.
 */
import type {
  Counter,
  CounterTable,
  HopCounters,
  Random,
  TimerHandle,
  Timers,
} from '@tickwire/core';
import { DgramSource, RecvmmsgSource } from '@tickwire/io-udp';
import type { PacketLine, PacketSource, ReceivedPacket } from '@tickwire/io-udp';
import type { HostClock } from '@tickwire/ipc-shm';
import type { RecoveryFeed, ReplayOutcome, ReplayRequest } from '@tickwire/venue-cme';
import type { ChannelPlan } from '../channels/channel-plan.ts';
import type { ReplayCredentials } from '../replay/fix-text.ts';
import { ReplayClient } from '../replay/replay-client.ts';
import type { PacketRange } from '../replay/replay-client.ts';
import type { DialReplay } from '../replay/replay-transport.ts';
import { recoveryHop } from './recovery-hop.ts';
import type { PacketRecord, PacketRingWriter } from '../worker/packet-ring.ts';
import { replayOutcomeBytes } from '../worker/replay-outcome.ts';
import { FEED_OF_KIND, RecordKind } from '../worker/worker-messages.ts';
import { JoinedFeed } from './joined-feed.ts';

/** A replay's end that finds no room is offered again after so long. */
const RETRY_MS = 5;

/** How often sockets that do not wake the event loop are looked at: their buffers hold far more. */
const POLL_MS = 2;
/** Datagrams of a source that wakes it are handed on in the turn in which they come. */
const QUEUE_PACKETS = 64;

/** What it says, and of what. */
export interface DeskLog {
  info(about: object, text: string): void;
  warn(about: object, text: string): void;
}

export interface RecoveryDeskOptions {
  readonly plans: readonly ChannelPlan[];
  readonly ring: PacketRingWriter;
  /** Whether `recvmmsg` can be had: packets then come without an allocation, and are stamped. */
  readonly hasKernelStamps: boolean;
  readonly interfaceAddress: string | undefined;
  readonly receiveBufferBytes: number;
  readonly credentials: ReplayCredentials;
  readonly dial: DialReplay;
  readonly stats: CounterTable;
  readonly clock: HostClock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: DeskLog;
}

export class RecoveryDesk {
  readonly #options: RecoveryDeskOptions;
  readonly #hop: HopCounters;
  readonly #in: Counter;
  readonly #out: Counter;
  readonly #noRoom: Counter;
  readonly #strays: Counter;
  readonly #unheard: Counter;
  /** Feeds that are wanted, by channel and feed; `undefined` while one is being joined. */
  readonly #feeds = new Map<string, JoinedFeed>();
  readonly #clients: readonly (ReplayClient | undefined)[];
  /** Ends of replays that found no room: one a channel at most waits for its turn. */
  readonly #ends = new Map<number, { id: number; bytes: Uint8Array }>();
  readonly #record: PacketRecord = {
    ...{ kind: 0, leg: 0, channel: 0, id: 0, recvNs: NaN, recvWall: { hi: NaN, lo: NaN } },
  };
  #retry: TimerHandle | undefined;
  #look: TimerHandle | undefined;
  #isClosed = false;

  constructor(options: RecoveryDeskOptions) {
    const { stats, plans } = options;
    this.#options = options;
    this.#hop = recoveryHop(stats);
    this.#in = this.#hop.in;
    this.#out = this.#hop.out;
    this.#noRoom = this.#hop.dropped('no-room');
    this.#unheard = this.#hop.dropped('kernel');
    for (const reason of ['cut', 'unread']) this.#hop.dropped(reason);
    this.#strays = stats.counter('count/cme.recovery.strays');
    this.#clients = plans.map((plan, channel) => this.#clientOf(plan, channel));
  }

  /** Joins both lines of a feed, or leaves them. Does nothing twice. */
  feed(channel: number, feed: RecoveryFeed, join: boolean): void {
    const key = `${channel} ${feed}`;
    const joined = this.#feeds.get(key);
    if (!join) {
      this.#feeds.delete(key);
      joined?.leave();
    } else if (joined === undefined && !this.#isClosed) {
      const { timers, log } = this.#options;
      const open = (): Promise<PacketSource> => this.#open(channel, feed);
      this.#feeds.set(key, new JoinedFeed({ open, timers, log }));
      this.#look ??= timers.setTimer(POLL_MS, () => this.#poll());
    }
  }

  replay(channel: number, request: ReplayRequest): void {
    const client = this.#clients[channel];
    if (client !== undefined && !this.#isClosed) client.request(request);
    else this.#end(channel, request.id, { kind: 'disconnected', text: 'there is no service' });
  }

  /** Feeds that are joined or being joined now. */
  get joined(): string[] {
    return [...this.#feeds.keys()].map((key) => {
      const [channel, feed] = key.split(' ');
      return `${this.#options.plans[Number(channel)]?.id} ${feed}`;
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients) client?.close();
    for (const feed of this.#feeds.values()) feed.leave();
    this.#feeds.clear();
    for (const timer of [this.#retry, this.#look]) {
      if (timer !== undefined) this.#options.timers.clearTimer(timer);
    }
  }

  /** Takes what came meanwhile; again as long as a feed is joined. */
  #poll(): void {
    this.#look = undefined;
    for (const feed of this.#feeds.values()) feed.poll();
    if (this.#feeds.size === 0) return;
    this.#look = this.#options.timers.setTimer(POLL_MS, () => this.#poll());
  }

  async #open(channel: number, feed: RecoveryFeed): Promise<PacketSource> {
    const { plans, clock, interfaceAddress, receiveBufferBytes } = this.#options;
    const kind = FEED_OF_KIND.indexOf(feed);
    const tallies = {
      received: this.#in,
      kernelDropped: { add: (count: number) => this.#kernelDropped(count) },
      cut: this.#hop.dropped('cut'),
      unread: this.#hop.dropped('unread'),
    };
    const lines: PacketLine[] = plans[channel]!.lines.filter((line) => line.feed === feed).map(
      ({ leg, group, port, senders }) => ({ tag: leg, address: group, port, senders, tallies }),
    );
    const onPacket = (packet: Readonly<ReceivedPacket>): void =>
      this.#packet(channel, kind, packet);
    const settings = { lines, clock, interfaceAddress, receiveBufferBytes, onPacket };
    if (this.#options.hasKernelStamps) return new RecvmmsgSource(settings);
    const source: DgramSource = await DgramSource.open({
      ...{ ...settings, queuePackets: QUEUE_PACKETS },
      onReadable: () => void source.poll(),
    });
    return source;
  }

  #kernelDropped(count: number): void {
    this.#in.add(count);
    this.#unheard.add(count);
  }

  #packet(channel: number, kind: number, packet: Readonly<ReceivedPacket>): void {
    const record = this.#record;
    record.kind = kind;
    record.leg = packet.tag === 0 ? 0 : 1;
    record.channel = channel;
    record.id = 0;
    record.recvNs = packet.recvNs;
    record.recvWall = packet.recvWall;
    this.#offer(packet.bytes.subarray(packet.start, packet.end));
  }

  #replayed(channel: number, id: number, packet: Uint8Array): void {
    const { clock } = this.#options;
    const record = this.#record;
    record.kind = RecordKind.Replayed;
    record.leg = 0;
    record.channel = channel;
    record.id = id;
    record.recvNs = clock.monotonicNs();
    record.recvWall = { hi: 0, lo: 0 };
    clock.wallNs(record.recvNs, record.recvWall);
    this.#in.add(1);
    this.#offer(packet);
  }

  #offer(packet: Uint8Array): void {
    if (this.#options.ring.offer(this.#record, packet)) this.#out.add(1);
    else this.#noRoom.add(1);
  }

  #end(channel: number, id: number, outcome: ReplayOutcome): void {
    const { kind, text } = outcome;
    const { plans, log } = this.#options;
    const isGood = kind === 'complete';
    log[isGood ? 'info' : 'warn']({ channel: plans[channel]?.id, id, kind }, text ?? 'replayed');
    this.#ends.set(channel, { id, bytes: replayOutcomeBytes(outcome) });
    this.#offerEnds();
  }

  /** They are never dropped: a channel would wait for its timeout. */
  #offerEnds(): void {
    this.#retry = undefined;
    for (const [channel, { id, bytes }] of this.#ends) {
      const at = { kind: RecordKind.ReplayEnded, channel, id };
      if (this.#options.ring.offer({ ...this.#record, ...at }, bytes)) this.#ends.delete(channel);
    }
    if (this.#ends.size === 0 || this.#isClosed) return;
    this.#retry = this.#options.timers.setTimer(RETRY_MS, () => this.#offerEnds());
  }

  #clientOf(plan: ChannelPlan, channel: number): ReplayClient | undefined {
    if (plan.replayServices.length === 0) return undefined;
    const { credentials, dial, timers, clock, random } = this.#options;
    return new ReplayClient({
      ...{ endpoints: plan.replayServices, credentials, dial, timers, random },
      monotonicNs: () => clock.monotonicNs(),
      onPacket: (id, bytes, range: PacketRange) =>
        this.#replayed(channel, id, bytes.subarray(range.start, range.end)),
      onEnd: (id, outcome) => this.#end(channel, id, outcome),
      onStray: () => this.#strays.add(1),
    });
  }
}
