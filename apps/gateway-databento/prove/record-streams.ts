/** Millions of records of trades and orders, by stream: a number for each, in their order. */
import { INSTRUMENT_ALL, StreamState, TICK_BYTES } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { Action, MboRecord, RType, TradeRecord } from '@tickwire/wire-dbn';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { readReplay } from '../test/plain-client.ts';

const ORDER_ACTIONS: ReadonlySet<number> = new Set([
  ...[Action.Add, Action.Modify, Action.Cancel, Action.Fill, Action.Clear],
]);

export class RecordStreams {
  records = 0;
  readonly #streams = new Map<string, number[]>();

  /** What a plain client is told when it asks for everything that there was. */
  static async ofReplay(
    vendor: { port: number; key: string },
    symbolOf: (instrumentId: number) => string,
  ): Promise<RecordStreams> {
    const streams = new RecordStreams();
    const mbo = new MboRecord();
    const trade = new TradeRecord();
    await readReplay({
      ...{ ...vendor, schemas: ['trades', 'mbo'] },
      onRecord({ rtype, view, offset }) {
        const isTrade = rtype === RType.Trade;
        const record = isTrade ? trade.wrap(view, offset) : mbo.wrap(view, offset);
        if (!isTrade && !ORDER_ACTIONS.has(record.action)) return;
        const { tsEventHi32, tsEventLo32, sequence, size } = record;
        const symbol = symbolOf(record.instrumentId);
        streams.add(`${symbol}/${isTrade ? 'trade' : 'order'}`, {
          ...{ hi: tsEventHi32, lo: tsEventLo32, sequence, size: size ?? 0 },
        });
      },
    });
    return streams;
  }

  add(stream: string, of: { hi: number; lo: number; sequence: number; size: number }): void {
    const hash = mixed(mixed(mixed(of.hi, of.lo), of.sequence), of.size);
    const known = this.#streams.get(stream);
    if (known === undefined) this.#streams.set(stream, [hash]);
    else known.push(hash);
    this.records += 1;
  }

  /** In words; none when both have the same, in the same order. */
  differences(sent: RecordStreams): string[] {
    const names = new Set([...this.#streams.keys(), ...sent.#streams.keys()]);
    return [...names].flatMap((name) => {
      const wanted = sent.#streams.get(name) ?? [];
      const got = this.#streams.get(name) ?? [];
      const at = wanted.findIndex((hash, index) => hash !== got[index]);
      if (at < 0 && wanted.length === got.length) return [];
      const place = at < 0 ? wanted.length : at;
      return [`${name}: ${wanted.length} sent, ${got.length} delivered, differs at ${place}`];
    });
  }
}

export interface RingFollower {
  readonly streams: RecordStreams;
  /** When everything was told to be live last, ms since the Unix epoch; 0 when it is not. */
  liveAtMs(): number;
  lost(): number;
  /** When the ring is closed and read to its end. */
  readonly ended: Promise<unknown>;
}

/** Reads a ring while it is written. */
export function ringFollower(place: { dir: string; name: string }): RingFollower {
  const ring = openRing({ ...place, from: 'oldest' });
  const streams = new RecordStreams();
  const tick = new TickView();
  let liveAtMs = 0;
  let lost = 0;
  function take({ kind, instrument, state }: TickView): void {
    if (kind === TickKind.Stream && instrument === INSTRUMENT_ALL) {
      liveAtMs = state === StreamState.Live ? Date.now() : 0;
      return;
    }
    const isOrder = kind === TickKind.Order || kind === TickKind.Clear;
    if (kind !== TickKind.Trade && !isOrder) return;
    const { tsEventHi: hi, tsEventLo: lo, sequence } = tick;
    const symbol = ring.directory.get(instrument)?.symbol ?? '';
    const size = kind === TickKind.Clear ? 0 : tick.size;
    streams.add(`${symbol}/${isOrder ? 'order' : 'trade'}`, { hi, lo, sequence, size });
  }
  const ended = ring
    .run(
      ({ view, count }) => {
        for (let at = 0; at < count * TICK_BYTES; at += TICK_BYTES) take(tick.wrap(view, at));
      },
      { untilClosed: true },
    )
    .then(() => {
      lost = ring.account().lost;
      ring.close();
    });
  return { streams, liveAtMs: () => liveAtMs, lost: () => lost, ended };
}

const mixed = (a: number, b: number): number =>
  Math.imul(a ^ (a >>> 15) ^ Math.imul(b, 0x9e37_79b1), 0x85eb_ca6b);
