/**
 * One chain of deaths: a folder with a ring that every writer goes on in and one that is made
 * again and again, readers of both, and one writer after another that dies as planned.
 */
import { readdirSync } from 'node:fs';
import { diffNs } from '@tickwire/core';
import type { ClockAnchor } from '@tickwire/ipc-ring';
import { createHostClock } from '@tickwire/ipc-shm';
import { waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { formatRingId, listRings, openRing, readersDir, removeRing } from '../../src/index.ts';
import type { RingSubscription } from '../../src/index.ts';
import { readerResult, startReader, whereIs } from '../proof-processes.ts';
import type { ProofReaderResult, ReaderWhereabouts } from '../proof-reader.ts';
import { tourOptions } from './discover.ts';
import { liveOnce } from './dying-writer.ts';
import type { LifeEnd } from './dying-writer.ts';
import type { PlannedKill } from './kill-plan.ts';
import type { PreparedFailpoints } from './prepare.ts';

const STREAM = 'stream.0';
const FILES = 'files.0';
/** After so many kills every reader must have come to the last tick. */
const KILLS_PER_LOOK = 10;
const ARRIVAL_MS_MAX = 20_000;
const ATTEMPTS_MAX = 3;
/** Steps of the wall clock while this runs are less. */
const ANCHOR_OFF_NS_MAX = 1e9;
const HALF_MADE = /\.tmp$/;

export interface LaneResult {
  readonly killsBySite: ReadonlyMap<string, number>;
  readonly readers: readonly ProofReaderResult[];
  readonly rings: readonly string[];
  readonly stuckReaders: number;
  readonly stuckWriters: number;
  readonly leaked: readonly string[];
  /** Whatever else was not as it must be, in words. */
  readonly faults: readonly string[];
  readonly entries: number;
}

export class Lane {
  readonly #failpoints: PreparedFailpoints;
  readonly #dir: string;
  readonly #clock = createHostClock();
  readonly #killsBySite = new Map<string, number>();
  readonly #faults: string[] = [];
  #stuckReaders = 0;
  #stuckWriters = 0;

  /** @param dir - An empty folder on a tmpfs, 0700. */
  constructor(failpoints: PreparedFailpoints, dir: string) {
    this.#failpoints = failpoints;
    this.#dir = dir;
  }

  async run(kills: readonly PlannedKill[]): Promise<LaneResult> {
    for (const tour of ['stream', 'files'] as const) await this.#live(tour);
    const reading = { dir: this.#dir, required: false, follow: true } as const;
    const readers = [
      { name: STREAM, process: startReader({ ...reading, name: STREAM, waiting: 'yield' }) },
      { name: STREAM, process: startReader({ ...reading, name: STREAM, waiting: 'park' }) },
      { name: FILES, process: startReader({ ...reading, name: FILES, waiting: 'yield' }) },
    ];
    for (const reader of readers) await reader.process.ready();
    for (const [index, kill] of kills.entries()) {
      await this.#kill(kill);
      this.#lookForHalfMade(1);
      if (index % KILLS_PER_LOOK === 0) await this.#awaitArrival(readers);
    }
    // A last life without a death, so that nothing is left claimed and nothing half made.
    for (const tour of ['stream', 'files'] as const) await this.#live(tour);
    this.#lookForHalfMade(0);
    await this.#awaitArrival(readers);
    const entries = this.#checkDirectory();
    for (const { process } of readers) process.child.send('stop');
    const results = [];
    for (const { process } of readers) results.push(await readerResult(process));
    for (const { process } of readers) await process.ended;
    return {
      killsBySite: this.#killsBySite,
      readers: results,
      rings: readers.map(({ name }) => name),
      stuckReaders: this.#stuckReaders,
      stuckWriters: this.#stuckWriters,
      leaked: this.#leaked(),
      faults: this.#faults,
      entries,
    };
  }

  /** One life that ends at the planned place. */
  async #kill(kill: PlannedKill): Promise<void> {
    // How often a site is passed depends on what the writer before left: try an earlier pass then.
    for (let attempt = 1, { pass } = kill; attempt <= ATTEMPTS_MAX; attempt++, pass = 1) {
      if (kill.after !== undefined) await this.#live(kill.tour, kill.after);
      const end = await this.#live(kill.tour, { site: kill.site, pass, share: kill.share });
      if (end.how === 'killed') return;
    }
    this.#faults.push(`${kill.site} was not passed in ${ATTEMPTS_MAX} lives`);
  }

  async #live(
    tour: PlannedKill['tour'],
    death?: { site: string; pass: number; share?: number },
  ): Promise<LifeEnd> {
    const options = tourOptions(tour, this.#dir, tour === 'stream' ? STREAM : FILES);
    const end = await liveOnce(this.#failpoints, options, death ?? {});
    if (end.how === 'stuck') this.#stuckWriters += 1;
    if (end.how === 'failed') this.#faults.push(`a ${tour} writer failed: ${end.stderr}`);
    if (end.how === 'killed' && death === undefined) this.#faults.push('killed by nobody');
    if (end.how === 'killed' && death !== undefined) {
      this.#killsBySite.set(death.site, (this.#killsBySite.get(death.site) ?? 0) + 1);
    }
    return end;
  }

  /** Every reader must come to the last tick of its ring, whatever state that was left in. */
  async #awaitArrival(readers: readonly { name: string; process: TestProcess }[]): Promise<void> {
    for (const { name, process } of readers) {
      if (!listRings(this.#dir).includes(name)) continue; // died after the removal
      const ring = openRing({ dir: this.#dir, name, from: 'latest' });
      const { published } = ring.account();
      const ringId = formatRingId(ring.header.ringId);
      if (name === STREAM) this.#checkAnchor(ring.reader.anchor);
      ring.close();
      const arrived = async (): Promise<boolean> => {
        const at = await whereIs<ReaderWhereabouts>(process);
        return at.ringId === ringId && at.cursor === published;
      };
      await waitFor(arrived, { what: `a reader of ${name}`, deadlineMs: ARRIVAL_MS_MAX }).catch(
        (error: unknown) => {
          this.#stuckReaders += 1;
          this.#faults.push(String(error));
        },
      );
    }
  }

  /** Wall time by the ring's anchor must be the host's, wherever the writer died. */
  #checkAnchor(anchor: ClockAnchor | undefined): void {
    const offNs = anchor === undefined ? Number.NaN : diffNs(anchor, this.#clock.refresh());
    if (!(Math.abs(offNs) <= ANCHOR_OFF_NS_MAX)) this.#faults.push(`anchor off by ${offNs} ns`);
  }

  /** A writer that died while it made a file leaves one; the next of the folder removes it. */
  #lookForHalfMade(countMax: number): void {
    const found = readdirSync(this.#dir).filter((name) => HALF_MADE.test(name));
    if (found.length > countMax) this.#faults.push(`half made: ${found.join(', ')}`);
  }

  /** Every entry that is counted must be whole. */
  #checkDirectory(): number {
    const ring = openRing({ dir: this.#dir, name: STREAM, from: 'latest' });
    const { count } = ring.directory;
    for (let index = 1; index < count; index++) {
      const symbol = symbolOf(ring, index);
      if (symbol !== `symbol.${index}`) this.#faults.push(`entry ${index} names ${symbol}`);
    }
    ring.close();
    return count;
  }

  /** Removes the rings as a user would; what is still there then was leaked. */
  #leaked(): string[] {
    const readerFiles = [STREAM, FILES].flatMap((name) => readdirSync(readersDir(this.#dir, name)));
    for (const name of [STREAM, FILES]) {
      if (!removeRing(this.#dir, name)) this.#faults.push(`${name} is still locked`);
    }
    return [...readerFiles, ...readdirSync(this.#dir)];
  }
}

function symbolOf(ring: RingSubscription, index: number): string | undefined {
  try {
    return ring.directory.get(index)?.symbol;
  } catch (error) {
    return String(error);
  }
}
