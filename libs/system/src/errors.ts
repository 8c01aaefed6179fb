import { TickwireError } from '@tickwire/core';

/**
 * What can be said of a system that could not be started, found or read.
 *
 * | code | meaning | exit code |
 * |---|---|---|
 * | USAGE | an option or a file the user wrote cannot be used | 2 |
 * | ALREADY_RUNNING | another supervisor or its orphans hold the data directory | 1 |
 * | NOTHING_RUNS | the command needs a running system | 1 |
 * | START_FAILED | a service did not become ready | 1 |
 * | NO_SHARED_MEMORY | no place for the rings, or too small | 1 |
 * | FAILED | anything else the user can act on | 1 |
 */
export type SystemErrorCode =
  'USAGE' | 'ALREADY_RUNNING' | 'NOTHING_RUNS' | 'START_FAILED' | 'NO_SHARED_MEMORY' | 'FAILED';

/** An error that is one sentence for a person, with what to do next as its hint. */
export class SystemError extends TickwireError {
  declare readonly code: SystemErrorCode;

  constructor(
    code: SystemErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }

  /** Of a command that ends with this error. */
  get exitCode(): number {
    return this.code === 'USAGE' ? 2 : 1;
  }
}
