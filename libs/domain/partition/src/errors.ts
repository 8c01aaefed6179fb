import { TickwireError } from '@tickwire/core';

/** Codes: `BAD_OPTION`, `BAD_WEIGHT`, `DUPLICATE_SYMBOL`: the message names the culprit. */
export class PartitionError extends TickwireError {}
