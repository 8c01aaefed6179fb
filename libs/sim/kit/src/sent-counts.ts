/**
 * What was given to sockets: every message, replies and garbage included. The first `in` of the
 * accounting identity is counted here, before the bytes leave.
 */
import type { ConnectionCounts } from './client-connection-options.ts';

/** A counter owned by the caller, for example a cell of a mapped statistics file. */
export interface CountCell {
  add(n: number): void;
}

/** Gives the cell of a name; called once for each name, when the simulator is made. */
export type CountCells = (name: string) => CountCell;

/** Why a connection ended. */
export const CLOSE_REASONS = [
  'client',
  'slow',
  'ping-timeout',
  'refused',
  'too-many-errors',
  'fault',
  'shutdown',
] as const;

export class SentCounts implements ConnectionCounts {
  readonly kinds: Float64Array;
  readonly closed = new Map<string, number>();
  total = 0;
  bytes = 0;
  opened = 0;
  /** Given to a socket that closed before the kernel had taken them. */
  undelivered = 0;
  readonly #totalCell: CountCell;
  readonly #kindCells: readonly CountCell[];
  readonly #undeliveredCell: CountCell;
  readonly #openedCell: CountCell;
  readonly #closedCells: ReadonlyMap<string, CountCell>;

  /** @param of.kinds - Names of all kinds of message; a kind is an index into them. */
  constructor(of: { vendor: string; kinds: readonly string[]; cells: CountCells }) {
    const { vendor, kinds, cells } = of;
    this.kinds = new Float64Array(kinds.length);
    this.#totalCell = cells(`hop/${vendor}.wire/message/in`);
    this.#undeliveredCell = cells(`hop/${vendor}.wire/message/dropped:undelivered`);
    this.#kindCells = kinds.map((kind) => cells(`count/sent.${kind}`));
    this.#openedCell = cells('count/connections.opened');
    this.#closedCells = new Map<string, CountCell>(
      CLOSE_REASONS.map((reason) => [reason, cells(`count/connections.closed.${reason}`)]),
    );
  }

  /** Counts a batch; call it before the batch is written. */
  addBatch(kinds: Float64Array, messages: number, bytes: number): void {
    this.#totalCell.add(messages);
    this.total += messages;
    this.bytes += bytes;
    for (let kind = 0; kind < kinds.length; kind += 1) {
      const count = kinds[kind] ?? 0;
      if (count === 0) continue;
      this.kinds[kind] = (this.kinds[kind] ?? 0) + count;
      this.#kindCells[kind]?.add(count);
    }
  }

  addOpened(): void {
    this.opened += 1;
    this.#openedCell.add(1);
  }

  addClosed(reason: string): void {
    this.closed.set(reason, (this.closed.get(reason) ?? 0) + 1);
    this.#closedCells.get(reason)?.add(1);
  }

  addUndelivered(messages: number): void {
    this.undelivered += messages;
    this.#undeliveredCell.add(messages);
  }
}
