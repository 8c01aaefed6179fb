/** Faults that happen to one client in their time, and records that it is not given. */
import type { TimerHandle, Timers } from '@tickwire/core';
import type { FaultEntry, Random } from '@tickwire/sim-kit';
import { RType, SCHEMA_NAMES } from '@tickwire/wire-dbn';
import { DROP_TOPICS } from './faults.ts';
import type { DatabentoFaults, TimedFault } from './faults.ts';
import type { ListedInstrument } from './instruments.ts';
import type { LogRecord, SessionStreamOptions } from './session-stream.ts';

export type ClientFault = 'disconnect' | 'reset' | 'cut' | 'halfopen' | 'skip';

export interface ClientFaultsOptions {
  readonly timers: Timers;
  readonly faults: DatabentoFaults;
  readonly act: (fault: ClientFault) => void;
}

export class ClientFaults {
  readonly #options: ClientFaultsOptions;
  readonly #timers = new Set<TimerHandle>();

  constructor(options: ClientFaultsOptions) {
    this.#options = options;
  }

  /** Times count from here: the client is authenticated. */
  start(): void {
    const { common, skips } = this.#options.faults;
    for (const rule of common.connection) {
      if (rule.fault !== 'freeze') this.#plan(rule, rule.fault);
    }
    for (const rule of skips) this.#plan(rule, 'skip');
  }

  end(): void {
    for (const timer of this.#timers) this.#options.timers.clearTimer(timer);
    this.#timers.clear();
  }

  /** Whether a record is left out; undefined when none ever is. */
  omits(of: {
    readonly random: Random;
    readonly instruments: readonly ListedInstrument[];
    readonly onFault: (entry: Omit<FaultEntry, 'atMs' | 'connection'>) => void;
  }): SessionStreamOptions['omits'] {
    const rules = this.#options.faults.common.message;
    if (rules.length === 0) return undefined;
    return (record, isReplay) => {
      const topic = DROP_TOPICS.indexOf(isReplay ? 'replay' : 'live');
      // Each rule draws, so that one more changes nothing of the others.
      const isOmitted = rules.filter(
        ({ topicKind, probability }) => topicKind === topic && of.random.chance(probability),
      );
      if (isOmitted.length === 0) return false;
      of.onFault({ fault: 'drop', omitted: 1, ...placeOf(record, of.instruments) });
      return true;
    };
  }

  #plan(rule: TimedFault, fault: ClientFault): void {
    const handle = this.#options.timers.setTimer(rule.afterMs, () => {
      this.#timers.delete(handle);
      if (rule.repeats) this.#plan(rule, fault);
      this.#options.act(fault);
    });
    this.#timers.add(handle);
  }
}

type Place = Pick<FaultEntry, 'subject' | 'instrument' | 'sequenceStart' | 'sequenceEnd'>;

function placeOf({ segment, index }: LogRecord, instruments: readonly ListedInstrument[]): Place {
  const subject = SCHEMA_NAMES[segment.schemas[index] ?? 0] ?? '';
  const instrument = instruments[segment.instruments[index] ?? 0]?.rawSymbol ?? '';
  const start = segment.start(index);
  const at = SEQUENCE_AT.get(segment.bytes[start + 1] ?? 0);
  if (at === undefined) return { subject, instrument };
  const { buffer, byteOffset } = segment.bytes;
  const sequence = new DataView(buffer, byteOffset).getUint32(start + at, true);
  return { subject, instrument, sequenceStart: sequence, sequenceEnd: sequence };
}

/** Place of the sequence in records that have one. */
const SEQUENCE_AT: ReadonlyMap<number, number> = new Map([
  [RType.Mbo, 52],
  [RType.Trade, 44],
  [RType.Mbp1, 44],
  [RType.Mbp10, 44],
  [RType.Bbo1s, 44],
  [RType.Bbo1m, 44],
]);
