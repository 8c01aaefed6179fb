// Goal: the thread that asks is placed, and no other; what cannot be is said. Method: threads that
// ask and then read what the kernel says of them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { ShmError } from './errors.ts';
import { pinThread } from './thread-placement.ts';

const SHM = new URL('./index.ts', import.meta.url).href;
/** Field 41 of /proc/PID/stat, counted from behind the name, which may have spaces. */
const POLICY_AT = 38;
const NORMAL = 0;
const FIFO = 1;

interface Placed {
  readonly cpus: string;
  readonly policy: number;
}

function placed(status: string, stat: string): Placed {
  const [, cpus = ''] = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status) ?? [];
  return { cpus, policy: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[POLICY_AT]) };
}

const ofThisThread = (): Placed =>
  placed(
    readFileSync('/proc/thread-self/status', 'utf8'),
    readFileSync('/proc/thread-self/stat', 'utf8'),
  );

/** What becomes of a thread that makes some calls of this package. */
async function inThread(calls: string): Promise<Placed> {
  const script = `
    import { readFileSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    import { makeThreadRealtime, pinThread } from ${JSON.stringify(SHM)};
    ${calls}
    const read = (name) => readFileSync('/proc/thread-self/' + name, 'utf8');
    parentPort.postMessage([read('status'), read('stat')]);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
  onTestFinished(async () => void (await worker.terminate()));
  const { promise, resolve, reject } = Promise.withResolvers<[string, string]>();
  worker.on('message', resolve);
  worker.on('error', reject);
  return placed(...(await promise));
}

test('one thread runs on one CPU, the others where they did', async () => {
  const before = ofThisThread();
  const cpu = Number(before.cpus.split(/[-,]/).at(-1));
  expect((await inThread(`pinThread(${cpu});`)).cpus).toBe(String(cpu));
  expect(ofThisThread()).toEqual(before);
});

test('one thread is real-time where that is allowed, the others are not', async () => {
  const before = ofThisThread();
  expect(before.policy).toBe(NORMAL);
  const isAllowed = spawnSync('chrt', ['--fifo', '1', 'true']).status === 0;
  const made = inThread('makeThreadRealtime();');
  if (isAllowed) expect((await made).policy).toBe(FIFO);
  else await expect(made).rejects.toThrow('may not make a thread real-time');
  expect(ofThisThread()).toEqual(before);
});

test.each([-1, 1.5, 1_024, availableParallelism() + 900])('no CPU %s', (cpu) => {
  expect(() => pinThread(cpu)).toThrow(ShmError);
  expect(() => pinThread(cpu)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
});
