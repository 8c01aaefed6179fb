/** The simulators there are, and what `tickwire sim` has to know of each. */
import { findVendor, vendorNames } from '@tickwire/system';
import type { SimFlags } from './sim-command.ts';

export interface Simulator {
  readonly name: string;
  readonly app: string;
  /** Options that it has and others have not. */
  readonly flags: readonly (keyof SimFlags)[];
  /** How a client finds it, by what it said of itself. */
  welcome(info: Readonly<Record<string, unknown>>): string;
}

const DATABENTO: Simulator = {
  name: 'databento',
  app: 'sim-databento',
  flags: ['instruments', 'key', 'history', 'schemas', 'files', 'speed', 'loop'],
  welcome: ({ host, port, dataset, key }) =>
    `A simulated databento answers on ${String(host)}:${String(port)}, ` +
    `dataset ${String(dataset)}.\n` +
    `Point a client's gateway and port there; its key is ${String(key)}\n`,
};
const OWN_FLAGS = ['symbols', ...DATABENTO.flags] as const;

/** A simulator by its name; undefined when there is none. */
export function findSimulator(name: string): Simulator | undefined {
  if (name === DATABENTO.name) return DATABENTO;
  const vendor = findVendor(name);
  if (vendor === undefined) return undefined;
  return {
    name,
    app: vendor.simulatorApp,
    flags: ['symbols'],
    welcome({ restUrl }) {
      const url = String(restUrl ?? '');
      const variable = `TICKWIRE_${name.toUpperCase()}_REST_URL`;
      return (
        `A simulated ${name} answers on ${url} (WebSocket address by its token endpoint).\n` +
        `Point a client's base URL there, or the gateway: ${variable}=${url}\n`
      );
    },
  };
}

export function simulatorNames(): string[] {
  return vendorNames();
}

/** What is wrong with the options for a simulator that does not have them all. */
export function flagProblem(
  { name, flags }: Simulator,
  given: SimFlags,
): { readonly sentence: string; readonly hint: string } | undefined {
  const strange = OWN_FLAGS.find((flag) => given[flag] !== undefined && !flags.includes(flag));
  if (strange === undefined) return undefined;
  const own = flags.map((flag) => `--${flag}`).join(', ');
  return {
    sentence: `--${strange} is not an option of the simulator of ${name}`,
    hint: `Its own are ${own}`,
  };
}
