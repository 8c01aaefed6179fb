/** What a venue did, as records in one buffer: the truth that a merge is compared with. */
import { addNs, diffNs } from '@tickwire/core';
import type { Random, StampNs } from '@tickwire/core';
import { Action, DbnDecoder, DbnEncoder, RType, Side, TradeRecord } from '@tickwire/wire-dbn';
import type { LiveRecord } from '../src/record-identity.ts';

export interface LoggedRecord extends LiveRecord {
  /** Place in the log: also the price, so that it is known again. */
  readonly at: number;
  readonly instrumentId: number;
  readonly sequence: number;
  readonly ts: StampNs;
}

export const LOG_START: Readonly<StampNs> = { hi: 396_759_063, lo: 23_396_352 };

/**
 * Trades of some instruments, their clocks not quite in step. The venue numbers those of each
 * instrument one by one; with `isRepeating` some have the time, or time and number, of the last.
 */
export function marketLog(
  random: Random,
  options: { records: number; instruments: number; isRepeating: boolean },
): LoggedRecord[] {
  const encoder = new DbnEncoder(new Uint8Array(options.records * 48), { version: 3 });
  const trade = new TradeRecord();
  const clock: StampNs = { ...LOG_START };
  const last = new Map<number, { sequence: number; ts: StampNs }>();
  const placed: { instrumentId: number; sequence: number; ts: StampNs }[] = [];
  for (let at = 0; at < options.records; at++) {
    addNs(clock, Math.floor(random() * 20e6));
    const instrumentId = 1 + Math.floor(random() * options.instruments);
    const before = last.get(instrumentId) ?? { sequence: 0xffff_fff0, ts: { hi: 0, lo: 0 } };
    const ts = { ...clock };
    addNs(ts, -Math.floor(random() * 0.2e9));
    const isBackwards = ts.hi < before.ts.hi || (ts.hi === before.ts.hi && ts.lo < before.ts.lo);
    const repeats = options.isRepeating ? Math.floor(random() * 4) : 0;
    const canRepeat = isBackwards || diffNs(ts, before.ts) < 0.4e9;
    if (isBackwards || (canRepeat && repeats > 0)) Object.assign(ts, before.ts);
    const sequence = (before.sequence + (canRepeat && repeats > 1 ? 0 : 1)) >>> 0;
    last.set(instrumentId, { sequence, ts });
    placed.push({ instrumentId, sequence, ts });
    encoder.begin(trade, RType.Trade);
    trade.setInstrumentId(instrumentId).setTsEventWords(ts.hi, ts.lo).setSequence(sequence);
    trade.setPrice(at).setSize(1).setSide(Side.Bid).setAction(Action.Trade);
  }
  return recordsOf(encoder.written).map((record, at) => ({ ...record, ...placed[at]!, at }));
}

function recordsOf(bytes: Uint8Array): LiveRecord[] {
  const decoder = new DbnDecoder({ fragment: { version: 3 } });
  decoder.push(bytes);
  const records: LiveRecord[] = [];
  while (decoder.next()) {
    const { layout, view, offset, rtype, length } = decoder;
    records.push({ layout, view, offset, rtype, length });
  }
  return records;
}

/** The place in the log of a record that a merge has handed on. */
export const logPlaceOf = ({ view, offset }: LiveRecord): number =>
  view.getUint32(offset + 16, true);
