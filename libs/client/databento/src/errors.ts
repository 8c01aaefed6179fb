import { TickwireError } from '@tickwire/core';

export type LiveClientErrorCode =
  /** No key was given, and DATABENTO_API_KEY is not set. */
  | 'NO_KEY'
  /** It was started without a subscription. */
  | 'NO_SUBSCRIPTION'
  /** Subscriptions are made before the start: make another client for more. */
  | 'ALREADY_STARTED'
  /** It was stopped before it was started: make another client. */
  | 'STOPPED'
  /** Messages are given once: to one loop, or to `onRecord` and `onMessage`. */
  | 'ALREADY_TAKEN';

/** A call that the client cannot do; nothing was sent. The message says what to do. */
export class LiveClientError extends TickwireError {
  declare readonly code: LiveClientErrorCode;

  constructor(code: LiveClientErrorCode, message: string, hint: string) {
    super(code, message, { hint });
  }
}
