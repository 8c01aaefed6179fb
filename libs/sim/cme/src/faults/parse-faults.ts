/** Reads a fault specification, by the grammar that `CME_FAULT_HELP` shows. */
import { SimulatorError } from '@tickwire/sim-kit';
import type { ScheduledDisruption } from '../feeds/channel-timeline.ts';
import { DISRUPTIONS, FaultyPart, NO_FAULTS } from './fault-plan.ts';
import type { CmeFaultPlan, ReplayFaultPlan } from './fault-plan.ts';
import type { LegFaultPlan } from './leg-faults.ts';

const LEG_FAULTS = ['drop', 'burst', 'dup', 'reorder', 'delay'] as const;
const REPLAY_FAULTS = ['replay-refuse', 'replay-close', 'replay-slow'] as const;
const COUNT_MAX = 10_000;

/** A fault of the list, with the column at which it begins. */
interface Fault {
  readonly text: string;
  readonly column: number;
  readonly name: string;
  readonly part: string | undefined;
  readonly value: string;
}

/**
 * Reads a specification; an empty text is no faults.
 *
 * @throws SimulatorError `BAD_FAULT`: its field is the fault that does not follow the grammar, its
 *   text says the column and what was expected.
 */
export function parseCmeFaults(spec: string): CmeFaultPlan {
  const legs: Record<FaultyPart, LegFaultPlan> = { ...NO_FAULTS.legs };
  const disruptions: ScheduledDisruption[] = [];
  let { replay } = NO_FAULTS;
  for (const fault of faultsOf(spec)) {
    const legFault = LEG_FAULTS.find((known) => known === fault.name);
    const replayFault = REPLAY_FAULTS.find((known) => known === fault.name);
    const disruption = DISRUPTIONS.find((known) => known === fault.name);
    if (legFault !== undefined) {
      for (const part of partsOf(fault)) {
        legs[part] = { ...legs[part], ...legPlan(legFault, fault) };
      }
      continue;
    }
    if (fault.part !== undefined) throw mistake(fault, 'takes no part');
    if (replayFault !== undefined) replay = { ...replay, ...replayPlan(replayFault, fault) };
    else if (disruption !== undefined) disruptions.push({ what: disruption, ...schedule(fault) });
    else {
      const known = [...LEG_FAULTS, ...DISRUPTIONS, ...REPLAY_FAULTS].join(', ');
      throw mistake(fault, `there is no fault ${fault.name}; known are ${known}`);
    }
  }
  return { legs, disruptions, replay };
}

function faultsOf(spec: string): Fault[] {
  const found: Fault[] = [];
  let column = 1;
  for (const piece of spec.split(',')) {
    const text = piece.trim();
    const at = column + piece.indexOf(text);
    column += piece.length + 1;
    if (text === '') continue;
    const match = /^([a-z-]+)(?:\.([a-z]+))?=(.*)$/.exec(text);
    if (match === null) {
      throw new SimulatorError('BAD_FAULT', text, `column ${at}: expected name=value`);
    }
    const [, name = '', part, value = ''] = match;
    found.push({ text, column: at, name, part, value });
  }
  return found;
}

function partsOf(fault: Fault): FaultyPart[] {
  if (fault.part === undefined) return [FaultyPart.A, FaultyPart.B];
  const part = Object.values(FaultyPart).find((known) => known === fault.part);
  if (part === undefined) throw mistake(fault, `the parts are a, b and rounds, not ${fault.part}`);
  return [part];
}

function legPlan(name: (typeof LEG_FAULTS)[number], fault: Fault): Partial<LegFaultPlan> {
  switch (name) {
    case 'drop':
      return { drop: odds(fault, fault.value) };
    case 'dup':
      return { dup: odds(fault, fault.value) };
    case 'burst': {
      const [chance, packets] = pair(fault, 'expected odds:packets');
      return { burst: { odds: odds(fault, chance), packetsMax: count(fault, packets) } };
    }
    case 'reorder': {
      const [chance, window] = pair(fault, 'expected odds:packets');
      return { reorder: { odds: odds(fault, chance), window: count(fault, window) } };
    }
    case 'delay': {
      const [chance, time] = pair(fault, 'expected odds:duration');
      return { delay: { odds: odds(fault, chance), msMax: durationMs(fault, time) } };
    }
  }
}

function replayPlan(name: (typeof REPLAY_FAULTS)[number], fault: Fault): Partial<ReplayFaultPlan> {
  if (name === 'replay-refuse') return { refuse: odds(fault, fault.value) };
  if (name === 'replay-close') return { close: odds(fault, fault.value) };
  const [chance, time] = pair(fault, 'expected odds:duration');
  return { slow: { odds: odds(fault, chance), ms: durationMs(fault, time) } };
}

function schedule(fault: Fault): Omit<ScheduledDisruption, 'what'> {
  const match = /^(every|after):([^/]+)(?:\/for:(.+))?$/.exec(fault.value);
  if (match === null) throw mistake(fault, 'expected every:DURATION or after:DURATION');
  const [, when, after = '', lasting] = match;
  const afterMs = durationMs(fault, after);
  const repeats = when === 'every';
  if (repeats && afterMs === 0) throw mistake(fault, 'a repeated fault needs time between');
  if (lasting === undefined) return { afterMs, repeats };
  if (fault.name === 'reset' || fault.name === 'week') throw mistake(fault, 'takes no /for:');
  return { afterMs, repeats, forMs: durationMs(fault, lasting) };
}

function pair(fault: Fault, expected: string): [string, string] {
  const [first, second, ...more] = fault.value.split(':');
  if (first === undefined || second === undefined || more.length > 0) {
    throw mistake(fault, expected);
  }
  return [first, second];
}

function odds(fault: Fault, text: string): number {
  const value = /^(0|1|0?\.\d+|1\.0+)$/.test(text) ? Number(text) : NaN;
  if (!(value >= 0 && value <= 1)) throw mistake(fault, 'the odds must be 0 … 1');
  return value;
}

function count(fault: Fault, text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > COUNT_MAX) {
    throw mistake(fault, `a number of packets is an integer from 1 to ${COUNT_MAX}`);
  }
  return value;
}

function durationMs(fault: Fault, text: string): number {
  const match = /^(\d{1,9})(ms|s|m)$/.exec(text);
  if (match === null) throw mistake(fault, 'a duration is an integer with ms, s or m');
  const [, amount, unit] = match;
  return Number(amount) * (unit === 'm' ? 60_000 : unit === 's' ? 1_000 : 1);
}

function mistake(fault: Fault, detail: string): SimulatorError {
  return new SimulatorError('BAD_FAULT', fault.text, `column ${fault.column}: ${detail}`);
}
