/** Compiles one variant of a Promela model and searches it completely with Spin. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelVariant } from './model-variants.ts';

/** Steps of the longest path; a path beyond it makes the search incomplete, which is a failure. */
const DEPTH_MAX = 200_000;
const OUTPUT_BYTES_MAX = 16 * 1_024 * 1_024;
/** Above the 1,024 bytes that Spin allows a state by default; ours take some 150. */
const COMPILER = ['-w', '-DCOLLAPSE', '-DVECTORSZ=2048'];

export interface SearchOptions {
  /** The `.pml` file. */
  readonly model: string;
  /** For what is compiled; made when missing, removed by the caller. */
  readonly folder: string;
  readonly limitMs: number;
  readonly memoryMbMax: number;
}

export interface SearchReport {
  /** `holds`: every state was seen and nothing was wrong; a name: that assertion failed. */
  readonly result: string;
  readonly states: number;
  readonly depth: number;
}

/** A command that the search needs and that is not installed, with its Debian packages. */
export function missingCommand(): { command: string; debianPackage: string } | undefined {
  const needed = [
    { command: 'spin', option: '-V', debianPackage: 'spin' },
    { command: 'gcc', option: '--version', debianPackage: 'gcc libc6-dev' },
  ];
  return needed.find(({ command, option }) => spawnSync(command, [option]).error !== undefined);
}

/**
 * Searches `variant` to its end.
 * @throws Error when Spin or the compiler refuses the model, or the search ran out of time.
 */
export async function searchModel(
  variant: ModelVariant,
  options: SearchOptions,
): Promise<SearchReport> {
  const { model, folder, limitMs } = options;
  mkdirSync(folder, { recursive: true });
  const flags = variant.flags.map((flag) => `-D${flag}`);
  const deadlineMs = performance.now() + limitMs;
  const step = (command: string, args: readonly string[]): Promise<string> =>
    runToOutput({
      command,
      args,
      folder,
      limitMs: Math.max(1, Math.ceil(deadlineMs - performance.now())),
    });
  await step('spin', ['-a', ...flags, model]);
  // A mistake is found within a second: making the search faster would take longer than it does.
  const speed = variant.expected === 'holds' ? '-O2' : '-O1';
  const kind = variant.isEndlessSearch === true ? '-DNP' : '-DSAFETY';
  const memory = `-DMEMLIM=${options.memoryMbMax}`;
  await step('gcc', [...COMPILER, speed, kind, memory, '-o', 'pan', 'pan.c']);
  const endless = variant.isEndlessSearch === true ? ['-l'] : [];
  return readSearchReport(await step(join(folder, 'pan'), [`-m${DEPTH_MAX}`, ...endless]));
}

/**
 * Reads what a search by Spin printed.
 * @throws Error when it has not the form of such a report.
 */
export function readSearchReport(text: string): SearchReport {
  const depth = /depth reached (\d+), errors: (\d+)/.exec(text);
  const states = /(\d+) states, (?:stored|visited)/.exec(text) ?? /([\d.e+]+) states, /.exec(text);
  if (depth === null || states === null) throw new Error(`no report of a search: ${tail(text)}`);
  return {
    result: resultOf(text, Number(depth[2])),
    states: Number(states[1]),
    depth: Number(depth[1]),
  };
}

function resultOf(text: string, errors: number): string {
  const assertion = /assertion violated \(?\s*(\w+)/.exec(text);
  if (assertion !== null) return assertion[1] as string;
  const error = /^pan:\d+: (.+) \(at depth \d+\)/m.exec(text);
  if (error !== null) return error[1] as string;
  if (errors > 0) return 'an error that Spin does not name';
  if (text.includes('max search depth too small')) return `incomplete: deeper than ${DEPTH_MAX}`;
  if (/out of memory|memory limit/.test(text)) return 'incomplete: out of memory';
  if (text.includes('Search not completed')) return 'incomplete';
  return 'holds';
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly limitMs: number;
}

function runToOutput({ command, args, folder, limitMs }: Command): Promise<string> {
  const options = { cwd: folder, timeout: limitMs, maxBuffer: OUTPUT_BYTES_MAX } as const;
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...options, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.killed === true) reject(new Error(`out of time after ${limitMs} ms`));
      else reject(new Error(`${command} failed: ${tail(stdout + stderr)}`));
    });
  });
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ');
}
