import { TickwireError } from '@tickwire/core';

export type RequestErrorCode =
  /** No answer in time. Retry later. */
  | 'TIMEOUT'
  /** The host does not answer, or the connection broke. Retry later. */
  | 'UNREACHABLE'
  /** The answer is longer than allowed. Do not retry unchanged. */
  | 'TOO_LONG';

/** An HTTP request without a usable answer. Any status that came back is no error. */
export class RequestError extends TickwireError {
  declare readonly code: RequestErrorCode;
}
