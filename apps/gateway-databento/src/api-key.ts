import { readFileSync } from 'node:fs';
import { ConfigError } from '@tickwire/io-service';
import type { GatewayConfig } from './config.ts';

const KEY_CHARACTERS = 32;

/**
 * The account's key, from the environment or from a file of its own.
 * @throws ConfigError which never shows the key.
 */
export function apiKeyOf({
  databentoApiKey: given,
  databentoApiKeyFile: file,
}: Pick<GatewayConfig, 'databentoApiKey' | 'databentoApiKeyFile'>): string {
  if (given !== undefined && file !== undefined) {
    throw new ConfigError(['TICKWIRE_DATABENTO_API_KEY and …_API_KEY_FILE are both set: give one']);
  }
  const key = given ?? (file === undefined ? undefined : readKey(file));
  if (key === undefined) {
    throw new ConfigError(['TICKWIRE_DATABENTO_API_KEY or …_API_KEY_FILE: one of them is needed']);
  }
  if (key.length !== KEY_CHARACTERS) {
    const name = given === undefined ? `the key in ${file}` : 'TICKWIRE_DATABENTO_API_KEY';
    throw new ConfigError([`${name}: ${key.length} characters, and a key has ${KEY_CHARACTERS}`]);
  }
  return key;
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError([`TICKWIRE_DATABENTO_API_KEY_FILE: ${path} cannot be read (${why})`]);
  }
}
