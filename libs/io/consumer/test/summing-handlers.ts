// Handlers for a worker in tests: they sum prices, post the sum on a STREAM tick, die when told.
import type { WorkerContext, WorkerHandlers } from '../src/index.ts';

export interface SummingOptions {
  /** Throws at the trade of that price. */
  readonly poison?: number;
  /** Ends the thread at the trade of that price, as long as the cell is 0; then it is 1. */
  readonly exit?: { readonly price: number; readonly fuse: Int32Array };
  /** Never returns from the trade of that price. */
  readonly hang?: number;
  /** Leaves a timer behind. */
  readonly litter?: boolean;
  /** Posts each price. */
  readonly echo?: boolean;
}

const make: WorkerHandlers<SummingOptions> = ({
  data,
  post,
  room,
  rings,
}: WorkerContext<SummingOptions>) => {
  let sum = 0;
  if (data.litter === true) setInterval(() => undefined, 1_000);
  let seen = 0;
  return {
    trade: (tick) => {
      if (tick.price === data.poison) throw new RangeError(`price ${tick.price} is poison`);
      const { exit } = data;
      while (tick.price === data.hang);
      if (tick.price === exit?.price && Atomics.exchange(exit.fuse, 0, 1) === 0) process.exit(3);
      sum += tick.price;
      seen += 1;
      if (data.echo === true && !post({ price: tick.price })) return room();
      return undefined;
    },
    gap: ({ cause, count }) => void post({ gap: cause, count }),
    stream: () => void post({ rings, sum, seen }),
  };
};

export default make;
