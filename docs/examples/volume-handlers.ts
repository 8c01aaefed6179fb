// The handlers of consume-in-worker.ts; they run in its worker thread.
import type { WorkerHandlers } from '@tickwire/io-consumer';

const handlers: WorkerHandlers<{ every: number }> = ({ data, post }) => {
  let trades = 0;
  let size = 0;
  return {
    trade: (tick) => {
      size += tick.size;
      if (++trades % data.every === 0) post({ trades, size });
    },
  };
};
export default handlers;
