import { TickwireError } from '@tickwire/core';

/**
 * What can go wrong with a consumer, besides the errors of `io-rings`, which pass through, and what
 * handlers throw, which is thrown on as it is.
 *
 * | code | meaning | what the caller does |
 * |---|---|---|
 * | BAD_OPTION | an option is out of its domain; the message names it | correct it |
 * | NO_RINGS | no ring of that vendor | start its gateway |
 * | NOT_PACED | `block` on a ring whose writer waits for nobody | choose another policy |
 * | IN_USE | started twice, or used after its end | make another consumer |
 * | WORKER_DIED | a worker thread ended unasked; `cause` is what it threw | look at the cause |
 */
export type ConsumerErrorCode = 'BAD_OPTION' | 'NO_RINGS' | 'NOT_PACED' | 'IN_USE' | 'WORKER_DIED';

export class ConsumerError extends TickwireError {
  declare readonly code: ConsumerErrorCode;

  constructor(
    code: ConsumerErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}
