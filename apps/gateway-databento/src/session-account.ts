/**
 * What became of every record, as parts of the hop `databento.parse`:
 *
 *   in = out + dropped + in flight        in: counted as each record comes, by the wire's account
 *   out = accepted + definition + mapping + system + error + duplicate + told-as-trade
 *
 * Parts are brought up to date after each piece of a connection. A process that is killed within a
 * piece leaves the records of that piece without an outcome: the next one declares them.
 */
import type { CounterTable } from '@tickwire/core';
import type { GatewayHops } from '@tickwire/gateway';
import { VENDOR } from '@tickwire/venue-databento';
import type { DatabentoNormaliser, DatabentoSession } from '@tickwire/venue-databento';
import { CountMirror } from './count-mirror.ts';

export class SessionAccount {
  readonly #mirror = new CountMirror();
  readonly #session: DatabentoSession;
  readonly #normaliser: DatabentoNormaliser;
  readonly #held;

  constructor(
    of: { session: DatabentoSession; normaliser: DatabentoNormaliser },
    hops: GatewayHops,
    stats: CounterTable,
  ) {
    this.#session = of.session;
    this.#normaliser = of.normaliser;
    this.#held = hops.parse.inFlight;
    this.#addOutcomes(hops);
    this.#addDrops(hops);
    this.#addEvents(stats);
  }

  show(): void {
    this.#mirror.show();
    const { held } = this.#session.merged;
    if (held !== this.#held.value) this.#held.set(held);
  }

  #addOutcomes({ parse }: GatewayHops): void {
    const { counts } = this.#session;
    const normaliser = this.#normaliser;
    const merged = (): DatabentoSession['merged'] => this.#session.merged;
    const parts: Record<string, () => number> = {
      accepted: () => normaliser.counts.accepted,
      definition: () => normaliser.counts.definitions,
      mapping: () => counts.mappings,
      system: () => counts.system,
      error: () => counts.errors,
      duplicate: () => merged().duplicates,
      // A trade within a record of a book; its own record is told.
      'told-as-trade': () => normaliser.counts.dropped.otherSchema,
    };
    const reads = Object.values(parts);
    this.#mirror.add(parse.out, () => reads.reduce((sum, read) => sum + read(), 0));
    for (const [name, read] of Object.entries(parts)) this.#mirror.add(parse.part(name), read);
  }

  #addDrops({ parse }: GatewayHops): void {
    const { counts } = this.#session;
    const normaliser = this.#normaliser;
    const { dropped } = normaliser.counts;
    const merged = (): DatabentoSession['merged'] => this.#session.merged;
    const reasons: Record<string, () => number> = {
      unknown: () => counts.unknown,
      damaged: () => counts.damaged,
      stale: () => merged().stale,
      'not-held': () => merged().notHeld,
      'no-tick': () => dropped.noTick,
      'no-price': () => dropped.noPrice,
      'price-range': () => dropped.priceRange,
      'directory-full': () => dropped.directoryFull,
    };
    for (const [reason, read] of Object.entries(reasons)) {
      this.#mirror.add(parse.dropped(reason), read);
    }
  }

  #addEvents(stats: CounterTable): void {
    const { counts } = this.#session;
    const normaliser = this.#normaliser;
    const merged = (): DatabentoSession['merged'] => this.#session.merged;
    const events: Record<string, () => number> = {
      dials: () => counts.dials,
      sessions: () => counts.sessions,
      repairs: () => counts.repairs,
      ...Object.fromEntries(
        (['disconnected', 'silent', 'refused', 'protocol', 'timeout'] as const).map((reason) => [
          `lost.${reason}`,
          () => counts.lost[reason],
        ]),
      ),
      heartbeats: () => counts.heartbeats,
      slowReaderWarnings: () => counts.slowReaderWarnings,
      skips: () => counts.skips,
      symbolsRefused: () => counts.symbolsRefused,
      replaysAgedOut: () => counts.replaysAgedOut,
      outOfOrder: () => merged().outOfOrder,
      untracked: () => merged().untracked,
      replayOmitted: () => merged().replayOmitted,
      missing: () => merged().missing,
      superseding: () => normaliser.instruments.superseding,
      levelsLost: () => normaliser.levelsLost,
    };
    for (const [name, read] of Object.entries(events)) {
      this.#mirror.add(stats.counter(`count/${VENDOR}.${name}`), read);
    }
  }
}
