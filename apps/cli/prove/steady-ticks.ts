/** Ticks that follow from their position: whoever knows the position knows every byte. */
import { AssetClass, ABSENT, SUPERSEDES_NONE, TICK_BYTES, TextForm } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { TickKind, TickView } from '@tickwire/wire-tick';

const INSTRUMENTS = 50;
const EPOCH_HI = 0x17d0_0000;

export function steadyInstruments(): NewDirectoryEntry[] {
  return Array.from({ length: INSTRUMENTS }, (_, at) => ({
    ...{ vendor: 'steady', venue: 'STEADY', symbol: `S${at}-USDT`, canonicalSymbol: '' },
    ...{ assetClass: AssetClass.Spot, currency: 'USDT', textForm: TextForm.Stripped },
    ...{ priceExp: -2 - (at % 6), sizeExp: -8, markExp: -4 },
    ...{ tickSize: 1, lotSize: 1, multiplierE9: ABSENT, expirySec: ABSENT },
    supersedes: SUPERSEDES_NONE,
  }));
}

/** 32 bits that look random and follow from `position`. */
function mixed(position: number, salt: number): number {
  let h = Math.imul((position ^ Math.imul(salt, 0x9e37_79b1)) | 0, 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The tick of a position, as a market has them: quotes, levels, trades. */
export function fillSteadyTick(tick: TickView, position: number): void {
  const chance = mixed(position, 1);
  const price = 1_000_000 + (mixed(position, 2) % 100_000);
  const size = 1 + (mixed(position, 3) % 1_000_000_000);
  const kind = chance % 10 < 5 ? TickKind.Quote : chance % 10 < 9 ? TickKind.Level : TickKind.Trade;
  tick.begin(kind);
  tick.setTsEvent(EPOCH_HI, mixed(position, 4));
  tick.setTsRecv(EPOCH_HI, position >>> 0);
  tick.instrument = 1 + (mixed(position, 5) % INSTRUMENTS);
  tick.sequence = position >>> 0;
  tick.publishDelta = mixed(position, 6) & 0xffff;
  tick.publisher = 1;
  tick.flags = 1 + (chance % 3);
  if (kind === TickKind.Quote) {
    tick.bidPrice = price;
    tick.askPrice = price + 1;
    tick.bidSize = size;
    tick.askSize = size + 7;
    return;
  }
  tick.setSideAction(chance % 2 === 0 ? 1 : 2, kind === TickKind.Trade ? 5 : 2);
  tick.price = price;
  tick.size = size;
  if (kind === TickKind.Trade) tick.setTradeId(position >>> 0, chance);
  else tick.orderCount = chance % 100;
}

/** Makes the ticks of `count` positions from `first`, 64 bytes each from byte 0 of the view. */
export function fillSteadyTicks(view: DataView, first: number, count: number): void {
  const tick = new TickView();
  for (let at = 0; at < count; at++) {
    fillSteadyTick(tick.wrap(view, at * TICK_BYTES), first + at);
  }
}
