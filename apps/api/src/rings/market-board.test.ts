// Goal: an instrument that went on in another ring is shown there and no longer here. Method: a
// real ring's directory and the STREAM ticks of moves, there and back.
import {
  ABSENT,
  AssetClass,
  StreamReason,
  StreamScope,
  StreamState,
  SUPERSEDES_NONE,
  TextForm,
} from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import { temporaryDirectory } from '@tickwire/testing';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { expect, onTestFinished, test } from 'vitest';
import { MarketBoard } from './market-board.ts';

function setUp() {
  const dir = temporaryDirectory({ name: 'market-board', shared: true });
  const ring = createRing({ dir, name: 'test.0', vendor: 'test', slotCount: 1_024 });
  onTestFinished(() => ring.close());
  const index = ring.append({
    ...{ vendor: 'test', venue: 'TEST', symbol: 'AAA-USD', canonicalSymbol: '', currency: 'USD' },
    ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
    ...{ priceExp: -2, sizeExp: 0, markExp: -2, tickSize: 1, lotSize: 1 },
    ...{ multiplierE9: ABSENT, expirySec: ABSENT },
  });
  const { directory } = ring;
  const board = new MarketBoard({ name: 'test.0', ringId: '0'.repeat(16), directory });
  let position = 0;
  const say = (state: StreamState, reason: StreamReason): void => {
    const batch = new TickBatch(1);
    const tick = batch.add(TickKind.Stream);
    tick.instrument = index;
    const scope = StreamScope.Instrument;
    tick.setStream({ state, previousState: StreamState.Unknown, reason, scope });
    board.take(tick, { bytes: batch.bytes, offset: 0, position: position++ });
  };
  return { board, say };
}

test('an instrument that moved to another ring is shown there only, and here when it is back', () => {
  const { board, say } = setUp();
  say(StreamState.Live, StreamReason.SnapshotLoaded);
  expect(board.views()).toMatchObject([{ symbol: 'AAA-USD', state: 'live' }]);
  say(StreamState.Closed, StreamReason.MovedOut);
  expect(board.views()).toEqual([]);
  say(StreamState.Live, StreamReason.MovedIn);
  expect(board.views()).toMatchObject([{ symbol: 'AAA-USD', state: 'live', reason: 'moved-in' }]);
  say(StreamState.Closed, StreamReason.Stopped);
  expect(board.views()).toMatchObject([{ state: 'closed' }]);
});
