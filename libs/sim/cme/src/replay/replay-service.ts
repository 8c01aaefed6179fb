/** The replay service on TCP: sessions of clients, their limits, and its faults. */
import type { TimerHandle, Timers } from '@tickwire/core';
import { TcpDoor, lengthFraming } from '@tickwire/sim-kit';
import type { MessageFraming, Random, Transport } from '@tickwire/sim-kit';
import type { ReplayFaultPlan } from '../faults/fault-plan.ts';
import { PACKET_BYTES_MAX } from '../feeds/packet-stream.ts';
import { fixReader } from './fix-message.ts';
import { ReplaySession } from './replay-session.ts';
import type { ReplayAnswer, ReplaySessionOptions } from './replay-session.ts';

export interface ReplayServiceOptions extends Omit<ReplaySessionOptions, 'refuses'> {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  readonly timers: Timers;
  readonly random: Random;
  readonly faults: () => ReplayFaultPlan;
  /** Sessions at a time; one more is cut off. Default 16. */
  readonly sessionsMax?: number;
  /**
   * A client that says nothing for so long is logged out, and one that does not end its side when
   * it has its answer is cut off, ms. Default 10,000.
   */
  readonly idleMs?: number;
}

export interface ReplayCounts {
  readonly sessions: number;
  /** Cut off at once: too many at a time. */
  readonly turnedAway: number;
  readonly requests: number;
  readonly served: number;
  readonly refused: number;
  /** Cut off: they did not take the answer, or did not end their side. */
  readonly cutOff: number;
  /** Closed in the middle of an answer, on purpose. */
  readonly closedByFault: number;
  readonly slowed: number;
  /** Replayed; login and logout not counted. */
  readonly packets: number;
}

/** Texts in, and out packets with their length before each, in two bytes: see README.md. */
const FRAMING: MessageFraming = {
  reader: fixReader,
  write: lengthFraming({
    ...({ lengthBytes: 2, endian: 'little', messageBytesMax: PACKET_BYTES_MAX } as const),
  }).write,
};

export class ReplayService {
  readonly #options: ReplayServiceOptions;
  readonly #door: TcpDoor;
  readonly #sessionsMax: number;
  readonly #idleMs: number;
  readonly #counts = {
    ...{ sessions: 0, turnedAway: 0, requests: 0, served: 0, refused: 0 },
    ...{ cutOff: 0, closedByFault: 0, slowed: 0, packets: 0 },
  };
  #open = 0;

  private constructor(options: ReplayServiceOptions) {
    this.#options = options;
    this.#sessionsMax = options.sessionsMax ?? 16;
    this.#idleMs = options.idleMs ?? 10_000;
    this.#door = new TcpDoor({
      framing: FRAMING,
      admit: () => {
        const isAdmitted = this.#open < this.#sessionsMax;
        if (!isAdmitted) this.#counts.turnedAway += 1;
        return isAdmitted;
      },
      onArrival: (transport) => this.#serve(transport),
    });
  }

  /** Listens, and gives the port. @throws the error of `listen`: `EADDRINUSE`. */
  static async start(
    options: ReplayServiceOptions,
  ): Promise<{ readonly service: ReplayService; readonly port: number }> {
    const service = new ReplayService(options);
    const { port, host } = options;
    return { service, port: await service.#door.listen({ port, host }) };
  }

  get counts(): ReplayCounts {
    return { ...this.#counts };
  }

  async close(): Promise<void> {
    await this.#door.close();
  }

  #serve(transport: Transport): void {
    const { timers, random, faults, ...options } = this.#options;
    this.#open += 1;
    this.#counts.sessions += 1;
    const refuses = (): boolean => random.chance(faults().refuse);
    const session = new ReplaySession({ ...options, refuses });
    let timer: TimerHandle | undefined;
    let isOver = false;
    const send = (given: ReplayAnswer): void => {
      this.#send(transport, given);
      if (!given.ends) return;
      timer = timers.setTimer(this.#idleMs, () => {
        this.#counts.cutOff += 1;
        transport.terminate();
      });
    };
    const answer = (given: ReplayAnswer): void => {
      isOver = given.ends;
      if (given.request !== undefined) this.#countRequest(given.request);
      const { slow } = faults();
      if (given.request === 'served' && random.chance(slow.odds)) {
        this.#counts.slowed += 1;
        timer = timers.setTimer(slow.ms, () => send(given));
      } else send(given);
    };
    const wait = (): void => {
      timer = timers.setTimer(this.#idleMs, () => answer(session.timeOut()));
    };
    const stopWaiting = (): void => {
      if (timer !== undefined) timers.clearTimer(timer);
      timer = undefined;
    };
    transport.onMessage((message) => {
      if (isOver) return;
      stopWaiting();
      answer(session.take(message));
      if (!isOver) wait();
    });
    transport.onClosed(() => {
      this.#open -= 1;
      isOver = true;
      stopWaiting();
    });
    wait();
  }

  #countRequest(result: 'served' | 'refused'): void {
    this.#counts.requests += 1;
    this.#counts[result] += 1;
  }

  #send(transport: Transport, { packets, ends, request }: ReplayAnswer): void {
    if (!transport.isOpen) return;
    const { random, faults } = this.#options;
    const isCut = request === 'served' && random.chance(faults().close);
    const sent = isCut ? packets.slice(0, packets.length >> 1) : packets;
    for (const packet of sent) {
      const { bytes, start, end } = FRAMING.write(Buffer.from(packet));
      transport.socket.write(bytes.subarray(start, end));
    }
    if (request === 'served') this.#counts.packets += isCut ? sent.length : sent.length - 1;
    if (isCut) this.#counts.closedByFault += 1;
    if (ends) transport.close(0);
  }
}
