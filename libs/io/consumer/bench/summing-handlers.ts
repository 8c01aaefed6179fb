// Handlers of the worker in consumer-worker.bench.ts: they read two fields of each trade.
import type { WorkerHandlers } from '../src/index.ts';

const handlers: WorkerHandlers = () => {
  const sums = new Float64Array(2);
  return {
    trade: (tick) => {
      sums[0]! += tick.price;
      sums[1]! += tick.size;
    },
  };
};
export default handlers;
