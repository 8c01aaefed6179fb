/** What the gateway itself says within the records, each as bytes of its own. */
import {
  DbnEncoder,
  DefinitionRecord,
  ErrorRecord,
  MboRecord,
  RType,
  RecordFlag,
  SCHEMA_NONE,
  STYPE_NAMES,
  STYPE_NONE,
  SYMBOL_BYTES,
  SymbolMappingRecord,
  SystemRecord,
  TIME_OPEN,
  Action,
  Side,
  metadataBytes,
} from '@tickwire/wire-dbn';
import type { RecordView } from '@tickwire/wire-dbn';
import { fillDefinition } from './definitions.ts';
import { fillOrder } from './event-recorder.ts';
import type { DatabentoInstrument } from './instruments.ts';
import type { LimitBook, RestingOrder } from './limit-book.ts';
import type { MappedInstrument } from './symbology.ts';
import { PUBLISHER_ID } from './schema-writer.ts';
import { VenueTime } from './venue-time.ts';

const RECORD_BYTES_MAX = 1_024;
const ERROR_TEXT_MAX = 301;
const NS_PER_DAY = 86_400n * 1_000_000_000n;
const RAW_SYMBOL = STYPE_NAMES.indexOf('raw_symbol');
const INSTRUMENT_ID = STYPE_NAMES.indexOf('instrument_id');

export interface NoticesOptions {
  readonly opensAtMs: number;
  readonly tsOut: boolean;
  /** ns after the opening, by the gateway's clock. */
  readonly nowNs: () => number;
}

export class Notices {
  readonly #options: NoticesOptions;
  readonly #time: VenueTime;
  readonly #encoder: DbnEncoder;
  readonly #system = new SystemRecord();
  readonly #error = new ErrorRecord();
  readonly #mapping = new SymbolMappingRecord();
  readonly #definition = new DefinitionRecord();
  readonly #mbo = new MboRecord();

  constructor(options: NoticesOptions) {
    this.#options = options;
    this.#time = new VenueTime(options.opensAtMs);
    const { tsOut } = options;
    this.#encoder = new DbnEncoder(new Uint8Array(RECORD_BYTES_MAX), { tsOut });
  }

  /** What stands before the records of a session. */
  metadata(dataset: string): Uint8Array {
    const { tsOut, nowNs } = this.#options;
    const metadata = {
      ...{ version: 3, dataset, schema: SCHEMA_NONE, end: TIME_OPEN, limit: 0n, tsOut },
      start: this.#time.baseNs + BigInt(Math.floor(nowNs())),
      ...{ stypeIn: STYPE_NONE, stypeOut: INSTRUMENT_ID, symbolCstrLength: SYMBOL_BYTES },
      ...{ symbols: [], partial: [], notFound: [], mappings: [] },
    };
    const encoder = new DbnEncoder(new Uint8Array(metadataBytes(metadata)), { tsOut });
    encoder.metadata(metadata);
    return encoder.written;
  }

  /** @param code - `SystemCode`. */
  system(code: number, text: string): Uint8Array {
    const record = this.#begin(this.#system, RType.System);
    record.setMsg(text).setCode(code);
    return this.#end(record);
  }

  /** @param code - `ErrorCode`. */
  error(code: number, text: string, isLast = true): Uint8Array {
    const record = this.#begin(this.#error, RType.Error);
    record
      .setErr(text.slice(0, ERROR_TEXT_MAX))
      .setCode(code)
      .setIsLast(isLast ? 1 : 0);
    return this.#end(record);
  }

  /** Which instrument a symbol is: as long as is known, or on the day that it is now. */
  mapping(of: {
    readonly stypeIn: number;
    readonly symbol: string;
    readonly mapped: MappedInstrument;
  }): Uint8Array {
    const { instrument, startNs, endNs } = of.mapped;
    const record = this.#begin(this.#mapping, RType.SymbolMapping, instrument.id);
    const nowNs = this.#time.baseNs + BigInt(Math.floor(this.#options.nowNs()));
    const day = nowNs - (nowNs % NS_PER_DAY);
    record.setStypeIn(of.stypeIn).setStypeInSymbol(of.symbol);
    record.setStypeOut(RAW_SYMBOL).setStypeOutSymbol(instrument.rawSymbol);
    record.setStartTsBigInt(startNs ?? day).setEndTsBigInt(endNs ?? day + NS_PER_DAY);
    return this.#end(record);
  }

  definition(instrument: DatabentoInstrument): Uint8Array {
    const record = this.#begin(this.#definition, RType.Definition, instrument.id);
    record.setPublisherId(PUBLISHER_ID);
    fillDefinition(record, instrument, { recv: this.#time });
    return this.#end(record);
  }

  /** A definition that was made elsewhere; its bytes are of version 3 and without `ts_out`. */
  copiedDefinition(bytes: Uint8Array): Uint8Array {
    this.#begin(this.#definition, RType.Definition);
    const { written } = this.#encoder;
    // Its length is another one in a session with `ts_out`.
    written.set(bytes.subarray(1), 1);
    return this.#end(this.#definition);
  }

  /** The orders that rest, behind a clear: the book as it is. */
  snapshot(of: {
    readonly instrument: DatabentoInstrument;
    readonly book: LimitBook | undefined;
    readonly sequence: number;
  }): Uint8Array[] {
    const { instrument, book, sequence } = of;
    const orders = [...(book?.bids ?? []), ...(book?.asks ?? [])].flatMap((level) => level.orders);
    const clear = this.#beginMbo({ instrument, sequence, isLast: orders.length === 0 });
    clear.setOrderIdWords(0, 0).setAction(Action.Clear).setSide(Side.None).setSize(0);
    const pieces = [this.#end(clear)];
    for (const order of orders) {
      const isLast = order === orders.at(-1);
      pieces.push(this.#resting(order, { instrument, sequence, isLast }));
    }
    return pieces;
  }

  #resting(order: RestingOrder, of: MboHead): Uint8Array {
    const record = this.#beginMbo(of);
    const { size, priceTicks } = order;
    const priceE9 = priceTicks * of.instrument.tickE9;
    fillOrder(record, order, { action: Action.Add, size, priceE9 });
    const at = this.#time.set(order.atNs);
    record.setTsEventWords(at.hi, at.lo);
    return this.#end(record);
  }

  #beginMbo({ instrument, sequence, isLast }: MboHead): MboRecord {
    const record = this.#begin(this.#mbo, RType.Mbo, instrument.id);
    record.setPublisherId(PUBLISHER_ID).setSequence(sequence).setChannelId(0);
    record.setTsRecvWords(this.#time.hi, this.#time.lo);
    return record.setFlags(RecordFlag.Snapshot | (isLast ? RecordFlag.Last : 0));
  }

  #begin<View extends RecordView>(record: View, rtype: number, instrumentId = 0): View {
    this.#encoder.clear();
    this.#encoder.begin(record, rtype);
    const now = this.#time.set(Math.floor(this.#options.nowNs()));
    record.setInstrumentId(instrumentId).setTsEventWords(now.hi, now.lo);
    return record;
  }

  #end(record: RecordView): Uint8Array {
    if (this.#options.tsOut) {
      const now = this.#time.set(Math.floor(this.#options.nowNs()));
      record.setTsOutWords(now.hi, now.lo);
    }
    return this.#encoder.written.slice();
  }
}

interface MboHead {
  readonly instrument: DatabentoInstrument;
  readonly sequence: number;
  readonly isLast: boolean;
}
