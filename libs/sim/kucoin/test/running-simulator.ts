/** Simulators of the tests: each on a port of its own, ended with its test. */
import { onTestFinished } from 'vitest';
import { startKucoinSimulator } from '../src/simulator.ts';
import type { KucoinSimulator } from '../src/simulator-api.ts';
import type { KucoinSimulatorOptions } from '../src/options.ts';
import { RawClient } from './raw-client.ts';

/** Without a rate the markets stand still until the test steps them. */
export async function running(options: KucoinSimulatorOptions = {}): Promise<KucoinSimulator> {
  const simulator = await startKucoinSimulator({ rate: 0, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

export async function client(simulator: KucoinSimulator, connectId?: string): Promise<RawClient> {
  const opened = await RawClient.open(simulator.url, connectId);
  onTestFinished(() => opened.ws.terminate());
  return opened;
}
