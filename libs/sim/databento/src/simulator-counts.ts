/** What the simulator did for whom: every record given, and each that was kept back, by reason. */
import type { ConnectionAccount, CountCell, CountCells } from '@tickwire/sim-kit';
import type { RefusalReason } from './live-session.ts';

/** Why a session ended. */
export type SessionEnd = 'client' | 'refused' | 'auth-timeout' | 'fault' | 'shutdown';

/** One session, by its number. */
export interface SessionReport {
  readonly session: number;
  /** Records of the market given to its socket, by name of the schema. */
  readonly sent: Readonly<Record<string, number>>;
  /** Acks, mappings, heartbeats, definitions and snapshots that the gateway itself made. */
  readonly notices: number;
  /** Not sent: the client read too slowly, or a fault said so. */
  readonly skipped: {
    readonly slow: number;
    readonly omitted: number;
    readonly cut: number;
    readonly unseen: number;
  };
  /** Records of the log that it has not been looked at for. */
  readonly behind: number;
  readonly end: SessionEnd | undefined;
}

export class SimulatorCounts {
  opened = 0;
  readonly ended = new Map<SessionEnd, number>();
  readonly refused = new Map<RefusalReason, number>();
  readonly #cells: CountCells | undefined;
  readonly #sent: CountCell | undefined;

  constructor(cells: CountCells | undefined) {
    this.#cells = cells;
    this.#sent = cells?.('hop/databento.wire/message/in');
  }

  addSent(records: number): void {
    if (records > 0) this.#sent?.add(records);
  }

  addOpened(): void {
    this.opened += 1;
    this.#cells?.('count/connections.opened').add(1);
  }

  addEnded(end: SessionEnd): void {
    this.ended.set(end, (this.ended.get(end) ?? 0) + 1);
    // A refusal is told with its reason.
    if (end !== 'refused') this.#cells?.(`count/connections.closed.${end}`).add(1);
  }

  addRefused(reason: RefusalReason): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
    this.#cells?.(`count/connections.closed.refused-${reason}`).add(1);
  }
}

/** What one client adds to the counts of all; the account has what went to it alone. */
export class ClientCounts {
  readonly #all: SimulatorCounts;
  readonly #account: ConnectionAccount | undefined;

  constructor(all: SimulatorCounts, account: ConnectionAccount | undefined) {
    this.#all = all;
    this.#account = account;
  }

  addSent(records: number): void {
    this.#all.addSent(records);
    if (records > 0) this.#account?.add(records);
  }

  addEnded(end: SessionEnd): void {
    this.#all.addEnded(end);
    this.#account?.close({ reason: end, undelivered: 0 });
  }

  addRefused(reason: RefusalReason): void {
    this.#all.addRefused(reason);
  }
}
