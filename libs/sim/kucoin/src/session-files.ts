/**
 * A rendered session as Tickwire's raw capture format:
 *
 *   ws.txt    <receive time, ns> <message text>
 *   rest.txt  <receive time, ns> <METHOD> <path?query> <body on one line>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedSession } from './render-session.ts';

/** Writes a session's files into a directory, which is made if need be. */
export function writeSession(directory: string, session: RenderedSession): void {
  mkdirSync(directory, { recursive: true });
  const ws = session.ws.map(({ tsNs, text }) => `${tsNs} ${text}\n`);
  const rest = session.rest.map(
    ({ tsNs, method, path, body }) => `${tsNs} ${method} ${path} ${body}\n`,
  );
  writeFileSync(join(directory, 'ws.txt'), ws.join(''));
  writeFileSync(join(directory, 'rest.txt'), rest.join(''));
}
