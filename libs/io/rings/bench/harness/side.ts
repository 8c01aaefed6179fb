/** One process of a benchmark: started on its core, read to its one line of JSON. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Placement } from './placement.ts';

const LIMIT_MS = 120_000;
const OUTPUT_CHARS_MAX = 65_536;
const BENCH = join(import.meta.dirname, '..');

export interface Side {
  readonly command: string;
  readonly args: readonly string[];
}

type Values = Readonly<Record<string, string | number>>;

/** A script of this folder in Node, with one JSON argument. */
export function nodeSide(script: string, options: object, flags: readonly string[] = []): Side {
  const args = [...flags, join(BENCH, script), JSON.stringify(options)];
  return { command: process.execPath, args };
}

/** A program of `peers/`, with `key=value` arguments. */
export function programSide(program: string, values: Values): Side {
  return {
    command: program,
    args: Object.entries(values).map(([key, value]) => `${key}=${value}`),
  };
}

/** A side, and the core that it is pinned to; anywhere when `undefined`. */
export interface PlacedSide {
  readonly side: Side;
  readonly core: number | undefined;
}

/**
 * Runs one side to its end.
 * @throws Error when it fails, prints no report, takes longer than two minutes, or is stopped.
 */
export function runSide<Report>({ side, core }: PlacedSide, stop?: AbortSignal): Promise<Report> {
  const pinned = core === undefined ? [] : ['taskset', '-c', `${core}`];
  const [command = side.command, ...args] = [...pinned, side.command, ...side.args];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = (): boolean => child.kill('SIGKILL');
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output = keep(output + chunk.toString())));
    child.stderr.on('data', (chunk: Buffer) => (errors = keep(errors + chunk.toString())));
    const timer = setTimeout(kill, LIMIT_MS);
    stop?.addEventListener('abort', kill);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', kill);
      const line = output.split('\n').findLast((text) => text.startsWith('{'));
      if (code === 0 && line !== undefined) resolve(JSON.parse(line) as Report);
      else reject(new Error(`${side.args.join(' ')} ended with ${code}\n${errors}${output}`));
    });
  });
}

function keep(text: string): string {
  return text.slice(-OUTPUT_CHARS_MAX);
}

/**
 * Runs sides at the same time. When one fails the others are stopped: they would wait for it.
 * @throws Error of the one that failed first, once all have ended.
 */
export async function runTogether<Report>(sides: readonly PlacedSide[]): Promise<Report[]> {
  const stop = new AbortController();
  let failure: Error | undefined;
  const results = await Promise.allSettled(
    sides.map((placed) =>
      runSide<Report>(placed, stop.signal).catch((error: unknown) => {
        failure ??= error instanceof Error ? error : new Error(String(error));
        stop.abort();
        throw error;
      }),
    ),
  );
  if (failure !== undefined) throw failure;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Runs the two sides of a case at the same time, each on its core. */
export async function runPair<W, R>(
  pair: { readonly writer: Side; readonly reader: Side },
  placement: Placement,
): Promise<{ writer: W; reader: R }> {
  const [writer, reader] = await runTogether<W | R>([
    { side: pair.writer, core: placement.cores?.[0] },
    { side: pair.reader, core: placement.cores?.[1] },
  ]);
  return { writer: writer as W, reader: reader as R };
}
