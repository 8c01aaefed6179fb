/** What a running simulator offers to the process that started it. */
import type { FaultLog } from '@tickwire/sim-kit';

/** What was sent, and to how many. */
export interface SimulatorCounts {
  /** WebSocket data messages given to sockets, welcome, acks and pongs included. */
  readonly sent: number;
  readonly sentBytes: number;
  /** The same by kind: `level2`, `match`, `ticker`, …, `welcome`, `ack`, `pong`, `error`. */
  readonly byKind: Readonly<Record<string, number>>;
  /** Given to a socket that closed before the kernel had taken them. */
  readonly undelivered: number;
  readonly connectionsOpened: number;
  /** Open connections: their number and what each was sent. */
  readonly connections: readonly { readonly number: number; readonly sent: number }[];
  readonly connectionsClosed: Readonly<Record<string, number>>;
  /** ms of the markets' time left out because the machine could not keep up. */
  readonly leftOutMs: number;
}

/** A book as the simulator knows it to be: the truth to compare a client's book with. */
export interface SimulatedBook {
  readonly sequence: number;
  /** `[price, size]` as decimal texts without trailing zeros, best first. */
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

export interface KucoinSimulator {
  /** Base of the REST interface, `http://host:port`. */
  readonly url: string;
  readonly port: number;
  readonly symbols: readonly string[];
  readonly log: FaultLog;
  counts(): SimulatorCounts;
  /**
   * The book of a symbol, now or as it was at a sequence.
   *
   * @throws SimulatorError `NO_SUCH_SYMBOL`, or `NO_HISTORY` when the sequence is not kept.
   */
  book(symbol: string, sequence?: number): SimulatedBook;
  /** Messages per second from now on; 0 stops the markets. */
  setRate(rate: number): void;
  /** Lets the markets, or one of them, act `steps` times at once. Returns the messages made. */
  step(steps: number, symbol?: string): number;
  /**
   * Faults from now on, in the place of those before; an empty text is none. Times count from now,
   * what is held back is sent, a frozen connection goes on, a half-open one stays so.
   *
   * @throws SimulatorError `BAD_FAULT`: nothing has changed then.
   */
  setFaults(spec: string): void;
  /**
   * Sends a frame of a caller's choice, good or bad, to every connection that is told anything.
   * Returns how many that were; each counts as one message sent (`garbage`).
   */
  inject(payload: string | Uint8Array, as: 'text' | 'binary'): number;
  /** Ends every connection as the venue does when it restarts: a close frame, code 1001. */
  disconnectAll(): void;
  /** Stops the markets, ends the connections, closes the port. */
  close(): Promise<void>;
}
