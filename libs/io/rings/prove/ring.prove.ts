// `npm run prove -- ring`: the ring between real processes for minutes instead of seconds.
//
//   live   an unthrottled writer laps a reader: no torn tick, every loss reported once
//   paced  a required reader holds the writer back: nothing lost
//   kills  the writer is killed at random times and replaced: same ring id, next epoch, none torn
//
// Exit code 0 when all of it held. `--kills N` and `--ticks N` change the length.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { seededRandom, testSeed } from '@tickwire/testing';
import type { WriterDone, WriterInfo } from './proof-processes.ts';
import type { ProofReaderOptions, ProofReaderResult } from './proof-reader.ts';
import type { ProofWriterOptions } from './proof-writer.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    ticks: { type: 'string', default: '400000000' },
  },
});
const kills = Number(values.kills);
const ticks = Number(values.ticks);
const seed = testSeed();
const random = seededRandom(seed);

interface Child {
  readonly process: ChildProcess;
  message(type: string): Promise<unknown>;
}

function start(script: string, options: ProofWriterOptions | ProofReaderOptions): Child {
  const child = fork(join(import.meta.dirname, script), [JSON.stringify(options)]);
  const messages: { type: string }[] = [];
  child.on('message', (message: { type: string }) => messages.push(message));
  const message = async (type: string): Promise<unknown> => {
    for (;;) {
      const found = messages.find((candidate) => candidate.type === type);
      if (found !== undefined) return found;
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`${script} ended without ${type}`);
      }
      await Promise.race([once(child, 'message'), once(child, 'exit')]);
    }
  };
  return { process: child, message };
}

function holds(what: string, result: ProofReaderResult, more: boolean): boolean {
  const { account, broken, disorder, gaps, gapTicks } = result;
  const { published, start: from, delivered, padded, lost, inFlight } = account;
  const balanced = published - from === delivered + padded + lost + inFlight;
  const ok =
    more && broken === 0 && disorder === 0 && balanced && gapTicks === lost && inFlight === 0;
  console.log(
    `${ok ? 'held  ' : 'FAILED'} ${what}: published ${published - from}, delivered ${delivered}, ` +
      `padded ${padded}, lost ${lost} in ${gaps} gaps, torn ${broken}, out of order ${disorder}`,
  );
  return ok;
}

async function proveStream(dir: string, mode: 'live' | 'paced'): Promise<boolean> {
  const name = `${mode}.0`;
  const required = mode === 'paced';
  const reader = start('proof-reader.ts', { dir, name, required, waiting: 'spin' });
  const writer = start('proof-writer.ts', {
    dir,
    name,
    mode,
    slotCount: 4_096,
    batches: [1, 16, 3, 700, 64],
    ticks: required ? ticks / 4 : ticks,
    ...(required ? { readers: 1 } : {}),
  });
  const done = (await writer.message('done')) as WriterDone;
  const result = (await reader.message('result')) as ProofReaderResult;
  const { lost } = result.account;
  const more = required ? lost === 0 && result.account.delivered === done.published : lost > 0;
  return holds(mode.padEnd(5), result, more);
}

async function proveKills(dir: string): Promise<boolean> {
  const writing: ProofWriterOptions = {
    dir,
    name: 'kills.0',
    mode: 'live',
    slotCount: 65_536,
    batches: [16_384, 1, 300, 16_384],
  };
  let writer = start('proof-writer.ts', writing);
  const first = (await writer.message('ready')) as { info: WriterInfo };
  const reader = start('proof-reader.ts', {
    dir,
    name: 'kills.0',
    required: false,
    waiting: 'yield',
  });
  await reader.message('ready');
  let epochs = true;
  let inside = 0;
  for (let kill = 1; kill <= kills; kill++) {
    await delay(random() * 50);
    const exited = once(writer.process, 'exit');
    writer.process.kill('SIGKILL');
    await exited;
    writer = start('proof-writer.ts', writing);
    const { info } = (await writer.message('ready')) as { info: WriterInfo };
    epochs &&= info.epoch === first.info.epoch + kill && info.ringId === first.info.ringId;
    if (info.padded > 0) inside++;
  }
  writer.process.send('stop');
  const result = (await reader.message('result')) as ProofReaderResult;
  console.log(`       ${kills} kills, ${inside} of them inside a publication`);
  return holds('kills', result, epochs && result.ringId === first.info.ringId);
}

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-prove-'));
console.log(`TICKWIRE_SEED=${seed}`);
try {
  const live = await proveStream(dir, 'live');
  const paced = await proveStream(dir, 'paced');
  const killed = await proveKills(dir);
  process.exitCode = live && paced && killed ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
