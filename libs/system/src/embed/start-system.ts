import { randomInt } from 'node:crypto';
import { appEntry } from '../app-entry.ts';
import { checkOptions } from './check-options.ts';
import type { StartSystemOptions } from './embed-options.ts';
import { EmbeddedSystem } from './embedded-system.ts';

/**
 * Starts a system for this program: a gateway process per feed (and a simulator of its vendor
 * unless it is `live`), an aggregator when bars are wanted; their ticks come to the handlers.
 *
 * Everything ends with `stop()`, and with this program should it be killed. No signal handler is
 * installed: what Ctrl-C does is the program's own business.
 *
 * @throws SystemError `USAGE` naming a bad option; `START_FAILED` when a service does not start:
 *   nothing is left running then; the reason of `signal` when that was first.
 */
export async function startSystem(options: StartSystemOptions): Promise<EmbeddedSystem> {
  checkOptions(options);
  options.signal?.throwIfAborted();
  const system = new EmbeddedSystem(options, {
    environment: process.env,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    entryOf: appEntry,
  });
  await system.start();
  return system;
}
