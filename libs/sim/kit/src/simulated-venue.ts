/**
 * A venue put together: markets on a timeline that follows the clock, and the clients that are
 * told of it. A simulator adds its messages (the sink and the session) and its doors.
 */
import type { Timers } from '@tickwire/core';
import { ClientConnection } from './client-connection.ts';
import type { ClientConnectionOptions } from './client-connection-options.ts';
import type { FaultCatalogue } from './fault-catalogue.ts';
import type { ConnectionFaultRule, FaultPlan } from './fault-plan.ts';
import type { FrameSlice } from './frame-writer.ts';
import { Pacer } from './pacer.ts';
import { parseFaultSpec } from './parse-faults.ts';
import { createRandom } from './random.ts';
import type { ExchangeSink, SeededExchange } from './seeded-exchange.ts';
import type { VenueClock } from './venue-clock.ts';

/** What is the same for all clients. */
type ClientParts = Pick<
  ClientConnectionOptions,
  | 'subscriptions'
  | 'frames'
  | 'counts'
  | 'bufferedBytesMax'
  | 'slowClient'
  | 'faultLog'
  | 'topicName'
  | 'log'
>;

export interface SimulatedVenueOptions extends ClientParts {
  readonly seed: string;
  readonly clock: VenueClock;
  readonly timers: Timers;
  readonly exchange: Pick<SeededExchange, 'nextNs' | 'skipTo' | 'step' | 'stepMarket' | 'setRate'>;
  /** Makes messages of what happens. */
  readonly sink: ExchangeSink;
  readonly catalogue: FaultCatalogue;
  /** A fault specification; empty = none. */
  readonly faults: string;
  /** Names of all kinds of message; those of topics first, `garbage` among them. */
  readonly kinds: readonly string[];
}

export class SimulatedVenue {
  readonly #options: SimulatedVenueOptions;
  readonly #pacer: Pacer;
  readonly #garbageKind: number;
  readonly #connections = new Set<ClientConnection>();
  /** Those whose sockets are not closed yet. */
  readonly #present = new Set<ClientConnection>();
  #allGone: (() => void) | undefined;
  readonly #spentRules = new Set<ConnectionFaultRule>();
  #faults: FaultPlan;
  #arrivals = 0;

  /** @throws SimulatorError `BAD_FAULT`. */
  constructor(options: SimulatedVenueOptions) {
    const { exchange, sink, timers, clock } = options;
    this.#options = options;
    this.#faults = parseFaultSpec(options.faults, options.catalogue);
    this.#garbageKind = options.kinds.indexOf('garbage');
    this.#pacer = new Pacer({
      ...{ exchange, sink, timers },
      elapsedNs: () => clock.elapsedNs(),
      onPass: () => this.flush(),
    });
  }

  /** The rules of now. */
  get faults(): FaultPlan {
    return this.#faults;
  }

  get connections(): ReadonlySet<ClientConnection> {
    return this.#connections;
  }

  /** ms of the markets' time left out because the machine could not keep up. */
  get leftOutMs(): number {
    return this.#pacer.leftOutMs;
  }

  /** Lets the markets go on with the clock. */
  start(): void {
    this.#pacer.start();
  }

  stop(): void {
    this.#pacer.stop();
  }

  /** A client was let in. */
  arrive(
    client: Pick<ClientConnectionOptions, 'transport' | 'session' | 'silence' | 'account'>,
    onClosed: (connection: ClientConnection) => void = () => undefined,
  ): ClientConnection {
    const { seed, clock, catalogue, kinds, ...common } = this.#options;
    this.#arrivals += 1;
    const number = this.#arrivals;
    const connection: ClientConnection = new ClientConnection({
      ...common,
      ...client,
      ...{ number, faults: this.#faults, spentRules: this.#spentRules },
      kinds: kinds.length,
      garbageKind: this.#garbageKind,
      faultTopics: catalogue.topics,
      monotonicMs: () => clock.monotonicMs(),
      venueMs: () => clock.nowMs(),
      random: createRandom(`${seed}/connection/${number}`),
      onClosed: () => {
        this.#connections.delete(connection);
        onClosed(connection);
      },
      onGone: () => {
        this.#present.delete(connection);
        if (this.#present.size === 0) this.#allGone?.();
      },
    });
    this.#connections.add(connection);
    this.#present.add(connection);
    return connection;
  }

  /**
   * Faults from now on, in the place of those before: see `ClientConnection.setFaults`.
   * @throws SimulatorError `BAD_FAULT`: nothing has changed then.
   */
  setFaults(spec: string): void {
    this.#faults = parseFaultSpec(spec, this.#options.catalogue);
    for (const connection of [...this.#connections]) connection.setFaults(this.#faults);
  }

  /** Messages per second from now on; 0 stops the markets. */
  setRate(rate: number): void {
    const { exchange, clock } = this.#options;
    exchange.setRate(rate);
    exchange.skipTo(clock.elapsedNs());
    this.#pacer.start();
  }

  /** Lets the markets, or the one of an index, act so many times. Returns the messages made. */
  step(steps: number, market?: number): number {
    const { exchange, sink, clock } = this.#options;
    exchange.skipTo(clock.elapsedNs());
    let made = 0;
    for (let i = 0; i < steps; i += 1) {
      made += market === undefined ? exchange.step(sink) : exchange.stepMarket(market, sink);
    }
    this.flush();
    return made;
  }

  /** Sends a frame as it is, good or bad, to every client that is told anything. */
  inject(frame: FrameSlice): number {
    let reached = 0;
    for (const connection of [...this.#connections]) {
      if (connection.inject(frame, this.#garbageKind)) reached += 1;
      connection.flush();
    }
    return reached;
  }

  flush(): void {
    for (const connection of this.#connections) connection.flush();
  }

  /** Resolves when the socket of every client is closed, and its end counted and logged. */
  async whenAllGone(): Promise<void> {
    if (this.#present.size === 0) return;
    await new Promise<void>((resolve) => (this.#allGone = resolve));
  }

  /** Ends every connection in order. */
  disconnectAll(reason: string, code: number): void {
    for (const connection of [...this.#connections]) connection.close(reason, code);
  }
}
