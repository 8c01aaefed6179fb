// `control.<service>.repartition`: another number of rings, or the same by other loads.
import { TickwireError } from '@tickwire/core';
import type { Clock } from '@tickwire/core';
import { PartitionPlan } from '@tickwire/domain-partition';
import type { WeightedSymbol } from '@tickwire/domain-partition';
import type { ControlRequest } from '@tickwire/io-bus';
import { z } from 'zod';
import { GATEWAY_PARTITIONS_MAX } from './gateway-rings.ts';
import type { GatewayRings } from './gateway-rings.ts';
import type { Repartition, RepartitionDone } from './repartition.ts';
import type { RingRouter } from './ring-router.ts';

const schema = z.strictObject({
  partitions: z.int().min(1).max(GATEWAY_PARTITIONS_MAX).optional(),
  weights: z.enum(['equal', 'rates']).optional(),
});

export interface RepartitionVerbParts {
  readonly rings: GatewayRings;
  readonly router: RingRouter;
  readonly repartition: Repartition;
  readonly clock: Pick<Clock, 'monotonicNs'>;
}

export class RepartitionVerb {
  readonly #parts: RepartitionVerbParts;
  #request: ControlRequest | undefined;
  /** Since when the rings count their ticks by symbol. */
  #countedFromNs: number;

  constructor(parts: RepartitionVerbParts) {
    this.#parts = parts;
    this.#countedFromNs = parts.clock.monotonicNs();
  }

  /** Takes one request; it is answered when the last symbol has moved. */
  readonly take = (request: ControlRequest): void => {
    const parsed = schema.safeParse(request.body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = (issue?.path ?? []).join('.') || 'body';
      request.refuse('malformed', {
        code: 'MALFORMED',
        message: `${field}: ${issue?.message ?? 'not as expected'}`,
        field,
        hint: `send {"partitions": 1 … ${GATEWAY_PARTITIONS_MAX}, "weights": "equal" or "rates"}`,
      });
      return;
    }
    const { repartition } = this.#parts;
    if (repartition.isRunning) {
      request.refuse('refused', {
        code: 'BUSY',
        message: 'symbols are being moved already',
        hint: 'ask again when that was answered',
      });
      return;
    }
    const { partitions = repartition.count, weights = 'equal' } = parsed.data;
    this.#run(request, new PartitionPlan(this.#weighted(weights), { count: partitions }));
  };

  /** Who waits is told; what has not moved stays. */
  stop(): void {
    this.#parts.repartition.stop();
    this.#request?.refuse('stopping', {
      code: 'STOPPING',
      message: 'the gateway stops; symbols that had not moved are where they were',
      hint: 'ask again when it is back',
    });
    this.#request = undefined;
  }

  #run(request: ControlRequest, plan: PartitionPlan): void {
    this.#request = request;
    try {
      this.#parts.repartition.run(plan, (done) => {
        this.#request = undefined;
        request.answer(this.#answer(done));
      });
    } catch (error) {
      this.#request = undefined;
      if (!(error instanceof TickwireError)) throw error;
      const { code, message, hint = 'ask for fewer partitions' } = error;
      request.refuse('refused', { code, message, hint });
    }
  }

  #answer({ plan, moved, refused }: RepartitionDone): Record<string, unknown> {
    const { maxOverMean, maxOverMeanBound } = plan.balance;
    return {
      partitions: plan.count,
      rings: this.#parts.rings.names.slice(0, plan.count),
      moved,
      refused,
      balance: { maxOverMean, maxOverMeanBound, loads: [...plan.loads] },
    };
  }

  /** Rates in ticks per second since the rates were taken last, or since the start. */
  #weighted(weights: 'equal' | 'rates'): WeightedSymbol[] {
    const { router, rings, clock } = this.#parts;
    const symbols = [...router.homes()].map(([symbol]) => symbol);
    if (weights === 'equal') return symbols.map((symbol) => ({ symbol, weight: 1 }));
    const counts = new Map<string, number>();
    for (const ring of rings.all) ring.takeCounts(counts);
    const nowNs = clock.monotonicNs();
    const seconds = Math.max((nowNs - this.#countedFromNs) / 1e9, 1e-9);
    this.#countedFromNs = nowNs;
    return symbols.map((symbol) => ({ symbol, weight: (counts.get(symbol) ?? 0) / seconds }));
  }
}
