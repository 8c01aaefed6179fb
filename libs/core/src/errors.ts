/**
 * The root of every error with a stable `code`. Codes are the API; texts are for people and may
 * change. Each library has its own `errors.ts` with its codes.
 */
export class TickwireError extends Error {
  readonly code: string;
  /** What the reader of the message should do next; printed after it by the command line. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

/** A decimal text or a 64-bit number that does not fit. Codes: `BAD_DECIMAL`, `OUT_OF_RANGE`. */
export class DecimalError extends TickwireError {}

/** A table of counters or a histogram that does not fit its memory. */
export class CounterError extends TickwireError {}

/** Throws when an invariant of our own code is broken: the process should not go on. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new TickwireError('BROKEN_INVARIANT', message);
}
