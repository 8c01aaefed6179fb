import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { CME_FAULT_HELP, parseCmeFaults, planChannels } from '@tickwire/sim-cme';
import { seconds, wholeNumber } from '../option-values.ts';
import type { CliContext } from '../program.ts';
import { runSimCme } from './run-sim-cme.ts';

const EXAMPLES = `
Examples:
  tickwire sim cme --config-xml config.xml     until Ctrl-C; the file leads readers to it
  tickwire sim cme --channels 4 --instruments 500 --rate 20000
  tickwire sim cme --faults drop=0.05,burst.b=0.0005:500 --duration 60
  tickwire sim cme --render hour.pcap --duration 3600

Faults: ${CME_FAULT_HELP}
It speaks MDP 3.0 on multicast over loopback: any reader of that feed can use it.`;

export interface SimCmeFlags {
  channels: number;
  firstChannel: number;
  instruments: number;
  rate: number;
  seed: string;
  faults?: string;
  interface: string;
  baseGroup: string;
  basePort: number;
  port?: number;
  heartbeat: number;
  roundRate: number;
  configXml?: string;
  pcap?: string;
  render?: string;
  duration?: number;
  json?: boolean;
}

/** Registers `tickwire sim cme`. */
export function registerSimCme(sim: Command, context: CliContext): void {
  sim
    .command('cme')
    .description('run an exchange that sends CME MDP 3.0 on multicast')
    .option('--channels <n>', 'channels', wholeNumber({ min: 1, max: 31 }), 1)
    .option('--first-channel <id>', 'id of the first', wholeNumber({ min: 1, max: 32_000 }), 310)
    .option('--instruments <n>', 'of each channel', wholeNumber({ min: 1, max: 10_000 }), 100)
    .option('--rate <n>', 'events a second over all', wholeNumber({ min: 0, max: 1_000_000 }), 500)
    .option('--seed <text>', 'the same seed gives the same packets', '1')
    .option('--faults <spec>', 'faults to inject: see below', faultSpec)
    .option('--interface <address>', 'of the interface that packets leave by', '127.0.0.1')
    .option('--base-group <address>', 'multicast groups begin here', group, '239.255.31.0')
    .option('--base-port <n>', 'ports begin here', wholeNumber({ min: 1, max: 65_000 }), 14_310)
    .option(
      '--port <n>',
      'of the replay service (default: any)',
      wholeNumber({ min: 0, max: 65_535 }),
    )
    .option('--heartbeat <ms>', 'after silence', wholeNumber({ min: 1, max: 3_600_000 }), 30_000)
    .option(
      '--round-rate <n>',
      'packets a second of definitions and of each snapshot feed, of each channel',
      wholeNumber({ min: 0, max: 100_000 }),
      200,
    )
    .option('--config-xml <file>', 'where to write the configuration for readers')
    .option('--pcap <file>', 'write a capture of all that is sent')
    .option('--render <file>', 'write a capture without a network, as fast as possible')
    .option('--duration <s>', 'stop after that many seconds', seconds)
    .option('--json', 'the address and the counts as JSON lines')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: SimCmeFlags) => {
      context.setExitCode(await runSimCme(flags, context));
    });
}

function faultSpec(text: string): string {
  return checked(text, () => parseCmeFaults(text));
}

function group(text: string): string {
  return checked(text, () => planChannels({ channels: 1, baseGroup: text }));
}

function checked(text: string, check: () => unknown): string {
  try {
    check();
    return text;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : '');
  }
}
