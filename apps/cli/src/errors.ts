import { TickwireError } from '@tickwire/core';

/**
 * What the command line can say of a failure.
 *
 * | code | meaning | exit code |
 * |---|---|---|
 * | USAGE | an option or a file the user wrote cannot be used | 2 |
 * | ALREADY_RUNNING | another supervisor or its orphans hold the data directory | 1 |
 * | NOTHING_RUNS | the command needs a running system | 1 |
 * | START_FAILED | a service did not become ready | 1 |
 * | NO_SHARED_MEMORY | no place for the rings, or too small | 1 |
 * | UNBALANCED | a hop of the report does not balance | 1 |
 * | FAILED | anything else the user can act on | 1 |
 */
export type CliErrorCode =
  | 'USAGE'
  | 'ALREADY_RUNNING'
  | 'NOTHING_RUNS'
  | 'START_FAILED'
  | 'NO_SHARED_MEMORY'
  | 'UNBALANCED'
  | 'FAILED';

/** An error that is one sentence for a person, with what to do next as its hint. */
export class CliError extends TickwireError {
  declare readonly code: CliErrorCode;

  constructor(
    code: CliErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }

  get exitCode(): number {
    return this.code === 'USAGE' ? 2 : 1;
  }
}
