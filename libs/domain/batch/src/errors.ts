import { TickwireError } from '@tickwire/core';

/** Codes: `BAD_OPTION`: the message names it. */
export class BatchError extends TickwireError {}
