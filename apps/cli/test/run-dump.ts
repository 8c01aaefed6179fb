import { runToEnd } from '@tickwire/testing';

const MAIN = 'apps/cli/src/main.ts';

export type DumpLine = Record<string, string | number | string[]>;

/** `tickwire dump` as a process. */
export async function runText(...args: string[]) {
  return runToEnd({ script: MAIN, args: ['dump', ...args] });
}

/** `tickwire dump` as a process, with its lines as they are and parsed. */
export async function runDump(...args: string[]) {
  const finished = await runText(...args);
  const lines = finished.stdout.split('\n').filter((line) => line !== '');
  return { ...finished, lines, ticks: lines.map((line) => JSON.parse(line) as DumpLine) };
}
