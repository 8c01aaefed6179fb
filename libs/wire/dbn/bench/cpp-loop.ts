/** The loop in C++ over the same records: built once, run in a process of its own. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, 'peers/decode-structs.cpp');
const FLAGS = ['-std=c++17', '-O3', '-march=native', '-DNDEBUG'];

export interface Passes {
  /** Of each pass over all records: what its thread used of a core. */
  readonly ns: readonly number[];
  readonly fold: number;
}

export class CppLoop {
  readonly #program: string;
  readonly #file: string;

  private constructor(program: string, file: string) {
    this.#program = program;
    this.#file = file;
  }

  /** @returns the loop, or why there is none. */
  static build(dir: string, records: Uint8Array): CppLoop | string {
    const program = join(dir, 'decode-structs');
    const built = spawnSync('g++', [...FLAGS, '-o', program, SOURCE], { encoding: 'utf8' });
    if (built.error !== undefined) return 'g++ is not installed: apt install g++';
    if (built.status !== 0) return `did not build: ${built.stderr.trim().split('\n')[0] ?? ''}`;
    const file = join(dir, 'records');
    writeFileSync(file, records);
    return new CppLoop(program, file);
  }

  run(passes: number): Passes {
    const { stdout, stderr, status } = spawnSync(this.#program, [this.#file, `${passes}`], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the loop in C++ ended with ${status}: ${stderr}`);
    const lines = stdout.trim().split('\n');
    const parsed = lines.map((line) => line.split(' ').map(Number));
    return { ns: parsed.map(([ns]) => ns!), fold: parsed.at(-1)![1]! };
  }
}
