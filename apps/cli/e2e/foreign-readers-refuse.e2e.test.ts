// Goal: readers in other languages find a ring as ours do, and refuse what ours refuse, by the same
// codes. Method: each such thing put in the ring's place, then our reader and each of the others.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createRing, defaultRingDir, openRing, removeRingDir } from '@tickwire/io-rings';
import { temporaryDirectory } from '@tickwire/testing';
import type { ProcessEnd } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { damage, writeBytes } from '../test/damaged-ring.ts';
import { buildCReader, prepareReaders, startForeignReader } from '../test/foreign-reader.ts';
import type { ForeignReader } from '../test/foreign-reader.ts';

const NAME = 'test.0';
const GEOMETRY = { slotCount: 64, directoryCapacity: 4 };
const readers = prepareReaders('what the readers in C and Python refuse');

/** Exit codes of the readers by the code of the error. */
const EXIT: Readonly<Record<string, number>> = {
  RING_NOT_FOUND: 3,
  NOT_TRUSTED: 4,
  BAD_CURSORS: 6,
};
const EXIT_NOT_A_RING = 5;

const word = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const double = (value: number): Uint8Array => new Uint8Array(Float64Array.of(value).buffer);

type Damage = readonly [what: string, code: string, make: (path: string) => void];

const withBytes = (offset: number, bytes: Uint8Array) => (path: string) =>
  writeBytes(path, offset, bytes);

/** What is put in the place of a good ring. */
const DAMAGES: readonly Damage[] = [
  ['a foreign file', 'BAD_MAGIC', (path) => writeFileSync(path, 'x'.repeat(9_000))],
  ['less than a header', 'TRUNCATED', (path) => writeFileSync(path, 'x'.repeat(100))],
  ['nothing at all', 'BAD_SIZE', (path) => truncateSync(path, 0)],
  ['a ring cut by a byte', 'TRUNCATED', (path) => truncateSync(path, statSync(path).size - 1)],
  ['a ring cut to its header', 'TRUNCATED', (path) => truncateSync(path, 8_192)],
  ['no file', 'RING_NOT_FOUND', (path) => rmSync(path)],
  ['a link to a ring', 'NOT_TRUSTED', linkTo],
  ['a folder', 'NOT_TRUSTED', (path) => void (rmSync(path), mkdirSync(path))],
  ['a FIFO', 'NOT_TRUSTED', makeFifo],
  ['a file that the group can write', 'NOT_TRUSTED', (path) => chmodSync(path, 0o660)],
  ['a file that all can write', 'NOT_TRUSTED', (path) => chmodSync(path, 0o602)],
  ['another version', 'BAD_VERSION', withBytes(8, word(2))],
  ['the other byte order', 'WRONG_ENDIAN', withBytes(12, word(0x0403_0201))],
  ['no byte order', 'BAD_HEADER', withBytes(12, word(7))],
  ['slots of 128 bytes', 'BAD_GEOMETRY', withBytes(16, word(128))],
  ['63 slots', 'BAD_GEOMETRY', withBytes(20, word(63))],
  ['4 slots', 'BAD_GEOMETRY', withBytes(20, word(4))],
  ['more slots than the file has', 'BAD_GEOMETRY', withBytes(20, word(2 ** 26))],
  ['no directory', 'BAD_GEOMETRY', withBytes(24, word(0))],
  ['no producer state', 'BAD_GEOMETRY', withBytes(28, word(0))],
  ['cursors elsewhere', 'BAD_GEOMETRY', withBytes(32, word(8_192))],
  ['slots elsewhere', 'BAD_GEOMETRY', withBytes(44, word(0))],
  ['a size that is no number', 'BAD_GEOMETRY', withBytes(48, double(Number.NaN))],
  ['ring id 0', 'BAD_HEADER', withBytes(56, new Uint8Array(8))],
  ['a first position between two', 'BAD_HEADER', withBytes(64, double(0.5))],
  ['mode 3', 'BAD_HEADER', withBytes(72, word(3))],
  ['partition 1 of 1', 'BAD_HEADER', withBytes(76, Uint8Array.of(1, 0, 1, 0))],
  ['a time that is no number', 'BAD_HEADER', withBytes(80, double(Number.POSITIVE_INFINITY))],
  ['no name', 'BAD_HEADER', withBytes(128, new Uint8Array(64))],
  ['a name with something behind it', 'BAD_HEADER', withBytes(190, Uint8Array.of(65))],
  ['a name that is no UTF-8', 'BAD_HEADER', withBytes(128, Uint8Array.of(0xed, 0xa0, 0x80))],
  ['no vendor', 'BAD_HEADER', withBytes(192, new Uint8Array(16))],
  ['a ring in the making', 'BAD_HEADER', withBytes(256, word(0))],
  ['state 4', 'BAD_HEADER', withBytes(256, word(4))],
  ['more published than claimed', 'BAD_CURSORS', (path) => damage(path, 'published', 5)],
  ['a claim that is no number', 'BAD_CURSORS', (path) => damage(path, 'claimed', Number.NaN)],
  ['a claim below 0', 'BAD_CURSORS', (path) => damage(path, 'claimed', -1)],
  ['a claim beyond 2^53', 'BAD_CURSORS', (path) => damage(path, 'claimed', 2 ** 53)],
];

function linkTo(path: string): void {
  copyFileSync(path, `${path}.real`);
  rmSync(path);
  symlinkSync(`${path}.real`, path);
}

function makeFifo(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', ['-m', '600', path]);
}

function place(): { dir: string; path: string } {
  const dir = temporaryDirectory({ name: 'refuse', shared: true });
  return { dir, path: join(dir, `${NAME}.ring`) };
}

/** A ring that nobody writes any more. */
function makeRing(dir: string, name = NAME): void {
  createRing({ dir, name, vendor: 'test', ...GEOMETRY }).abandon();
}

interface Run {
  readonly code: ProcessEnd['code'];
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  reader: ForeignReader,
  args: readonly string[],
  where: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Run> {
  const started = startForeignReader(reader, args, where);
  onTestFinished(() => void started.child.kill('SIGKILL'));
  const { code } = await started.ended;
  return { code, stdout: started.stdout, stderr: started.stderr };
}

describe.skipIf(readers.length === 0).each(readers)('the reader in $language', (reader) => {
  test.each(DAMAGES)('refuses %s (%s)', async (_what, code, make) => {
    const { dir, path } = place();
    makeRing(dir);
    make(path);
    expect(() => openRing({ dir, name: NAME }).close()).toThrow(expect.objectContaining({ code }));
    const { stderr, ...rest } = await run(reader, ['--dir', dir, '--ring', NAME]);
    expect(rest, stderr).toEqual({ code: EXIT[code] ?? EXIT_NOT_A_RING, stdout: '' });
    const said = code === 'RING_NOT_FOUND' ? 'NOT_FOUND' : code;
    expect(stderr).toMatch(new RegExp(`^${said}: [^\\n]*${NAME}[^\\n]*\\n$`));
  });

  test('refuses a ring of another user', async (context) => {
    context.skip(process.geteuid?.() !== 0, 'giving a file to another user needs root');
    const { dir, path } = place();
    makeRing(dir);
    chownSync(path, 12_345, 12_345);
    expect(await run(reader, ['--dir', dir, '--ring', NAME])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('belongs to user 12345') as string,
    });
  });

  test('finds the rings of a data folder, of the environment, and the only ring', async () => {
    const home = temporaryDirectory({ name: 'home' });
    const dir = defaultRingDir(join(home, '.tickwire'));
    onTestFinished(() => void removeRingDir(dir));
    makeRing(dir, 'default.0');
    const args = ['--summary', '--linger', '0', '--from', 'oldest', '--count', '1'];
    const ring = createRing({ dir, name: 'default.0', vendor: 'test', ...GEOMETRY });
    ring.publish(new Uint8Array(64).fill(1, 28, 29), 1);
    ring.close();
    expect((await run(reader, args, { cwd: home })).stdout).toContain('"ring":"default.0"');
    const elsewhere = { cwd: temporaryDirectory({ name: 'elsewhere' }) };
    const env = { TICKWIRE_RING_DIR: dir };
    expect((await run(reader, args, { ...elsewhere, env })).stdout).toContain('"default.0"');
    const dataDir = ['--data-dir', `${home}/x/../.tickwire`];
    expect((await run(reader, [...args, ...dataDir], elsewhere)).stdout).toContain('"default.0"');
    expect(await run(reader, args, elsewhere)).toMatchObject({ code: 3 });
  });

  test('asks which ring is meant when there are several, and names them', async () => {
    const { dir } = place();
    makeRing(dir, 'a.0');
    makeRing(dir, 'b.0');
    const { code, stderr } = await run(reader, ['--dir', dir]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--ring: a\.0 b\.0/);
  });

  test.each([
    ['a name that leaves the folder', ['--ring', '../test.0']],
    ['a name with the suffix of the file', ['--ring', 'test.0.ring']],
    ['an unknown option', ['--colour']],
    ['a word too many', ['test.0']],
    ['a count of nothing', ['--count', '0']],
    ['a beginning that is none', ['--from', '17']],
    ['a kind that is none', ['--kind', 'DEAL']],
    ['an empty list', ['--symbol', ',']],
  ])('takes %s for a slip: exit code 2 and a sentence', async (_what, args) => {
    const { code, stdout, stderr } = await run(reader, ['--dir', place().dir, ...args]);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  test('says what it can do', async () => {
    const { code, stdout } = await run(reader, ['--help']);
    expect(code).toBe(0);
    for (const option of ['--ring', '--dir', '--from', '--count', '--symbol', '--summary']) {
      expect(stdout).toContain(option);
    }
  });
});

describe.skipIf(readers.length === 0)('the reader in C', () => {
  // A compiler takes seconds, and many times that where others want the processor.
  const options = { timeout: 120_000 };
  test('compiles without a warning as its README says', options, () => {
    buildCReader(temporaryDirectory({ name: 'c-build' }), { flags: ['-O2'] });
  });

  test('compiles without a warning with clang, where there is one', options, () => {
    const found = spawnSync('clang', ['--version']);
    if (found.status !== 0) return;
    buildCReader(temporaryDirectory({ name: 'c-build' }), { compiler: 'clang' });
  });
});
