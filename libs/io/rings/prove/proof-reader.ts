// A process that checks self-checking ticks. One JSON argument, see `ProofReaderOptions`. Says
// `{type:'ready'}` when attached and `{type:'result', …}` at the end of the ring or on 'stop';
// answers 'where' with `ReaderWhereabouts`.
import { setImmediate as turn } from 'node:timers/promises';
import { RingState, formatRingId } from '@tickwire/ipc-ring';
import { seedFromEnvironment, seededRandom } from '@tickwire/testing';
import type { RingAccount } from '../src/index.ts';
import { waitForRing } from '../src/index.ts';
import type { WaitingStrategy } from '../src/index.ts';
import { TickChecker, isBalanced } from './checked-ticks.ts';
import type { CheckedCounts } from './checked-ticks.ts';

export interface ProofReaderOptions {
  readonly dir: string;
  readonly name: string;
  readonly required: boolean;
  readonly waiting: WaitingStrategy;
  /** Goes on with the successors of a closed ring, until 'stop'. */
  readonly follow?: boolean;
  /** Ends after so many ticks, whatever the writer does. */
  readonly ticksMax?: number;
  /** Falls behind by up to so many laps before it reads on, again and again; 0 by default. */
  readonly lagLapsMax?: number;
  /** Most ticks of a run, 1 … 256. */
  readonly runTicksMax?: number;
}

/** What became of the rings before the last one. */
export interface ClosedRings {
  readonly rings: number;
  /** Accounts that did not add up. */
  readonly unbalanced: number;
  /** Ticks declared as never read. */
  readonly unread: number;
  readonly lost: number;
}

export interface ProofReaderResult extends CheckedCounts {
  readonly type: 'result';
  readonly account: RingAccount;
  readonly ringId: string;
  readonly closed: ClosedRings;
  readonly elapsedMs: number;
}

export interface ReaderWhereabouts {
  readonly type: 'where';
  readonly ringId: string;
  readonly cursor: number;
}

const options = JSON.parse(String(process.argv[2])) as ProofReaderOptions;
const stop = new AbortController();
const closed = { rings: 0, unbalanced: 0, unread: 0, lost: 0 };

const subscription = await waitForRing({
  dir: options.dir,
  name: options.name,
  from: 'oldest',
  register: { label: 'proof', required: options.required },
  ...(options.runTicksMax === undefined ? {} : { runTicksMax: options.runTicksMax }),
  onNewRing: (account, opened) => leave(account, opened),
  timeoutMs: 20_000,
});
const checker = new TickChecker(subscription);
process.on('message', (message) => {
  if (message === 'stop') stop.abort();
  if (message === 'where') process.send?.(whereabouts());
});
process.on('disconnect', () => process.exit(1));
process.send?.({ type: 'ready', info: {} });

const startedAtMs = performance.now();
const fallBehind = makeLag(options.lagLapsMax ?? 0);
await subscription.run(
  (run) => {
    checker.take(run);
    if (checker.verified >= (options.ticksMax ?? Number.POSITIVE_INFINITY)) stop.abort();
    return fallBehind?.();
  },
  { waiting: options.waiting, untilClosed: options.follow !== true, signal: stop.signal },
);

const result: ProofReaderResult = {
  type: 'result',
  account: subscription.account(),
  ringId: formatRingId(subscription.header.ringId),
  ...checker.counts(),
  closed,
  elapsedMs: performance.now() - startedAtMs,
};
subscription.close();
process.send?.(result, () => process.disconnect());

function leave(account: RingAccount, opened: RingAccount): void {
  closed.rings += 1;
  closed.unread += account.inFlight;
  closed.lost += account.lost;
  if (!isBalanced(account)) closed.unbalanced += 1;
  checker.moveTo(opened);
}

function whereabouts(): ReaderWhereabouts {
  const { header, reader } = subscription;
  return { type: 'where', ringId: formatRingId(header.ringId), cursor: reader.cursor };
}

/** Every 64 runs on average: reads nothing until the writer is some way ahead, up to `lapsMax`. */
function makeLag(lapsMax: number): (() => Promise<void> | undefined) | undefined {
  if (lapsMax === 0) return undefined;
  const random = seededRandom(seedFromEnvironment() ?? 1);
  return () => {
    if (random() > 1 / 64) return undefined;
    const { reader } = subscription;
    return behind(reader.cursor + random() * lapsMax * reader.header.plan.slotCount);
  };
}

async function behind(position: number): Promise<void> {
  const { reader } = subscription;
  const open = (): boolean => reader.state === RingState.Open && !stop.signal.aborted;
  while (reader.published < position && open()) await turn();
}
