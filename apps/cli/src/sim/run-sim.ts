/** `tickwire sim`: one simulator process in the foreground, its address first, its counts last. */
import { resolve } from 'node:path';
import { simulatorName } from '@tickwire/system';
import { CliError } from '../errors.ts';
import type { CliContext } from '../program.ts';
import { runSimulatorProcess } from './simulator-process.ts';
import type { SimFlags } from './sim-command.ts';
import { findSimulator, flagProblem, simulatorNames } from './simulators.ts';

/** @returns the exit code. */
export async function runSim(
  vendorName: string,
  flags: SimFlags,
  context: CliContext,
): Promise<number> {
  const simulator = findSimulator(vendorName);
  if (simulator === undefined) {
    throw new CliError('USAGE', `there is no simulator of ${vendorName} in this version`, {
      hint: `Use one of: ${simulatorNames().join(', ')}`,
    });
  }
  const problem = flagProblem(simulator, flags);
  if (problem !== undefined) throw new CliError('USAGE', problem.sentence, { hint: problem.hint });
  return runSimulatorProcess({
    app: simulator.app,
    service: simulatorName(simulator.name),
    variables: {
      PORT: flags.port,
      SEED: flags.seed,
      SYMBOLS: flags.symbols?.join(','),
      RATE: flags.rate,
      FAULTS: flags.faults,
      INSTRUMENTS: flags.instruments,
      KEYS: flags.key,
      HISTORY_MS: flags.history === undefined ? undefined : flags.history * 1_000,
      SCHEMAS: flags.schemas?.join(','),
      FILES: flags.files?.map((path) => resolve(path)).join(','),
      SPEED: flags.speed,
      LOOP: flags.loop === true ? 'true' : undefined,
    },
    welcome: (info) => `${simulator.welcome(info)}Ctrl-C ends it.\n`,
    ...{ unit: 'messages', flags, context },
  });
}
