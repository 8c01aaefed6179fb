// A gateway's requests over the bus, `control.<service>.<verb>`: a table of verbs. Without a bus
// there are none, and whether there is one is never waited for.
import { answerControl, connectBus } from '@tickwire/io-bus';
import type { ControlVerb } from '@tickwire/io-bus';
import type { ServiceContext } from '@tickwire/io-service';

/** How long the last answers may take to leave when the gateway stops. */
const DRAIN_MS = 500;

export interface ControlOptions {
  /** The bus; none: requests are not taken. */
  readonly natsUrl?: string | undefined;
  /** Name of the service, in the subjects of its requests. */
  readonly service: string;
}

export interface Control {
  /** Takes no request any more and sends what was answered. */
  stop(): Promise<void>;
}

export async function startControl(
  options: ControlOptions,
  context: Pick<ServiceContext, 'log' | 'stats' | 'clock'>,
  verbs: Readonly<Record<string, ControlVerb>>,
): Promise<Control> {
  const { log, stats, clock } = context;
  if (options.natsUrl === undefined) {
    log.info('no bus is configured: nobody can ask for snapshots');
    return { stop: () => Promise.resolve() };
  }
  const bus = await connectBus({
    servers: options.natsUrl,
    name: options.service,
    connectDeadlineMs: 0,
  });
  const subscription = answerControl({
    bus,
    service: options.service,
    verbs,
    stats,
    monotonicNs: () => clock.monotonicNs(),
    onFailure: (verb, error) => log.error({ verb, err: error }, 'a control request failed'),
  });
  return {
    async stop() {
      subscription.unsubscribe();
      await bus.drain(DRAIN_MS);
    },
  };
}
