import { StreamState, streamStateName } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import type { GatewaySession } from './gateway-session.ts';

/** Connections and streams by state, as gauges: set once a second, read by whoever asks. */
export class SessionGauges {
  readonly #connections: ReadonlyMap<string, Counter>;
  readonly #streams: ReadonlyMap<string, Counter>;
  readonly #active: Counter;

  /** @param connectionStates - All that a connection of this vendor can have. */
  constructor(stats: CounterTable, connectionStates: readonly string[]) {
    const gauges = (what: string, states: readonly string[]): Map<string, Counter> =>
      new Map(states.map((state) => [state, stats.counter(`gauge/${what}.${state}`)]));
    this.#connections = gauges('connections', connectionStates);
    this.#streams = gauges('streams', Object.values(StreamState).map(streamStateName));
    this.#active = stats.counter('gauge/connectionsActive');
  }

  show(session: Pick<GatewaySession, 'states' | 'streams'>): void {
    const states = session.states();
    for (const [state, gauge] of this.#connections) {
      gauge.set(states.filter((one) => one === state).length);
    }
    this.#active.set(states.filter((one) => one === 'live').length);
    const streams = session.streams();
    for (const [state, gauge] of this.#streams) gauge.set(streams[state] ?? 0);
  }
}
