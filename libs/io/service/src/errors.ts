import { TickwireError } from '@tickwire/core';

/** Every bad key of a configuration at once. Code `BAD_CONFIG`. */
export class ConfigError extends TickwireError {
  /** One line per bad key: `TICKWIRE_RATE: expected a number, got "fast"`. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('BAD_CONFIG', `configuration is not valid: ${problems.join('; ')}`, {
      hint: 'correct the keys named above and start again',
    });
    this.problems = problems;
  }
}

/** Codes: `ALREADY_RUNNING`, `STATS_UNREADABLE`, `NOT_OPEN`. */
export class ServiceError extends TickwireError {}
