/** One source of a dump, by what it is. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DirectoryEntry } from '@tickwire/core';
import { detectCapture, isDbnName, openRawCapture, readTickCapture } from '@tickwire/io-capture';
import type { CaptureError, TickRecord } from '@tickwire/io-capture';
import { isDbnFile } from '@tickwire/io-dbn-file';
import { isPcapFile } from '@tickwire/io-pcap';
import { openRing } from '@tickwire/io-rings';
import { DATA_DIR_DEFAULT, findFolders } from '@tickwire/system';
import { CliError } from '../errors.ts';
import { ReplayProcess } from '../replay/replay-process.ts';
import type { ReplayProblem } from '../replay/replay-process.ts';
import type { JsonLineOutput } from './json-line-output.ts';
import { rawEventJson, tickRecordJson } from './raw-json.ts';
import type { TickLines } from './tick-lines.ts';

export interface DumpJob {
  readonly vendor: string;
  readonly raw: boolean;
  readonly output: JsonLineOutput;
  readonly ticks: TickLines;
  readonly signal: AbortSignal;
  readonly ringDir: string | undefined;
  /**
   * Of packets an XML file by which messages are decoded, generated code unless given; of DBN the
   * name of a schema, of which alone records are shown.
   */
  readonly schema: string | undefined;
  readonly dbn: DbnDumpOptions;
  readonly onProblem: (problem: ReplayProblem) => void;
  readonly note: (line: string) => void;
}

export interface DbnDumpOptions {
  /** Lines of JSON; else text for people. */
  readonly json: boolean;
  /** Of records without metadata before them; their sizes say it unless given. */
  readonly version: 1 | 2 | 3 | undefined;
  /** Records in the layouts of version 3, whatever the file has. */
  readonly upgrade: boolean;
}

/** Files of these names are captures of packets, whatever they begin with. */
const PCAP_NAME = /\.(?:pcap|pcapng|cap)$/;

/**
 * Dumps one file, folder or ring to the job's output, until its end, the limit or the signal.
 * @throws TickwireError when nothing of it can be read.
 */
export async function dumpSource(path: string, job: DumpJob): Promise<void> {
  if (!existsSync(path)) {
    await dumpRing(ringNamed(path, job.ringDir), job);
    return;
  }
  if (statSync(path).isFile() && (PCAP_NAME.test(path) || (await isPcapFile(path)))) {
    // Loaded when it is needed: decoders of a whole vendor come with it.
    const { dumpPackets } = await import('./dump-packets.ts');
    await dumpPackets(path, job);
    return;
  }
  if (statSync(path).isFile() && (isDbnName(path) || (await isDbnFile(path)))) {
    if (job.raw) {
      const { dumpDbn } = await import('./dump-dbn.ts');
      await dumpDbn(path, job);
    } else await dumpNormalised(path, job);
    return;
  }
  if (job.schema !== undefined) {
    throw new CliError('USAGE', `${path} is no capture of packets, so --schema has no meaning`, {
      hint: 'Leave out --schema',
    });
  }
  const format = await detectCapture(path);
  if (format.kind === 'ring') {
    await dumpRing({ dir: dirname(path), name: basename(path).replace(/\.ring$/, '') }, job);
  } else if (format.kind === 'ticks') await dumpTickCapture(path, job);
  else if (job.raw) await dumpRaw(path, job);
  else if (format.files.length > 0) await dumpNormalised(path, job);
}

async function dumpRaw(path: string, job: DumpJob): Promise<void> {
  const { output } = job;
  const capture = await openRawCapture([path], { onProblem: onCaptureProblem(job) });
  for await (const events of capture.batches()) {
    for (const event of events) {
      output.line(rawEventJson(event));
      if (output.isDue) await output.flush();
    }
    if (output.isFull || job.signal.aborted) break;
  }
  await output.flush();
}

async function dumpTickCapture(path: string, job: DumpJob): Promise<void> {
  const { output } = job;
  const directory = new Map<string, DirectoryEntry>();
  for await (const record of readTickCapture([path], onCaptureProblem(job))) {
    if (job.raw) output.line(tickRecordJson(record));
    if (record.kind === 'directory') {
      for (const entry of record.entries) directory.set(keyOf(record, entry.index), entry);
    } else if (!job.raw) {
      job.ticks.write({
        view: new DataView(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength),
        count: record.count,
        firstPosition: record.firstPosition,
        entryOf: (instrument) => directory.get(keyOf(record, instrument)),
      });
    }
    if (output.isDue) await output.flush();
    if (output.isFull || job.signal.aborted) break;
  }
  await output.flush();
}

/** Through the gateway's own code, in a process of its own. */
async function dumpNormalised(path: string, job: DumpJob): Promise<void> {
  const { output } = job;
  const { onProblem, vendor } = job;
  const replay = await ReplayProcess.start({
    ...{ sources: [path], vendor, speed: 'max', onProblem },
    dbnVersion: job.dbn.version,
  });
  try {
    await dumpSubscription(replay.subscription, job, () => replay.failure !== undefined);
    // Why it ended, and what it skipped, may come behind the end of its ring.
    await replay.settle();
    if (replay.failure !== undefined) throw new CliError('FAILED', replay.failure);
  } finally {
    await replay.close();
    await output.flush();
  }
}

/** What a ring holds now, from its oldest tick to the newest of this moment. */
async function dumpRing(ring: { dir: string; name: string }, job: DumpJob): Promise<void> {
  if (job.raw) {
    throw new CliError('USAGE', 'a ring holds ticks, not the records of a vendor', {
      hint: 'Leave out --raw',
    });
  }
  const subscription = openRing({ ...ring, from: 'oldest' });
  try {
    const end = subscription.account().published;
    await dumpSubscription(subscription, job, () => subscription.account().cursor >= end);
  } finally {
    subscription.close();
  }
}

async function dumpSubscription(
  subscription: ReturnType<typeof openRing>,
  job: DumpJob,
  isOver: () => boolean,
): Promise<void> {
  const { output, ticks, signal } = job;
  const over = new AbortController();
  const timer = setInterval(() => {
    if (isOver()) over.abort();
  }, 20);
  try {
    await subscription.run(
      async (run) => {
        if (run.gap !== undefined) {
          const { first, last, count } = run.gap;
          job.note(`lost: ${count} ticks (positions ${first} to ${last}) were overwritten`);
        }
        ticks.write({
          view: run.view,
          count: run.count,
          firstPosition: run.firstPosition,
          entryOf: (instrument) => run.directory.get(instrument),
        });
        if (output.isDue) await output.flush();
        if (output.isFull) over.abort();
      },
      { signal: AbortSignal.any([signal, over.signal]), untilClosed: true },
    );
  } finally {
    clearInterval(timer);
  }
  await output.flush();
}

function onCaptureProblem(job: DumpJob): (problem: CaptureError) => void {
  return ({ code, message }) => job.onProblem({ source: 'capture', code, message });
}

/** A path that is no file may be the name of a ring of the running system. */
function ringNamed(name: string, ringDir: string | undefined): { dir: string; name: string } {
  const dir = ringDir ?? findFolders({ dataDir: DATA_DIR_DEFAULT })?.ringDir;
  if (dir === undefined || !existsSync(`${dir}/${name}.ring`)) {
    throw new CliError('USAGE', `there is no file and no ring ${name}`, {
      hint: 'Check the path, or start the system with `tickwire up`',
    });
  }
  return { dir, name };
}

const keyOf = (record: TickRecord, index: number): string =>
  `${record.ringIdHi}-${record.ringIdLo}/${index}`;
