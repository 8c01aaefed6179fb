// Goal: the door to the vendor keeps its order and its bounds. Method: a fake clock, and callers
// that hold their places as long as the test says.
import { FakeClock } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { ConnectGate } from './connect-gate.ts';
import type { ConnectTicket } from './connect-gate.ts';
import { RateBudget } from './rate-budget.ts';

function setUp(options: { atOnceMax: number; connectsMax?: number; restMax?: number }) {
  const clock = new FakeClock();
  const { atOnceMax, connectsMax = 1_000, restMax = 100_000 } = options;
  const rest = new RateBudget({ weightMax: restMax, windowMs: 30_000 });
  const gate = new ConnectGate({
    atOnceMax,
    costs: [
      { budget: new RateBudget({ weightMax: connectsMax, windowMs: 60_000 }), weight: 1 },
      { budget: rest, weight: 10 },
    ],
    clock,
    timers: clock,
  });
  const begun: number[] = [];
  const tickets = new Map<number, ConnectTicket>();
  const ask = (...numbers: number[]): void => {
    for (const number of numbers) {
      tickets.set(
        number,
        gate.ask(() => begun.push(number)),
      );
    }
  };
  const leave = (number: number): void => tickets.get(number)?.leave();
  return { clock, gate, rest, begun, ask, leave };
}

describe('connect gate', () => {
  test('lets so many in at once, the others in the order in which they asked', () => {
    const { gate, begun, ask, leave } = setUp({ atOnceMax: 2 });
    ask(1, 2, 3, 4);
    expect(begun).toEqual([1, 2]);
    leave(2);
    expect(begun).toEqual([1, 2, 3]);
    leave(2);
    expect(gate.inside).toBe(2);
    leave(1);
    leave(3);
    leave(4);
    expect(begun).toEqual([1, 2, 3, 4]);
    expect(gate.inside).toBe(0);
  });

  test('one who leaves the queue is not called', () => {
    const { begun, ask, leave } = setUp({ atOnceMax: 1 });
    ask(1, 2, 3);
    leave(2);
    leave(1);
    expect(begun).toEqual([1, 3]);
  });

  test('nobody passes before every budget allows it', () => {
    const { clock, rest, begun, ask, leave } = setUp({ atOnceMax: 9, connectsMax: 2, restMax: 25 });
    ask(1, 2, 3);
    expect(begun).toEqual([1, 2]);
    clock.advance(30_000);
    rest.take(clock.monotonicNs(), 20);
    clock.advance(29_999);
    expect(begun).toEqual([1, 2]);
    // The minute is over, and the 20 of the other user have just expired as well.
    clock.advance(1);
    expect(begun).toEqual([1, 2, 3]);
    leave(1);
    expect(clock.pending).toBe(0);
  });

  test('closed, it calls nobody and leaves no timer', () => {
    const { clock, gate, begun, ask, leave } = setUp({ atOnceMax: 9, connectsMax: 1 });
    ask(1, 2);
    expect(clock.pending).toBe(1);
    gate.close();
    leave(2);
    clock.advance(120_000);
    expect(begun).toEqual([1]);
    expect(clock.pending).toBe(0);
  });
});
