import type { RenderedAnswer, RenderedMessage, RenderedSession } from '@tickwire/sim-kucoin';

interface Loss {
  readonly symbol: string;
  readonly startMs: number;
  /** The first change at or after this time is lost. */
  readonly afterMs: number;
  /** The book is fetched again this long after the loss. */
  readonly bookAfterMs: number;
}

interface Level2 {
  readonly sequenceEnd: number;
  readonly changes: Readonly<Record<'asks' | 'bids', readonly [string, string, string][]>>;
}

/**
 * The session as a client would have recorded it that lost one book change and fetched the book
 * again: without that message, and with one more answer, which is the book of that later moment.
 */
export function loseOneChange(session: RenderedSession, loss: Loss): RenderedSession {
  const topic = `"/market/level2:${loss.symbol}"`;
  const isChange = ({ text }: RenderedMessage): boolean => text.includes(topic);
  const lostAtNs = BigInt(loss.startMs + loss.afterMs) * 1_000_000n;
  const lost = session.ws.find((message) => message.tsNs >= lostAtNs && isChange(message));
  const first = session.rest.findLast(({ path }) => path.endsWith(`?symbol=${loss.symbol}`));
  if (lost === undefined || first === undefined) {
    throw new Error(`the session has no change of ${loss.symbol} to lose`);
  }
  const fetchedNs = lost.tsNs + BigInt(loss.bookAfterMs) * 1_000_000n;
  const changes = session.ws.filter((message) => isChange(message) && message.tsNs < fetchedNs);
  const again = bookAfter(first, changes, fetchedNs);
  return {
    ws: session.ws.filter((message) => message !== lost),
    rest: [...session.rest, again],
  };
}

/** The answer `first`, brought up to date by `changes`. */
function bookAfter(
  first: RenderedAnswer,
  changes: readonly RenderedMessage[],
  tsNs: bigint,
): RenderedAnswer {
  const answer: { data: { time: number; sequence: string; bids: Row[]; asks: Row[] } } = JSON.parse(
    first.body,
  );
  const { data } = answer;
  const sides = { bids: new Map(data.bids), asks: new Map(data.asks) };
  let sequence = BigInt(data.sequence);
  for (const { text } of changes) {
    const { data: change }: { data: Level2 } = JSON.parse(text);
    for (const side of ['asks', 'bids'] as const) {
      for (const [price, size, at] of change.changes[side]) {
        if (BigInt(at) <= sequence || Number(price) === 0) continue;
        if (Number(size) === 0) sides[side].delete(price);
        else sides[side].set(price, size);
      }
    }
    const end = BigInt(change.sequenceEnd);
    if (end > sequence) sequence = end;
  }
  const sorted = (rows: Map<string, string>, sign: 1 | -1): Row[] =>
    [...rows].sort(([left], [right]) => sign * (Number(left) - Number(right)));
  const body = {
    ...answer,
    data: {
      time: Number(tsNs / 1_000_000n),
      sequence: sequence.toString(),
      bids: sorted(sides.bids, -1),
      asks: sorted(sides.asks, 1),
    },
  };
  return { ...first, tsNs, body: JSON.stringify(body) };
}

type Row = [string, string];
