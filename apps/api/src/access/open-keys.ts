/** The keys as configured: of the configuration itself, or of a file that is watched. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@tickwire/io-service';
import type { ApiConfig } from '../config.ts';
import { ApiKeys, loadKeyFile, namedKeys } from './api-keys.ts';

const LOOK_MS = 2_000;

export interface OpenKeys {
  readonly keys: ApiKeys;
  /** Where others on this host find the key; undefined when it is in no file. */
  readonly path: string | undefined;
  close(): void;
}

/**
 * Opens the keys. A changed file holds within two seconds: a key that is gone ends its sessions
 * and streams.
 * @throws ApiStartError `BAD_KEY_FILE`.
 */
export function openKeys(config: ApiConfig, log: Log): OpenKeys {
  const { apiKeys, apiKeysFile, dataDir } = config;
  if (apiKeys !== undefined) {
    return { keys: new ApiKeys(namedKeys(apiKeys)), path: undefined, close: () => undefined };
  }
  const path = apiKeysFile ?? join(dataDir, 'api-keys.json');
  const keys = new ApiKeys(loadKeyFile(path));
  const watching = watchKeys(path, keys, log);
  return { keys, path, close: () => clearInterval(watching) };
}

function watchKeys(path: string, keys: ApiKeys, log: Log): NodeJS.Timeout {
  const stampOf = (): string => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return `${stats?.mtimeMs ?? 0} ${stats?.ino ?? 0} ${stats?.size ?? 0}`;
  };
  let known = stampOf();
  return setInterval(() => {
    const now = stampOf();
    if (now === known) return;
    known = now;
    try {
      keys.replace(loadKeyFile(path));
      log.info('the file of keys has changed: its keys hold now');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error({ message }, 'the changed file of keys cannot be used: the keys before stay');
    }
  }, LOOK_MS);
}
