/** The readers of docs/examples in other languages, as processes of a test or a proof. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { RingAccount } from '@tickwire/io-rings';
import { TestProcess, announceSkip, repositoryRoot, temporaryDirectory } from '@tickwire/testing';

const root = repositoryRoot();
const C_FOLDER = join(root, 'docs/examples/c-reader');
const PYTHON_SCRIPT = join(root, 'docs/examples/python-reader/tickwire_reader.py');

/** A reader that can be started: its name and the words of its command line. */
export interface ForeignReader {
  readonly language: 'C' | 'Python';
  readonly command: readonly string[];
}

/** What a reader says at its end, of one ring: the line that begins with `account`. */
export interface ForeignAccount extends Omit<RingAccount, 'ringId'> {
  readonly ringId: string;
  readonly gaps: number;
  readonly unreadable: number;
}

const SANITIZED = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/**
 * Both readers, the one in C with the compiler's sanitizers. None where a compiler or Python is
 * missing: then it is said that the tests of `what` are skipped.
 * @throws Error in CI, which must have both.
 */
export function prepareReaders(what: string): ForeignReader[] {
  const missing = missingCommand();
  if (missing === undefined) {
    const folder = temporaryDirectory({ name: 'c-reader' });
    return [buildCReader(folder, { flags: SANITIZED }), findPythonReader()];
  }
  const { command, debianPackage } = missing;
  if (process.env.CI !== undefined) throw new Error(`CI runs without ${command}: see .ci/run`);
  announceSkip(what, { missing: command, remedy: `install the Debian packages ${debianPackage}` });
  return [];
}

/** A command that the readers need and that is not installed, with its Debian packages. */
export function missingCommand(): { command: string; debianPackage: string } | undefined {
  const needed = [
    { command: 'gcc', debianPackage: 'gcc libc6-dev' },
    { command: 'python3', debianPackage: 'python3' },
  ];
  return needed.find(({ command }) => spawnSync(command, ['--version']).error !== undefined);
}

/**
 * Compiles the reader in C into `folder`.
 * @throws Error with what the compiler says: a warning is one of its errors.
 */
export function buildCReader(
  folder: string,
  options: { compiler?: string; flags?: readonly string[] } = {},
): ForeignReader {
  const program = join(folder, 'tickwire-reader');
  const strict = ['-std=c11', '-Wall', '-Wextra', '-Werror', ...(options.flags ?? ['-O2'])];
  const args = [...strict, '-o', program, join(C_FOLDER, 'main.c')];
  const built = spawnSync(options.compiler ?? 'gcc', args, { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the reader in C does not compile: ${built.stderr}`);
  return { language: 'C', command: [program] };
}

/** With the interpreter itself, where `python3` is a script that looks for one. */
export function findPythonReader(): ForeignReader {
  const print = ['-c', 'import sys; print(sys.executable)'];
  const found = spawnSync('python3', print, { encoding: 'utf8' });
  const interpreter = found.status === 0 ? found.stdout.trim() : '';
  return { language: 'Python', command: [interpreter || 'python3', PYTHON_SCRIPT] };
}

export interface StartPlace {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Starts it; whoever starts it ends it, and reads its outputs. */
export function spawnForeignReader(
  reader: ForeignReader,
  args: readonly string[],
  place: StartPlace = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const [command = '', ...before] = reader.command;
  return spawn(command, [...before, ...args], {
    cwd: place.cwd ?? root,
    env: { ...process.env, TICKWIRE_RING_DIR: undefined, ...place.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The same as a process of a test, which keeps what it says. */
export function startForeignReader(
  reader: ForeignReader,
  args: readonly string[],
  place: StartPlace = {},
): TestProcess {
  return new TestProcess(spawnForeignReader(reader, args, place));
}

/** The accounts of all rings that it read, in their order. */
export function accountsOf(stderr: string): ForeignAccount[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('account '))
    .map((line) => JSON.parse(line.slice('account '.length)) as ForeignAccount);
}

/** published − start = delivered + padded + lost + inFlight. */
export function isBalanced(account: ForeignAccount): boolean {
  const { published, start, delivered, padded, lost, inFlight } = account;
  return published - start === delivered + padded + lost + inFlight;
}
