import { performance } from 'node:perf_hooks';

/** `make`, called at most once in `everyMs`: calls in between get the latest answer or error. */
export function atMostEvery<T>(everyMs: number, make: () => Promise<T>): () => Promise<T> {
  let latest: { answer: Promise<T>; atMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (latest === undefined || nowMs - latest.atMs >= everyMs) {
      latest = { answer: make(), atMs: nowMs };
    }
    return latest.answer;
  };
}
