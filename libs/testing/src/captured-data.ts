import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

/** Names already announced as skipped in this process, so that a loop does not repeat itself. */
const announced = new Set<string>();

/**
 * The folder of real third-party captures, which is not part of the repository.
 *
 * @param suite - What is not proved when the folder is absent: it is printed.
 * @param part - A file or folder inside that the suite needs: `kucoin/capture-2021-04-25`.
 * @returns the absolute path of `part` (or of the folder), or `undefined` after saying on stderr
 *   what is skipped and how to get it. Use it with `describe.skipIf(path === undefined)`.
 * @throws Error when `TICKWIRE_DATA` is set but the part is not there: a wish, not an absence.
 */
export function capturedData(suite: string, part = '.'): string | undefined {
  const wished = process.env.TICKWIRE_DATA;
  const folder = wished === undefined || wished === '' ? undefined : resolve(wished);
  const path = join(folder ?? resolve(repositoryRoot(), '../shared/data'), part);
  if (existsSync(path)) return path;
  if (folder !== undefined) {
    throw new Error(
      `TICKWIRE_DATA is ${folder}, but ${path} does not exist: correct it or unset it`,
    );
  }
  announceSkip(suite, {
    missing: `the captured data (${part})`,
    remedy: 'set TICKWIRE_DATA to the folder of captures, or put it at ../shared/data',
  });
  return undefined;
}

/** Says on stderr, once per suite, that something is not proved in this run, and what to do. */
export function announceSkip(suite: string, why: { missing: string; remedy: string }): void {
  if (announced.has(suite)) return;
  announced.add(suite);
  process.stderr.write(`\nSKIPPED: ${suite}: ${why.missing} is missing; ${why.remedy}\n`);
}
