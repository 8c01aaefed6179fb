/** The clocks of a simulator; give simulated ones to make a run repeat exactly. */
export interface SimulatorClock {
  /** ms since the Unix epoch; read once, at the start. */
  epochMs(): number;
  /** ns of any one clock that never goes back. */
  monotonicNs(): number;
}

export const HOST_CLOCK: SimulatorClock = {
  epochMs: () => Date.now(),
  monotonicNs: () => performance.now() * 1e6,
};
