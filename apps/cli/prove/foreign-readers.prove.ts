/**
 * The readers in C and Python of docs/examples on a live ring that does not wait for them:
 *
 *   all      100,000 ticks a second for 20 s: both deliver every tick, nothing lost. That in C
 *            prints them, and its lines have the hash of those that describeTick gives; that in
 *            Python counts them, with the checksum of all bytes that were written
 *   sample   4,000 a second for 5 s: both print, and what they print is what tail prints
 *   overrun  both are stopped for a moment: lost + delivered = published, what is lost is said with
 *            first, last and count, and every line that came is the one of its position
 *
 *   npm run prove -- foreign-readers    --rate N --seconds N
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TICK_BYTES } from '@tickwire/core';
import { formatRingId, openRing } from '@tickwire/io-rings';
import type { RingSubscription } from '@tickwire/io-rings';
import { waitFor } from '@tickwire/testing';
import { TickView, crc32, describeTick } from '@tickwire/wire-tick';
import { runTail } from '../src/tail/run-tail.ts';
import { TickFilter } from '../src/tail/tick-filter.ts';
import {
  buildCReader,
  findPythonReader,
  isBalanced,
  missingCommand,
} from '../test/foreign-reader.ts';
import type { ForeignAccount, ForeignReader } from '../test/foreign-reader.ts';
import { ForeignReading, SteadyWriter, killAll } from './foreign-reading.ts';
import { fillSteadyTicks } from './steady-ticks.ts';

const NAME = 'steady.0';
const CHUNK_TICKS = 1_024;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '20' },
  },
});
const perSecond = Number(values.rate);
const seconds = Number(values.seconds);

const problems: string[] = [];
function check(what: string, holds: boolean): void {
  console.log(`${holds ? 'held  ' : 'FAILED'} ${what}`);
  if (!holds) problems.push(what);
}

/** The line of a position, as tail prints it. */
class ExpectedLines {
  readonly #ring: RingSubscription;
  readonly #tick = new TickView();
  readonly #view = new DataView(new ArrayBuffer(TICK_BYTES));

  constructor(ring: RingSubscription) {
    this.#ring = ring;
  }

  at(position: number): string {
    fillSteadyTicks(this.#view, position, 1);
    const tick = this.#tick.wrap(this.#view, 0);
    const { directory, header } = this.#ring;
    const json = describeTick(tick, directory.get(tick.instrument));
    return JSON.stringify({ ...json, ring: NAME, position, ringId: formatRingId(header.ringId) });
  }
}

function expectAccount(what: string, account: ForeignAccount, published: number): void {
  const { delivered, lost, padded, inFlight, gaps, unreadable } = account;
  const tail = `delivered ${delivered}, lost ${lost} in ${gaps} gaps, of ${account.published}`;
  const isWhole = account.start === 0 && account.published === published && unreadable === 0;
  const isExact = isBalanced(account) && delivered + lost === published;
  check(`${what}: ${tail}`, isWhole && isExact && padded === 0 && inFlight === 0);
}

async function proveAll(readers: readonly ForeignReader[], dir: string): Promise<void> {
  const writer = new SteadyWriter({ dir, name: NAME, slotCount: 65_536 });
  await writer.ready();
  const ring = openRing({ dir, name: NAME });
  const args = ['--dir', dir, '--ring', NAME, '--linger', '0'];
  const printed = createHash('sha256');
  let bytes = 0;
  let summary = '';
  const reading = await Promise.all(
    readers.map((reader) => {
      if (reader.language === 'Python') {
        const take = (chunk: Buffer): void => void (summary += chunk.toString());
        return ForeignReading.start(reader, [...args, '--summary'], take);
      }
      return ForeignReading.start(reader, args, (chunk) => {
        printed.update(chunk);
        bytes += chunk.length;
      });
    }),
  );
  const { position, lateMsMax } = await writer.order({ type: 'publish', perSecond, seconds });
  await writer.order({ type: 'close' });
  console.log(`all: ${position} published, the writer stood still for ${lateMsMax.toFixed(0)} ms`);
  for (const one of reading) {
    const account = await one.end();
    expectAccount(`${one.language}`, account, position);
    check(`${one.language}: nothing lost at ${perSecond} ticks a second`, account.lost === 0);
  }
  const { text, crc } = expectedOf(new ExpectedLines(ring), position);
  check(`C: ${bytes} bytes of lines are those of tail`, printed.digest('hex') === text);
  const { crc32: read } = JSON.parse(summary) as { crc32: string };
  check(`Python: the checksum of all bytes is ${crc}`, read === crc);
  ring.close();
}

/** What there was to print, and to read, of all positions below `end`. */
function expectedOf(lines: ExpectedLines, end: number): { text: string; crc: string } {
  const hash = createHash('sha256');
  const view = new DataView(new ArrayBuffer(CHUNK_TICKS * TICK_BYTES));
  let crc = 0;
  for (let first = 0; first < end; first += CHUNK_TICKS) {
    const count = Math.min(CHUNK_TICKS, end - first);
    fillSteadyTicks(view, first, count);
    crc = crc32(new Uint8Array(view.buffer, 0, count * TICK_BYTES), crc);
    let text = '';
    for (let at = 0; at < count; at++) text += `${lines.at(first + at)}\n`;
    hash.update(text);
  }
  return { text: hash.digest('hex'), crc: crc.toString(16).padStart(8, '0') };
}

async function proveSample(readers: readonly ForeignReader[], dir: string): Promise<void> {
  const writer = new SteadyWriter({ dir, name: NAME, slotCount: 65_536 });
  await writer.ready();
  let byTail = '';
  const stop = new AbortController();
  const tail = runTail({
    ...{ ringDir: dir, rings: [], count: undefined, json: true, signal: stop.signal },
    filter: new TickFilter({ vendors: [], symbols: [], kinds: [] }),
    terminal: {
      ...{ isInteractive: false, hasColour: false, columns: () => 80, rows: () => 24 },
      out: (text) => void (byTail += text),
      note: console.error,
      drained: () => Promise.resolve(),
    },
  });
  const args = ['--dir', dir, '--ring', NAME, '--linger', '0'];
  const texts = readers.map(() => '');
  const reading = await Promise.all(
    readers.map((reader, at) => {
      return ForeignReading.start(reader, args, (chunk) => void (texts[at] += chunk.toString()));
    }),
  );
  const { position } = await writer.order({ type: 'publish', perSecond: 4_000, seconds: 5 });
  await writer.order({ type: 'close' });
  for (const [at, one] of reading.entries()) {
    expectAccount(`sample, ${one.language}`, await one.end(), position);
    await waitFor(() => byTail.length >= (texts[at] ?? '').length, { what: 'tail' });
    check(`sample, ${one.language}: the lines are those of tail`, texts[at] === byTail);
  }
  stop.abort();
  await tail;
}

/** Whole lines of chunks that end anywhere. */
function byLine(take: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
}

interface GapLine {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

async function proveOverrun(readers: readonly ForeignReader[], dir: string): Promise<void> {
  const writer = new SteadyWriter({ dir, name: NAME, slotCount: 8_192 });
  await writer.ready();
  const ring = openRing({ dir, name: NAME });
  const expected = new ExpectedLines(ring);
  const args = ['--dir', dir, '--ring', NAME, '--linger', '0'];
  const seen = readers.map(() => ({ next: 0, gaps: 0, lost: 0, ticks: 0, wrong: 0 }));
  const reading = await Promise.all(
    readers.map((reader, at) => {
      const of = seen[at] as (typeof seen)[number];
      const take = (line: string): void => {
        if (line.startsWith('{"kind":"LOST"')) {
          const { first, last, count } = JSON.parse(line) as GapLine;
          if (first !== of.next || last - first + 1 !== count) of.wrong++;
          of.gaps++;
          of.lost += count;
          of.next = last + 1;
          return;
        }
        if (line !== expected.at(of.next)) of.wrong++;
        of.ticks++;
        of.next++;
      };
      return ForeignReading.start(reader, args, byLine(take));
    }),
  );
  const writing = writer.order({ type: 'publish', perSecond: 10_000, seconds: 6 });
  await delay(1_500);
  for (const one of reading) one.signal('SIGSTOP');
  await delay(2_000);
  for (const one of reading) one.signal('SIGCONT');
  const { position } = await writing;
  await writer.order({ type: 'close' });
  for (const [at, one] of reading.entries()) {
    const account = await one.end();
    const of = seen[at] as (typeof seen)[number];
    expectAccount(`overrun, ${one.language}`, account, position);
    const isSaid = of.lost === account.lost && of.gaps === account.gaps && of.gaps > 0;
    const isThere = of.ticks === account.delivered && of.next === position;
    check(
      `overrun, ${one.language}: ${of.ticks} lines and ${of.gaps} gaps, ${of.wrong} wrong`,
      isSaid && isThere && of.wrong === 0,
    );
  }
  ring.close();
}

const missing = missingCommand();
if (missing !== undefined) {
  throw new Error(`${missing.command} is missing: install ${missing.debianPackage}`);
}
const folder = mkdtempSync('/dev/shm/tickwire-foreign-');
try {
  const readers = [buildCReader(folder), findPythonReader()];
  await proveAll(readers, join(folder, 'all'));
  await proveSample(readers, join(folder, 'sample'));
  await proveOverrun(readers, join(folder, 'overrun'));
} finally {
  killAll();
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.log(`PROBLEM ${problem}`);
console.log(problems.length === 0 ? 'all held' : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
