// Goal: ids are the tick's own, the same wherever it is read, and W3C headers are taken strictly.
import { TickFlag, TickKind, TickView } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { formatTraceparent, parseTraceparent, spanIdOf, traceIdOf } from './span-ids.ts';

function trade(change: (tick: TickView) => void = () => undefined): TickView {
  const tick = new TickView().wrap(new DataView(new ArrayBuffer(64)), 0).begin(TickKind.Trade);
  tick.setTsEvent(0x18a0_0000, 5);
  tick.setTsRecv(0x18a0_0000, 9);
  tick.sequence = 42;
  tick.price = 679_933;
  tick.size = 12;
  change(tick);
  return tick;
}

describe('the trace id of a tick', () => {
  test('is pinned: another one would tear the traces of two versions apart', () => {
    expect(traceIdOf(trade())).toBe('f69e43d448131780888756e865a0388b');
  });

  test('does not depend on what differs between copies of the tick', () => {
    const copy = trade((tick) => {
      tick.instrument = 7;
      tick.publishDelta = 999;
      tick.flags = TickFlag.Sampled | TickFlag.Last;
    });
    expect(traceIdOf(copy)).toBe(traceIdOf(trade()));
  });

  test('differs between ticks', () => {
    expect(traceIdOf(trade((tick) => (tick.price += 1)))).not.toBe(traceIdOf(trade()));
  });
});

describe('span ids', () => {
  test('differ by stage, by host and by trace', () => {
    const traceId = traceIdOf(trade());
    const ids = [
      spanIdOf(traceId, 'decode', 'a'),
      spanIdOf(traceId, 'store', 'a'),
      spanIdOf(traceId, 'decode', 'b'),
      spanIdOf(traceIdOf(trade((tick) => (tick.sequence = 43))), 'decode', 'a'),
    ];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('traceparent', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';

  test('gives back what it was made of', () => {
    expect(parseTraceparent(formatTraceparent(traceId, spanId))).toEqual({
      ...{ traceId, spanId, sampled: true },
    });
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)?.sampled).toBe(false);
  });

  test.each([
    '',
    `00-${traceId}-${spanId}`,
    `01-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01-more`,
    ` 00-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-zz`,
  ])('does not take %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});
