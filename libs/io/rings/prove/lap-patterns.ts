/** Ways in which a writer laps a reader, for the proof of the ring. */

export interface LapPattern {
  readonly what: string;
  /** Of all ticks to be verified. */
  readonly share: number;
  readonly slotCount: number;
  readonly batches: readonly number[];
  readonly firstPosition?: number;
  /** The reader falls behind by up to so many laps, again and again. */
  readonly lagLapsMax?: number;
  readonly runTicksMax?: number;
}

const MIXED = [1, 16, 3, 700, 64] as const;
/** So far below a wrap does a cursor begin: less than a batch, so that it lies inside of one. */
const BELOW = 37;

/** A cursor that begins right below the place where a position outgrows something. */
function atWrap(what: string, wrap: number, share: number): LapPattern {
  const firstPosition = wrap - BELOW;
  return { what, share, slotCount: 1_024, batches: MIXED, firstPosition, lagLapsMax: 1 };
}

/**
 * The shares add up to 1. Small rings have small ones: where other processes share the processors,
 * a reader gets little more than a ring of ticks each time that both it and the writer run.
 */
export const LAP_PATTERNS: readonly LapPattern[] = [
  { what: '4,096 slots, no rest', share: 0.2, slotCount: 4_096, batches: MIXED },
  {
    what: '65,536 slots, 0 to 2 laps',
    share: 0.4,
    slotCount: 65_536,
    batches: MIXED,
    lagLapsMax: 2,
  },
  {
    what: '262,144 slots, 0 to 1 lap',
    share: 0.3,
    slotCount: 262_144,
    batches: MIXED,
    lagLapsMax: 1,
  },
  {
    what: '1,024 slots, runs of 7',
    share: 0.02,
    slotCount: 1_024,
    batches: [5, 250, 1],
    lagLapsMax: 2,
    runTicksMax: 7,
  },
  {
    what: '256 slots, whole rings',
    share: 0.01,
    slotCount: 256,
    batches: [64, 256],
    lagLapsMax: 1,
  },
  { what: '64 slots, one by one', share: 0.008, slotCount: 64, batches: [1], lagLapsMax: 2 },
  { what: '8 slots, the least', share: 0.002, slotCount: 8, batches: [1, 2], lagLapsMax: 2 },
  atWrap('below the first end', 1_024, 0.01),
  atWrap('below 2^16 rings', 65_536 * 1_024, 0.01),
  atWrap('below 2^31', 2 ** 31, 0.01),
  atWrap('below 2^32', 2 ** 32, 0.01),
  atWrap('below 2^32 + one ring', 2 ** 32 + 1_024, 0.01),
  atWrap('below 2^33', 2 ** 33, 0.01),
];
