/**
 * The same contest in virtual time, where no other process disturbs it: ticks come at the rates of
 * bursty-market.ts, a sink takes 1 ms for a batch and 0.25 µs for each tick in it. A pure function
 * of the rule: its figures are the same on every machine.
 */
import type { BatchRule } from '../src/index.ts';

const STEP_US = 50;
const SINK_BATCH_US = 1_000;
const SINK_TICK_US = 0.25;

export interface VirtualRun {
  readonly rule: BatchRule;
  readonly runMs: number;
  readonly queueTicks: number;
  readonly ticksMax: number;
  /** Ticks that come in the step that begins then. */
  readonly arrivals: (atMs: number) => number;
}

export interface VirtualOutcome {
  readonly droppedShare: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly batches: number;
}

export function runVirtually(run: VirtualRun): VirtualOutcome {
  const { queueTicks, rule, runMs, ticksMax } = run;
  /** When each waiting tick came, µs; the oldest at `head`. */
  const waiting: number[] = [];
  let head = 0;
  let received = 0;
  let dropped = 0;
  let batches = 0;
  let freeAtUs = 0;
  const latenciesMs: number[] = [];
  for (let nowUs = 0; nowUs < runMs * 1_000; nowUs += STEP_US) {
    const came = run.arrivals(nowUs / 1_000);
    received += came;
    for (let tick = 0; tick < came; tick++) waiting.push(nowUs);
    const over = Math.max(0, waiting.length - head - queueTicks);
    dropped += over;
    head += over;
    const count = waiting.length - head;
    if (nowUs < freeAtUs || count === 0) continue;
    const taken = Math.max(1, Math.min(count, rule(count), ticksMax));
    freeAtUs = nowUs + SINK_BATCH_US + taken * SINK_TICK_US;
    batches++;
    for (let tick = 0; tick < taken; tick++) {
      latenciesMs.push((freeAtUs - waiting[head + tick]!) / 1_000);
    }
    head += taken;
  }
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return { droppedShare: dropped / received, p50Ms: at(0.5), p99Ms: at(0.99), batches };
}
