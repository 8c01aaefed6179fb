/** A live ring does not know its readers: each says by a file of its own that it is attached. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@tickwire/testing';

const SUFFIX = '.ready';
const DEADLINE_MS = 30_000;

export function sayReady(dir: string, label: string): void {
  writeFileSync(join(dir, label + SUFFIX), '');
}

/** Resolves when `count` readers are attached. */
export async function waitForReady(dir: string, count: number): Promise<void> {
  const attached = (): boolean =>
    existsSync(dir) && readdirSync(dir).filter((name) => name.endsWith(SUFFIX)).length >= count;
  await waitFor(() => (attached() ? true : undefined), {
    what: `${count} readers`,
    deadlineMs: DEADLINE_MS,
  });
}
