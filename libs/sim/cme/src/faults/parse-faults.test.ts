import { SimulatorError } from '@tickwire/sim-kit';
import { describe, expect, test } from 'vitest';
import { NO_FAULTS } from './fault-plan.ts';
import { parseCmeFaults } from './parse-faults.ts';

describe('a fault specification', () => {
  test('of nothing is no faults', () => {
    expect(parseCmeFaults('')).toEqual(NO_FAULTS);
    expect(parseCmeFaults(' , ')).toEqual(NO_FAULTS);
  });

  test('names parts, or means both lines', () => {
    const { legs } = parseCmeFaults('drop.a=0.01, burst=0.0005:500,reorder.rounds=.5:64');
    expect(legs.a).toMatchObject({ drop: 0.01, burst: { odds: 0.0005, packetsMax: 500 } });
    expect(legs.b).toMatchObject({ drop: 0, burst: { odds: 0.0005, packetsMax: 500 } });
    expect(legs.rounds).toMatchObject({ drop: 0, reorder: { odds: 0.5, window: 64 } });
  });

  test('schedules what happens to the channel and to the replay service', () => {
    const plan = parseCmeFaults(
      'reset=every:30s,quiet=after:2m/for:500ms,no-snapshots=after:1s,replay-slow=1:2s,replay-close=0.5',
    );
    expect(plan.disruptions).toEqual([
      { what: 'reset', afterMs: 30_000, repeats: true },
      { what: 'quiet', afterMs: 120_000, repeats: false, forMs: 500 },
      { what: 'no-snapshots', afterMs: 1_000, repeats: false },
    ]);
    expect(plan.replay).toEqual({ refuse: 0, close: 0.5, slow: { odds: 1, ms: 2_000 } });
  });

  test.each([
    ['drop', 'column 1: expected name=value'],
    ['drop=2', 'column 1: the odds must be 0 … 1'],
    ['dup=0.1, drop.c=0.1', 'column 10: the parts are a, b and rounds, not c'],
    ['burst=0.1', 'column 1: expected odds:packets'],
    ['burst=0.1:0', 'column 1: a number of packets is an integer from 1 to 10000'],
    ['delay=0.1:3h', 'column 1: a duration is an integer with ms, s or m'],
    ['reset=every:0ms', 'column 1: a repeated fault needs time between'],
    ['week=after:1s/for:2s', 'column 1: takes no /for:'],
    ['quiet.a=after:1s', 'column 1: takes no part'],
    ['flood=1', 'column 1: there is no fault flood'],
  ])('with a mistake is refused, and says where: %s', (spec, detail) => {
    expect(() => parseCmeFaults(spec)).toThrow(SimulatorError);
    expect(() => parseCmeFaults(spec)).toThrow(detail);
  });
});
