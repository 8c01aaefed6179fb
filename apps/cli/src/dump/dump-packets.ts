/** Captures of packets: MDP 3.0, one line of JSON a packet. */
import { PcapError, readPcap } from '@tickwire/io-pcap';
import type { Datagram, PcapErrorCode } from '@tickwire/io-pcap';
import { describePackets } from '@tickwire/wire-mdp3';
import type { DescribedPayload } from '@tickwire/wire-mdp3';
import { CliError } from '../errors.ts';
import type { DumpJob } from './dump-source.ts';
import { generatedDecoding, schemaDecoding } from './mdp3-decoding.ts';
import type { Mdp3Decoding } from './mdp3-decoding.ts';
import { PacketTally } from './packet-tally.ts';

/** Then nothing of the file could be read, as after a mistake of the user. */
const NO_CAPTURE: ReadonlySet<PcapErrorCode> = new Set<PcapErrorCode>([
  ...(['EMPTY', 'UNKNOWN_MAGIC', 'UNSUPPORTED_VERSION', 'UNREADABLE'] as const),
]);

/**
 * Dumps a capture to the job's output, until its end, the limit or the signal.
 * @throws CliError when the file is no capture, or the schema cannot be used.
 */
export async function dumpPackets(path: string, job: DumpJob): Promise<void> {
  if (!job.raw) {
    throw new CliError(
      'USAGE',
      `${path} holds a vendor's packets, of which no ticks are made yet`,
      {
        hint: 'Add --raw',
      },
    );
  }
  const { schema, note, output } = job;
  const decoding = schema === undefined ? generatedDecoding() : await schemaDecoding(schema, note);
  const reading = readPcap(path);
  const tally = new PacketTally();
  try {
    for await (const datagram of reading.datagrams()) {
      const described = describePackets(datagram.payload, {
        framing: datagram.transport,
        describe: decoding.describe,
      });
      if (isForeign(described, datagram, decoding)) foreign(path, { datagram, described, job });
      else {
        tally.count(described);
        show(path, { datagram, described, job });
      }
      if (output.isDue) await output.flush();
      if (output.isFull || job.signal.aborted) break;
    }
  } catch (error) {
    if (!(error instanceof PcapError)) throw error;
    damaged(path, error, job);
  }
  for (const problem of tally.problems(path, reading.counts)) job.onProblem(problem);
  for (const line of tally.notes(path, reading.counts)) note(line);
  await output.flush();
}

interface Shown {
  readonly datagram: Datagram;
  readonly described: DescribedPayload;
  readonly job: DumpJob;
}

function show(path: string, { datagram, described, job }: Shown): void {
  for (const packet of described.packets) job.output.line(JSON.stringify(packet));
  const { problem } = described;
  if (problem === undefined) return;
  const message = `${path} offset ${datagram.offset}: ${problem.message}`;
  job.onProblem({ source: 'capture', code: problem.code, message });
}

/** Whatever else was on the wire: it is named, and not shown. */
function foreign(path: string, { datagram, described, job }: Shown): void {
  const { transport, source, target, payload, offset } = datagram;
  const why = described.problem === undefined ? '' : ` (${described.problem.message})`;
  const from = `${source.address} port ${source.port}`;
  const to = `${target.address} port ${target.port}`;
  const what = `${payload.length} bytes of ${transport.toUpperCase()} from ${from} to ${to}`;
  const message = `${path} offset ${offset}: ${what} are no packet of MDP 3.0${why}`;
  job.onProblem({ source: 'capture', code: 'NOT_MDP3', message });
}

/** The TCP framing has a mark of its own; of UDP a message of the schema has to be there. */
function isForeign(
  { packets, problem }: DescribedPayload,
  { transport }: Datagram,
  { schemaId }: Mdp3Decoding,
): boolean {
  if (packets.length === 0) return true;
  if (transport === 'tcp') return false;
  const messages = packets.flatMap((packet) => packet.messages);
  const isIdle = messages.length === 0 && problem === undefined;
  return !isIdle && !messages.some((message) => message.schemaId === schemaId);
}

function damaged(path: string, error: PcapError, job: DumpJob): void {
  const { code, message, hint } = error;
  if (!NO_CAPTURE.has(code)) {
    job.onProblem({ source: 'capture', code, message: `${path} ${message}` });
    return;
  }
  throw new CliError('FAILED', `${path} ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
