/**
 * Every key of the configuration, once: what it means, what it may be, what it is when nobody says.
 * The file, the environment, the command line, the reference page and the JSON schema follow.
 */
import { z } from 'zod';
import { PRESET_NAMES } from '../plan/presets.ts';

/** As which text a key is written. */
export type TextForm = 'text' | 'number' | 'flag' | 'list' | 'numbers';

export interface ConfigKey {
  /** `bus.port`: where it stands in the file; `TICKWIRE_BUS_PORT` in the environment. */
  readonly path: string;
  readonly form: TextForm;
  /** Of its value in the file. */
  readonly schema: z.ZodType;
  /** What it may be, where the schema cannot say it in words. */
  readonly expected?: string;
  /** One sentence or two, for people. */
  readonly meaning: string;
  /** `undefined`: there is none, and `absent` says what happens then. */
  readonly value?: unknown;
  readonly absent?: string;
  /** Of the command line, where there is one. */
  readonly flag?: string;
  /** Another variable of the environment, of less weight than its own. */
  readonly alias?: string;
}

const port = z.int().min(0).max(65_535);
const text = z.string().min(1).max(4_096);
/** Lists are texts with commas where services read them. */
const name = z.string().regex(/^[^\s,]{1,80}$/);
const NAMES = 'list of names without spaces and commas';
const seconds = z.number().positive().max(2_678_400);
const MIB = 1024 ** 2;
const address = (form: RegExp): z.ZodType => text.regex(form);

export const CONFIG_KEYS: readonly ConfigKey[] = [
  {
    ...{ path: 'vendors', form: 'list', flag: '--vendors', value: ['kucoin'] },
    schema: z.array(name).min(1),
    expected: NAMES,
    meaning: 'Vendors to run a gateway for.',
  },
  {
    ...{ path: 'symbols', form: 'list', flag: '--symbols' },
    schema: z.array(name).min(1),
    expected: NAMES,
    meaning: 'Instruments, as the vendor writes them.',
    absent: 'the vendor’s demo symbols',
  },
  {
    ...{ path: 'live', form: 'flag', flag: '--live', value: false },
    schema: z.boolean(),
    meaning: 'The vendors’ real endpoints instead of simulators.',
  },
  {
    ...{ path: 'preset', form: 'text', flag: '--preset' },
    schema: z.enum(PRESET_NAMES),
    meaning: 'A set of starting values; what is said elsewhere wins over it.',
    absent: 'the demo’s values',
  },
  {
    ...{ path: 'rate', form: 'number', flag: '--rate', value: 500 },
    schema: z.int().min(0).max(1_000_000),
    meaning: 'Simulated messages a second per vendor; 0 = a silent market.',
  },
  {
    ...{ path: 'seed', form: 'number', flag: '--seed' },
    schema: z.int().min(0).max(0xffff_ffff),
    meaning: 'Seed of the simulated markets.',
    absent: 'a random one, which is shown',
  },
  {
    ...{ path: 'timeframe', form: 'numbers', flag: '--timeframe', value: [1, 60] },
    schema: z.array(z.int().min(1).max(86_400)).min(1).max(32),
    meaning: 'Lengths of bars in seconds.',
  },
  {
    ...{ path: 'duration', form: 'number', flag: '--duration' },
    schema: seconds,
    meaning: 'Seconds of running after which the system stops in order.',
    absent: 'until it is asked to stop',
  },
  {
    ...{ path: 'report', form: 'text', flag: '--report' },
    schema: text,
    meaning: 'File for the accounts of the run, as JSON.',
    absent: 'no report is written',
  },
  {
    ...{ path: 'dataDir', form: 'text', flag: '--data-dir', value: '.tickwire' },
    schema: text,
    meaning: 'Directory of what is kept: store, journals, ledger, logs.',
  },
  {
    ...{ path: 'ringDir', form: 'text', flag: '--ring-dir' },
    schema: text,
    meaning: 'Directory of rings and counters, on a tmpfs.',
    absent: 'one below /dev/shm, named for the data directory',
  },
  {
    ...{ path: 'natsUrl', form: 'text', alias: 'NATS_URL' },
    schema: address(/^(nats|tls):\/\/\S+$/),
    expected: 'address such as nats://host:port',
    meaning: 'A NATS server of your own.',
    absent: 'one is started: nats-server when it is installed, else the embedded broker',
  },
  {
    ...{ path: 'logLevel', form: 'text', value: 'info' },
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    meaning: 'Least level of what the services log.',
  },
  {
    ...{ path: 'bus.port', form: 'number', value: 4222 },
    schema: port,
    meaning: 'Port of the bus that is started; a busy one moves to the next free one. 0 = any.',
  },
  {
    ...{ path: 'bus.embedded', form: 'flag', value: false },
    schema: z.boolean(),
    meaning: 'The embedded broker although a nats-server is installed.',
  },
  {
    ...{ path: 'bus.queueMessages', form: 'number', value: 65_536 },
    schema: z.int().min(1).max(10_000_000),
    meaning: 'Messages that wait for the bus at most; what comes then is dropped and counted.',
  },
  {
    ...{ path: 'simulator.port', form: 'number', value: 7400 },
    schema: port,
    meaning: 'Port of the simulator; a busy one moves to the next free one. 0 = any.',
  },
  {
    ...{ path: 'simulator.faults', form: 'text' },
    schema: text,
    meaning: 'Faults of the simulated vendor, such as drop=0.001 (libs/sim/kucoin/README.md).',
    absent: 'none',
  },
  {
    ...{ path: 'rings.slots', form: 'number', value: 65_536 },
    schema: z
      .int()
      .min(1_024)
      .max(16_777_216)
      .refine((slots) => Number.isInteger(Math.log2(slots))),
    expected: 'power of two, 1024 to 16777216',
    meaning: 'Slots of each vendor’s ring, 64 bytes each.',
  },
  {
    ...{ path: 'rings.directoryEntries', form: 'number', value: 8_192 },
    schema: z.int().min(16).max(65_536),
    meaning: 'Instruments that a ring has room for, 256 bytes each.',
  },
  {
    ...{ path: 'gateway.symbolsPerConnection', form: 'number', value: 100 },
    schema: z.int().min(1).max(10_000),
    meaning: 'Symbols on one connection; the vendor’s own limit bounds it (KuCoin: 100).',
  },
  {
    ...{ path: 'gateway.partitions', form: 'number', value: 1 },
    schema: z.int().min(1).max(64),
    meaning: 'Rings that a gateway spreads its symbols over (docs/how-to/partitions.md).',
  },
  {
    ...{ path: 'aggregator.graceMs', form: 'number', value: 250 },
    schema: z.number().min(0).max(60_000),
    meaning: 'Ring time from the end of an interval to its bar, ms.',
  },
  {
    ...{ path: 'aggregator.emptyBars', form: 'flag', value: false },
    schema: z.boolean(),
    meaning: 'Bars for intervals without trades too.',
  },
  {
    ...{ path: 'aggregator.runTicks', form: 'number', value: 256 },
    schema: z.int().min(1).max(256),
    meaning: 'Ticks that the aggregator takes from a ring at once, at most.',
  },
  {
    ...{ path: 'aggregator.waiting', form: 'text', value: 'yield' },
    schema: z.enum(['spin', 'yield']),
    meaning: 'How the aggregator waits for ticks: spin takes a core for the least latency.',
  },
  {
    ...{ path: 'store.budgetBytes', form: 'number', value: 2048 * MIB },
    schema: z.int().min(MIB),
    meaning: 'Bytes of Parquet kept at most; the oldest go first.',
  },
  {
    ...{ path: 'store.flushMs', form: 'number', value: 5_000 },
    schema: z.int().min(100).max(600_000),
    meaning: 'Ticks are in Parquet at the latest after so long, ms; in the journal much sooner.',
  },
  {
    ...{ path: 'api.enabled', form: 'flag', value: true },
    schema: z.boolean(),
    meaning: 'The HTTP and WebSocket door, and the page.',
  },
  {
    ...{ path: 'api.host', form: 'text', value: '127.0.0.1' },
    schema: text,
    meaning: 'Address that the api listens on.',
  },
  {
    ...{ path: 'api.port', form: 'number', value: 7480 },
    schema: port,
    meaning: 'Port of the api; a busy one moves to the next free one. 0 = any.',
  },
  {
    ...{ path: 'api.allowRemote', form: 'flag', value: false },
    schema: z.boolean(),
    meaning: 'Plain HTTP beyond loopback: only behind a proxy that ends TLS.',
  },
  {
    ...{ path: 'api.tlsCertFile', form: 'text' },
    schema: text,
    meaning: 'PEM file of the certificate; with the key the api speaks HTTPS.',
    absent: 'HTTP, on loopback only',
  },
  {
    ...{ path: 'api.tlsKeyFile', form: 'text' },
    schema: text,
    meaning: 'PEM file of the certificate’s key.',
    absent: 'HTTP, on loopback only',
  },
  {
    ...{ path: 'api.allowedOrigins', form: 'list' },
    schema: z.array(z.string().regex(/^https?:\/\/[^\s,/]+$/)),
    expected: 'list of origins such as https://md.example.org',
    meaning: 'Origins besides the api’s own that pages may come from.',
    absent: 'none',
  },
  {
    ...{ path: 'api.keysFile', form: 'text' },
    schema: text,
    meaning: 'File of the keys that clients show; `TICKWIRE_API_KEYS` replaces it.',
    absent: 'api-keys.json in the data directory',
  },
  {
    ...{ path: 'api.clientsMax', form: 'number', value: 1_000 },
    schema: z.int().min(1).max(100_000),
    meaning: 'Stream clients at a time; more are refused.',
  },
  {
    ...{ path: 'telemetry.host', form: 'text', value: '127.0.0.1' },
    schema: text,
    meaning: 'Address of the operations doors: /metrics, /livez, /readyz, /healthz.',
  },
  {
    ...{ path: 'telemetry.port', form: 'number', value: 7490 },
    schema: port,
    meaning: 'Port of the supervisor’s door; the services’ follow in the order of their start.',
  },
  {
    ...{ path: 'telemetry.otlpUrl', form: 'text', alias: 'TICKWIRE_OTLP_URL' },
    schema: address(/^https?:\/\/\S+$/),
    expected: 'address such as http://host:port',
    meaning: 'Where traces go, an OTLP/HTTP endpoint.',
    absent: 'nothing is traced',
  },
  {
    ...{ path: 'telemetry.sampleEvery', form: 'number', value: 65_536 },
    schema: z.int().min(0).max(0xffff_ffff),
    meaning: 'One tick in so many is traced; 0 = none.',
  },
  {
    ...{ path: 'supervision.delayMsFirst', form: 'number', value: 250 },
    schema: z.int().min(1).max(60_000),
    meaning: 'Longest wait before the first restart of a service, ms; it doubles in a crash loop.',
  },
  {
    ...{ path: 'supervision.delayMsMax', form: 'number', value: 8_000 },
    schema: z.int().min(1).max(600_000),
    meaning: 'Longest wait of a crash loop, ms.',
  },
  {
    ...{ path: 'supervision.steadyMs', form: 'number', value: 2_000 },
    schema: z.int().min(0).max(3_600_000),
    meaning: 'A service that was ready for so long was well: its end begins a new row, ms.',
  },
  {
    ...{ path: 'supervision.rowMax', form: 'number', value: 10 },
    schema: z.int().min(1).max(1_000),
    meaning: 'Restarts in a row after which a service counts as failed.',
  },
  {
    ...{ path: 'supervision.retryMs', form: 'number', value: 60_000 },
    schema: z.int().min(1_000).max(3_600_000),
    meaning: 'A failed service is tried again after so long, ms.',
  },
  {
    ...{ path: 'supervision.silentMsMax', form: 'number' },
    schema: z.int().min(1_000).max(3_600_000),
    meaning: 'A service that does not answer for so long is killed and started again, ms.',
    absent: 'it is shown as silent, and left alone',
  },
];

const byPath = new Map(CONFIG_KEYS.map((key) => [key.path, key]));

export function findConfigKey(path: string): ConfigKey | undefined {
  return byPath.get(path);
}

/** `bus.port` → `TICKWIRE_BUS_PORT`. */
export function variableOf(path: string): string {
  const words = path.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`);
  return `TICKWIRE_${words.replaceAll('.', '_').toUpperCase()}`;
}
