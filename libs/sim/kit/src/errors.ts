import { TickwireError } from '@tickwire/core';

/**
 * Errors of the simulator's own interface (what it answers to clients is in `vendor-errors.ts`).
 *
 * | code             | when                                              | what the caller does |
 * |------------------|---------------------------------------------------|----------------------|
 * | `BAD_OPTION`     | an option is out of its range                     | corrects the option  |
 * | `BAD_SYMBOL`     | a symbol is not `BASE-QUOTE`, or listed twice     | corrects the list    |
 * | `BAD_FAULT`      | the fault specification breaks its grammar        | corrects the text    |
 * | `NO_SUCH_SYMBOL` | a book was asked for that is not listed           | asks for a listed one|
 * | `NO_HISTORY`     | a book was asked for at a sequence no longer kept | asks for a later one |
 */
export type SimulatorErrorCode =
  'BAD_OPTION' | 'BAD_SYMBOL' | 'BAD_FAULT' | 'NO_SUCH_SYMBOL' | 'NO_HISTORY';

/** An error of the caller; `field` names the option, symbol or fault at fault. */
export class SimulatorError extends TickwireError {
  readonly field: string;

  constructor(code: SimulatorErrorCode, field: string, detail: string) {
    super(code, `${field}: ${detail}`);
    this.field = field;
  }
}
