// Goal: what was received is in the files, each record once and in order, or is counted by why not.
// Method: records of orders and mappings into a folder, read back; a clock by hand; a process
// that is killed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock, startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import { DbnDecoder, DbnEncoder, RType, SymbolMappingRecord } from '@tickwire/wire-dbn';
import { describe, expect, test } from 'vitest';
import { recordedIn } from '../test/recorded.ts';
import { orderStream } from '../test/sample-stream.ts';
import { DbnRecorder } from './dbn-recorder.ts';
import type { DbnRecorderOptions, RecorderEvent } from './dbn-recorder.ts';
import type { RecordingCounts } from './recording-counts.ts';

const RECORDS = 20_000;
/** Of 1,024 bytes. */
const FILE_BLOCKS_MAX = 400;
const START_MS = 1_704_067_200_000;

interface LimitedRecording {
  readonly given: number;
  readonly counts: RecordingCounts;
  readonly events: readonly RecorderEvent[];
}

function recorderIn(directory: string, options: Partial<DbnRecorderOptions> = {}) {
  const clock = new FakeClock();
  const events: RecorderEvent[] = [];
  const recorder = new DbnRecorder({
    ...{ directory, dataset: 'GLBX.MDP3', hasTsOut: false, timers: clock },
    nowMs: () => START_MS + clock.monotonicNs() / 1e6,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { recorder, clock, kinds: () => events.map(({ kind }) => kind), events };
}

function give(recorder: DbnRecorder, records: number): void {
  const decoder = new DbnDecoder();
  decoder.push(orderStream(records));
  while (decoder.next()) recorder.write(decoder);
}

function giveMapping(recorder: DbnRecorder, id: number, symbol: string): void {
  const encoder = new DbnEncoder(new Uint8Array(512));
  const mapping = new SymbolMappingRecord();
  encoder.begin(mapping, RType.SymbolMapping);
  mapping.setInstrumentId(id).setStypeInSymbol(symbol).setStypeOutSymbol(`${id}`);
  const decoder = new DbnDecoder({ fragment: { version: 3 } });
  decoder.push(encoder.written);
  while (decoder.next()) recorder.write(decoder);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('a recording', () => {
  test('holds what was received, in a file named by dataset and time', async () => {
    const folder = join(temporaryDirectory(), 'made', 'when needed');
    const { recorder, kinds } = recorderIn(folder);
    give(recorder, RECORDS);
    await recorder.close();
    const { files, sequences, metadata } = await recordedIn(folder);
    expect(files).toEqual(['GLBX-MDP3-20240101T000000.000Z.dbn.zst']);
    expect(sequences).toEqual(upTo(RECORDS));
    expect(metadata).toMatchObject([{ version: 3, dataset: 'GLBX.MDP3', schema: 0xffff }]);
    expect(recorder.counts).toMatchObject({ written: RECORDS, inFlight: 0 });
    expect(kinds()).toEqual(['opened', 'closed']);
  });

  test('goes on in the next file by size, with the symbols that were said before', async () => {
    const folder = temporaryDirectory();
    const { recorder } = recorderIn(folder, { limits: { fileBytesMax: 400_000 } });
    giveMapping(recorder, 5482, 'ESH4');
    give(recorder, RECORDS);
    await recorder.close();
    const { files, sequences, metadata, records } = await recordedIn(folder);
    expect(files).toHaveLength(3);
    expect(sequences).toEqual(upTo(RECORDS));
    expect(records).toBe(recorder.counts.written);
    const named = [{ rawSymbol: 'ESH4', intervals: [{ startDate: 20240101, symbol: '5482' }] }];
    expect(metadata.map(({ mappings }) => mappings)).toMatchObject([[], named, named]);
  });

  test('goes on in the next file by time; none is made as long as nothing comes', async () => {
    const folder = temporaryDirectory();
    const { recorder, clock } = recorderIn(folder, { limits: { fileMs: 60_000 } });
    give(recorder, 10);
    clock.advance(200_000);
    give(recorder, 5);
    await recorder.close();
    const { files, records } = await recordedIn(folder);
    expect(files.map((name) => name.slice(10, 28))).toEqual([
      '20240101T000000.00',
      '20240101T000320.00',
    ]);
    expect(records).toBe(15);
    expect(clock.pending).toBe(0);
  });

  test('drops the newest, and counts it, when the disk is behind', async () => {
    const folder = temporaryDirectory();
    const { recorder } = recorderIn(folder, { limits: { queueBytesMax: 300_000 } });
    give(recorder, RECORDS); // nothing reaches the disk within one turn
    const { inFlight, written, dropped } = recorder.counts;
    expect(dropped.queueFull).toBeGreaterThan(0);
    expect(written + inFlight + dropped.queueFull).toBe(RECORDS);
    await recorder.flush();
    give(recorder, 10);
    await recorder.close();
    const { records } = await recordedIn(folder);
    expect(recorder.counts).toMatchObject({ written: records, inFlight: 0 });
    expect(records + recorder.counts.dropped.queueFull).toBe(RECORDS + 10);
  });

  test('does without a disk that refuses, says so, and goes on when it is back', async () => {
    const folder = join(temporaryDirectory(), 'recordings');
    writeFileSync(folder, 'a file where the folder should be');
    const { recorder, clock, kinds, events } = recorderIn(folder);
    give(recorder, 10);
    expect(recorder.counts).toMatchObject({ written: 0, inFlight: 0, dropped: { failed: 10 } });
    expect(kinds()).toEqual(['failed']);
    expect(events[0]?.detail).toMatch(/cannot be made \((EEXIST|ENOTDIR)\)/);
    rmSync(folder);
    clock.advance(10_000);
    give(recorder, 7);
    await recorder.flush();
    expect(recorder.counts).toMatchObject({ written: 7, inFlight: 0, dropped: { failed: 10 } });
    await recorder.close();
    give(recorder, 1);
    expect(recorder.counts.dropped).toEqual({ queueFull: 0, failed: 10, closed: 1 });
  });

  test('counts what a file that fails later has not confirmed', async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'GLBX-MDP3-20240101T000000.000Z.dbn.zst')); // cannot be created
    const { recorder, clock, kinds } = recorderIn(folder);
    give(recorder, 10);
    expect(recorder.counts.inFlight).toBe(10);
    await recorder.flush();
    give(recorder, 3);
    expect(recorder.counts).toMatchObject({ written: 0, inFlight: 0, dropped: { failed: 13 } });
    expect(kinds()).toEqual(['opened', 'failed']);
    clock.advance(10_000);
    give(recorder, 2);
    await recorder.close();
    expect(recorder.counts).toMatchObject({ written: 2, dropped: { failed: 13 } });
  });

  test('of a disk that fills up ends with its last mark; the rest is counted, and said', async () => {
    const folder = temporaryDirectory();
    const script = join(import.meta.dirname, '../test-processes/limited-recorder.ts');
    // The kernel refuses to make the file any longer, as it does without space: EFBIG for ENOSPC.
    const limited = `ulimit -f ${FILE_BLOCKS_MAX} && exec "$0" "$1" "$2"`;
    const child = spawnSync('bash', ['-c', limited, process.execPath, script, folder], {
      encoding: 'utf8',
    });
    expect({ status: child.status, stderr: child.stderr }).toEqual({ status: 0, stderr: '' });
    const { given, counts, events } = JSON.parse(child.stdout) as LimitedRecording;
    const { written, inFlight, dropped } = counts;
    expect(inFlight).toBe(0);
    expect(written + dropped.failed).toBe(given);
    expect(written).toBeGreaterThan(0);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'failed']);
    expect(events[1]?.detail).toMatch(/^UNWRITABLE: .*EFBIG/);
    const { cut, records, sequences } = await recordedIn(folder);
    expect(cut).toBe(1);
    // Of the piece that did not fit, what did is there as well.
    expect(records).toBeGreaterThanOrEqual(written);
    expect(sequences).toEqual(upTo(records));
  });

  test('of a process that is killed is read up to its last flush; the next is a new file', async () => {
    const folder = temporaryDirectory();
    const script = 'libs/io/dbn-file/test-processes/killed-recorder.ts';
    for (const life of [1, 2]) {
      const child = startProcess({ script, args: [folder] });
      await waitFor(() => child.messages.length > 0, { what: 'the recording' });
      expect(child.messages).toEqual([{ written: expect.any(Number) as number }]);
      child.child.kill('SIGKILL');
      await child.ended;
      const { files, cut, records } = await recordedIn(folder);
      expect({ files: files.length, cut }).toEqual({ files: life, cut: life });
      expect(records).toBeGreaterThanOrEqual(life * 40_000);
    }
  });
});
