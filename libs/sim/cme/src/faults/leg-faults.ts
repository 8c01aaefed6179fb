/** What may go wrong with the packets of one leg; all of it by chance, from the seed. */
export interface LegFaultPlan {
  /** Odds that a packet is lost. */
  readonly drop: number;
  /** Odds that a packet begins a burst of losses, and the packets of the longest one. */
  readonly burst: { readonly odds: number; readonly packetsMax: number };
  /** Odds that a packet is sent twice. */
  readonly dup: number;
  /** Odds that a packet is overtaken, and by how many at most. */
  readonly reorder: { readonly odds: number; readonly window: number };
  /** Odds that a packet is late, and by how much at most. */
  readonly delay: { readonly odds: number; readonly msMax: number };
}

export const NO_LEG_FAULTS: LegFaultPlan = {
  drop: 0,
  burst: { odds: 0, packetsMax: 1 },
  dup: 0,
  reorder: { odds: 0, window: 1 },
  delay: { odds: 0, msMax: 0 },
};
