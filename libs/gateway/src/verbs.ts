// What a gateway does on request, and what these verbs share.
import type { ControlVerb } from '@tickwire/io-bus';
import type { ServiceContext } from '@tickwire/io-service';
import type { GatewayRings } from './gateway-rings.ts';
import type { GatewaySession } from './gateway-session.ts';
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

export interface VerbsOptions {
  readonly rings: GatewayRings;
  readonly router: RingRouter;
  readonly session: Pick<GatewaySession, 'imageRefusal' | 'writeImage' | 'relocate'>;
  /** Of each ring. */
  readonly slotCount: number;
  readonly vendor: string;
  /** `publisher` of the ticks with which a symbol moves. */
  readonly publisher: number;
  /** Flag bits of every tick. */
  readonly flags: number;
}

/** `snapshot` and `repartition`, for `startControl`. */
export function startVerbs(
  context: Pick<ServiceContext, 'stats' | 'clock' | 'timers'>,
  options: VerbsOptions,
): Verbs {
  const { stats, clock, timers } = context;
  const { rings, router, session, slotCount, vendor, publisher, flags } = options;
  const shared = { rings, router, session, slotCount, stats, clock, timers };
  const mover = new SymbolMover({ ...shared, vendor, publisher, flags });
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
