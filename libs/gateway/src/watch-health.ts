import type { TimerHandle } from '@tickwire/core';
import type { ServiceContext } from '@tickwire/io-service';
import type { GatewaySession } from './gateway-session.ts';
import { SessionGauges } from './session-gauges.ts';

const EVERY_MS = 1_000;

export interface HealthWatch {
  /** Looks at once, and then every second. */
  start(): void;
  /** Brings the gauges up to date: after the end, when nobody looks any more. */
  show(): void;
  stop(): void;
}

export interface WatchHealthOptions {
  readonly session: Pick<GatewaySession, 'states' | 'streams'>;
  /** All states that a connection of this vendor can have. */
  readonly connectionStates: readonly string[];
  /** Called each time it looks: for what else is done once a second. */
  readonly each?: () => void;
}

/** Healthy = all connections are live. Told on change; looked at once a second. */
export function watchHealth(
  context: Pick<ServiceContext, 'stats' | 'timers' | 'setHealth'>,
  { session, connectionStates, each }: WatchHealthOptions,
): HealthWatch {
  const { timers } = context;
  let timer: TimerHandle | undefined;
  let wasOk: boolean | undefined;
  const gauges = new SessionGauges(context.stats, connectionStates);
  const look = (): void => {
    gauges.show(session);
    each?.();
    const down = session.states().filter((state) => state !== 'live').length;
    const ok = down === 0;
    const reason = ok ? 'all connections are live' : `${down} connections are not live`;
    if (ok !== wasOk) context.setHealth({ ok, reason });
    wasOk = ok;
    timer = timers.setTimer(EVERY_MS, look);
  };
  return {
    start: look,
    show: () => gauges.show(session),
    stop: () => {
      if (timer !== undefined) timers.clearTimer(timer);
    },
  };
}
