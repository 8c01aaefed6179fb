import { FakeClock } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { NamedTimers } from './named-timers.ts';

function setUp() {
  const clock = new FakeClock();
  const ran: string[] = [];
  const timers = new NamedTimers(clock);
  const set = (name: string, delayMs: number, what = name): void =>
    timers.set(name, delayMs, () => void ran.push(what));
  return { clock, ran, timers, set };
}

test('a timer runs once, and is gone when it runs', () => {
  const { clock, ran, timers, set } = setUp();
  set('ping', 10);
  expect(timers.has('ping')).toBe(true);
  clock.advance(30);
  expect([ran, timers.has('ping')]).toEqual([['ping'], false]);
});

test('one that sets itself again goes on', () => {
  const { clock, ran, timers } = setUp();
  const beat = (): void => {
    ran.push('beat');
    timers.set('beat', 10, beat);
  };
  beat();
  clock.advance(35);
  expect(ran).toHaveLength(4);
});

test('set again, the first does not run', () => {
  const { clock, ran, set } = setUp();
  set('pong', 10, 'first');
  set('pong', 20, 'second');
  clock.advance(30);
  expect(ran).toEqual(['second']);
});

test('cleared, it does not run; the others do', () => {
  const { clock, ran, timers, set } = setUp();
  for (const name of ['a', 'b', 'c']) set(name, 10);
  timers.clear('b');
  timers.clear('none');
  clock.advance(10);
  expect(ran).toEqual(['a', 'c']);
});

test('all cleared, nothing runs or waits', () => {
  const { clock, ran, timers, set } = setUp();
  for (const name of ['a', 'b']) set(name, 10);
  timers.clearAll();
  clock.advance(10);
  expect([ran, clock.pending, timers.has('a')]).toEqual([[], 0, false]);
});
