// Shows that a set-up is alive: one line that rewrites itself on a terminal, else a line now and
// then (a log has no use for a bar).
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const LIVE_MS = 250;
const LINE_MS = 5_000;

/**
 * @param {{ stream: NodeJS.WriteStream, folder: string, paths: string[] }} options `folder`: where
 *   packages appear; `paths`: those expected, relative to it
 * @returns {() => void} ends the display
 */
export function showProgress({ stream, folder, paths }) {
  const startedAtMs = Date.now();
  const missing = new Set(paths);
  const text = () => {
    for (const path of missing) {
      if (existsSync(join(folder, path, 'package.json'))) missing.delete(path);
    }
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    return `setting up: ${paths.length - missing.size} of ${paths.length} packages, ${seconds} s`;
  };
  const live = stream.isTTY === true;
  const draw = () => stream.write(live ? `\r\u001b[K${text()}` : `${text()}\n`);
  const timer = setInterval(draw, live ? LIVE_MS : LINE_MS);
  return () => {
    clearInterval(timer);
    if (live) stream.write('\r\u001b[K');
  };
}
