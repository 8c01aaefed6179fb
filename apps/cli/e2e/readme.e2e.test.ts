// Goal: what the README tells people to type works, in a bare clone. Method: its own lines are run,
// against one system on directories of this test; only `--data-dir` is added.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = repositoryRoot();
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const script = 'apps/cli/src/main.ts';

/** Arguments of every `npm run tickwire -- …` line of the README's shell blocks. */
function documentedCalls(): string[][] {
  const blocks = [...readme.matchAll(/```sh\n([^`]*)```/g)].map((match) => match[1] ?? '');
  return blocks
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => /^npm run tickwire -- ([^#]+)/.exec(line)?.[1] ?? [])
    .map((words) =>
      [...words.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2] ?? ''),
    );
}

const callsOf = (command: string): string[][] =>
  documentedCalls().filter((call) => call[0] === command);

const run = (args: readonly string[], cwd = root): TestProcess =>
  startProcess({ script: join(root, script), args, cwd, env: { NO_COLOR: '1' } });

async function finish(process: TestProcess): Promise<string> {
  expect(await process.ended, process.stderr).toEqual({ code: 0, signal: null });
  return process.stdout;
}

test.each(['attach.ts', 'embed.ts'])('shows the example %s, which is short', (name) => {
  const example = readFileSync(join(root, 'docs/examples', name), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
  expect(blocks).toContain(example);
  const code = example.split('\n').filter((line) => line !== '' && !line.startsWith('//'));
  expect(code.length).toBeLessThanOrEqual(11);
});

describe('recordings', () => {
  test.each(callsOf('dump').map((call) => [call]))('%j', async (call) => {
    const lines = (await finish(run(call))).trim().split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('kind');
  });

  test.each(callsOf('replay').map((call) => [call]))('%j', async (call) => {
    const dir = temporaryDirectory({ name: 'readme' });
    const args = call.map((word) => (word.startsWith('samples/') ? join(root, word) : word));
    await finish(run(args, dir));
    const books = JSON.parse(readFileSync(join(dir, 'books.json'), 'utf8')) as Record<
      string,
      { bids: string[][]; tickersCompared: number; tickersEqual: number }
    >;
    expect(Object.keys(books).length).toBeGreaterThan(0);
    for (const book of Object.values(books)) {
      expect(book.bids.length).toBeGreaterThan(0);
      expect(book.tickersEqual).toBe(book.tickersCompared);
    }
    await finish(run(['audit', '--report', join(dir, 'r.json')]));
  });
});

describe('the running system', () => {
  const dataDir = join(temporaryDirectory({ name: 'readme' }), 'data');
  const ringDir = join(temporaryDirectory({ name: 'readme', shared: true }), 'rings');
  const place = ['--data-dir', dataDir];
  let up: TestProcess | undefined;

  beforeAll(async () => {
    const symbols = ['--symbols', 'BTC-USDT,ETH-USDT,SOL-USDT'];
    const started = run(['up', ...symbols, ...place, '--ring-dir', ringDir]);
    up = started;
    await waitFor(() => /bars [1-9].*stored [1-9]/.test(started.stdout), {
      what: 'bars and stored ticks',
      deadlineMs: 25_000,
    });
  });

  afterAll(async () => {
    expect(await up?.stop('SIGINT')).toEqual({ code: 0, signal: null });
  });

  test('status, tail and query show its data', async () => {
    expect(await finish(run(['status', ...place]))).toMatch(/gateway-kucoin/);
    for (const call of callsOf('tail')) {
      const bounded = call.includes('--count') ? call : [...call, '--count', '3'];
      const lines = (await finish(run([...bounded, ...place]))).trim().split('\n');
      expect(lines.length).toBeGreaterThanOrEqual(3);
      if (call.includes('--symbol')) expect(lines.join('\n')).toMatch(/BTC-USDT +TRADE/);
    }
    for (const call of callsOf('query')) {
      expect(await finish(run([...call, ...place]))).toMatch(/(BTC|ETH|SOL)-USDT/);
    }
    await finish(run(['audit', ...place]));
  });

  test('the ten lines of TypeScript print its ticks', async () => {
    const reader = startProcess({
      script: 'docs/examples/attach.ts',
      env: { TICKWIRE_RING_DIR: ringDir },
    });
    await reader.output(/symbol: 'BTC-USDT'/);
    await reader.stop('SIGKILL');
  });
});
