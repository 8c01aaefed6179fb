/** The simulated vendor of a proof, and its judgement of readers' books. */
import { join } from 'node:path';
import { startProcess } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import type { BookClaim, MarketRequest, Verdict } from './market-process.ts';

/** Claims of one message. */
const CLAIMS_MAX = 200;

export class Market {
  readonly process: TestProcess;
  readonly judged = { right: 0, wrong: 0, unknown: 0 };
  /** Some of the claims that were not right. */
  readonly bad: string[] = [];
  readonly #waiting: BookClaim[] = [];
  readonly #sent = new Map<number, readonly BookClaim[]>();
  #ids = 0;

  constructor(options: Readonly<Record<string, unknown>>) {
    const script = join(import.meta.dirname, 'market-process.ts');
    this.process = startProcess({ script, args: [JSON.stringify(options)] });
    this.process.child.on(
      'message',
      (message: { type: string; id: number; verdicts: Verdict[] }) => {
        if (message.type === 'verdicts') this.#take(message.id, message.verdicts);
      },
    );
  }

  async url(): Promise<string> {
    const info = (await this.process.ready()) as { url: string };
    return info.url;
  }

  /** Claims that are not judged yet. */
  get open(): number {
    return this.#waiting.length + [...this.#sent.values()].reduce((sum, of) => sum + of.length, 0);
  }

  claim(claim: BookClaim): void {
    this.#waiting.push(claim);
    if (this.#waiting.length >= CLAIMS_MAX) this.flush();
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const claims = this.#waiting.splice(0);
    this.#ids += 1;
    this.#sent.set(this.#ids, claims);
    this.#send({ type: 'judge', id: this.#ids, claims });
  }

  /** Ends every connection, as the venue does when it restarts. */
  disconnect(): void {
    this.#send({ type: 'disconnect' });
  }

  #send(request: MarketRequest): void {
    this.process.child.send(request);
  }

  #take(id: number, verdicts: readonly Verdict[]): void {
    const claims = this.#sent.get(id) ?? [];
    this.#sent.delete(id);
    verdicts.forEach((verdict, at) => {
      this.judged[verdict] += 1;
      const claim = claims[at];
      if (verdict === 'right' || claim === undefined || this.bad.length >= 10) return;
      this.bad.push(`${claim.symbol} at ${claim.sequence}: ${verdict}`);
    });
  }
}
