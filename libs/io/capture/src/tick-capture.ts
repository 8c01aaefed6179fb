/**
 * Tick captures (`.twc`) and segments of journals (`.twj`): frames, one after another; directory
 * entries before the first tick that uses them.
 */
import type { DirectoryEntry } from '@tickwire/core';
import { RingError, decodeDirectoryEntry } from '@tickwire/ipc-ring';
import { DIRECTORY_ENTRY_BYTES, FrameCodec } from '@tickwire/wire-tick';
import { readBytes } from './byte-stream.ts';
import { detectCapture } from './capture-format.ts';
import type { TickFile } from './capture-format.ts';
import { CaptureError } from './errors.ts';
import type { OnCaptureProblem } from './errors.ts';
import { FrameScanner } from './frame-scanner.ts';
import type { ScannedFrame } from './frame-scanner.ts';

interface TickRecordPlace {
  readonly ringIdHi: number;
  readonly ringIdLo: number;
  readonly epoch: number;
  readonly file: string;
  readonly offset: number;
}

/** Ticks at consecutive positions. `bytes` holds `count` × 64 bytes and stays valid. */
export interface TickRun extends TickRecordPlace {
  readonly kind: 'ticks';
  readonly firstPosition: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Directory entries, which the ticks behind them may use. */
export interface DirectoryRun extends TickRecordPlace {
  readonly kind: 'directory';
  readonly entries: readonly DirectoryEntry[];
}

export type TickRecord = TickRun | DirectoryRun;

/**
 * Reads tick captures or journals, each to its end, in the order given.
 *
 * @param onProblem - Damaged stretches and frames: counted and skipped, the rest is read.
 * @throws CaptureError `UNREADABLE`, `NOT_A_CAPTURE`, `UNSUPPORTED_FORMAT`.
 */
export async function* readTickCapture(
  paths: readonly string[],
  onProblem: OnCaptureProblem,
): AsyncGenerator<TickRecord> {
  for (const path of paths) {
    const format = await detectCapture(path);
    if (format.kind !== 'ticks') {
      throw new CaptureError('NOT_A_CAPTURE', 'holds no ticks', {
        file: path,
        hint: 'give a .twc file or a journal',
      });
    }
    for (const file of format.files) yield* readTickFile(file, onProblem);
  }
}

async function* readTickFile(
  file: TickFile,
  onProblem: OnCaptureProblem,
): AsyncGenerator<TickRecord> {
  const scanner = new FrameScanner(file.path, onProblem);
  const drain = function* (): Generator<TickRecord> {
    for (let frame = scanner.next(); frame !== undefined; frame = scanner.next()) {
      yield toRecord(frame, file.path, onProblem);
    }
  };
  try {
    for await (const piece of readBytes(file.path, file.gzip)) {
      scanner.push(piece);
      yield* drain();
    }
  } catch (error) {
    if (!(error instanceof CaptureError) || error.code === 'UNREADABLE') throw error;
    onProblem(error);
  }
  scanner.finish();
  yield* drain();
}

function toRecord(frame: ScannedFrame, file: string, onProblem: OnCaptureProblem): TickRecord {
  const { header, payload, offset } = frame;
  const place = {
    ringIdHi: header.ringIdHi,
    ringIdLo: header.ringIdLo,
    epoch: header.epoch,
    file,
    offset,
  };
  if (header.codec === FrameCodec.Ticks) {
    const { firstPosition, count } = header;
    return { kind: 'ticks', ...place, firstPosition, count, bytes: payload };
  }
  const entries: DirectoryEntry[] = [];
  for (let at = 0; at < payload.length; at += DIRECTORY_ENTRY_BYTES) {
    try {
      entries.push(decodeDirectoryEntry(payload.subarray(at, at + DIRECTORY_ENTRY_BYTES)));
    } catch (error) {
      if (!(error instanceof RingError)) throw error;
      const where = { file, offset: offset + at, cause: error };
      onProblem(new CaptureError('BAD_FRAME', error.message, where));
    }
  }
  return { kind: 'directory', ...place, entries };
}
