/** records = accepted + definitions + dropped. */
export interface NormaliserCounts {
  records: number;
  /** Became ticks, or changed no level. */
  accepted: number;
  definitions: number;
  readonly dropped: {
    /** Of a kind, or with an action, that says nothing a tick could. */
    noTick: number;
    /** A trade in a record of a book, told by schema `trades` as well. */
    otherSchema: number;
    /** A trade without price or size. */
    noPrice: number;
    /** A price above ±2^53 units of 1e-9: nothing is rounded. */
    priceRange: number;
    directoryFull: number;
  };
}

export function createNormaliserCounts(): NormaliserCounts {
  return {
    ...{ records: 0, accepted: 0, definitions: 0 },
    dropped: { noTick: 0, otherSchema: 0, noPrice: 0, priceRange: 0, directoryFull: 0 },
  };
}
