import { describe, expect, test } from 'vitest';
import { LiveTimeline } from './live-timeline.ts';

describe('a timeline of liveness', () => {
  test('sums the live stretches of an interval', () => {
    const timeline = new LiveTimeline();
    timeline.set(100, true);
    timeline.set(150, false);
    timeline.set(180, true);
    expect(timeline.liveUs(0, 100)).toBe(0);
    expect(timeline.liveUs(90, 200)).toBe(70);
    expect(timeline.liveUs(140, 160)).toBe(10);
    expect(timeline.liveUs(500, 600)).toBe(100);
  });

  test('lets a gap noticed late take back what was called live', () => {
    const timeline = new LiveTimeline();
    timeline.set(0, true);
    timeline.set(300, false);
    timeline.set(310, true);
    timeline.set(200, false); // noticed at 320: dead since 200
    expect(timeline.liveUs(0, 400)).toBe(200);
    timeline.set(350, true);
    expect(timeline.liveUs(0, 400)).toBe(250);
  });

  test('forgets the oldest changes towards "not live"', () => {
    const timeline = new LiveTimeline();
    for (let at = 0; at < 1000; at++) timeline.set(at * 10, at % 2 === 0);
    expect(timeline.liveUs(9990, 10_000)).toBe(0);
    expect(timeline.liveUs(9900, 10_000)).toBe(50);
    expect(timeline.liveUs(0, 1000)).toBe(0);
    expect(timeline.liveUs(0, 10_000)).toBe(320);
  });
});
