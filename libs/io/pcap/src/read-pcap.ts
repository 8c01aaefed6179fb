import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { DatagramDecoder } from './datagram-decoder.ts';
import type { Datagram, DatagramCounts } from './datagram-decoder.ts';
import { PcapError } from './errors.ts';
import { isPcap } from './pcap-decoder.ts';

const PIECE_BYTES = 256 * 1024;
const MAGIC_BYTES = 4;

/**
 * Whether a file begins as pcap or pcapng do.
 * @throws PcapError `UNREADABLE`.
 */
export async function isPcapFile(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r');
    const start = new Uint8Array(MAGIC_BYTES);
    const { bytesRead } = await file.read(start, 0, MAGIC_BYTES, 0);
    return isPcap(start.subarray(0, bytesRead));
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** A capture that is being read. */
export interface PcapReading {
  readonly counts: Readonly<DatagramCounts>;
  /**
   * The datagrams in the order of the file, once. The payload of each is valid until the next.
   *
   * @throws PcapError at what cannot be read, after all that could be.
   */
  datagrams(): AsyncGenerator<Datagram>;
}

/** Reads a file of any size, piece by piece, at the pace of who takes the datagrams. */
export function readPcap(path: string): PcapReading {
  const decoder = new DatagramDecoder();
  return { counts: decoder.counts, datagrams: () => datagramsOf(path, decoder) };
}

async function* datagramsOf(path: string, decoder: DatagramDecoder): AsyncGenerator<Datagram> {
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES });
  try {
    for await (const piece of file as AsyncIterable<Uint8Array>) {
      decoder.push(piece);
      for (let found = decoder.next(); found !== undefined; found = decoder.next()) yield found;
    }
  } catch (cause) {
    throw cause instanceof Error && 'errno' in cause ? unreadable(cause) : cause;
  } finally {
    file.destroy();
  }
  decoder.end();
}

function unreadable(cause: unknown): PcapError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const detail = `the file cannot be read (${code})`;
  return new PcapError('UNREADABLE', 0, {
    detail,
    hint: 'check the path and its permissions',
    cause,
  });
}
