/** A loop in C++ beside one of ours: built once, run in a process of its own. For benchmarks. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Passes } from './timed-passes.ts';

const FLAGS = ['-std=c++17', '-O3', '-march=native', '-DNDEBUG'];

export class CppLoop {
  readonly #program: string;
  readonly #files: readonly string[];

  private constructor(program: string, files: readonly string[]) {
    this.#program = program;
    this.#files = files;
  }

  /**
   * @param of.dir - Where program and inputs go; the caller removes it.
   * @param of.inputs - What the program reads: it gets their paths, then the number of passes.
   * @returns the loop, or why there is none.
   */
  static build(of: {
    readonly dir: string;
    readonly source: string;
    readonly inputs: readonly NodeJS.ArrayBufferView[];
  }): CppLoop | string {
    const program = join(of.dir, 'loop');
    const built = spawnSync('g++', [...FLAGS, '-o', program, of.source], { encoding: 'utf8' });
    if (built.error !== undefined) return 'g++ is not installed: apt install g++';
    if (built.status !== 0) {
      const first = built.stderr.split('\n').find((line) => line.includes('error'));
      return `did not build: ${first ?? built.stderr.trim()}`;
    }
    const files = of.inputs.map((bytes, index) => {
      const file = join(of.dir, `input-${index}`);
      writeFileSync(file, bytes);
      return file;
    });
    return new CppLoop(program, files);
  }

  /** The program prints a line a pass: ns of its thread, and what it folded the input to. */
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
