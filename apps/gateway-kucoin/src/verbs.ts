// What the gateway does on request, and what these verbs share.
import type { ControlVerb } from '@tickwire/io-bus';
import type { ServiceContext } from '@tickwire/io-service';
import type { KucoinSession } from '@tickwire/venue-kucoin';
import type { GatewayConfig } from './config.ts';
import type { GatewayRings } from './gateway-rings.ts';
import { RepartitionVerb } from './repartition-verb.ts';
import { Repartition } from './repartition.ts';
import type { RingRouter } from './ring-router.ts';
import { SnapshotVerb } from './snapshot-verb.ts';
import { SymbolMover } from './symbol-mover.ts';

export interface Verbs {
  readonly table: Readonly<Record<string, ControlVerb>>;
  readonly repartition: Repartition;
  /** Nothing more is written on request; who waits is told. */
  stop(): void;
}

export function startVerbs(
  config: Pick<GatewayConfig, 'ringSlots'>,
  context: Pick<ServiceContext, 'stats' | 'clock' | 'timers'>,
  parts: { rings: GatewayRings; router: RingRouter; session: KucoinSession; flags: number },
): Verbs {
  const { stats, clock, timers } = context;
  const { rings, router, session, flags } = parts;
  const slotCount = config.ringSlots;
  const shared = { rings, router, session, slotCount, stats, clock, timers };
  const mover = new SymbolMover({ ...shared, flags });
  const repartition = new Repartition({ ...shared, mover });
  const repartitionVerb = new RepartitionVerb({ rings, router, repartition, clock });
  const snapshot = new SnapshotVerb({
    ...shared,
    rings: {
      get all() {
        return rings.all.map(({ producer }) => producer);
      },
      homeOf: (symbol) => router.homeOf(symbol),
    },
  });
  return {
    table: { snapshot: snapshot.take, repartition: repartitionVerb.take },
    repartition,
    stop() {
      snapshot.stop();
      repartitionVerb.stop();
    },
  };
}
