// Composition root of a replay: sources ─▶ the vendor's normaliser ─▶ ring. Top to bottom is the
// start order; the stop mirrors it.
import { rmSync } from 'node:fs';
import { HopCounters } from '@tickwire/core';
import { detectCapture } from '@tickwire/io-capture';
import type { DbnFile } from '@tickwire/io-capture';
import { createRing } from '@tickwire/io-rings';
import type { RingProducer } from '@tickwire/io-rings';
import { openGapFile, runService } from '@tickwire/io-service';
import type { RunningService, ServiceContext } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { replayConfig } from './config.ts';
import type { ReplayConfig } from './config.ts';
import { ReplayError } from './errors.ts';
import { DbnPlayer } from './dbn-player.ts';
import { KucoinPlayer } from './kucoin-player.ts';
import { PacedOutput } from './paced-output.ts';
import { Pacer } from './pacer.ts';
import type { Player } from './player.ts';
import { ProblemReport } from './problem-report.ts';
import { TickPlayer } from './tick-player.ts';
import { VENDOR as DATABENTO } from '@tickwire/venue-databento';

const READERS_TIMEOUT_MS = 30_000;

await runService({ schema: replayConfig, operations: startOperations, start });

async function start(config: ReplayConfig, context: ServiceContext): Promise<RunningService> {
  const { vendor, dbnFiles } = await sourcesOf(config);
  const ring = createRing({
    dir: config.ringDir,
    name: config.replayRing ?? `${vendor}.0`,
    vendor,
    mode: config.replaySpeed === 'max' ? 'paced' : 'live',
    slotCount: config.replaySlots,
    image: true,
    onExpel: (label) => context.log.warn({ reader: label }, 'a required reader is silent'),
  });
  const hop = new HopCounters(context.stats, publishingHop(vendor), 'tick');
  const output = new PacedOutput(ring, hop.out);
  const player = createPlayer({ config, context, vendor, dbnFiles, ring, output });
  const abort = new AbortController();
  const played = play({ config, context, ring, player, output, hop, signal: abort.signal });
  if (config.replayOwned) endWithParent(config);
  return {
    info: {
      ring: ring.name,
      ringDir: config.ringDir,
      vendor,
      mode: config.replaySpeed === 'max' ? 'paced' : 'live',
    },
    async stop() {
      abort.abort();
      await played;
    },
  };
}

/** The hop whose `out` is what the ring took. */
function publishingHop(vendor: string): string {
  return vendor === 'ticks' ? 'file.ticks' : `${vendor}.normalise`;
}

/** Plays to the end, then closes the ring: readers learn that there is nothing more to come. */
async function play(parts: {
  config: ReplayConfig;
  context: ServiceContext;
  ring: RingProducer;
  player: Player;
  output: PacedOutput;
  hop: HopCounters;
  signal: AbortSignal;
}): Promise<void> {
  const { config, context, ring, player, output, hop, signal } = parts;
  try {
    if (config.replayReaders > 0) {
      await ring.waitForReaders({ count: config.replayReaders, timeoutMs: READERS_TIMEOUT_MS });
    }
    await player.play(signal);
    player.close();
    await output.drain(signal);
  } catch (error) {
    if (!signal.aborted) context.fail(error);
  } finally {
    const abandoned = output.abandon();
    if (abandoned > 0) hop.dropped('aborted').add(abandoned);
    ring.close();
    context.log.info({ published: ring.position }, 'the replay has ended');
  }
  // A finite service: the orderly way out is the one a signal takes.
  if (!config.replayOwned && !signal.aborted) process.kill(process.pid, 'SIGTERM');
}

interface Sources {
  readonly vendor: string;
  /** All of them, where they are DBN. */
  readonly dbnFiles: readonly DbnFile[];
}

/** What the sources are decides how they are played. */
async function sourcesOf(config: ReplayConfig): Promise<Sources> {
  const kinds = new Set<string>();
  const dbnFiles: DbnFile[] = [];
  for (const path of config.replaySources) {
    const format =
      config.replayDbnVersion === undefined
        ? await detectCapture(path)
        : ({ kind: 'dbn', files: [{ path, isFragment: true }] } as const);
    if (format.kind === 'ring') {
      throw new ReplayError('NOT_REPLAYABLE', `${path} is a ring, not a capture`, {
        hint: 'read a ring with `tickwire tail` or `tickwire dump`',
      });
    }
    if (format.kind === 'dbn') dbnFiles.push(...format.files);
    kinds.add(format.kind);
  }
  if (kinds.size > 1) {
    throw new ReplayError('MIXED_SOURCES', 'captures of several kinds in one replay', {
      hint: 'replay them one after another',
    });
  }
  return { vendor: vendorOf(kinds, config), dbnFiles };
}

function vendorOf(kinds: ReadonlySet<string>, config: ReplayConfig): string {
  if (kinds.has('ticks')) return 'ticks';
  if (kinds.has('dbn')) return DATABENTO;
  if (config.replayVendor === 'kucoin') return 'kucoin';
  const vendor = JSON.stringify(config.replayVendor);
  throw new ReplayError('UNKNOWN_VENDOR', `there is no vendor ${vendor} to replay`, {
    hint: 'use --vendor kucoin',
  });
}

function createPlayer(parts: {
  config: ReplayConfig;
  context: ServiceContext;
  vendor: string;
  dbnFiles: readonly DbnFile[];
  ring: RingProducer;
  output: PacedOutput;
}): Player {
  const { config, context, ring, output } = parts;
  const { stats, clock } = context;
  const shared = {
    sources: config.replaySources,
    ring,
    stats,
    output,
    pacer: new Pacer(config.replaySpeed, () => clock.monotonicNs()),
    problems: new ProblemReport(context.log),
  };
  if (parts.vendor === 'ticks') return new TickPlayer(shared);
  const venue = {
    ...shared,
    monotonicNs: () => clock.monotonicNs(),
    onGap: openGapFile(config.dataDir, parts.vendor),
  };
  if (parts.vendor !== DATABENTO) return new KucoinPlayer(venue);
  return new DbnPlayer({
    ...venue,
    ...{ files: parts.dbnFiles, fragmentVersion: config.replayDbnVersion },
  });
}

/** The process that started us may be killed: nothing of its replay may stay behind. */
function endWithParent(config: ReplayConfig): void {
  let orphaned = false;
  const onOrphaned = (): void => {
    orphaned = true;
    process.kill(process.pid, 'SIGTERM');
  };
  process.on('disconnect', onOrphaned);
  if (process.connected !== true) onOrphaned(); // gone before we listened
  process.on('exit', () => {
    if (!orphaned) return;
    for (const path of [config.ringDir, config.runDir, config.dataDir]) {
      rmSync(path, { recursive: true, force: true });
    }
  });
}
