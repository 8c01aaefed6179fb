/** Builds the C++ sides into a temporary folder; what cannot be built says what to install. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../peers');
const FLAGS = ['-std=c++17', '-O3', '-march=native', '-DNDEBUG'];

export interface Peer {
  /** File of `peers/` without `.cpp`. */
  readonly source: string;
  readonly libraries?: readonly string[];
  readonly includes?: readonly string[];
  /** A header that must be there, and the Debian packages that bring it. */
  readonly needs?: { readonly header: string; readonly packages: string };
}

/** The path of the program, or why there is none. */
export type Built = { readonly program: string } | { readonly missing: string };

const HEADER_ROOTS = ['/usr/include', '/usr/local/include', '/usr/include/x86_64-linux-gnu'];

export async function buildPeer(peer: Peer, dir: string): Promise<Built> {
  const { needs } = peer;
  const roots = [...(peer.includes ?? []), ...HEADER_ROOTS];
  if (needs !== undefined && !roots.some((root) => existsSync(join(root, needs.header)))) {
    return { missing: `not installed: apt install ${needs.packages}` };
  }
  const program = join(dir, peer.source);
  const result = await compile([
    ...FLAGS,
    ...(peer.includes ?? []).map((path) => `-I${path}`),
    '-o',
    program,
    join(SOURCES, `${peer.source}.cpp`),
    ...(peer.libraries ?? []).map((name) => `-l${name}`),
    '-pthread',
  ]);
  return result === undefined ? { program } : { missing: result };
}

/** `undefined` when it built, else the reason. */
function compile(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('g++', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', () => resolve('not installed: apt install g++'));
    child.on('close', (code) => {
      const first = errors.split('\n').find((line) => line.includes('error')) ?? errors.trim();
      resolve(code === 0 ? undefined : `did not build: ${first}`);
    });
  });
}
