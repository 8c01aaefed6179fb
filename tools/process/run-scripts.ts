import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { findScripts } from './find-scripts.ts';
import { runChild } from './run-child.ts';

const SEED_END = 2 ** 31;

export interface ScriptKind {
  /** `prove` or `bench`: the folder, and the middle of the file name. */
  readonly kind: string;
  readonly limitMs: number;
  readonly passed: string;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Chosen {
  readonly scripts: readonly (readonly [name: string, path: string])[];
  /** What follows the names and begins with a dash goes to every script. */
  readonly args: readonly string[];
  readonly unknown: readonly string[];
}

function choose(all: ReadonlyMap<string, string>, words: readonly string[]): Chosen {
  const dash = words.findIndex((word) => word.startsWith('-'));
  const names = dash === -1 ? words : words.slice(0, dash);
  const wanted = names.includes('all') ? [...all.keys()] : names;
  return {
    scripts: wanted.flatMap((name) => {
      const path = all.get(name);
      return path === undefined ? [] : [[name, path] as const];
    }),
    args: dash === -1 ? [] : words.slice(dash),
    unknown: wanted.filter((name) => !all.has(name)),
  };
}

/**
 * Runs scripts by name, one after the other, and says how each ended.
 *
 * @returns the exit code: 0 all ended well, 1 one did not, 2 an unknown name.
 */
export async function runScripts(options: ScriptKind, words: readonly string[]): Promise<number> {
  const root = resolve(import.meta.dirname, '../..');
  const all = findScripts(root, options.kind);
  const { scripts, args, unknown } = choose(all, words);
  if (unknown.length > 0) {
    process.stderr.write(
      `No such name: ${unknown.join(', ')}. Known: ${[...all.keys()].join(', ')}.\n`,
    );
    return 2;
  }
  if (scripts.length === 0) {
    for (const [name, path] of all) say(`${name.padEnd(28)} ${path}`);
    say(`npm run ${options.kind} -- NAME…, or all`);
    return 0;
  }
  const seed = process.env.TICKWIRE_SEED ?? String(randomInt(1, SEED_END));
  let failed = 0;
  for (const [name, path] of scripts) {
    const startMs = performance.now();
    say(`== ${name} (TICKWIRE_SEED=${seed})`);
    const result = await runChild({
      command: process.execPath,
      args: [resolve(root, path), ...args],
      cwd: root,
      env: { ...process.env, TICKWIRE_SEED: seed },
      show: true,
      limitMs: options.limitMs,
    });
    if (result.interrupted) return 130;
    if (!result.ok) failed += 1;
    const why = result.timedOut ? 'TIME LIMIT' : `FAILED, code ${result.code}`;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    say(`== ${name}: ${result.ok ? options.passed : why}, ${seconds} s`);
  }
  say(`${scripts.length - failed} ${options.passed}, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
