import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The nats-server on the PATH, `/usr/sbin` included, where Debian puts it. */
export function findNatsBinary(path: string | undefined): string | undefined {
  const folders = [...(path ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'nats-server'))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
