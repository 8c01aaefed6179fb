/** Definitions and states of instruments, as records. */
import type { DefinitionRecord, StatusRecord } from '@tickwire/wire-dbn';
import type { DatabentoInstrument } from './instruments.ts';
import { VenueTime } from './venue-time.ts';

const FUTURE = 'F'.charCodeAt(0);
const FIFO = 'F'.charCodeAt(0);
const YES = 'Y'.charCodeAt(0);
const NO = 'N'.charCodeAt(0);
const ONE_E9 = 1_000_000_000;

/** `action` of a status. */
export const StatusAction = { Trading: 7, Halt: 8 } as const;

/** Fills a definition behind its header. */
export function fillDefinition(
  record: DefinitionRecord,
  instrument: DatabentoInstrument,
  at: { readonly recv: VenueTime },
): void {
  const { id, rawSymbol, root, tickE9, month, year } = instrument;
  // The third Friday is near enough to the 18th.
  const expiresAtMs = Date.UTC(year, month - 1, 18, 14, 30);
  const expiration = new VenueTime(expiresAtMs).set(0);
  const activation = new VenueTime(Date.UTC(year - 1, month - 1, 18)).set(0);
  record.setTsRecvWords(at.recv.hi, at.recv.lo).setMinPriceIncrement(tickE9);
  record.setDisplayFactor(ONE_E9).setRawInstrumentIdWords(0, id);
  record.setExpirationWords(expiration.hi, expiration.lo);
  record.setActivationWords(activation.hi, activation.lo);
  record.setMarketDepth(10).setMinLotSize(1).setMinTradeVol(1).setContractMultiplier(1);
  record.setMaturityYear(year).setMaturityMonth(month).setChannelId(0);
  record.setCurrency('USD').setRawSymbol(rawSymbol).setAsset(root).setGroup(root);
  record.setExchange('XCME').setCfi('FXXXXX').setSecurityType('FUT');
  record.setInstrumentClass(FUTURE).setMatchAlgorithm(FIFO);
}

/** Fills a status behind its header. */
export function fillStatus(
  record: StatusRecord,
  { recv, isTrading }: { readonly recv: VenueTime; readonly isTrading: boolean },
): void {
  record.setTsRecvWords(recv.hi, recv.lo);
  record.setAction(isTrading ? StatusAction.Trading : StatusAction.Halt);
  record.setIsTrading(isTrading ? YES : NO).setIsQuoting(isTrading ? YES : NO);
}
