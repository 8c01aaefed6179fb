/**
 * What was given to sockets: every WebSocket data message, welcome, acks and pongs included. The
 * first `in` of the accounting identity is counted here, before the bytes leave.
 */
import { TOPIC_KIND_NAMES } from './topics.ts';

/** Kinds of message beyond the topics' own. */
export const CONTROL_KINDS = ['welcome', 'ack', 'pong', 'error', 'garbage'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];

/** Names of all kinds; a kind is an index into it. */
export const MESSAGE_KINDS: readonly string[] = [...TOPIC_KIND_NAMES, ...CONTROL_KINDS];

/** Index of a control kind in MESSAGE_KINDS. */
export function controlKind(kind: ControlKind): number {
  return TOPIC_KIND_NAMES.length + CONTROL_KINDS.indexOf(kind);
}

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

export class SentCounts {
  readonly kinds: Float64Array = new Float64Array(MESSAGE_KINDS.length);
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

  constructor(cells: CountCells) {
    this.#totalCell = cells('hop/kucoin.wire/message/in');
    this.#undeliveredCell = cells('hop/kucoin.wire/message/dropped:undelivered');
    this.#kindCells = MESSAGE_KINDS.map((kind) => cells(`count/sent.${kind}`));
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
