/**
 * Files of DBN, one after another, through the same normaliser as the live gateway's.
 *
 *   readDbn ─▶ records of version 3 ─▶ normaliser ─▶ paced output ─▶ ring
 *               └── mappings of the metadata, when their day begins
 *
 * What cannot be read is told, counted and in the ledger of gaps: books are in doubt from there on
 * until they begin anew. The rest of the file, if it can be found, and the other files are played.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { StreamReason, StreamState, stampToBigInt } from '@tickwire/core';
import type { Counter, CounterTable } from '@tickwire/core';
import { GapLedger } from '@tickwire/domain-feed';
import type { FeedSink, GapRecord, RecvStamp } from '@tickwire/domain-feed';
import type { DbnFile } from '@tickwire/io-capture';
import { DbnFileError, readDbn } from '@tickwire/io-dbn-file';
import type { RingProducer } from '@tickwire/io-rings';
import { DatabentoNormaliser, FileSymbols, VENDOR } from '@tickwire/venue-databento';
import { DbnError, RType, SCHEMA_NAMES, SymbolMappingRecord } from '@tickwire/wire-dbn';
import type { DbnDecoder, DbnDecoderOptions } from '@tickwire/wire-dbn';
import { TickFlag } from '@tickwire/wire-tick';
import { DbnAccount } from './dbn-account.ts';
import type { PacedOutput } from './paced-output.ts';
import type { Pacer } from './pacer.ts';
import type { Player } from './player.ts';
import type { ProblemReport } from './problem-report.ts';
import { RecordTime } from './record-time.ts';

export interface DbnPlayerOptions {
  files: readonly DbnFile[];
  /** Of the fragments among them; their sizes say it unless given. */
  fragmentVersion: 1 | 2 | 3 | undefined;
  ring: RingProducer;
  stats: CounterTable;
  output: PacedOutput;
  pacer: Pacer;
  problems: ProblemReport;
  monotonicNs: () => number;
  onGap: (record: Readonly<GapRecord>) => void;
}

const TRADES = SCHEMA_NAMES.indexOf('trades');

export class DbnPlayer implements Player {
  readonly #options: DbnPlayerOptions;
  readonly #account: DbnAccount;
  readonly #ledger: GapLedger;
  readonly #damagedFiles: Counter;
  readonly #gaps: Counter;
  readonly #recv: RecvStamp = { hi: 0, lo: 0, monotonicNs: 0 };
  readonly #time = new RecordTime();
  readonly #mapping = new SymbolMappingRecord();
  readonly #files = { records: 0, unknown: 0, damaged: 0 };
  #normaliser: DatabentoNormaliser;
  #given = 0;
  /** Records passed over in the piece that is being read. */
  #passedOver = 0;

  constructor(options: DbnPlayerOptions) {
    const { stats, onGap } = options;
    this.#options = options;
    this.#damagedFiles = stats.counter('count/file.damaged');
    this.#gaps = stats.counter('count/gaps');
    this.#normaliser = this.#createNormaliser(false);
    this.#account = new DbnAccount(stats, () => this.#normaliser);
    this.#ledger = new GapLedger(VENDOR, onGap);
  }

  async play(signal: AbortSignal): Promise<void> {
    const { files } = this.#options;
    // A trade that its own records tell is not told again out of the book's.
    const schemas = await Promise.all(files.map((file) => this.#schemaOf(file)));
    this.#normaliser = this.#createNormaliser(schemas.includes(TRADES) && files.length > 1);
    for (const file of files) {
      try {
        await this.#playFile(file, signal);
      } catch (error) {
        if (!(error instanceof DbnError || error instanceof DbnFileError)) throw error;
        this.#damagedFiles.add(1);
        this.#options.problems.tell('capture', error, `${file.path} `);
        if (this.#given > 0) this.#openGap();
      }
    }
  }

  close(): void {
    this.#normaliser.publish();
  }

  async #playFile(file: DbnFile, signal: AbortSignal): Promise<void> {
    const reading = readDbn(file.path, this.#decoderOptions(file));
    const before = { ...this.#files };
    let symbols: FileSymbols | undefined;
    const show = (): void => {
      const { records, unknown, damaged } = reading.decoder.counts;
      this.#files.records = before.records + records;
      this.#files.unknown = before.unknown + unknown;
      this.#files.damaged = before.damaged + damaged;
      this.#account.show(this.#files, this.#given);
    };
    try {
      for await (const records of reading.pieces()) {
        while (records.next()) {
          symbols ??= this.#symbolsOf(records);
          const held = this.#playRecord(records, symbols, signal);
          if (held !== undefined) await held;
        }
        this.#normaliser.publish();
        if (this.#options.output.isBlocked) await this.#options.output.drain(signal);
        show();
        await turn(); // heartbeats and signals, also at full speed
        signal.throwIfAborted();
      }
    } finally {
      this.#normaliser.publish();
      show();
    }
  }

  /** A promise only where the pace or a full ring asks for it. */
  #playRecord(
    records: DbnDecoder,
    symbols: FileSymbols | undefined,
    signal: AbortSignal,
  ): Promise<void> | undefined {
    const { output, pacer } = this.#options;
    if (this.#passedOver > 0) this.#openGap();
    this.#time.read(records, this.#recv);
    if (pacer.waitMs(this.#recv) > 0) return this.#playLater(records, symbols, signal);
    this.#give(records, symbols);
    return output.isBlocked ? output.drain(signal) : undefined;
  }

  async #playLater(
    records: DbnDecoder,
    symbols: FileSymbols | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { output, pacer } = this.#options;
    this.#normaliser.publish();
    if (output.isBlocked) await output.drain(signal);
    await pacer.hold(this.#recv, signal);
    this.#give(records, symbols);
  }

  #give(records: DbnDecoder, symbols: FileSymbols | undefined): void {
    const { rtype, view, offset } = records;
    this.#recv.monotonicNs = this.#options.monotonicNs();
    symbols?.advance(this.#recv);
    this.#given += 1;
    const { control } = this.#account;
    if (rtype === RType.SymbolMapping) {
      control.mapping += 1;
      this.#normaliser.onMapping(this.#mapping.wrap(view, offset));
    } else if (rtype === RType.System) control.system += 1;
    else if (rtype === RType.Error) control.error += 1;
    else this.#normaliser.onRecord(records, this.#recv);
  }

  #symbolsOf({ metadata }: DbnDecoder): FileSymbols | undefined {
    if (metadata === undefined) return undefined;
    return new FileSymbols(metadata, (mapping) => this.#normaliser.onMapping(mapping));
  }

  /** Records are missing here, of which nothing is known but the time. */
  #openGap(): void {
    this.#passedOver = 0;
    this.#gaps.add(1);
    const at = stampToBigInt(this.#recv).toString();
    const { id } = this.#ledger.open({
      ...{ symbol: undefined, noticedBy: 'sequence', missing: undefined },
      ...{ fromTs: at, noticedTs: at },
    });
    const [state, reason] = [StreamState.Gap, StreamReason.SequenceGap];
    const change = { state, previous: StreamState.Live, reason, ledgerId: id };
    this.#normaliser.onChannel(change, this.#recv);
    this.#normaliser.doubtBooks();
  }

  #decoderOptions({ path, isFragment }: DbnFile): DbnDecoderOptions {
    const { fragmentVersion, problems } = this.#options;
    const version = fragmentVersion === undefined ? {} : { version: fragmentVersion };
    return {
      upgrade: 'upgradeToV3',
      ...(isFragment ? { fragment: version } : {}),
      onDamaged: (error) => {
        this.#passedOver += 1;
        problems.tell('capture', error, `${path} `);
      },
    };
  }

  /** Of its metadata; what is wrong with the file is told when it is played. */
  async #schemaOf(file: DbnFile): Promise<number | undefined> {
    if (file.isFragment) return undefined;
    const reading = readDbn(file.path);
    try {
      for await (const records of reading.pieces()) {
        records.next();
        if (records.metadata !== undefined) break;
      }
    } catch (error) {
      if (!(error instanceof DbnError || error instanceof DbnFileError)) throw error;
    }
    return reading.decoder.metadata?.schema;
  }

  #createNormaliser(hasTradeRecords: boolean): DatabentoNormaliser {
    return new DatabentoNormaliser({
      ...{ sink: this.#sink(), flags: TickFlag.Replayed, hasTradeRecords },
    });
  }

  #sink(): FeedSink {
    const { ring, output, monotonicNs, onGap } = this.#options;
    return {
      publish: (batch, recvMonotonicNs) => {
        batch.stampPublishDelta(monotonicNs() - recvMonotonicNs);
        this.#account.ticks.add(batch.count);
        output.offer(batch.bytes, batch.count);
      },
      define(entry) {
        const index = ring.append(entry);
        return index < 0 ? undefined : index;
      },
      gap: onGap,
    };
  }
}
