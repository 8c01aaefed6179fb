/**
 * What decoding MDP 3.0 costs: packets of 1,048,576 distinct messages of templates 46 and 47, 512
 * instruments interleaved, walked and every field of every entry read. Beside it, in the same run
 * and in turns A-B-B-A: a loop in C++ over packed structs that reads the same fields of the same
 * bytes (both have to fold them to the same word), and the floor, reading every word once. Times
 * are what the thread used of a core; whatever shares that core or its caches still slows it down.
 *
 *   npm run bench -- mdp3-decode [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CppLoop, timedPasses } from '@tickwire/testing';
import type { Passes } from '@tickwire/testing';
import { decodeFields, touchWords } from './decode-fields.ts';
import { renderPackets } from './rendered-packets.ts';

const MESSAGES = 1 << 20;
const INSTRUMENTS = 512;
const PASSES = 7;
/** Passes until the engine has compiled what it will. */
const WARM_UP_PASSES = 4;
const CPP_SOURCE = join(import.meta.dirname, 'peers/decode-structs.cpp');

interface Row {
  readonly name: string;
  readonly nsPerMessage: { median: number; min: number; max: number };
  readonly messagesPerSecond: number;
}

const { values: options } = parseArgs({ options: { json: { type: 'boolean' } }, strict: false });
const packets = renderPackets({ messages: MESSAGES, instruments: INSTRUMENTS });

const timed = (pass: () => number): Passes =>
  timedPasses(pass, { warmUp: WARM_UP_PASSES, passes: PASSES });

function rowOf(name: string, runs: readonly Passes[]): Row {
  const perMessage = runs.flatMap(({ ns }) => ns.map((one) => one / MESSAGES));
  const sorted = perMessage.sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  const nsPerMessage = { median, min: sorted[0]!, max: sorted.at(-1)! };
  return { name, nsPerMessage, messagesPerSecond: Math.round(1e9 / median) };
}

function measure(loop: CppLoop | string): Row[] {
  const ours = () => timed(() => decodeFields(packets));
  const floor = timed(() => touchWords(packets));
  const rows = [rowOf('floor: every word read once', [floor])];
  if (typeof loop === 'string') return [...rows, rowOf('ours: every field', [ours(), ours()])];
  const runs = [ours(), loop.run(PASSES), loop.run(PASSES), ours()] as const;
  const folds = new Set(runs.map(({ fold }) => fold));
  if (folds.size !== 1) throw new Error(`the folds differ: ${[...folds].join(', ')}`);
  return [
    ...rows,
    rowOf('peer: packed structs in C++', [runs[1], runs[2]]),
    rowOf('ours: every field', [runs[0], runs[3]]),
  ];
}

const dir = mkdtempSync(join(tmpdir(), 'tickwire-mdp3-bench-'));
try {
  const loop = CppLoop.build({ dir, source: CPP_SOURCE, inputs: [packets.bytes, packets.starts] });
  if (typeof loop === 'string') process.stderr.write(`SKIPPED: the loop in C++: ${loop}\n`);
  const rows = measure(loop);
  const model = cpus()[0]?.model ?? 'unknown CPU';
  const machine = `${model} × ${cpus().length}, Node ${process.version}`;
  const bytesPerMessage = packets.bytes.length / MESSAGES;
  const entriesPerMessage = packets.entries / MESSAGES;
  if (options.json === true) {
    const what = { bench: 'mdp3-decode', machine, messages: MESSAGES, instruments: INSTRUMENTS };
    const text = JSON.stringify({ ...what, bytesPerMessage, entriesPerMessage, rows });
    process.stdout.write(`${text}\n`);
  } else {
    const size = `${bytesPerMessage.toFixed(0)} bytes and ${entriesPerMessage.toFixed(1)} entries`;
    process.stdout.write(
      `${machine}; ${MESSAGES} messages of ${INSTRUMENTS} instruments, ${size} each\n`,
    );
    for (const { name, nsPerMessage, messagesPerSecond } of rows) {
      const { median, min, max } = nsPerMessage;
      const figures = [median, min, max].map((ns) => ns.toFixed(1));
      const rate = `${(messagesPerSecond / 1e6).toFixed(2)} M messages/s a core`;
      process.stdout.write(
        `${name.padEnd(28)} ${figures[0]} ns a message (${figures[1]} … ${figures[2]}), ${rate}\n`,
      );
    }
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
