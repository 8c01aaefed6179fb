// The simulated vendor as a process, which also judges books: it alone knows what each was at each
// sequence. Argument: options of the simulator as JSON. Messages: see `MarketRequest`.
import { createHash } from 'node:crypto';
import { startKucoinSimulator } from '@tickwire/sim-kucoin';
import type { KucoinSimulatorOptions } from '@tickwire/sim-kucoin';

export type MarketRequest =
  | { readonly type: 'judge'; readonly id: number; readonly claims: readonly BookClaim[] }
  | { readonly type: 'disconnect' }
  | { readonly type: 'count' };

/** A book that a reader has, to be compared with the market's own. */
export interface BookClaim {
  readonly symbol: string;
  readonly sequence: number;
  /** Of `[bids, asks]`, rows of `[price, size]` as texts, as JSON. */
  readonly sha1: string;
}

export type Verdict = 'right' | 'wrong' | 'unknown';

export const sha1Of = (book: unknown): string =>
  createHash('sha1').update(JSON.stringify(book)).digest('base64');

if (process.argv[1] === import.meta.filename) await serve();

async function serve(): Promise<void> {
  const options = JSON.parse(String(process.argv[2])) as KucoinSimulatorOptions;
  const simulator = await startKucoinSimulator(options);
  const judge = ({ symbol, sequence, sha1 }: BookClaim): Verdict => {
    try {
      const { bids, asks } = simulator.book(symbol, sequence);
      return sha1Of([bids, asks]) === sha1 ? 'right' : 'wrong';
    } catch {
      return 'unknown'; // a sequence that there never was, or one too long ago
    }
  };
  process.on('message', (request: MarketRequest) => {
    if (request.type === 'disconnect') simulator.disconnectAll();
    else if (request.type === 'judge') {
      const verdicts = request.claims.map(judge);
      process.send?.({ type: 'verdicts', id: request.id, verdicts });
    } else process.send?.({ type: 'count', sent: simulator.counts().sent });
  });
  process.on('disconnect', () => process.exit(1));
  process.on('SIGTERM', () => {
    void simulator.close().then(() => process.exit(0));
  });
  process.send?.({ type: 'ready', info: { url: simulator.url } });
}
