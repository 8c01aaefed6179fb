import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SystemError } from './errors.ts';

/**
 * The program of a service: in the repository `apps/<app>/src/main.ts`, run by type stripping; in
 * an installation beside the bundle of the caller (`dist/apps/<app>/main.js`).
 * @throws SystemError `FAILED` when neither is there: the installation is incomplete.
 */
export function appEntry(app: string): string {
  const candidates = [`../../../apps/${app}/src/main.ts`, `../${app}/main.js`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new SystemError('FAILED', `the service ${app} is not installed beside tickwire`, {
      hint: 'Install it again: git clone, then npm start.',
    });
  }
  return found;
}
