import { COUNTER_FILE_BYTES, CounterTable } from '@tickwire/core';
import { gatewayHops } from '@tickwire/gateway';
import { expect, test } from 'vitest';
import { declareKilledPackets } from './killed-packets.ts';

test('declares what was taken and not handed on, once', () => {
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const hops = gatewayHops(stats, 'cme');
  expect(declareKilledPackets(stats, hops)).toBe(0);
  hops.wire.in.add(100);
  hops.wire.dropped('kernel').add(30);
  hops.wire.out.add(64);
  expect(declareKilledPackets(stats, hops)).toBe(6);
  expect(hops.wire.dropped('killed').value).toBe(6);
  expect(declareKilledPackets(stats, hops)).toBe(0);
});
