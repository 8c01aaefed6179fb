/** Finding rings: a consumer learns of a new vendor by the ring that appears. */
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { RingsError } from './errors.ts';
import { listRings } from './ring-folder.ts';
import { openRing } from './ring-subscription.ts';
import type { OpenRingOptions, RingSubscription } from './ring-subscription.ts';

/**
 * Looked at this often even without a notice: the folder may not exist yet, or notices may
 * fail.
 */
const POLL_MS = 250;
const WAIT_MS = 10;

/**
 * Calls `onRing` once for each ring name that is in the folder, now and as rings appear. A name
 * whose ring was removed is reported again when it comes back. `unwatch` ends it.
 */
export function watchRings(dir: string, onRing: (name: string) => void): { unwatch(): void } {
  let known = new Set<string>();
  let watcher: FSWatcher | undefined;
  const look = (): void => {
    const names = listRings(dir);
    const added = names.filter((name) => !known.has(name));
    known = new Set(names);
    watcher ??= tryWatch(dir, look);
    for (const name of added) onRing(name);
  };
  const timer = setInterval(look, POLL_MS);
  timer.unref();
  look();
  return {
    unwatch(): void {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

/**
 * Opens a ring as soon as it exists.
 * @throws RingsError `TIMEOUT`; what `openRing` throws, but for `RING_NOT_FOUND`.
 */
export async function waitForRing(
  options: OpenRingOptions & { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<RingSubscription> {
  const deadlineMs = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return openRing(options);
    } catch (error) {
      if (!(error instanceof RingsError && error.code === 'RING_NOT_FOUND')) throw error;
    }
    if (performance.now() > deadlineMs) {
      const message = `ring ${options.name} did not appear in ${options.dir}`;
      throw new RingsError('TIMEOUT', `${message} within ${options.timeoutMs} ms`);
    }
    await delay(WAIT_MS);
  }
}

function tryWatch(dir: string, look: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, { persistent: false }, look);
    watcher.on('error', () => watcher.close()); // the folder went: the timer goes on looking
    return watcher;
  } catch {
    return undefined;
  }
}
