import { describe, expect, test } from 'vitest';
import { parseFaults } from './faults.ts';

describe('the fault specification', () => {
  test('reads every kind of fault', () => {
    const spec =
      'drop=0.001, dup=.5,reorder.ticker=1,garbage=0,truncate=1.0,disconnect=every:5s,' +
      'reset=after:100ms,freeze=every:2s/for:500ms,halfopen=after:1m,stall-rest=0.5:2s,' +
      'stall-rest=10ms,rest-error=0.25:503,rest-error=0.1,slow-ack=300ms';
    expect(parseFaults(spec)).toEqual({
      message: [
        { fault: 'drop', topicKind: 0, probability: 0.001 },
        { fault: 'dup', topicKind: 0, probability: 0.5 },
        { fault: 'reorder', topicKind: 2, probability: 1 },
        { fault: 'garbage', topicKind: 0, probability: 0 },
        { fault: 'truncate', topicKind: 0, probability: 1 },
      ],
      connection: [
        { fault: 'disconnect', afterMs: 5_000, repeats: true, forMs: undefined },
        { fault: 'reset', afterMs: 100, repeats: false, forMs: undefined },
        { fault: 'freeze', afterMs: 2_000, repeats: true, forMs: 500 },
        { fault: 'halfopen', afterMs: 60_000, repeats: false, forMs: undefined },
      ],
      rest: [
        { fault: 'stall-rest', probability: 0.5, delayMs: 2_000, status: 200 },
        { fault: 'stall-rest', probability: 1, delayMs: 10, status: 200 },
        { fault: 'rest-error', probability: 0.25, delayMs: 0, status: 503 },
        { fault: 'rest-error', probability: 0.1, delayMs: 0, status: 500 },
      ],
      slowAckMs: 300,
    });
  });

  test('an empty text is no faults', () => {
    expect(parseFaults('')).toEqual({ message: [], connection: [], rest: [], slowAckMs: 0 });
  });

  test.each([
    'drop',
    'drop=2',
    'drop=-0.1',
    'drop=x',
    'drop.nothing=0.1',
    'dropp=0.1',
    'disconnect=5s',
    'disconnect=every:0s',
    'disconnect=every:5s/for:1s',
    'disconnect.level2=every:5s',
    'freeze=every:5',
    'stall-rest=often',
    'rest-error=0.5:200',
    'slow-ack=1.5s',
  ])('refuses %s and names it', (part) => {
    expect(() => parseFaults(`dup=0.1,${part}`)).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT', field: part }),
    );
  });
});
