import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCounters } from '@tickwire/core';
import type { CounterSnapshot } from '@tickwire/core';
import { startProcess, temporaryDirectory } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';

export interface ReplayServiceOptions {
  ringDir: string;
  dataDir?: string;
  env?: Readonly<Record<string, string>>;
}

/** The service at maximum speed unless said otherwise; resolves when its ring is there. */
export async function startReplay(
  sources: readonly string[],
  { ringDir, dataDir = temporaryDirectory(), env = {} }: ReplayServiceOptions,
): Promise<TestProcess> {
  const service = startProcess({
    script: 'apps/gateway-replay/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'gateway-replay',
      TICKWIRE_RUN_DIR: join(dataDir, 'run'),
      TICKWIRE_DATA_DIR: dataDir,
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_LOG_LEVEL: 'error',
      TICKWIRE_REPLAY_SOURCES: JSON.stringify(sources),
      TICKWIRE_REPLAY_SPEED: 'max',
      ...env,
    },
  });
  await service.ready();
  return service;
}

export const countsOf = (ringDir: string): CounterSnapshot['values'] =>
  readCounters(readFileSync(join(ringDir, 'gateway-replay.stats'))).values;
