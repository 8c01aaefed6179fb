import type { CounterTable } from '@tickwire/core';
import type { RecordedService } from './supervisor-record.ts';

/** What the supervisor counts of each service, in its own mapped file. */
export class SupervisorCells {
  readonly #stats: CounterTable;

  constructor(stats: CounterTable) {
    this.#stats = stats;
  }

  show(services: readonly RecordedService[]): void {
    for (const { service, state, restarts, silentMs } of services) {
      const cell = (what: string) => this.#stats.counter(`service/${service}/${what}`);
      cell('up').set(state === 'running' ? 1 : 0);
      cell('restarts').set(restarts);
      cell('unresponsive').set((silentMs ?? 0) > 0 ? 1 : 0);
    }
  }
}
