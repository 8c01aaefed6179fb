/** The faults that this simulator knows: see `parseFaultSpec` of the kit for their grammar. */
import { parseFaultSpec } from '@tickwire/sim-kit';
import type { FaultCatalogue, FaultPlan } from '@tickwire/sim-kit';
import { TOPIC_KIND_NAMES } from './topics.ts';

/** Message faults act on level 2 unless they name another topic. */
export const KUCOIN_FAULTS: FaultCatalogue = {
  faults: [
    'drop',
    'dup',
    'reorder',
    'truncate',
    'garbage',
    'disconnect',
    'reset',
    'freeze',
    'halfopen',
    'stall-rest',
    'rest-error',
    'slow-ack',
  ],
  topics: TOPIC_KIND_NAMES,
};

/**
 * Reads a specification; an empty text is no faults.
 *
 * @throws SimulatorError `BAD_FAULT` naming the part that does not follow the grammar.
 */
export function parseFaults(spec: string): FaultPlan {
  return parseFaultSpec(spec, KUCOIN_FAULTS);
}
