/**
 * What is counted, as an interface: the application gives cells of its mapped counter file, tests
 * and tools take plain numbers (`createTallies`). One set may serve many channels.
 */
import { DAMAGE_REASONS } from './errors.ts';
import type { DamageReason } from './errors.ts';

/** One counter. `add` of `Counter` in @tickwire/core fits. */
export interface Tally {
  add(n: number): void;
}

/**
 * Messages of the incremental feed and of replays: messages = accepted + ignored + unknownTemplate
 * + damaged{reason}, but that TRUNCATED and BAD_SIZE count packets whose rest is not known.
 */
export const TALLY_NAMES = [
  'messages',
  /** Of a template that becomes ticks, entries, or a state. */
  'accepted',
  /** Of a template that is known and becomes nothing: quote requests, collateral, log-ons. */
  'ignored',
  'unknownTemplate',
  /** Entries of instruments whose definition has not come (yet): dropped. */
  'undefinedEntries',
  /** Entries of a type that becomes no tick: of order ids in trades, best prices of a market. */
  'droppedEntries',
  /** Prices and sizes that no tick can state: beyond ±(2^53 − 1), or a negative size. */
  'outOfRange',
  /** Entries of orders where books by order are off. */
  'unwantedOrders',
  /** Packets of an older numbering than the current one. */
  'stragglers',
  /** Packets that may be the first of a new numbering: dropped until another one confirms it. */
  'doubtful',
  /** Packets without room for a header. */
  'shortPackets',
  'ticks',
  'definitions',
  /** Definitions that no directory entry can be made of: no symbol, or the directory is full. */
  'definitionsRefused',
  /** Directory entries that took the place of another one. */
  'supersedingEntries',
  /** Gaps of the channel and packets in them; holes in RptSeq and numbers in them. */
  'gaps',
  'missingPackets',
  'instrumentGaps',
  'missingReports',
  'channelResets',
  'numberings',
  'replaysAsked',
  'replaysComplete',
  'replaysFailed',
  'replayedPackets',
  /** Gaps for which replay was not asked: too large, too many, or over the budget. */
  'replaysPassed',
  'queueOverflows',
  'snapshotLoops',
  /** Loops of snapshots with a hole in their sequence, or broken off. */
  'brokenLoops',
  'snapshots',
  /** Snapshots older than what they would have to repair. */
  'snapshotsTooOld',
  /** Order snapshots of which a chunk did not come. */
  'brokenChunks',
  /** Packets of the other line of a recovery feed than the one that is read. */
  'otherLinePackets',
  /** Packets of a recovery feed that nobody waits for any more. */
  'unwantedRecovery',
  'legsSilent',
  'channelsSilent',
] as const;
export type TallyName = (typeof TALLY_NAMES)[number];

export type CmeTallies = Readonly<Record<TallyName, Tally>> & {
  readonly damaged: Readonly<Record<DamageReason, Tally>>;
};

/** Builds all counters at once, so that the hot path looks nothing up. */
export function mapTallies(
  make: (name: TallyName | `damaged:${DamageReason}`) => Tally,
): CmeTallies {
  const damaged = Object.fromEntries(
    DAMAGE_REASONS.map((reason) => [reason, make(`damaged:${reason}`)]),
  ) as Record<DamageReason, Tally>;
  const plain = Object.fromEntries(TALLY_NAMES.map((name) => [name, make(name)])) as Record<
    TallyName,
    Tally
  >;
  return { ...plain, damaged };
}

/** Counters in plain memory, readable by name (`damaged:BAD_SIZE` for a reason). */
export function createTallies(): { tallies: CmeTallies; value: (name: string) => number } {
  const cells = new Map<string, PlainTally>();
  const tallies = mapTallies((name) => {
    const cell = new PlainTally();
    cells.set(name, cell);
    return cell;
  });
  return { tallies, value: (name) => cells.get(name)?.value ?? 0 };
}

class PlainTally implements Tally {
  value = 0;

  add(n: number): void {
    this.value += n;
  }
}
