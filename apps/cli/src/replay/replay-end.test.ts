// Goal: however a replay ends, nothing of it stays behind. Method: the command as a process with a
// temporary folder of its own, ended in each way.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  repositoryRoot,
  runToEnd,
  startProcess,
  temporaryDirectory,
  waitFor,
} from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';

const MAIN = 'apps/cli/src/main.ts';
const SAMPLE = join(repositoryRoot(), 'samples/kucoin-session');

interface Running {
  readonly command: TestProcess;
  /** Its TMPDIR. */
  readonly folder: string;
  readonly ringDir: string;
}

/** A replay that would last for twenty minutes, once its ring is there. */
async function startSlowReplay(...args: string[]): Promise<Running> {
  const folder = temporaryDirectory();
  const command = startProcess({
    script: MAIN,
    args: ['replay', SAMPLE, '--speed', '0.01', ...args],
    env: { TMPDIR: folder },
  });
  const ringDir = await waitFor(() => ringDirOf(folder), { what: 'the record of the replay' });
  expect(existsSync(join(ringDir, 'kucoin.0.ring'))).toBe(true);
  return { command, folder, ringDir };
}

/** As the replay's service record says it. */
function ringDirOf(folder: string): string | undefined {
  for (const name of readdirSync(folder)) {
    const record = join(folder, name, 'run/gateway-replay.json');
    if (!existsSync(record)) continue;
    const { info } = JSON.parse(readFileSync(record, 'utf8')) as { info: { ringDir: string } };
    return info.ringDir;
  }
  return undefined;
}

const isClean = ({ folder, ringDir }: Running): boolean =>
  readdirSync(folder).length === 0 && !existsSync(ringDir);

describe('the end of a replay', () => {
  test('a finished replay leaves nothing behind', async () => {
    const folder = temporaryDirectory();
    const { code } = await runToEnd({
      script: MAIN,
      args: ['replay', SAMPLE],
      env: { TMPDIR: folder },
    });
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('SIGINT stops it in order: exit code 1, nothing written, nothing left', async () => {
    const books = join(temporaryDirectory(), 'books.json');
    const running = await startSlowReplay('--books', books);
    expect(await running.command.stop('SIGINT')).toEqual({ code: 1, signal: null });
    expect(running.command.stderr).toMatch(/Interrupted/);
    expect(existsSync(books)).toBe(false);
    expect(isClean(running)).toBe(true);
  });

  test('a killed command takes its replay and its folders with it', async () => {
    const running = await startSlowReplay();
    await running.command.stop('SIGKILL');
    await waitFor(() => isClean(running), { what: 'the removal of the folders' });
  });

  test('a replay that is killed is named, and its folders are removed', async () => {
    const running = await startSlowReplay();
    const [name = ''] = readdirSync(running.folder);
    const record = join(running.folder, name, 'run/gateway-replay.json');
    const { pid } = JSON.parse(readFileSync(record, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect(await running.command.ended).toEqual({ code: 1, signal: null });
    expect(running.command.stderr).toMatch(/the replay ended \(SIGKILL\)/i);
    expect(isClean(running)).toBe(true);
  });
});
