/** What one session has asked for: mappings before prices, errors, snapshots and cursors. */
import { ErrorCode, SCHEMA_NAMES, STYPE_NAMES, SystemCode } from '@tickwire/wire-dbn';
import type { Random } from '@tickwire/sim-kit';
import type { ListedInstrument } from './instruments.ts';
import type { Notices } from './notices.ts';
import type { RecordLog } from './record-log.ts';
import type { SessionStream } from './session-stream.ts';
import { schemaCode } from './schema-codes.ts';
import type { Subscription } from './subscription.ts';
import { KNOWN_STYPES } from './symbology.ts';
import type { SymbolResolver } from './symbology.ts';

const NOTICES_NAMED_MAX = 1_000;

/** What sessions have in common: the dataset and its records. */
export interface SharedDataset {
  readonly dataset: string;
  readonly opensAtMs: number;
  readonly instruments: readonly ListedInstrument[];
  /** Codes of those that there are. */
  readonly schemas: ReadonlySet<number>;
  readonly symbology: SymbolResolver;
  readonly log: RecordLog;
  /** The definition of an instrument as it is now; undefined where there is none. */
  readonly definition: (index: number, notices: Notices) => Uint8Array | undefined;
  /** The orders of an instrument that rest now; undefined where no books are kept. */
  readonly snapshot: ((index: number, notices: Notices) => Uint8Array[]) | undefined;
}

export interface SessionSubscriptionsOptions {
  readonly shared: SharedDataset;
  readonly notices: Notices;
  readonly stream: SessionStream;
  /** A fault: odds that a symbol that is there is not found. */
  readonly badSymbol: number;
  readonly random: Random;
  /** Puts a notice behind those before it. */
  readonly say: (notice: Uint8Array) => void;
  /** The fault was done to a symbol. */
  readonly onBadSymbol: (symbol: string) => void;
}

export class SessionSubscriptions {
  readonly #options: SessionSubscriptionsOptions;
  readonly #replayed: number[] = [];
  #earliest = Infinity;

  constructor(options: SessionSubscriptionsOptions) {
    this.#options = options;
  }

  /** Number of the earliest record that is wanted; none is the end of the log. */
  get earliest(): number {
    return this.#earliest;
  }

  /**
   * Takes a subscription of a session that has started.
   * @returns why it cannot be taken.
   */
  take(subscription: Subscription): string | undefined {
    const { shared } = this.#options;
    const { schema, stypeIn } = subscription;
    const name = SCHEMA_NAMES[schema];
    if (!shared.schemas.has(schema)) {
      return `schema ${name ?? schema} is not available in ${shared.dataset}`;
    }
    if (subscription.isSnapshot && shared.snapshot === undefined) {
      return 'snapshot: a market from files keeps no books; its own snapshots are in the files';
    }
    const resolution = shared.symbology.resolve(subscription);
    if (resolution === undefined) {
      return `stype_in ${STYPE_NAMES[stypeIn] ?? stypeIn}: use ${KNOWN_STYPES.join(', ')}`;
    }
    const { badSymbol, random, onBadSymbol } = this.#options;
    const lost: string[] = [];
    const found = resolution.found.filter(({ symbol }) => {
      if (badSymbol === 0 || !random.chance(badSymbol)) return true;
      onBadSymbol(symbol);
      lost.push(symbol);
      return false;
    });
    this.#sayNotFound([...resolution.notFound, ...lost]);
    if (found.length > 0) this.#sayAck(subscription);
    const { notices, say } = this.#options;
    const wanted = new Set<ListedInstrument>();
    for (const { symbol, instruments } of found) {
      for (const mapped of instruments) {
        say(notices.mapping({ stypeIn, symbol, mapped }));
        wanted.add(mapped.instrument);
      }
    }
    this.#want(subscription, wanted);
    return undefined;
  }

  /** Says that what was replayed has all been sent. */
  sayReplayed(): void {
    const { notices, say } = this.#options;
    for (const schema of this.#replayed) {
      const text = `Finished ${SCHEMA_NAMES[schema] ?? ''} replay`;
      say(notices.system(SystemCode.ReplayCompleted, text));
    }
    this.#replayed.length = 0;
  }

  #want(subscription: Subscription, instruments: ReadonlySet<ListedInstrument>): void {
    const { shared, stream } = this.#options;
    const { schema, isSnapshot, startNs } = subscription;
    const from = this.#firstNumber(startNs);
    this.#earliest = Math.min(this.#earliest, from);
    if (startNs !== undefined && !this.#replayed.includes(schema)) this.#replayed.push(schema);
    const isDefinition = schema === schemaCode('definition');
    for (const instrument of instruments) {
      stream.want({ schema, instrument: instrument.index, from });
      // One of now, since the market has said it once, at its opening.
      if (isDefinition && startNs === undefined) this.#sayDefinition(instrument);
      if (isSnapshot) this.#saySnapshot(instrument);
    }
    if (startNs !== undefined && from === shared.log.first && from > 0) this.#sayAgedOut(startNs);
  }

  #sayDefinition({ index }: ListedInstrument): void {
    const { shared, notices, say } = this.#options;
    const definition = shared.definition(index, notices);
    if (definition !== undefined) say(definition);
  }

  #saySnapshot({ index }: ListedInstrument): void {
    const { shared, notices, say } = this.#options;
    for (const piece of shared.snapshot?.(index, notices) ?? []) say(piece);
  }

  #firstNumber(startNs: bigint | undefined): number {
    const { log, opensAtMs } = this.#options.shared;
    if (startNs === undefined) return log.end;
    return log.numberAt(Number(startNs - BigInt(opensAtMs) * 1_000_000n));
  }

  #sayAck({ schema, id }: Subscription): void {
    const { notices, say } = this.#options;
    const which = id === undefined ? '' : ` ${id}`;
    const text = `Subscription request${which} for ${SCHEMA_NAMES[schema] ?? ''} data succeeded`;
    say(notices.system(SystemCode.SubscriptionAck, text));
  }

  #sayNotFound(symbols: readonly string[]): void {
    const { notices, say } = this.#options;
    const named = symbols.slice(0, NOTICES_NAMED_MAX);
    for (const [at, symbol] of named.entries()) {
      const text = `Failed to resolve symbol: ${symbol.replace(/[^\x20-\x7e]/g, '?')}`;
      say(notices.error(ErrorCode.SymbolResolutionFailed, text, at === named.length - 1));
    }
  }

  #sayAgedOut(startNs: bigint): void {
    const { notices, say, shared } = this.#options;
    const oldestNs = BigInt(shared.opensAtMs) * 1_000_000n + BigInt(shared.log.firstNs);
    if (startNs === 0n || startNs >= oldestNs) return;
    const text = `Replay data before ${oldestNs} is no longer available`;
    say(notices.error(ErrorCode.ReplayDataAgedOut, text));
  }
}
