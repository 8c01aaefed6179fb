/**
 * The identity of a ring: a random u64 made with the file. A position never goes back within a
 * ring id, so (ring id, position) names a tick anywhere and for ever.
 */
export interface RingId {
  readonly hi: number;
  readonly lo: number;
}

/** 16 hexadecimal digits. */
export function formatRingId(id: RingId): string {
  return hex(id.hi) + hex(id.lo);
}

export function sameRingId(a: RingId, b: RingId): boolean {
  return a.hi === b.hi && a.lo === b.lo;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
