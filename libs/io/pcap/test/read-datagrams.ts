import { expect } from 'vitest';
import { DatagramDecoder } from '../src/index.ts';
import type { Datagram, DatagramCounts } from '../src/index.ts';
import { classicPcap } from './capture-bytes.ts';

export interface Found {
  readonly datagrams: readonly (Omit<Datagram, 'payload'> & { payload: string })[];
  /** Those that are not zero, without `frames` and `datagrams`. */
  readonly counts: Partial<DatagramCounts>;
}

/** What a capture of frames of one link type holds. */
export function decode(frames: readonly Uint8Array[], linkType = 1): Found {
  const decoder = new DatagramDecoder();
  decoder.push(classicPcap(frames, { linkType }));
  const datagrams: Found['datagrams'][number][] = [];
  for (let found = decoder.next(); found !== undefined; found = decoder.next()) {
    datagrams.push({ ...found, payload: Buffer.from(found.payload).toString('hex') });
  }
  decoder.end();
  const { frames: frameCount, datagrams: datagramCount, ...rest } = decoder.counts;
  expect([frameCount, datagramCount]).toEqual([frames.length, datagrams.length]);
  const counts = Object.fromEntries(Object.entries(rest).filter(([, count]) => count > 0));
  return { datagrams, counts };
}
