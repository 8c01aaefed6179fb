import { TickwireError } from '@tickwire/core';

/** Codes of `BarError`. */
export type BarErrorCode = 'BAD_TIMEFRAME' | 'BAD_OPTION';

/** Options that no bar can be built from: a mistake of the configuration. */
export class BarError extends TickwireError {
  declare readonly code: BarErrorCode;
}
