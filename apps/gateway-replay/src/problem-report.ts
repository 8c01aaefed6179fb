import type { TickwireError } from '@tickwire/core';
import type { Log } from '@tickwire/io-service';

/** Problems told one by one; beyond them only the counters speak. */
const TOLD_MAX = 100;

/** What the process that started a replay is told of a record that was skipped. */
export interface ReplayProblem {
  type: 'problem';
  /** `capture`: the file is damaged there; `vendor`: a message that the normaliser refused. */
  source: 'capture' | 'vendor';
  code: string;
  message: string;
}

/** Logs skipped records and tells them to the parent process: a bounded number of them. */
export class ProblemReport {
  readonly #log: Log;
  #told = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  tell(source: ReplayProblem['source'], error: TickwireError, where = ''): void {
    if (this.#told === TOLD_MAX) return;
    this.#told += 1;
    const last = this.#told === TOLD_MAX ? ' (further ones are only counted)' : '';
    const text = error.message.replace(`${error.code}: `, ''); // the code is told by itself
    const message = `${where}${text}${last}`;
    this.#log.warn({ code: error.code }, message);
    const problem: ReplayProblem = { type: 'problem', source, code: error.code, message };
    if (process.send !== undefined && process.connected) {
      process.send(problem, undefined, undefined, () => undefined);
    }
  }
}
