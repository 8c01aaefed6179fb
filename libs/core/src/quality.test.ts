import { expect, test } from 'vitest';
import { StreamReason, streamReasonName, streamStateName } from './index.ts';

test('names of states and reasons read as words', () => {
  expect(streamStateName(2)).toBe('recovering');
  expect(streamStateName(99)).toBe('unknown(99)');
  expect(streamReasonName(StreamReason.SequenceGap)).toBe('sequence-gap');
  expect(streamReasonName(250)).toBe('unknown(250)');
});
