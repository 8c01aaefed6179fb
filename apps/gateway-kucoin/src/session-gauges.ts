import { StreamState, streamStateName } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import { CONNECTION_STATES } from '@tickwire/venue-kucoin';
import type { KucoinSession } from '@tickwire/venue-kucoin';

/** Connections and streams by state, as gauges: set once a second, read by whoever asks. */
export class SessionGauges {
  readonly #connections: ReadonlyMap<string, Counter>;
  readonly #streams: ReadonlyMap<string, Counter>;
  readonly #active: Counter;

  constructor(stats: CounterTable) {
    const gauges = (what: string, states: readonly string[]): Map<string, Counter> =>
      new Map(states.map((state) => [state, stats.counter(`gauge/${what}.${state}`)]));
    this.#connections = gauges('connections', CONNECTION_STATES);
    this.#streams = gauges('streams', Object.values(StreamState).map(streamStateName));
    this.#active = stats.counter('gauge/connectionsActive');
  }

  show(session: KucoinSession): void {
    const states = session.states();
    for (const [state, gauge] of this.#connections) {
      gauge.set(states.filter((one) => one === state).length);
    }
    this.#active.set(states.filter((one) => one === 'live').length);
    const streams = session.streams();
    for (const [state, gauge] of this.#streams) gauge.set(streams[state] ?? 0);
  }
}
