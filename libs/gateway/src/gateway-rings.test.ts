// Goal: the rings of a gateway are named, told apart, taken over and accounted for. Method: lives
// of a gateway one after the other, ended in order or as by a kill.
import type { CounterTable } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { describe, expect, test } from 'vitest';
import { VENDOR, entryOf, setUpRings } from '../test/rings-setup.ts';
import type { GatewayRings } from './gateway-rings.ts';
import { ringNameOf } from './gateway-rings.ts';
import { declareKilledWork } from './killed-work.ts';
import type { PublishedAccount } from './published-account.ts';

const NAMES = ['acme.0', 'acme.1', 'acme.2', 'acme.3'];

function abandon(rings: GatewayRings): void {
  rings.stop();
  for (const { producer } of rings.all) producer.abandon();
}

const accountOf = (stats: CounterTable, { all }: GatewayRings): PublishedAccount => ({
  ...{ stats, vendor: VENDOR, rings: all.map(({ producer }) => producer) },
});

const partitionOf = (dir: string, name: string) => {
  const ring = openRing({ dir, name });
  ring.close();
  return ring.header.partition;
};

describe('the rings of a gateway', () => {
  test('are named after the first one', () => {
    expect([0, 1, 12].map((at) => ringNameOf('acme.0', at))).toEqual([
      ...['acme.0', 'acme.1', 'acme.12'],
    ]);
    expect([0, 1].map((at) => ringNameOf('mine', at))).toEqual(['mine', 'mine.1']);
  });

  test('say which of how many they are, also when more come', () => {
    const { dir, live } = setUpRings();
    const { rings } = live(2);
    expect(rings.names).toEqual(NAMES.slice(0, 2));
    rings.use(4);
    expect(NAMES.map((name) => partitionOf(dir, name))).toEqual(
      [0, 1, 2, 3].map((index) => ({ index, count: 4 })),
    );
    rings.use(3);
    expect(rings.names).toEqual(NAMES);
    expect(partitionOf(dir, 'acme.0')).toEqual({ index: 0, count: 3 });
    expect(partitionOf(dir, 'acme.3')).toEqual({ index: 3, count: 4 });
  });

  test('left by a kill are all taken over, also those beyond the count', () => {
    const { live } = setUpRings();
    const first = live(3).rings;
    const ids = first.all.map(({ producer }) => producer.ringId);
    abandon(first);
    const { rings } = live(1);
    expect(rings.all.map(({ producer }) => producer.ringId)).toEqual(ids);
    expect(rings.all.map(({ producer }) => producer.epoch)).toEqual([2, 2, 2]);
    rings.close();
    // After an orderly end there is nothing to take out of them.
    expect(live(1).rings.names).toEqual(['acme.0']);
  });

  test('do not include the ring of another gateway', () => {
    const { live } = setUpRings();
    abandon(live(1, 'acme.1').rings);
    expect(live(1).rings.names).toEqual(['acme.0']);
  });

  test('are left as they were found when one of them cannot be had', () => {
    const { live } = setUpRings();
    const first = live(1).rings;
    const id = first.all[0]?.producer.ringId;
    abandon(first);
    live(1, 'acme.1'); // alive: nobody else may write it
    expect(() => live(2)).toThrow(expect.objectContaining({ code: 'ALREADY_OWNED' }));
    expect(live(1).rings.all[0]?.producer.ringId).toEqual(id);
  });

  test('keep one account of what was published, through kills and more rings', () => {
    const { live, stats, normalise } = setUpRings();
    const publish = (rings: GatewayRings, counts: readonly number[]): void => {
      counts.forEach((count, at) => {
        const batch = new TickBatch(Math.max(1, count));
        for (let tick = 0; tick < count; tick++) batch.add(TickKind.Trade);
        normalise.in.add(count);
        rings.all[at]?.publish(batch, 0);
      });
    };
    const begin = (count: number): GatewayRings => {
      const { rings } = live(count);
      const killed = declareKilledWork(accountOf(stats, rings));
      expect(killed).toEqual({ messages: 0, ticks: 0 });
      return rings;
    };
    let rings = begin(2);
    publish(rings, [5, 7]);
    rings.use(3);
    publish(rings, [1, 0, 4]);
    abandon(rings);
    rings = begin(1); // takes all three over
    expect(normalise.out.value).toBe(17);
    publish(rings, [2, 2, 2]);
    rings.close(); // in order: the next rings are new ones
    rings = begin(2);
    publish(rings, [3, 3]);
    abandon(rings);
    begin(2);
    expect(normalise.out.value).toBe(29);
  });

  test('counted as published and not there is declared, in whichever ring it was', () => {
    const { live, stats, normalise } = setUpRings();
    const { rings, router } = live(3);
    declareKilledWork(accountOf(stats, rings));
    router.setHome('A', 1);
    router.define(entryOf('A'));
    for (const counter of [normalise.in, normalise.out]) counter.add(4);
    abandon(rings);
    const killed = declareKilledWork(accountOf(stats, live(3).rings));
    expect(killed).toEqual({ messages: 0, ticks: 4 });
  });
});
