import { expect } from 'vitest';
import type { ConformanceTest } from '../conformance-test.ts';
import { declared } from './gap.ts';

export const hostileInput: ConformanceTest = {
  id: 'hostile-input',
  behaviour: 'counts hostile input by its reason, loses nothing else, takes the next good message',
  async run({ vendor, start }) {
    const bench = await start({ rate: 200 });
    await bench.live();
    const { simulator, ring, symbols } = bench;
    const symbol = symbols[0] ?? '';
    const connections = simulator.log.of('connected').length;
    const dropped = (): Record<string, number> => bench.hop(vendor.parseHop).dropped;
    const wanted = new Map<string, number>();
    for (const { payload, as, reason } of vendor.hostile) {
      const reached = simulator.inject(payload(symbol), as);
      if (reason !== 'accepted') wanted.set(reason, (wanted.get(reason) ?? 0) + reached);
    }
    await bench.settle();
    const counted = new Map(Object.entries(dropped()).filter(([, count]) => count > 0));
    expect(Object.fromEntries(counted), 'dropped by reason').toEqual(Object.fromEntries(wanted));
    const ticks = new Map(symbols.map((each) => [each, ring.of(each).ticks]));
    for (const each of symbols) simulator.step(5, each);
    await bench.until(
      () => symbols.every((each) => ring.of(each).ticks > (ticks.get(each) ?? 0)),
      'the next good messages',
    );
    await bench.settle();
    expect(declared(bench), 'declared as missing').toEqual([]);
    expect(simulator.log.of('connected'), 'connections').toHaveLength(connections);
    for (const each of symbols) {
      const truth = simulator.book(each);
      if (truth === undefined) continue;
      await bench.until(() => ring.book(each)?.sequence === truth.sequence, 'the book');
      expect(ring.book(each), `the book of ${each}`).toEqual(truth);
    }
  },
};
