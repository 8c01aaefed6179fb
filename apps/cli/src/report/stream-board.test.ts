import { StreamScope, StreamState } from '@tickwire/core';
import { describe, expect, test } from 'vitest';
import { StatementBoard } from './stream-board.ts';

const { Live, Gap, Stale, Unknown } = StreamState;
const { Instrument, Channel, Ring } = StreamScope;

describe('the state of a stream now', () => {
  const board = (
    said: readonly (readonly [scope: number, instrument: number, state: number])[],
  ) => {
    const made = new StatementBoard();
    said.forEach(([scope, instrument, state], position) =>
      made.take(scope, instrument, { position, atMs: position, state, reason: 0 }),
    );
    return made;
  };

  test.each([
    [
      'what it said last itself',
      [
        [Instrument, 1, Live],
        [Instrument, 1, Stale],
      ],
      Stale,
    ],
    [
      'what its ring said since',
      [
        [Instrument, 1, Live],
        [Ring, -1, Gap],
      ],
      Gap,
    ],
    [
      'what it said itself since',
      [
        [Ring, -1, Gap],
        [Instrument, 1, Live],
      ],
      Live,
    ],
    [
      'what its channel said since',
      [
        [Instrument, 1, Live],
        [Channel, -1, Gap],
      ],
      Gap,
    ],
    [
      'a trouble of its own that its ring does not lift',
      [
        [Instrument, 1, Stale],
        [Ring, -1, Live],
      ],
      Stale,
    ],
    ['what its ring said when it said nothing', [[Ring, -1, Live]], Live],
    [
      'not what another said',
      [
        [Instrument, 2, Stale],
        [Instrument, 1, Live],
      ],
      Live,
    ],
    [
      'nothing from a ring that knows nothing',
      [
        [Instrument, 1, Live],
        [Ring, -1, Unknown],
      ],
      Live,
    ],
  ] as const)('is %s', (_name, said, state) => {
    expect(board(said).of(1)?.state).toBe(state);
  });

  test('is unknown when nobody has said anything', () => {
    expect(board([[Instrument, 2, Live]]).of(1)).toBeUndefined();
  });
});
