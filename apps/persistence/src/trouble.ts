import type { ServiceContext } from '@tickwire/io-service';

/** What is wrong right now, by place: the service is healthy when nothing is. */
export class Trouble {
  readonly #context: ServiceContext;
  readonly #reasons = new Map<string, string>();

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** Something failed at `place`; counted each time by its code, reported when it is news. */
  raise(place: string, error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED';
    const text = error instanceof Error ? error.message : String(error);
    this.#context.stats.counter(`count/persistence.${code}`).add(1);
    if (this.#reasons.get(place) === text) return;
    this.#reasons.set(place, text);
    this.#context.setHealth({ ok: false, reason: `${place}: ${text}` });
  }

  /** `place` works (again). */
  clear(place: string): void {
    if (!this.#reasons.delete(place)) return;
    const [rest] = this.#reasons.values();
    this.#context.setHealth({ ok: rest === undefined, reason: rest ?? `${place}: works again` });
  }
}
