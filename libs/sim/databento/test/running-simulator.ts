import { ManualClock } from '@tickwire/sim-kit';
import { onTestFinished } from 'vitest';
import { startDatabentoSimulator } from '../src/index.ts';
import type { DatabentoSimulator, DatabentoSimulatorOptions } from '../src/index.ts';

/** 2026-03-04 14:30 UTC. */
export const OPENS_AT_MS = Date.UTC(2026, 2, 4, 14, 30);

export interface RunningSimulator {
  readonly simulator: DatabentoSimulator;
  /** Time goes as the test moves it. */
  readonly clock: ManualClock;
}

/** A simulator on a free port and on a clock of the test's, closed at its end. */
export async function runSimulator(
  options: DatabentoSimulatorOptions = {},
): Promise<RunningSimulator> {
  const clock = new ManualClock(OPENS_AT_MS);
  const simulator = await startDatabentoSimulator({ clock, timers: clock, ...options });
  onTestFinished(() => simulator.close());
  return { simulator, clock };
}

/** `schema=…` of raw symbols and so on. */
export function subscribe(schema: string, symbols: string, ...more: readonly string[]): string {
  return [`schema=${schema}`, 'stype_in=raw_symbol', `symbols=${symbols}`, ...more].join('|');
}
