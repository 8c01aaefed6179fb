/** Errors of handlers: thrown on, or counted. */
import { TickwireError } from '@tickwire/core';

/** Kinds of errors that are told apart; further ones share one line. */
const LINES_MAX = 64;

export interface HandlerErrorCount {
  readonly handler: string;
  /** Of a TickwireError, else the error's name. */
  readonly code: string;
  readonly count: number;
  /** The newest message. */
  readonly message: string;
}

export class HandlerErrors {
  readonly #lines = new Map<string, HandlerErrorCount>();
  readonly #policy: 'throw' | 'count';

  constructor(policy: 'throw' | 'count') {
    this.#policy = policy;
  }

  /** @throws The error, unless errors are counted. */
  take(handler: string, error: unknown): void {
    if (this.#policy === 'throw') throw error;
    this.count(handler, error);
  }

  count(handler: string, error: unknown): void {
    const { code, message } = described(error);
    const wanted = `${handler} ${code}`;
    const isNew = !this.#lines.has(wanted) && this.#lines.size >= LINES_MAX - 1;
    const line = isNew ? { handler: 'others', code: 'others' } : { handler, code };
    const key = isNew ? 'others' : wanted;
    const count = (this.#lines.get(key)?.count ?? 0) + 1;
    this.#lines.set(key, { ...line, count, message });
  }

  list(): HandlerErrorCount[] {
    return [...this.#lines.values()];
  }
}

function described(error: unknown): { code: string; message: string } {
  if (error instanceof TickwireError) return { code: error.code, message: error.message };
  if (error instanceof Error) return { code: error.name, message: error.message };
  return { code: 'not an Error', message: String(error) };
}
