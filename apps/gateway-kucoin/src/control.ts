// The gateway's requests over the bus, `control.<service>.<verb>`: a table of verbs. Without a bus
// there are none, and whether there is one is never waited for.
import { answerControl, connectBus } from '@tickwire/io-bus';
import type { ControlVerb } from '@tickwire/io-bus';
import type { ServiceContext } from '@tickwire/io-service';
import type { GatewayConfig } from './config.ts';

/** How long the last answers may take to leave when the gateway stops. */
const DRAIN_MS = 500;

export interface Control {
  /** Takes no request any more and sends what was answered. */
  stop(): Promise<void>;
}

export async function startControl(
  config: Pick<GatewayConfig, 'natsUrl' | 'service'>,
  context: ServiceContext,
  verbs: Readonly<Record<string, ControlVerb>>,
): Promise<Control> {
  const { log, stats, clock } = context;
  if (config.natsUrl === undefined) {
    log.info('no bus is configured: nobody can ask for snapshots');
    return { stop: () => Promise.resolve() };
  }
  const bus = await connectBus({
    servers: config.natsUrl,
    name: config.service,
    connectDeadlineMs: 0,
  });
  const subscription = answerControl({
    bus,
    service: config.service,
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
