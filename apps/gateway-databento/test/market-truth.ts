/** What the market did, by a plain replay, and what is in the rings: record by record. */
import { INSTRUMENT_ALL, TICK_BYTES } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { Action, MboRecord, RType, TradeRecord } from '@tickwire/wire-dbn';
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { readReplay } from './plain-client.ts';

/** `trade` and `order` of each symbol, each record as one text, in the order of the stream. */
export type Streams = Map<string, string[]>;

const ORDER_ACTIONS: ReadonlySet<number> = new Set([
  ...[Action.Add, Action.Modify, Action.Cancel, Action.Fill, Action.Clear],
]);
/** What of the ring came from records of mbo, snapshots apart. */
const ORDER_KINDS: ReadonlySet<number> = new Set([TickKind.Order, TickKind.Clear]);

function push(streams: Streams, key: string, value: string): void {
  const stream = streams.get(key);
  if (stream === undefined) streams.set(key, [value]);
  else stream.push(value);
}

/** Everything that the simulator has sent or would have sent, by symbol. */
export async function sentStreams(from: {
  port: number;
  key: string;
  schemas: readonly ('trades' | 'mbo')[];
  symbolOf: (instrumentId: number) => string;
}): Promise<Streams> {
  const streams: Streams = new Map();
  const mbo = new MboRecord();
  const trade = new TradeRecord();
  await readReplay({
    ...from,
    onRecord({ rtype, view, offset }) {
      const record = rtype === RType.Mbo ? mbo.wrap(view, offset) : trade.wrap(view, offset);
      if (rtype === RType.Mbo && !ORDER_ACTIONS.has(record.action)) return;
      const kind = rtype === RType.Mbo ? 'order' : 'trade';
      const { tsEventHi32, tsEventLo32, sequence, size } = record;
      const symbol = from.symbolOf(record.instrumentId);
      push(streams, `${symbol}/${kind}`, placeOf([tsEventHi32, tsEventLo32, sequence, size ?? 0]));
    },
  });
  return streams;
}

/** The same of some rings, one behind the other, from their oldest ticks to their ends. */
export function publishedStreams(
  { dir, names }: { dir: string; names: readonly string[] },
  schemas: readonly ('trades' | 'mbo')[],
): Streams {
  const streams: Streams = new Map();
  for (const name of names) addPublished({ dir, name }, { schemas, streams });
  return streams;
}

function addPublished(
  place: { dir: string; name: string },
  { schemas, streams }: { schemas: readonly ('trades' | 'mbo')[]; streams: Streams },
): void {
  const ring = openRing({ ...place, from: 'oldest' });
  const tick = new TickView();
  try {
    for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
      for (let at = 0; at < run.count * TICK_BYTES; at += TICK_BYTES) {
        tick.wrap(run.view, at);
        if (tick.instrument === INSTRUMENT_ALL || (tick.flags & TickFlag.Snapshot) !== 0) continue;
        const isTrade = tick.kind === TickKind.Trade;
        if (!isTrade && !ORDER_KINDS.has(tick.kind)) continue;
        if (!schemas.includes(isTrade ? 'trades' : 'mbo')) continue;
        const symbol = ring.directory.get(tick.instrument)?.symbol ?? '';
        const { tsEventHi, tsEventLo, sequence } = tick;
        const size = tick.kind === TickKind.Clear ? 0 : tick.size;
        const place = placeOf([tsEventHi, tsEventLo, sequence, size]);
        push(streams, `${symbol}/${isTrade ? 'trade' : 'order'}`, place);
      }
    }
  } finally {
    ring.close();
  }
}

const placeOf = (words: readonly number[]): string => words.join(':');

export interface StreamDifference {
  readonly stream: string;
  readonly sent: number;
  readonly published: number;
  /** Place of the first that differs. */
  readonly at: number;
  readonly wanted: string | undefined;
  readonly got: string | undefined;
}

/**
 * Where the two differ; none when each record is there once, in order of its stream. What was sent
 * before the gateway came is not compared: streams begin with what they have first.
 */
export function differences(sent: Streams, published: Streams): StreamDifference[] {
  const found: StreamDifference[] = [];
  for (const [stream, got] of published) {
    const all = sent.get(stream) ?? [];
    const from = all.indexOf(got[0] ?? '');
    const wanted = all.slice(Math.max(0, from));
    const at = wanted.findIndex((place, index) => place !== got[index]);
    const isLonger = got.length > wanted.length;
    if (at < 0 && !isLonger) continue;
    const place = at < 0 ? wanted.length : at;
    const [want, have] = [wanted[place], got[place]];
    found.push({
      ...{ stream, sent: wanted.length, published: got.length, at: place },
      ...{ wanted: want, got: have },
    });
  }
  return found;
}
