import { RUN_TICKS_MAX, listRings, openRings, sameRingId } from '@tickwire/io-rings';
import type { RingSet, StartChoice } from '@tickwire/io-rings';
import { asConsumerError, queueOptions } from './consumer-options.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import { ConsumerError } from './errors.ts';
import { Lane } from './lane.ts';
import type { ResumePoint } from './lane.ts';
import { RingSource } from './lane-source.ts';

/** Of a consumer that another thread watches, each by ring. */
export interface ConsumerMemory {
  /** `LANE_CELLS` cells a ring, for its counts. */
  readonly cells?: readonly Float64Array[];
  /** Goes on where an earlier consumer stopped, whatever `from` says. */
  readonly resume?: readonly (ResumePoint | undefined)[];
}

export interface OpenLanes {
  readonly lanes: readonly Lane[];
  /** The same rings, to wait for and to close. */
  readonly rings: RingSet;
}

/** How a consumer's rings are named: `<vendor>.<partition>`. */
export function ringNames(options: ConsumerOptions): readonly string[] {
  if (options.rings !== undefined) return options.rings;
  const vendor = options.vendor ?? '';
  const names = listRings(options.dir).filter((name) => name.startsWith(`${vendor}.`));
  if (names.length > 0) return names;
  throw new ConsumerError('NO_RINGS', `there is no ring of ${vendor} in ${options.dir}`, {
    hint: 'start its gateway first: npm start',
  });
}

/**
 * Opens the rings. Nothing stays open when one cannot be opened.
 * @throws ConsumerError, and what `openRings` throws.
 */
export function openLanes(
  options: ConsumerOptions,
  parts: { readonly wantedKinds: Uint8Array; readonly memory: ConsumerMemory },
): OpenLanes {
  const { memory, wantedKinds } = parts;
  const names = ringNames(options);
  const rings = openAll(options, { names, resume: memory.resume });
  try {
    const lanes = names.map((name, index) => {
      const ring = rings.get(name);
      if (ring === undefined) throw new RangeError(`no ring ${name} in the set`);
      const source = new RingSource(ring);
      requirePaced(options, source);
      return new Lane({
        source,
        queue: queueOptions(options),
        wantedKinds,
        symbols: options.symbols,
        resume: memory.resume?.[index],
        cells: memory.cells?.[index],
      });
    });
    return { lanes, rings };
  } catch (error) {
    rings.close();
    throw asConsumerError(error);
  }
}

/** @throws ConsumerError `NOT_PACED`. */
export function requirePaced(
  options: Pick<ConsumerOptions, 'policy'>,
  ring: { readonly name: string; readonly isPaced: boolean },
): void {
  if (options.policy !== 'block' || ring.isPaced) return;
  throw new ConsumerError('NOT_PACED', `ring ${ring.name} is live: its writer waits for nobody`, {
    hint: 'block is for paced rings; use drop-oldest, drop-newest or conflate',
  });
}

function openAll(
  options: ConsumerOptions,
  parts: {
    readonly names: readonly string[];
    readonly resume: ConsumerMemory['resume'];
  },
): RingSet {
  const { dir, label, policy, trustedOwners } = options;
  const { names, resume } = parts;
  const from = resume === undefined ? options.from : resumeAll(names, resume, options.from);
  const required = policy === 'block';
  const isRegistered = required || label !== undefined;
  return openRings({
    dir,
    names,
    runTicksMax: Math.min(RUN_TICKS_MAX, queueOptions(options).queueTicks),
    ...(from === undefined ? {} : { from }),
    ...(trustedOwners === undefined ? {} : { trustedOwners }),
    ...(isRegistered ? { register: { label: label ?? 'consumer', required } } : {}),
  });
}

/** A ring of another id is begun at its oldest tick: all of it came since. */
function resumeAll(
  names: readonly string[],
  resume: readonly (ResumePoint | undefined)[],
  otherwise: StartChoice = 'latest',
): StartChoice {
  return (header) => {
    const point = resume[names.indexOf(header.name)];
    if (point === undefined) {
      return typeof otherwise === 'function' ? otherwise(header) : otherwise;
    }
    const { position, ringId } = point;
    return sameRingId(header.ringId, ringId) ? { position } : 'oldest';
  };
}
