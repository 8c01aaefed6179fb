/** The loop in C++ over the same packets: built once, run in a process of its own. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedPackets } from './rendered-packets.ts';

const SOURCE = join(import.meta.dirname, 'peers/decode-structs.cpp');
const FLAGS = ['-std=c++17', '-O3', '-march=native', '-DNDEBUG'];

export interface Passes {
  /** Of each pass over all packets: what its thread used of a core. */
  readonly ns: readonly number[];
  readonly fold: number;
}

export class CppLoop {
  readonly #program: string;
  readonly #files: readonly [packets: string, starts: string];

  private constructor(program: string, files: readonly [string, string]) {
    this.#program = program;
    this.#files = files;
  }

  /** @returns the loop, or why there is none. */
  static build(dir: string, packets: RenderedPackets): CppLoop | string {
    const program = join(dir, 'decode-structs');
    const built = spawnSync('g++', [...FLAGS, '-o', program, SOURCE], { encoding: 'utf8' });
    if (built.error !== undefined) return 'g++ is not installed: apt install g++';
    if (built.status !== 0) {
      const first = built.stderr.split('\n').find((line) => line.includes('error'));
      return `did not build: ${first ?? built.stderr.trim()}`;
    }
    const files = [join(dir, 'packets'), join(dir, 'starts')] as const;
    writeFileSync(files[0], packets.bytes);
    writeFileSync(files[1], packets.starts);
    return new CppLoop(program, files);
  }

  run(passes: number): Passes {
    const { stdout, stderr, status } = spawnSync(this.#program, [...this.#files, `${passes}`], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the loop in C++ ended with ${status}: ${stderr}`);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    return { ns: lines.map(([ns]) => ns!), fold: lines.at(-1)![1]! };
  }
}
