import { onTestFinished } from 'vitest';
import type { EmbeddedSystem } from '../src/embed/embedded-system.ts';
import type { StartSystemOptions } from '../src/embed/embed-options.ts';
import { startSystem } from '../src/embed/start-system.ts';

/** A system of two simulated symbols, stopped when the test ends. */
export async function startEmbedded(
  options: Partial<StartSystemOptions> = {},
): Promise<EmbeddedSystem> {
  const feeds = [{ vendor: 'kucoin', symbols: ['BTC-USDT', 'ETH-USDT'], rate: 1_000 }];
  const system = await startSystem({ feeds, seed: 7, ...options });
  onTestFinished(() => system.stop());
  return system;
}
