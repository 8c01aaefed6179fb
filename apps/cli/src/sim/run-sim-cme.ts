/** `tickwire sim cme`: the exchange on multicast as a process, or a capture of it without one. */
import { resolve } from 'node:path';
import { stampFromMs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { CaptureFile, parseCmeFaults, planChannels, renderCapture } from '@tickwire/sim-cme';
import type { RenderedCapture } from '@tickwire/sim-cme';
import { CliError } from '../errors.ts';
import type { CliContext } from '../program.ts';
import { formatCount } from '../quantity.ts';
import type { SimCmeFlags } from './sim-cme-command.ts';
import { runSimulatorProcess } from './simulator-process.ts';

const MS_PER_SECOND = 1_000;
/** Captures without a network begin here, so that the same options are the same file. */
const RENDER_START_MS = Date.UTC(2027, 0, 4);

/** @returns the exit code. */
export async function runSimCme(flags: SimCmeFlags, context: CliContext): Promise<number> {
  if (flags.render !== undefined) return render(flags.render, flags, context);
  const absolute = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(path);
  return runSimulatorProcess({
    app: 'sim-cme',
    service: 'sim-cme',
    variables: {
      CHANNELS: flags.channels,
      FIRST_CHANNEL: flags.firstChannel,
      INSTRUMENTS: flags.instruments,
      RATE: flags.rate,
      SEED: flags.seed,
      FAULTS: flags.faults,
      INTERFACE: flags.interface,
      BASE_GROUP: flags.baseGroup,
      BASE_PORT: flags.basePort,
      PORT: flags.port,
      HEARTBEAT_MS: flags.heartbeat,
      ROUND_RATE: flags.roundRate,
      CONFIG_XML: absolute(flags.configXml),
      PCAP: absolute(flags.pcap),
    },
    welcome,
    ...{ unit: 'packets', flags, context },
  });
}

function welcome(info: Readonly<Record<string, unknown>>): string {
  const channels = Array.isArray(info.channels) ? info.channels.join(', ') : '';
  return (
    `A simulated CME sends channels ${channels} on multicast, and replays packets on TCP port ` +
    `${info.port}.\n` +
    `Groups and ports are in ${info.config}: point a reader at it.\n` +
    'Ctrl-C ends it.\n'
  );
}

function render(path: string, flags: SimCmeFlags, context: CliContext): number {
  if (flags.duration === undefined) {
    throw new CliError('USAGE', '--render needs --duration: seconds of the exchange’s time');
  }
  const start: StampNs = { hi: 0, lo: 0 };
  stampFromMs(RENDER_START_MS, start);
  let failure: unknown;
  const file = openCapture(path, (error) => (failure = error));
  const { firstChannel: firstChannelId, baseGroup, basePort, seed, rate } = flags;
  const rendered = renderCapture({
    ...{ seed, start, rate },
    channels: planChannels({ channels: flags.channels, firstChannelId, baseGroup, basePort }),
    instrumentsPerChannel: flags.instruments,
    faults: parseCmeFaults(flags.faults ?? ''),
    heartbeatMs: flags.heartbeat,
    roundPacketRate: flags.roundRate,
    durationMs: flags.duration * MS_PER_SECOND,
    write: file.write,
  });
  file.close();
  if (failure !== undefined) throw unwritable(path, failure);
  printRendered(path, rendered, { flags, context });
  return 0;
}

function openCapture(path: string, onError: (error: unknown) => void): CaptureFile {
  try {
    return new CaptureFile(path, onError);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): CliError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return new CliError('FAILED', `${path} cannot be written (${code})`, {
    hint: 'Check the path, its permissions and the space that is left',
    cause,
  });
}

function printRendered(
  path: string,
  { packets, events, lines }: RenderedCapture,
  { flags, context }: { flags: SimCmeFlags; context: CliContext },
): void {
  const lost = lines.reduce((sum, of) => sum + of.dropped + of.droppedInBursts, 0);
  if (flags.json === true) {
    context.terminal.out(`${JSON.stringify({ type: 'rendered', path, packets, events, lost })}\n`);
    return;
  }
  context.terminal.out(
    `${path}: ${formatCount(packets)} packets of ${formatCount(events)} events, ` +
      `${formatCount(lost)} lost by faults.\n`,
  );
}
