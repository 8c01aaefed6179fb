/** What a live client gives: records, and what is known of how complete they are, in one order. */
import type {
  BboRecord,
  CbboRecord,
  Cmbp1Record,
  DbnRecord,
  DefinitionRecord,
  ImbalanceRecord,
  MboRecord,
  Mbp10Record,
  Mbp1Record,
  OhlcvRecord,
  StatisticsRecord,
  StatusRecord,
  TradeRecord,
} from '@tickwire/wire-dbn';
import { RType } from '@tickwire/wire-dbn';

/** The class of each type of record. Of version 3, whatever the server sends. */
export interface RecordTypes {
  mbo: MboRecord;
  trade: TradeRecord;
  mbp1: Mbp1Record;
  mbp10: Mbp10Record;
  bbo: BboRecord;
  cmbp1: Cmbp1Record;
  cbbo: CbboRecord;
  ohlcv: OhlcvRecord;
  definition: DefinitionRecord;
  statistics: StatisticsRecord;
  status: StatusRecord;
  imbalance: ImbalanceRecord;
}
export type RecordType = keyof RecordTypes;

/** One record, of the class that `type` says; `tbbo` comes as `mbp1`, `tcbbo` as `cmbp1`. */
export type RecordMessage = {
  [Type in RecordType]: {
    readonly type: Type;
    /** As the mappings of the session have it; `undefined` where none names the instrument. */
    readonly symbol: string | undefined;
    /** Its own: it may be kept. */
    readonly record: RecordTypes[Type];
  };
}[RecordType];

/**
 * Something is missing between the message before and the next one. `open` when that is noticed,
 * and once more with `repaired` when all of it has come after all. One that is never repaired is
 * lost: beyond what the server replays, or left out of its replay.
 */
export interface GapMessage {
  readonly type: 'gap';
  /** Counts from 1; the same in both messages of a gap. */
  readonly id: number;
  readonly state: 'open' | 'repaired';
  /** `undefined`: of everything that is subscribed to. */
  readonly symbol: string | undefined;
  readonly noticedBy: 'sequence' | 'disconnect' | 'overflow' | 'other';
  /** Records that are missing, where their numbers tell. */
  readonly missing: number | undefined;
  /** Event time of the last record before, and the time at which it was noticed: ns since 1970. */
  readonly from: bigint | undefined;
  readonly noticed: bigint;
  /** `snapshot`: the changes are not sent again, but the book is right from here on. */
  readonly repairedBy: 'replay' | 'snapshot' | undefined;
}

/**
 * How complete the stream is from here on. `live`: nothing is missing. `recovering`: what is
 * missing is on its way, and what comes now may be of before. `gap`: something stays missing.
 */
export interface StateMessage {
  readonly type: 'state';
  readonly state: 'live' | 'recovering' | 'gap' | 'closed';
}

export type LiveMessage = RecordMessage | GapMessage | StateMessage;

const TYPES: Readonly<Record<number, RecordType>> = {
  [RType.Mbo]: 'mbo',
  [RType.Trade]: 'trade',
  [RType.Mbp1]: 'mbp1',
  [RType.Mbp10]: 'mbp10',
  [RType.Bbo1s]: 'bbo',
  [RType.Bbo1m]: 'bbo',
  [RType.Cmbp1]: 'cmbp1',
  [RType.Tcbbo]: 'cmbp1',
  [RType.Cbbo1s]: 'cbbo',
  [RType.Cbbo1m]: 'cbbo',
  [RType.OhlcvDeprecated]: 'ohlcv',
  [RType.Ohlcv1s]: 'ohlcv',
  [RType.Ohlcv1m]: 'ohlcv',
  [RType.Ohlcv1h]: 'ohlcv',
  [RType.Ohlcv1d]: 'ohlcv',
  [RType.OhlcvEod]: 'ohlcv',
  [RType.Definition]: 'definition',
  [RType.Statistics]: 'statistics',
  [RType.Status]: 'status',
  [RType.Imbalance]: 'imbalance',
};

/** `undefined` for what is no market data: mappings, errors, what the server says. */
export const typeOf = (rtype: number): RecordType | undefined => TYPES[rtype];

/** The type of a record is that of its class: both are made from its rtype. */
export const recordMessage = (
  type: RecordType,
  symbol: string | undefined,
  record: DbnRecord,
): RecordMessage => ({ type, symbol, record }) as RecordMessage;
