/** Every record that a connection brings: the hop `databento.wire`, and by connection. */
import type { Counter } from '@tickwire/core';
import type { GatewayHops } from '@tickwire/gateway';
import type { ConnectionLog, LoggedConnection } from '@tickwire/io-service';
import type { ConnectionTap } from '@tickwire/venue-databento';
import type { DbnDecoder } from '@tickwire/wire-dbn';

export interface WireAccountOptions {
  readonly hops: GatewayHops;
  readonly connections: ConnectionLog;
  /** Takes each record as it came, before anything is made of it: for a recording. */
  readonly keep?: (record: DbnDecoder) => void;
  /** After each piece: the moment to bring other counts up to date. */
  readonly onDrained: () => void;
}

export class WireAccount implements ConnectionTap {
  readonly #out: Counter;
  readonly #parseIn: Counter;
  readonly #connections: ConnectionLog;
  readonly #onDrained: () => void;
  readonly #keep: ((record: DbnDecoder) => void) | undefined;
  readonly #open = new Map<number, LoggedConnection>();
  /** Of the last record: a connection brings many in a row. */
  #number = 0;
  #logged: LoggedConnection | undefined;

  constructor({ hops, connections, keep, onDrained }: WireAccountOptions) {
    // Getters that look a name up: once, not per record.
    this.#out = hops.wire.out;
    this.#parseIn = hops.parse.in;
    this.#connections = connections;
    this.#keep = keep;
    this.#onDrained = onDrained;
  }

  started(connection: number, sessionId: string): void {
    this.#open.set(connection, this.#connections.open(sessionId));
  }

  record(...[connection, record, recv]: Parameters<ConnectionTap['record']>): void {
    const logged = connection === this.#number ? this.#logged : this.#turnTo(connection);
    this.#out.add(1);
    logged?.add(1);
    logged?.stamp(recv);
    this.#keep?.(record);
    this.#parseIn.add(1);
  }

  passedOver(connection: number, records: number): void {
    this.#out.add(records);
    this.#turnTo(connection)?.add(records);
    this.#parseIn.add(records);
  }

  drained(): void {
    this.#onDrained();
  }

  ended(connection: number, reason: string): void {
    this.#turnTo(connection)?.close({ reason });
    this.#open.delete(connection);
    this.#number = 0;
    this.#logged = undefined;
    this.#onDrained();
  }

  #turnTo(connection: number): LoggedConnection | undefined {
    this.#number = connection;
    this.#logged = this.#open.get(connection);
    return this.#logged;
  }
}
