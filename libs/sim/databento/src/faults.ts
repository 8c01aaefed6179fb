/**
 * Faults of the Databento simulator: those of the kit that a stream of records has, and what only
 * this gateway can do.
 */
import { SimulatorError, faultHelp, parseFaultSpec } from '@tickwire/sim-kit';
import type { FaultCatalogue, FaultPlan } from '@tickwire/sim-kit';

/** Topics of `drop`: records as they are made, or in a replay. */
export const DROP_TOPICS = ['live', 'replay'] as const;
const CATALOGUE: FaultCatalogue = {
  faults: ['drop', 'disconnect', 'reset', 'cut', 'halfopen'],
  topics: DROP_TOPICS,
};

export interface TimedFault {
  readonly afterMs: number;
  readonly repeats: boolean;
}

export interface DatabentoFaults {
  readonly common: FaultPlan;
  /** Odds that a right key is refused. */
  readonly refuseAuth: number;
  /** Odds that a symbol that is there is not found. */
  readonly badSymbol: number;
  /** Each session loses records as if it read too slowly. */
  readonly skips: readonly TimedFault[];
  /** All sessions are reset and nobody is let in for a while. */
  readonly restarts: readonly (TimedFault & { readonly forMs: number })[];
  /** The gateway's clock is off from then on. */
  readonly clockJumps: readonly (TimedFault & { readonly byMs: number })[];
}

const OWN = ['refuse-auth', 'bad-symbol', 'skip', 'restart', 'clock-jump'] as const;
const RESTART_MS_DEFAULT = 500;
const UNITS = { ms: 1, s: 1_000, m: 60_000 };

/** @throws SimulatorError `BAD_FAULT`: its text says the column and what was expected there. */
export function databentoFaults(spec: string): DatabentoFaults {
  const skips: TimedFault[] = [];
  const restarts: DatabentoFaults['restarts'][number][] = [];
  const clockJumps: DatabentoFaults['clockJumps'][number][] = [];
  let refuseAuth = 0;
  let badSymbol = 0;
  let rest = '';
  for (const part of spec.split(/(?<=,)/)) {
    const column = rest.length + part.search(/\S|$/) + 1;
    const text = part.replace(/,$/, '').trim();
    const equals = text.indexOf('=');
    const name = OWN.find((own) => own === text.slice(0, equals));
    // What is read here leaves spaces behind, so that the kit's columns stay right.
    rest += name === undefined ? part : part.replace(/[^,]/g, ' ');
    const value = new FaultValue(text, equals + 1, column);
    if (name === 'refuse-auth') refuseAuth = value.odds();
    else if (name === 'bad-symbol') badSymbol = value.odds();
    else if (name === 'skip') skips.push(value.when());
    else if (name === 'restart') restarts.push(value.restart());
    else if (name === 'clock-jump') clockJumps.push(value.clockJump());
  }
  const common = parseFaultSpec(rest, CATALOGUE);
  return { common, refuseAuth, badSymbol, skips, restarts, clockJumps };
}

/** The grammar, for people. */
export function databentoFaultHelp(): string {
  const own = [
    'refuse-auth=P  refuses a right key',
    'bad-symbol=P  does not find a symbol that is there',
    'skip=WHEN  lets each session lose records as if it read too slowly',
    'restart=WHEN[/for:D]  resets all sessions and lets nobody in for D (500ms)',
    "clock-jump=WHEN/by:[-]D  puts the gateway's clock off by D",
  ];
  return `${faultHelp(CATALOGUE)}${own.map((line) => `  ${line}\n`).join('')}`;
}

class FaultValue {
  readonly #fault: string;
  readonly #text: string;
  readonly #column: number;

  constructor(fault: string, from: number, column: number) {
    this.#fault = fault;
    this.#text = fault.slice(from);
    this.#column = column + from;
  }

  odds(): number {
    const odds = /^(0|1|0?\.\d+|1\.0+)$/.test(this.#text) ? Number(this.#text) : NaN;
    if (!(odds >= 0 && odds <= 1)) throw this.#error('the odds must be 0 … 1');
    return odds;
  }

  when(): TimedFault {
    return this.#timed(/^(every|after):(\d{1,9})(ms|s|m)$/, 'every:D or after:D').timed;
  }

  restart(): DatabentoFaults['restarts'][number] {
    const form = /^(every|after):(\d{1,9})(ms|s|m)(?:\/for:(\d{1,9})(ms|s|m))?$/;
    const { timed, more } = this.#timed(form, 'every:D or after:D, with /for:D if wanted');
    return { ...timed, forMs: more ?? RESTART_MS_DEFAULT };
  }

  clockJump(): DatabentoFaults['clockJumps'][number] {
    const form = /^(every|after):(\d{1,9})(ms|s|m)\/by:(-?\d{1,9})(ms|s|m)$/;
    const { timed, more } = this.#timed(form, 'every:D or after:D, and /by:[-]D');
    return { ...timed, byMs: more ?? 0 };
  }

  #timed(form: RegExp, expected: string): { timed: TimedFault; more: number | undefined } {
    const [whole, when, amount, unit, moreAmount, moreUnit] = form.exec(this.#text) ?? [];
    if (whole === undefined) throw this.#error(`expected ${expected}`);
    const afterMs = milliseconds(amount, unit);
    const repeats = when === 'every';
    if (repeats && afterMs === 0) throw this.#error('a repeated fault needs time between');
    const more = moreAmount === undefined ? undefined : milliseconds(moreAmount, moreUnit);
    return { timed: { afterMs, repeats }, more };
  }

  #error(detail: string): SimulatorError {
    return new SimulatorError('BAD_FAULT', this.#fault, `column ${this.#column}: ${detail}`);
  }
}

function milliseconds(amount = '', unit = ''): number {
  const factor = unit === 'm' ? UNITS.m : unit === 's' ? UNITS.s : UNITS.ms;
  return Number(amount) * factor;
}
