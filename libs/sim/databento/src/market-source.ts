/** Where the records of the market come from, and the clock that goes with them. */
export interface MarketSource {
  /** ms of the timeline that were left out because they could not be made up. */
  readonly leftOutMs: number;
  /** The market's time, ns after the opening. */
  elapsedNs(): number;
  start(): void;
  stop(): void;
  /** A fault: the capture server's clock is so far off from now on, ns. */
  setRecvOffset(ns: number): void;
}
