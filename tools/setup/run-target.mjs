// Runs a program of the repository under the pinned Node and passes signals and exit code through.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const NODE_MAJOR = 24;

/**
 * npm passes on a signal which the terminal has already sent to the whole group, so one Ctrl-C
 * arrives twice within a few ms. Two presses of a person are further apart.
 */
const SAME_PRESS_MS = 250;

/** Path of the Node to run with: the pinned one, else the running one if new enough. */
export function findNode(root) {
  const pinned = join(root, 'node_modules/.bin/node');
  if (existsSync(pinned)) return realpathSync(pinned);
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR ? process.execPath : undefined;
}

function forwardSignals(child) {
  const lastMs = new Map();
  const forward = (received, sent) =>
    process.on(received, () => {
      const nowMs = performance.now();
      const isRepeat = nowMs - (lastMs.get(received) ?? -Infinity) < SAME_PRESS_MS;
      lastMs.set(received, nowMs);
      if (!isRepeat) child.kill(sent);
    });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2']) forward(name, name);
  forward('SIGHUP', 'SIGTERM'); // the terminal is gone: an ordered end, not a sudden one
  process.on('SIGWINCH', () => child.kill('SIGWINCH'));
}

/**
 * Runs `node <script> ...args` to its end.
 *
 * @returns {Promise<number>} its exit code, or 128 + the number of the signal that ended it
 */
export function runTarget({ root, node, script, args }) {
  const env = { ...process.env, TICKWIRE_TETHER_FD: '3' };
  env.PATH = [join(root, 'node_modules/.bin'), env.PATH].filter(Boolean).join(delimiter);
  const tether = pathToFileURL(join(root, 'tools/setup/tether.mjs')).href;
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--import', tether, join(root, script), ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
      env,
      detached: true,
    });
    // Held open for as long as this process lives; its end is the message (see tether.mjs).
    child.stdio[3].on('error', () => {});
    forwardSignals(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
